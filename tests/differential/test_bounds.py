"""Kernels that test their indices compute the same.

They find every fault planted in them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from differential.event_models import axonal_spikes
from differential.models import NETWORKS
from differential.random_networks import random_network
from fakes import grid
from fakes.planted import FAR, STEP, Planted, PlantFaults, prepare

import ranvier as rv
from ranvier.ir.layouts import LAYOUTS
from ranvier.ir.location import spot
from ranvier.passes.pipelines import LOWERING, OPTIMISED
from ranvier.runtime.bounds_reports import OutOfBounds

STEPS, AGAIN = 20, 3
NIGHTLY = bool(os.environ.get("RANVIER_NIGHTLY"))
SEEDS = range(int(os.environ.get("RANVIER_TEST_SEEDS", "40" if NIGHTLY else "2")))
SPREAD, LATE = rv.Uniform(0.0, 0.3), rv.Uniform(1.0, 20.0)
CONNECTED: dict[str, Callable[[Any], Any]] = {
    "by_pre": lambda p: p.fixed_probability(0.3, SPREAD),
    "bit_matrix": lambda p: p.fixed_probability(0.3, 0.1),
    "delay_queues": lambda p: p.fixed_probability(0.3, SPREAD, delays=LATE),
    "by_delay": lambda p: p.fixed_probability(0.3, SPREAD, delays=LATE),
    "dense_rows": lambda p: p.all_to_all(SPREAD),
    "by_post": lambda p: p.fixed_probability(0.1, SPREAD),
    "slices": lambda p: p.fixed_number_pre(7, SPREAD, delays=LATE),
    "slices_one": lambda p: p.fixed_number_pre(7, 0.1),
    "dense": lambda p: p.all_to_all(SPREAD, delays=LATE),
    "dense_one": lambda p: p.all_to_all(0.1),
    "diagonal": lambda p: p.one_to_one(SPREAD),
}
"""Connectors for which each layout of synapses is chosen."""


def laid_out(layout: str) -> rv.Network:
    """Two populations whose synapses have this layout."""
    net = rv.Network(dt=1.0, seed=2)
    if LAYOUTS[layout].can("sum"):
        one = rv.Neuron(parameters="p = 0.1", equations="r = sin(p * t)")
        other = rv.Neuron(equations="2.0 * dr/dt + r = sum(exc)")
    else:
        one = rv.Neuron(parameters="p = 0.3", equations="v += p", spike="v > 1.0", reset="v = 0.0")
        other = rv.Neuron(equations="dv/dt = g_exc - 0.5 * v", spike="v > 2.0", reset="v = 0.0")
    pre, post = (net.create(77, neuron) for neuron in (one, other))
    pre.p = np.linspace(0.1, 0.6, 77)
    CONNECTED[layout](net.connect(pre, post, "exc"))
    return net


BUILDERS: dict[str, Callable[[], rv.Network]] = {
    **NETWORKS,
    "axonal_spikes": axonal_spikes,
    **{layout: partial(laid_out, layout) for layout in LAYOUTS},
    **{f"random_{seed}": partial(random_network, seed) for seed in SEEDS},
}
PLAIN = [*BUILDERS] if NIGHTLY else ["hybrid", "operations_of_sums", "spike_timing", "random_1"]
"""Networks that are looked at without optimisation, too.

All of them at night.
"""

PREFERRED = {"by_delay": OPTIMISED.replace("@sparsity", "choose-layout{prefer=by_delay}")}
"""Pipelines for layouts that are not chosen by themselves."""


def _same(expected: dict[str, Any], found: dict[str, Any]) -> None:
    assert expected.keys() == found.keys()
    for name, values in expected.items():
        np.testing.assert_array_equal(values, found[name], name)


def _told(problem: OutOfBounds, number: int, access: Planted) -> bool:
    """Whether an error speaks of a planted fault.

    It says its kernel, operation, line, buffer and index.
    """
    low = FAR + number * STEP
    found = [fault for fault in problem.faults if low <= fault.index < low + STEP]
    place, text = spot(access.loc), str(problem)
    words = [f"kernel '{access.kernel}': '{access.operation}' takes"]
    words += [f"index {fault.index} of '{fault.buffer}', which has" for fault in found]
    words += [f"{place.file}:{place.line}:"] if place is not None else []
    return bool(found) and all(word in text for word in words)


@pytest.mark.parametrize(
    ("name", "pipeline"),
    [
        *((name, PREFERRED.get(name, OPTIMISED)) for name in BUILDERS),
        *((name, LOWERING) for name in PLAIN),
    ],
)
def test_planted_faults(name: str, pipeline: str) -> None:
    """Each access sent far outside is found, and nothing else.

    All accesses that happen are sent there one after the other.
    """
    plain, net = BUILDERS[name](), BUILDERS[name]()
    before = plain.compile(pipeline=pipeline)
    compiled = net.compile(pipeline=[pipeline, PlantFaults()], check="bounds", num_threads=2)
    accesses = list(PlantFaults.found)
    program = compiled._program
    if name in LAYOUTS and pipeline != LOWERING:
        assert [storage.layout.name for storage in program.storages.values()] == [name]
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
    assert len(found) > len(accesses) / 4


@pytest.mark.parametrize("name", [*NETWORKS] if NIGHTLY else ["spike_timing", "counted_spikes"])
def test_planted_faults_on_a_grid(name: str) -> None:
    """The kernels of a grid test what they do, too."""
    with grid.on_cpu():
        test_planted_faults(name, grid.PIPELINE)


def test_delays_of_padding_are_steps_that_the_past_has() -> None:
    """Dense synapses read the past of pre neurons everywhere.

    They learn, also if there is no synapse.
    """
    net = rv.Network(dt=1.0, seed=3)
    cells = net.create(9, rv.Neuron(equations="r = 0.5 * r + sum(exc) + 0.01 * t"))
    oja = rv.Synapse(equations="4.0 * dw/dt = pre.r * post.r - w : min=-1.0, max=1.0")
    projection = net.connect(cells, cells, "exc", oja)
    projection.all_to_all(weights=0.1, delays=rv.Uniform(1.0, 4.0))
    net.compile(check="bounds")
    net.simulate(12.0)
    assert np.isfinite(projection.w).all()
