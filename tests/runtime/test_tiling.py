"""Sums of several steps at once have the same bits.

They are those of sums step by step.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fakes.grid import emulated, on_cpu

import ranvier as rv
from ranvier.runtime.thread_tuner import ThreadTuner

NOISY = rv.Neuron(
    parameters="tau = 10.0 : population; b = 0.5",
    equations="tau*dr/dt + r = b + sum(exc) + 0.1*Uniform(-1.0, 1.0) : min=0.0",
)
FOLLOWS = "follow-remainders"
UNTILED = "@equations,choose-layout,@kernels,@cpu"


def chain(pipeline: str | None, threads: int = 1, delays: float = 0.0) -> tuple[Any, ...]:
    """A chain first -> second -> third <-> fourth.

    And first -> third over a delay.
    """
    net = rv.Network(dt=1.0, seed=11)
    net.config(num_threads=threads)
    sizes = dict(first=70, second=83, third=64, fourth=90)
    pops = {name: net.create(size, NOISY, name=name) for name, size in sizes.items()}
    pairs = [("first", "second"), ("second", "third"), ("first", "third")]
    for pre, post in [*pairs, ("third", "fourth"), ("fourth", "third")]:
        longer = delays if (pre, post) == ("first", "third") else 0.0
        projection = net.connect(pops[pre], pops[post], "exc")
        projection.all_to_all(weights=rv.Uniform(0.0, 0.02), delays=longer)
    monitors = [net.monitor(p, ["r", "sum(exc)"]) for p in pops.values()]
    options: dict[str, Any] = {} if pipeline is None else {"pipeline": pipeline}
    compiled = net.compile(**options)
    return net, pops, monitors, compiled


def recorded(monitors: Any) -> list[Any]:
    return [m.get(name) for m in monitors for name in ("r", "sum(exc)")]


@pytest.mark.parametrize("delays", [0.0, 4.0])
@pytest.mark.parametrize("threads", [1, 2])
def test_tiles_change_no_bit(delays: float, threads: int) -> None:
    net, _, mine, compiled = chain(None, threads, delays)
    assert "tile" in compiled.ir("kernels")
    other, _, theirs, plain = chain(UNTILED, 1, delays)
    assert "tile" not in plain.ir("kernels")
    for part in (30.0, 1.0, 7.0, 12.0, 24.0, 3.0):
        net.simulate(part)
    other.simulate(77.0)
    for one, two in zip(recorded(mine), recorded(theirs), strict=True):
        np.testing.assert_array_equal(one, two)


def test_what_the_user_writes_between_runs_counts() -> None:
    net, pops, mine, _ = chain(None)
    other, others, theirs, _ = chain(UNTILED)
    for network, populations in ((net, pops), (other, others)):
        network.simulate(20.0)
        populations["first"].r = np.linspace(0.0, 3.0, 70)
        populations["second"].b = 2.0
        network.simulate(9.0)
    for one, two in zip(recorded(mine), recorded(theirs), strict=True):
        np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(pops["third"].sum("exc"), others["third"].sum("exc"))


def test_cycles_and_order_of_sums_are_respected() -> None:
    _, _, _, compiled = chain(None)
    remarks = [r for r in compiled.report.remarks if r.pass_name == "tile-time"]
    tiled = {r.subject for r in remarks if r.applied}
    assert tiled == {"proj0", "proj1", "proj2"}


def test_sums_that_follow_an_untiled_one_are_not_tiled() -> None:
    net = rv.Network(dt=1.0, seed=2)
    pre, post = net.create(70, NOISY), net.create(70, NOISY)
    net.connect(pre, post, "exc").fixed_probability(0.3, weights=0.1)
    net.connect(pre, post, "exc").all_to_all(weights=0.01)
    compiled = net.compile()
    assert "tile" not in compiled.ir("kernels")


def test_runs_are_cut_between_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretches that are less than a tile go step by step.

    The tuner asks for stretches of any length.
    """
    monkeypatch.setattr(ThreadTuner, "steps", lambda self, seconds: 5)
    net, _, _, compiled = chain(None)
    program, stretches = compiled._program, []
    entry = program.entry

    def watched(thread: int, threads: int, first: int, last: int, table: Any) -> None:
        stretches.append(last - first)
        entry(thread, threads, first, last, table)

    program.entry = watched
    net.simulate(30.0)
    assert stretches == [12, 12, 6]


def on_grid(parts: tuple[float, ...], threads: Any, first: int) -> tuple[list[Any], list[str]]:
    """Recordings of a chain, and remarks about its slots."""
    net, _, monitors, compiled = chain(None, threads, 4.0)
    net.current_step = first
    for part in parts:
        net.simulate(part)
    said = [each.text for each in compiled.report.remarks if each.pass_name == FOLLOWS]
    return recorded(monitors), said


@pytest.mark.parametrize("first", [0, 10**12 + 5, 2**63 - 100])
def test_slots_on_a_grid_of_one_thread(first: int) -> None:
    """Slots of several steps, also where numbers of steps end."""
    parts = (30.0, 1.0, 7.0, 12.0, 24.0, 3.0)
    meant, none = on_grid(parts, 1, first)
    with on_cpu():
        found, some = on_grid(parts, 1, first)
    assert some and not none
    for one, other in zip(meant, found, strict=True):
        np.testing.assert_array_equal(one, other)


def test_slots_on_an_emulated_grid() -> None:
    parts = (12.0, 2.0)
    meant, none = on_grid(parts, 1, 0)
    with emulated(3, 32), rv.options(target="cuda"):
        found, some = on_grid(parts, None, 0)
    assert some and not none
    for one, other in zip(meant, found, strict=True):
        np.testing.assert_array_equal(one, other)
