"""Pipelines that leave a level out, or make one twice.

The error says which pass is missing.
"""

from __future__ import annotations

from typing import Literal

import pytest

import ranvier as rv
from ranvier.frontend.emit import network_module
from ranvier.ir.diagnostics import ModelError
from ranvier.ir.parser import parse
from ranvier.ir.spec import SPECS
from ranvier.passes.framework.context import Context
from ranvier.passes.framework.manager import PassManager
from ranvier.passes.framework.settings import Options
from ranvier.passes.instrumentation.verify_each import VerifyEach


def network() -> str:
    """Neurons and synapses with derivatives, at the level of ``net``."""
    net = rv.Network(dt=1.0)
    neuron = rv.Neuron(equations="dv/dt = g_exc - v", spike="v > 1", reset="v = 0")
    synapse = rv.Synapse(equations="10*dx/dt = -x", pre_spike="g_target += w * x")
    cells = net.create(3, neuron)
    net.connect(cells, cells, "exc", synapse).all_to_all(0.5)
    return str(net.compile().ir("net"))


@pytest.mark.parametrize("verify", [0, 1])
@pytest.mark.parametrize(
    ("pipeline", "message"),
    [
        ("choose-layout,lower-equations", "'discretize' comes before 'lower-equations'"),
        ("discretize,choose-layout,map-to-threads", "'lower-equations' comes before"),
        (
            "discretize,choose-layout,lower-equations,lower-equations",
            r"requires the level 'eq' .*here is 'loops.step'",
        ),
        ("@lowering,map-to-threads", r"requires the level 'loops' .*here is 'func.func'"),
        ("@lowering,lower-equations", r"requires the level 'eq' .*here is 'func.func'"),
        ("@lowering,choose-layout", r"requires the level 'net' .*here is 'func.func'"),
        ("discretize,choose-layout,merge-kernels", "'map-to-threads' comes before 'merge-kernels'"),
        ("discretize,lower-equations,map-to-threads", "'choose-layout' comes before"),
        ("lower-equations", "'discretize' comes before 'lower-equations'"),
    ],
)
def test_a_level_is_missing(pipeline: str, message: str, verify: Literal[0, 1]) -> None:
    """The error names the missing pass, whatever is verified.

    The pass that refuses changes nothing.
    """
    module, context = parse(network()), Context(Options(verify=verify))
    context.instrumentations = [VerifyEach(context)] if verify else []
    with pytest.raises(ModelError, match=message):
        PassManager(pipeline, context).run(module)


def test_a_refusal_leaves_the_module_as_it_is() -> None:
    module = parse(network())
    PassManager("@lowering").run(module)
    before = str(module)
    with pytest.raises(ModelError, match="requires the level 'eq'"):
        PassManager("lower-equations").run(module)
    assert str(module) == before


def test_passes_that_run_together_find_the_level_of_those_before() -> None:
    module = parse(network())
    PassManager("func(canonicalize),discretize,hoist-run-constants").run(module)
    with pytest.raises(ModelError, match="'discretize' comes before 'hoist-run-constants'"):
        PassManager("canonicalize,hoist-run-constants").run(parse(network()))


def test_copies_that_nobody_opened_are_looked_into() -> None:
    """Contents of a copy are seen, and not copied.

    The second population is a copy of the first.
    """
    net = rv.Network(dt=1.0)
    neuron = rv.Neuron(equations="dr/dt = -r")
    for _ in range(2):
        net.create(3, neuron)
    module = network_module(net)
    with pytest.raises(ModelError, match=r"requires the level 'eq' .*'discretize' comes before"):
        PassManager("hoist-synapse-variables", Context()).run(module)
    assert not module.ops[1].opened


def test_later_passes_are_not_to_blame() -> None:
    """Operations of a level still to come need no remover.

    Nobody should have removed anything of it.
    """
    module = parse(network())
    PassManager("discretize,choose-layout,lower-equations").run(module)
    texts = [found.text for found in SPECS["eq"].check(module)]
    assert any("'loops.step' does not belong to the level 'eq'" in text for text in texts)
    assert not any("should have removed" in text for text in texts)
