"""Kernels that test their indices compute the same and find every fault planted in them."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from differential.models import NETWORKS
from differential.random_networks import random_network
from fakes.planted import FAR, STEP, Planted, PlantFaults, prepare

import ranvier as rv
from ranvier.ir.location import spot
from ranvier.passes.pipelines import LOWERING, OPTIMISED
from ranvier.runtime.checks import OutOfBounds

STEPS, AGAIN = 20, 3
NIGHTLY = bool(os.environ.get("RANVIER_NIGHTLY"))
SEEDS = range(int(os.environ.get("RANVIER_TEST_SEEDS", "40" if NIGHTLY else "4")))
BUILDERS: dict[str, Callable[[], rv.Network]] = {
    **NETWORKS,
    **{f"random_{seed}": partial(random_network, seed) for seed in SEEDS},
}
PLAIN = [*BUILDERS] if NIGHTLY else ["hybrid", "operations_of_sums", "spike_timing", "random_1"]
"""Networks that are looked at without optimisation too: all of them at night."""


def _same(expected: dict[str, Any], found: dict[str, Any]) -> None:
    assert expected.keys() == found.keys()
    for name, values in expected.items():
        np.testing.assert_array_equal(values, found[name], name)


def _told(problem: OutOfBounds, number: int, access: Planted) -> bool:
    """Whether an error speaks of a planted fault: its kernel, operation, line, buffer and index."""
    low = FAR + number * STEP
    found = [fault for fault in problem.faults if low <= fault.index < low + STEP]
    place, text = spot(access.loc), str(problem)
    words = [f"kernel '{access.kernel}': '{access.operation}' takes"]
    words += [f"index {fault.index} of '{fault.buffer}', which has" for fault in found]
    words += [f"{place.file}:{place.line}:"] if place is not None else []
    return bool(found) and all(word in text for word in words)


@pytest.mark.parametrize(
    ("name", "pipeline"),
    [*((name, OPTIMISED) for name in BUILDERS), *((name, LOWERING) for name in PLAIN)],
)
def test_planted_faults(name: str, pipeline: str) -> None:
    """Each access that happens is sent far outside, one after the other; nothing else is found."""
    plain, net = BUILDERS[name](), BUILDERS[name]()
    before = plain.compile(pipeline=pipeline)
    compiled = net.compile(pipeline=[pipeline, PlantFaults()], check="bounds", num_threads=2)
    accesses = list(PlantFaults.found)
    program = compiled._program
    planted = prepare(program, len(accesses))
    for each in (plain, net):
        each.simulate(STEPS * each.dt)
    _same(before.state(), compiled.state())
    state = compiled.state()
    found = []
    for number, access in enumerate(accesses, 1):
        program.restore(state)
        planted[:] = 0
        planted[0] = number
        try:
            program.simulate(AGAIN)
        except OutOfBounds as problem:
            assert _told(problem, number, access), f"{access}: {problem}"
            found.append(number)
        assert bool(planted[number]) == (number in found), access
    assert len(found) > len(accesses) / 3
