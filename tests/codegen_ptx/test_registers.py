"""Registers of the kernels of published networks, as ``ptxas`` counts them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hardware.networks import build, coba_of
from samples.gpu_networks import sparse_rates
from samples.ptx_code import ASSEMBLED, kernels, needs_ptxas

import ranvier as rv
from ranvier.codegen_ptx.ptx_module import PtxModule
from ranvier.codegen_ptx.ptxas import assemble
from ranvier.ir.core import lookup_symbol
from ranvier.ir.dialects.func import Func
from ranvier.passes.tools.explain_gpu import held

NETWORKS: dict[str, Callable[[], rv.Network]] = {
    "COBA": lambda: coba_of(4000, recorded=("spike",)),
    "Brunel, STDP": lambda: build("brunel", 4000),
    "Hodgkin-Huxley": lambda: build("hodgkin_huxley", 400),
    "rates, dense": lambda: build("rates", 400),
    "rates, sparse": sparse_rates,
    "learning rates": lambda: build("learning_rates", 400),
    "delays": lambda: build("delayed", 4000),
}

MOST = {
    "COBA": {"scatter": 40, "update": 64},
    "Brunel, STDP": {"scatter": 40, "drain": 64, "update": 96, "post": 64},
    "Hodgkin-Huxley": {"update": 96},
    "rates, dense": {"tile": 128},
    "rates, sparse": {"update": 48},
    "learning rates": {"update": 64, "fused_learning": 64},
    "delays": {"scatter": 48, "update": 64},
}
"""Registers that launches with such kernels may take.

A scatter with several delays takes a few more than others: it counts delays, too.
"""


@needs_ptxas
@pytest.mark.parametrize("machine", ASSEMBLED)
@pytest.mark.parametrize("name", NETWORKS)
def test_registers(name: str, machine: str) -> None:
    """No kernel spills a byte or has a stack."""
    module = kernels(NETWORKS[name](), machine)
    found = {each.name: each for each in assemble(PtxModule(module).entry.ptx, machine)}
    assert len(found) > 1
    assert not [str(each) for each in found.values() if each.stack or each.stores or each.loads]
    for each in found.values():
        launch = lookup_symbol(module, each.name.removeprefix("ranvier_"))
        if isinstance(launch, Func) and each.registers is not None and held(launch):
            works = {what for what in MOST[name] if any(k.endswith(what) for k in held(launch))}
            allowed = max([MOST[name][what] for what in works], default=48)
            assert each.registers <= allowed, f"{each}: it holds {held(launch)}"
