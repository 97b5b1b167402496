"""Axonal spikes, the second kind: what hears, records and saves them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import ranvier as rv

SIZE, STEPS = 40, 60
NEURON = rv.Neuron(
    parameters="drive = 0.25",
    equations="v = v + drive\na = a + 0.375",
    spike="v > 1.0",
    reset="v = 0.0",
    axon_spike="a > 1.0",
    axon_reset="a = a - 1.0",
    refractory=2.0,
)
LISTEN = rv.Neuron(equations="x = x + g_exc", spike="x > 1e9", reset="x = 0.0")
SYNAPSES = {
    "soma": rv.Synapse(pre_spike="g_target += w"),
    "axon": rv.Synapse(pre_axon_spike="g_target += w"),
    "both": rv.Synapse(pre_spike="g_target += w", pre_axon_spike="g_target += w"),
}
DRIVE, START = np.arange(SIZE) % 7 / 8.0, np.arange(SIZE) % 5 / 4.0
Spikes = list[NDArray[np.int64]]


def expected() -> tuple[Spikes, Spikes]:
    """Ranks of both kinds of spikes in each step.

    All numbers are sums of eighths, so they are exact.
    """
    v, a, left = np.zeros(SIZE), START.copy(), np.zeros(SIZE, int)
    soma: Spikes = []
    axon: Spikes = []
    for _ in range(STEPS):
        free = left == 0
        v, a = np.where(free, v + DRIVE, v), np.where(free, a + 0.375, a)
        hit = free & (v > 1.0)
        other = free & ~hit & (a > 1.0)
        v[hit] = 0.0
        a[other] -= 1.0
        left = np.where(hit, 2, np.maximum(left - 1, 0))
        soma.append(np.flatnonzero(hit))
        axon.append(np.flatnonzero(other))
    return soma, axon


def build(delay: float, threads: int = 1) -> rv.Network:
    """A population with both kinds of spikes, and listeners."""
    net = rv.Network(dt=1.0, seed=8)
    net.config(num_threads=threads)
    source = net.create(SIZE, NEURON, name="source")
    source.drive, source.a = DRIVE, START
    for name, synapse in SYNAPSES.items():
        cells = net.create(SIZE, LISTEN, name=name)
        net.connect(source, cells, "exc", synapse).one_to_one(0.5, delays=delay)
        net.monitor(cells, "x", name=f"x_{name}")
    net.monitor(source, ["spike", "axon_spike"], name="all")
    net.monitor(source[5:21], "axon_spike", name="some")
    net.compile()
    return net


def by_step(recorded: dict[int, list[int]]) -> Spikes:
    """Ranks by step."""
    return [np.array([r for r, steps in recorded.items() if k in steps]) for k in range(STEPS)]


def same(found: Spikes, meant: Spikes) -> bool:
    """Whether two lists have the same ranks in every step."""
    return all(np.array_equal(a, b) for a, b in zip(found, meant, strict=True))


def test_a_neuron_has_one_kind_in_a_step_and_none_while_refractory() -> None:
    soma, axon = expected()
    net = build(1.0)
    net.simulate(float(STEPS))
    whole, some = net.get_monitor("all"), net.get_monitor("some")
    found = whole.get(["spike", "axon_spike"])
    assert sum(map(len, soma)) > 100 and sum(map(len, axon)) > 100
    assert same(by_step(found["spike"]), soma)
    assert same(by_step(found["axon_spike"]), axon)
    assert same(by_step(some.get("axon_spike")), [r[(r >= 5) & (r < 21)] for r in axon])
    times, ranks = whole.raster_plot(found["axon_spike"])
    assert len(times) == len(ranks) == sum(map(len, axon))


@pytest.mark.parametrize("delay", [1, 4])
def test_synapses_hear_the_spikes_that_they_name(delay: int) -> None:
    soma, axon = expected()
    net = build(float(delay))
    net.simulate(float(STEPS))
    heard = {"soma": [soma], "axon": [axon], "both": [soma, axon]}
    for name, lists in heard.items():
        x = np.zeros((STEPS, SIZE))
        for spikes in lists:
            for k in range(STEPS - delay):
                x[k + delay, spikes[k]] += 0.5
        assert np.array_equal(net.get_monitor(f"x_{name}").get("x"), np.cumsum(x, axis=0)), name


@pytest.mark.parametrize("threads", [1, 2])
def test_a_run_may_be_cut_saved_and_loaded(threads: int, tmp_path: Path) -> None:
    whole = build(4.0)
    whole.simulate(float(STEPS))
    parts, loaded = build(4.0, threads), build(4.0, 3 - threads)
    for duration in (1.0, 22.0, 8.0):
        parts.simulate(duration)
    parts.save(tmp_path / "state.npz")
    loaded.load(tmp_path / "state.npz")
    for net in (parts, loaded):
        net.simulate(STEPS - 31.0)
        for name in SYNAPSES:
            one, other = whole.get_population(name), net.get_population(name)
            assert np.array_equal(one.x, other.x)
    cut = parts.get_monitor("all").get("axon_spike")
    assert cut == whole.get_monitor("all").get("axon_spike")


def test_reset_forgets_what_is_under_way() -> None:
    net = build(4.0)
    net.simulate(7.0)
    net.reset()
    net.get_population("source").drive = 0.0
    net.get_population("source").a = -100.0
    net.simulate(6.0)
    for name in SYNAPSES:
        assert not np.any(net.get_population(name).x)


def test_a_state_with_ranks_that_do_not_exist_is_refused(tmp_path: Path) -> None:
    net = build(4.0)
    net.simulate(7.0)
    net.save(tmp_path / "state.npz")
    state: dict[str, Any] = dict(np.load(tmp_path / "state.npz"))
    (name,) = [key for key in state if "spikes(axon_spike)" in key]
    assert state[name].size
    state[name][0] = 10**6
    np.savez(tmp_path / "other.npz", **state)
    with pytest.raises(rv.ModelError, match="ranks outside of the population"):
        net.load(tmp_path / "other.npz")


def test_both_kinds_have_the_same_statements_line_by_line() -> None:
    text = "x = 1.0\n  g_target += w\n"
    rv.Synapse(pre_spike=text, pre_axon_spike="x =  1.0\n\ng_target += w")
    with pytest.raises(rv.ModelError, match="'pre_axon_spike' differs from 'pre_spike'"):
        rv.Synapse(pre_spike=text, pre_axon_spike="x = 1.0 g_target += w")


def test_only_populations_with_axonal_spikes_can_be_heard() -> None:
    net = rv.Network()
    plain = rv.Neuron(equations="x = x + g_exc", spike="x > 1.0", reset="x = 0.0")
    cells = net.create(3, plain, name="cells")
    with pytest.raises(rv.ModelError, match="have no condition 'axon_spike'; they have 'spike'"):
        net.connect(cells, cells, "exc", SYNAPSES["axon"])
    with pytest.raises(rv.ModelError, match="no such event; its neurons have no 'axon_spike'"):
        net.monitor(cells, "axon_spike")
