"""Monitors of a network whose clock is set, reset or loaded.

Every interval counts by itself.
"""

from __future__ import annotations

import copy
import pickle
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ranvier as rv

DT = 0.5
FAR = 2**63 - 1 - 1000
# Neuron i spikes in every step of the run that is a multiple of i + 2.
CLOCK = rv.Neuron(
    parameters="every = 2 : int",
    equations="k = k + 1 : int, init=-1\nv = k",
    spike="k % every == 0",
    reset="",
)
SIZE = 4


def network(threads: int = 1) -> tuple[Any, Any]:
    net = rv.Network(dt=DT, seed=5)
    net.config(num_threads=threads)
    cells = net.create(SIZE, CLOCK, name="cells")
    cells.every = np.arange(SIZE) + 2
    return net, cells


def fired(neuron: int, first: int, steps: int, clock: int) -> list[int]:
    """Steps of the clock in which a neuron spikes.

    In the step ``first`` it shows ``clock``.
    """
    every = neuron + 2
    return [k - first + clock for k in range(first, first + steps) if k % every == 0]


PLANS = {
    "back": [(50, None), (30, 10), (40, 10)],
    "forward": [(50, None), (30, 70), (40, FAR)],
    "both": [(20, None), (30, 500), (7, 0), (0, 10**12), (25, 3)],
    "at once": [(0, None), (30, 12), (30, 12)],
}


def run(net: Any, plan: list[tuple[int, int | None]]) -> list[tuple[int, int, int]]:
    """Run as planned.

    Returns (first step of the run, steps, clock) of all parts that were run.
    """
    done, parts = 0, []
    for steps, clock in plan:
        if clock is not None:
            net.current_step = clock
        if steps:
            parts.append((done, steps, net.current_step))
        net.simulate(steps * DT)
        done += steps
    return parts


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("threads", [1, 2])
def test_all_that_is_known_of_spikes(plan: str, threads: int) -> None:
    net, cells = network(threads)
    monitor = net.monitor(cells, ["v", "spike"])
    net.compile()
    parts = run(net, PLANS[plan])
    expected = {i: [s for part in parts for s in fired(i, *part)] for i in range(SIZE)}
    found = monitor.get("spike", keep=True)
    assert found == expected
    total = sum(steps for _, steps, _ in parts)
    assert monitor.get("v", keep=True)[:, 0].tolist() == list(range(total))
    times = monitor.times()
    assert times["spike"] == {
        "start": [clock for _, _, clock in parts],
        "stop": [clock + steps for _, steps, clock in parts],
    }
    assert monitor.times("v")["v"] == times["spike"]
    # Each statistic is that of the parts, computed from the definition.
    duration = total * DT
    count = sum(map(len, expected.values()))
    assert monitor.mean_fr(found) == pytest.approx(count / SIZE / duration * 1000.0)
    rate = np.concatenate(
        [
            [
                sum(clock + t in fired(i, first, steps, clock) for i in range(SIZE))
                for t in range(steps)
            ]
            for first, steps, clock in parts
        ]
    )
    np.testing.assert_allclose(monitor.population_rate(found), rate * 1000.0 / DT / SIZE)
    intervals = {i: [g * DT for p in parts for g in np.diff(fired(i, *p))] for i in range(SIZE)}
    assert monitor.inter_spike_interval(found, per_neuron=True) == {
        i: gaps for i, gaps in intervals.items() if gaps
    }
    assert monitor.inter_spike_interval(found) == [g for gaps in intervals.values() for g in gaps]
    np.testing.assert_allclose(monitor.coefficient_of_variation(found), [0.0] * SIZE, atol=1e-12)
    smooth = np.concatenate([_inverse_intervals(*part) for part in parts], axis=1)
    np.testing.assert_allclose(monitor.smoothed_rate(found), smooth)
    clock_times, ranks = monitor.raster_plot(found)
    assert ranks.tolist() == [i for i in range(SIZE) for _ in expected[i]]
    flat = np.array([s for i in range(SIZE) for s in expected[i]])
    np.testing.assert_array_equal(clock_times, DT * flat)


def _inverse_intervals(first: int, steps: int, clock: int) -> Any:
    rates = np.zeros((SIZE, steps))
    for i in range(SIZE):
        own = fired(i, first, steps, 0)
        for a, b in pairwise(own):
            rates[i, a:b] = 1000.0 / DT / (b - a)
    return rates


def test_filters_begin_anew_behind_a_jump() -> None:
    net, cells = network()
    monitor = net.monitor(cells, "spike")
    net.compile()
    net.simulate(60 * DT)
    net.time = 0.0
    net.simulate(60 * DT)  # 60 is a multiple of all periods: the same again
    spikes = monitor.get("spike")
    for rate in (monitor.population_rate(spikes, 5.0), monitor.smoothed_rate(spikes, 5.0)):
        np.testing.assert_array_equal(rate[..., :60], rate[..., 60:])
        assert rate[..., :60].max() > 0.0


