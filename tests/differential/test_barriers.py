"""Barriers: none that is needed is missing.

Their places change nothing.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from differential.levels import Lowered, differences, executed, without
from differential.models import NETWORKS
from differential.races import races, races_log
from differential.random_networks import random_network
from differential.shifting import Shifting

from ranvier import Network, Neuron, Uniform
from ranvier.ir.dialects.func import Call
from ranvier.ir.interface import BARRIER
from ranvier.ir.rewriter import Rewriter
from ranvier.passes.pipelines import OPTIMISED
from ranvier.runtime.program import Program

SEEDS = range(int(os.environ.get("RANVIER_TEST_SEEDS", "4")))
"""More with ``RANVIER_TEST_SEEDS=100``."""

PLACE = "place-barriers"
LOWERED = "@equations,@sparsity,lower-equations{share=true},map-to-threads{share=true}"
TILED = "@equations,choose-layout,tile-time{smallest=1 columns=3},lower-equations,map-to-threads"
MERGED = f"merge-kernels,{PLACE}"
STEPS = 9
MORE = 24


def networks() -> list[Any]:
    """All networks of the differential tests."""
    return [*(pytest.param(build, id=name) for name, build in NETWORKS.items())]


@pytest.mark.parametrize("build", networks())
@pytest.mark.parametrize("lowering", [LOWERED, TILED], ids=["stepwise", "tiled"])
def test_nothing_races(build: Any, lowering: str) -> None:
    lowered = Lowered(build()).run(f"{lowering},{MERGED}")
    assert not races(lowered, STEPS, threads=3)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_races_in_random_networks(seed: int) -> None:
    for lowering in (LOWERED, TILED):
        lowered = Lowered(random_network(seed)).run(f"{lowering},{MERGED}")
        assert not races(lowered, STEPS, threads=2)


@pytest.mark.parametrize(
    "name", ["coba", "rate_coded", "delayed_spikes", "shared_variables", "learning_rates"]
)
def test_races_are_found_where_barriers_are_missing(name: str) -> None:
    lowered = Lowered(NETWORKS[name]()).run(LOWERED)
    rw = Rewriter()
    for op in list(lowered.module.walk()):
        if isinstance(op, Call) and op.callee == BARRIER:
            rw.erase(op)
    assert races(lowered, STEPS, threads=2)


@pytest.mark.parametrize("build", networks())
def test_results_are_the_same_without_it(build: Any) -> None:
    """Threads meet at barriers only.

    Several steps run at once.
    """
    exact = without(OPTIMISED, "expand-math")
    meant = executed(Lowered(build()).run(without(exact, PLACE)), MORE, native=True, at_once=12)
    lowered = Lowered(build()).run(exact)
    for threads in (1, 2, 3):
        found = executed(lowered, MORE, threads=threads, native=True, at_once=12)
        assert not differences(meant, found)


@pytest.mark.parametrize("seed", SEEDS)
def test_random_networks_are_the_same_without_it(seed: int) -> None:
    exact = without(OPTIMISED, "expand-math")
    network = random_network(seed)
    plain = Lowered(network).run(without(exact, PLACE))
    meant = executed(plain, MORE, native=True, at_once=12)
    lowered = Lowered(network).run(exact)
    for threads in (1, 2, 3):
        found = executed(lowered, MORE, threads=threads, native=True, at_once=12)
        assert not differences(meant, found)


@pytest.mark.parametrize("build", networks())
def test_the_number_of_threads_may_change(build: Any) -> None:
    lowered = Lowered(build()).run(without(OPTIMISED, "expand-math"))
    meant = executed(lowered, MORE, native=True, at_once=12)
    tuner = Shifting(4, 0.0)
    found = executed(lowered, MORE, threads=4, native=True, at_once=12, tuner=tuner)
    assert not differences(meant, found)


def slow() -> Network:
    """Everything that crosses threads takes three steps at least."""
    net = Network(dt=0.5, seed=5)
    cell = Neuron(
        parameters="tau = 10.0",
        equations="tau*dv/dt = 1.4 - v + g_exc",
        spike="v > 1.0",
        reset="v = 0.0",
    )
    cells = net.create(40, cell, name="cells")
    cells.v = Uniform(0.0, 1.0)
    net.connect(cells, cells, "exc").fixed_probability(0.3, weights=0.05, delays=1.5)
    net.connect(cells, cells, "exc").fixed_probability(
        0.3, weights=Uniform(0.0, 0.05), delays=Uniform(1.5, 6.0)
    )
    rates = net.create(20, Neuron(equations="r = 0.5*r + sum(exc) + 0.1*t"), name="rates")
    net.connect(rates, rates, "exc").all_to_all(weights=0.01, delays=2.0)
    return net


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_meet_once_in_the_shortest_delay(threads: int) -> None:
    lowered = Lowered(slow()).run(f"{LOWERED},{MERGED}")
    log = races_log(lowered, MORE, threads)
    assert not log.races()
    assert len(log.stretches) == MORE // 3 + 1
    exact = without(OPTIMISED, "expand-math")
    plain = Lowered(slow()).run(without(exact, PLACE))
    lowered = Lowered(slow()).run(exact)
    for steps in (12, 8):
        meant = executed(plain, MORE, native=True, at_once=steps)
        found = executed(lowered, MORE, threads=threads, native=True, at_once=steps)
        assert not differences(meant, found)


def test_an_interval_that_is_too_long_would_race(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above means something: longer intervals would race."""
    lowered = Lowered(slow()).run(f"{LOWERED},{MERGED}")
    plain = Program.__init__

    def longer(self: Program, *args: Any, **settings: Any) -> None:
        plain(self, *args, **{**settings, "interval": 8})

    monkeypatch.setattr(Program, "__init__", longer)
    assert races(lowered, MORE, threads=2)
