"""The PTX of known networks, and its registers, are those recorded.

``golden_ptx.json`` has hashes and resources; ``python -m samples.golden_ptx`` in the folder of the
tests writes it anew, and so does ``RANVIER_BLESS=1`` for the networks that are tested.
"""

from __future__ import annotations

import os

import pytest
from samples.golden_ptx import (
    COMPARED,
    NETWORKS,
    everything_recorded,
    llvm,
    main,
    recorded,
)
from samples.ptx_code import ASSEMBLED, needs_ptxas

from ranvier.codegen_ptx.ptxas import version

RENEW = "python -m samples.golden_ptx, in the folder of the tests, writes the file anew"


@pytest.mark.parametrize("name", NETWORKS)
def test_same_text(name: str) -> None:
    if os.environ.get("RANVIER_BLESS"):
        main([name])
        everything_recorded.cache_clear()
        return
    if llvm() != everything_recorded()["llvm"]:
        pytest.skip(f"the file was made with {everything_recorded()['llvm']}, here is {llvm()}")
    found = {machine: NETWORKS[name].found(machine) for machine in COMPARED}
    assert found == recorded(name)["texts"], RENEW


@pytest.mark.parametrize("name", NETWORKS)
def test_what_is_recorded(name: str) -> None:
    """Kernels of all architectures, none of which spills."""
    resources = recorded(name)["resources"]
    assert resources.keys() == {*ASSEMBLED}
    for found in resources.values():
        kernels = [each for each in found.values() if each["registers"] is not None]
        assert len(kernels) == recorded(name)["texts"]["sm_90"]["kernels"] > 0
        assert all(each["spills"] == each["stack"] == 0 for each in found.values())


@needs_ptxas
@pytest.mark.parametrize("name", NETWORKS)
def test_same_resources(name: str) -> None:
    """Registers of the ``ptxas`` that was asked; no spills of any."""
    found = {machine: NETWORKS[name].resources(machine) for machine in COMPARED}
    if version() == everything_recorded()["ptxas"]:
        assert found == {each: recorded(name)["resources"][each] for each in COMPARED}, RENEW
    assert not [f for each in found.values() for f in each.values() if f["spills"] or f["stack"]]