def test_histograms() -> None:
    net, cells = network()
    monitor = net.monitor(cells, "spike")
    net.compile()
    run(net, [(20, None), (30, 5)])
    found = monitor.get("spike")
    one = [s for i in range(SIZE) for s in fired(i, 0, 20, 0)]
    two = [s for i in range(SIZE) for s in fired(i, 20, 30, 5)]
    bins = [np.bincount((np.array(steps) - min(steps)) // 4).tolist() for steps in (one, two)]
    assert monitor.histogram(found, bins=4 * DT).tolist() == bins[0] + bins[1]
    assert monitor.histogram(found, bins=4 * DT, per_neuron=True).sum(0).tolist() == [
        *bins[0],
        *bins[1],
    ]
    both = np.bincount([s for s in one + two if s <= 15], minlength=16)
    assert monitor.histogram(found, recording_window=(0, 15)).tolist() == both.tolist()
    whole = rv.histogram(found, bins=4 * DT, dt=DT)
    assert whole.tolist() == bins[0] + bins[1]


def test_the_free_functions_know_the_intervals_too() -> None:
    net, cells = network()
    monitor = net.monitor(cells, "spike")
    net.compile()
    run(net, [(50, None), (50, 0)])
    found = monitor.get("spike")
    for spikes in (
        found,
        copy.copy(found),
        copy.deepcopy(found),
        pickle.loads(pickle.dumps(found)),
    ):
        gaps = [
            (i + 2) * DT for i in range(SIZE) for part in (0, 50) for _ in fired(i, part, 50, 0)[1:]
        ]
        assert rv.inter_spike_interval(spikes, dt=DT) == gaps
        np.testing.assert_allclose(rv.coefficient_of_variation(spikes), [0.0] * SIZE, atol=1e-12)
        first = max(s for i in range(SIZE) for s in fired(i, 0, 50, 0)) + 1
        second = [s for i in range(SIZE) for s in fired(i, 50, 50, 0)]
        assert rv.population_rate(spikes).size == first + max(second) + 1 - min(second)
        assert rv.smoothed_rate(spikes).shape == (SIZE, first + max(second) + 1 - min(second))
        duration = (first - 1 + max(second) - min(second)) * DT
        count = sum(map(len, spikes.values()))
        assert rv.mean_fr(spikes, dt=DT) == pytest.approx(count / SIZE / duration * 1000.0)


def test_spikes_of_some_neurons_and_changed_ones() -> None:
    net, cells = network()
    monitor = net.monitor(cells, "spike")
    net.compile()
    run(net, [(50, None), (50, 0)])
    found = monitor.get("spike")
    some = {rank: found[rank] for rank in (2, 0)}
    assert set(monitor.inter_spike_interval(some)) == {2 * DT, 4 * DT}
    assert monitor.mean_fr(some) == pytest.approx((50 + 25) / 2 / (100 * DT) * 1000.0)
    assert monitor.population_rate(some).shape == (100,)
    late = {rank: [s for s in steps if s > 20] for rank, steps in found.items()}
    with pytest.raises(rv.ModelError, match=r"the clock was set during this recording"):
        monitor.inter_spike_interval(late)
    found[1].append(7)
    with pytest.raises(rv.ModelError, match=r"the clock was set during this recording"):
        monitor.population_rate(found)
    with pytest.raises(rv.ModelError, match=r"no spikes of a neuron of rank 9"):
        monitor.inter_spike_interval(some, ranks=[9])


def test_a_clock_set_while_paused() -> None:
    net, cells = network()
    monitor = net.monitor(cells, "spike")
    net.compile()
    net.simulate(30 * DT)
    monitor.pause()
    net.current_step = 5
    net.simulate(30 * DT)
    monitor.resume()
    net.simulate(30 * DT)
    monitor.pause()
    net.simulate(30 * DT)
    monitor.resume()
    net.simulate(10 * DT)
    spikes = monitor.get("spike")
    assert monitor.times()["spike"] == {"start": [0, 35, 95], "stop": [30, 65, 105]}
    assert spikes[0] == [*fired(0, 0, 30, 0), *fired(0, 60, 30, 35), *fired(0, 120, 10, 95)]
    assert set(monitor.inter_spike_interval(spikes)) == {DT * n for n in (2, 3, 4, 5)}
    # A pause is silent, and takes its time; a jump does not.
    rate = monitor.population_rate(spikes)
    assert rate.size == 30 + 70
    assert rate[60:90].max() == 0.0 and rate[90:].max() > 0.0
    assert monitor.mean_fr(spikes) == pytest.approx(
        sum(map(len, spikes.values())) / SIZE / (70 * DT) * 1000.0
    )


@pytest.mark.parametrize("then", [0, 3, 103, 10**15, FAR])
@pytest.mark.parametrize(("period", "offset"), [(10, 0), (10, 4), (7, 6), (1, 0)])
def test_samples_stay_on_the_grid_of_the_clock(then: int, period: int, offset: int) -> None:
    net, cells = network()
    grid = {"period": period * DT, "period_offset": offset * DT}
    monitor = net.monitor(cells, "v", **grid)
    net.compile()
    net.simulate(20 * DT)
    late = net.monitor(cells[1:3], "v", **grid)  # begins in step 20
    net.simulate(25 * DT)
    net.current_step = then
    net.simulate(33 * DT)
    clock = [*range(45), *range(then, then + 33)]
    own = [k for k, shown in enumerate(clock) if (shown - offset) % period == 0]
    assert monitor.get("v")[:, 0].tolist() == own
    theirs = [k for k, shown in enumerate(clock) if (shown - 20 - offset) % period == 0 and k >= 20]
    assert late.get("v")[:, 1].tolist() == theirs
    assert late.times()["v"] == {"start": [20, then], "stop": [45, then + 33]}


@pytest.mark.parametrize("when", ["earlier", "later"])
def test_a_state_that_is_loaded_begins_an_interval(when: str, tmp_path: Path) -> None:
    net, cells = network()
    early = net.monitor(cells, "spike")
    net.compile()
    net.simulate(40 * DT)
    net.save(tmp_path / "state.npz")
    net.simulate(60 * DT)
    if when == "later":
        net.current_step = 7
    late = net.monitor(cells, ["spike", "v"], period=5 * DT)
    begin = net.current_step
    net.simulate(30 * DT)
    net.load(tmp_path / "state.npz")
    net.simulate(20 * DT)
    assert late.get("v", keep=True)[:, 0].tolist() == [
        *range(100, 130, 5),
        *[k for k in range(40, 60) if (k - begin) % 5 == 0],
    ]
    for monitor in (early, late):
        spikes = monitor.get("spike")
        assert monitor.inter_spike_interval(spikes, per_neuron=True) == {
            i: [(i + 2) * DT] * len(monitor.inter_spike_interval(spikes, [i])) for i in range(SIZE)
        }
        assert monitor.times("spike")["spike"]["stop"][-2:] == [begin + 30, 60]
        steps = sum(
            stop - start
            for start, stop in zip(*monitor.times("spike")["spike"].values(), strict=True)
        )
        assert monitor.population_rate(spikes).size == steps
        rate = sum(map(len, spikes.values())) / SIZE / (steps * DT) * 1000.0
        assert monitor.mean_fr(spikes) == pytest.approx(rate)
        assert monitor.population_rate(spikes).mean() == pytest.approx(rate)


def test_reset_and_compile_set_the_clock_too() -> None:
    net, cells = network()
    kept = net.monitor(cells, "spike", period=3 * DT)
    net.compile()
    net.simulate(31 * DT)
    net.reset(monitors=False)
    net.simulate(20 * DT)
    net.compile()
    net.simulate(10 * DT)
    spikes = kept.get("spike", keep=True)
    assert spikes[0] == [s for n in (31, 20, 10) for s in fired(0, 0, n, 0)]
    assert kept.times()["spike"] == {"start": [0, 0, 0], "stop": [31, 20, 10]}
    assert set(kept.inter_spike_interval(spikes)) == {DT * n for n in (2, 3, 4, 5)}
    net.reset()
    net.simulate(10 * DT)
    assert kept.get("spike")[0] == fired(0, 0, 10, 0)
    assert kept.times()["spike"] == {"start": [0], "stop": [10]}


def test_the_functions_of_the_default_network() -> None:
    rv.clear()
    rv.setup(dt=DT)
    cells = rv.Population(SIZE, CLOCK)
    cells.every = np.arange(SIZE) + 2
    monitor = rv.Monitor(cells, "spike")
    rv.compile()
    rv.simulate(20 * DT)
    rv.set_time(2.0)
    rv.simulate(20 * DT)
    rv.set_current_step(100)
    rv.simulate(20 * DT)
    rv.reset(monitors=False)
    rv.simulate(20 * DT)
    assert monitor.population_rate().size == 80
    assert monitor.times()["spike"] == {"start": [0, 4, 100, 0], "stop": [20, 24, 120, 20]}
    rv.clear()


def test_spikes_of_some_neurons_belong_to_their_event() -> None:
    """Both events are taken out, with equally many spikes."""
    neuron = rv.Neuron(
        equations="v = v + 1\na = a + 1", spike="v == 4", reset="v = 0",
        axon_spike="a >= 2", axon_reset="a = 0",
    )  # fmt: skip
    net = rv.Network(dt=1.0)
    cells = net.create(2, neuron)
    monitor = net.monitor(cells, ["spike", "axon_spike"])
    net.compile()
    cells.a = -100.0  # no axonal spikes at first
    net.simulate(9.0)
    net.time = 2.0
    cells.a = 0.0
    net.simulate(9.0)
    found = monitor.get()
    assert found["spike"][1] == [3, 7, 4, 8] and found["axon_spike"][1] == [3, 5, 7, 9]
    for event, gaps in (("spike", [4.0, 4.0]), ("axon_spike", [2.0, 2.0, 2.0])):
        some = {1: found[event][1]}
        assert monitor.inter_spike_interval(some) == gaps
    with pytest.raises(rv.ModelError, match="must be a dict from ranks"):
        monitor.mean_fr([3.0])  # type: ignore[arg-type]
