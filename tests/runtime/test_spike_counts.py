"""Counts of spikes from one sample to the next."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes.forms import FORMS
from numpy.typing import NDArray

import ranvier as rv

SIZE, STEPS = 30, 100
NEURON = rv.Neuron(
    parameters="drive = 0.1",
    equations="v = v + drive\na = a + 0.3 + drive",
    spike="v > 1.0",
    reset="v = 0.0",
    axon_spike="a > 1.0",
    axon_reset="a = 0.0",
)


@pytest.fixture(autouse=True, params=FORMS)
def form(request: pytest.FixtureRequest) -> Iterator[None]:
    """Spikes are lists or masks. Counts do not depend on it."""
    with FORMS[request.param]():
        yield


def build(period: float, offset: float | None = None, threads: int = 1) -> rv.Network:
    """A population whose neurons fire at different rates."""
    net = rv.Network(dt=0.5, seed=4)
    net.config(num_threads=threads)
    cells = net.create((5, 6), NEURON, name="cells")
    cells.drive = np.linspace(0.05, 1.2, SIZE).reshape(5, 6)
    cells.v = np.linspace(0.0, 0.9, SIZE).reshape(5, 6)
    items = ["spike", "count(spike)", "axon_spike", "count(axon_spike)", "v"]
    net.monitor(cells, items, period=period, period_offset=offset, name="all")
    net.monitor(cells[2:4, :], "count(spike)", period=period, period_offset=offset, name="some")
    net.compile()
    return net


def counted(spikes: dict[int, list[int]], ends: Any, begin: int = 0) -> NDArray[np.int64]:
    """Counts up to each of some steps, from ``begin`` on."""
    edges = np.array([begin, *(end + 1 for end in ends)])
    each = [np.histogram(spikes[rank], edges)[0] for rank in range(SIZE)]
    shortened = [  # the last bin of a histogram includes its right edge
        row - np.eye(len(row), dtype=int)[-1] * spikes[rank].count(int(edges[-1]))
        for rank, row in enumerate(each)
    ]
    return np.array(shortened).T


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(("period", "offset"), [(0.5, None), (5.0, 4.5), (8.5, 1.0)])
def test_counts_are_those_of_the_spikes(period: float, offset: float, threads: int) -> None:
    net = build(period, offset, threads)
    net.simulate(STEPS * 0.5)
    data, some = net.get_monitor("all").get(), net.get_monitor("some").get("count(spike)")
    ends = range(round((offset or 0.0) / 0.5), STEPS, round(period / 0.5))
    for event in ("spike", "axon_spike"):
        meant = counted(data[event], ends)
        found = data[f"count({event})"]
        assert found.dtype == np.int64 and found.shape == (len(ends), 5, 6)
        assert meant.sum() > 100
        assert np.array_equal(found.reshape(-1, SIZE), meant)
    assert np.array_equal(some, data["count(spike)"].reshape(-1, SIZE)[:, 12:24])


def test_a_run_may_be_cut(tmp_path: Path) -> None:
    whole, parts = build(5.0, 4.5), build(5.0, 4.5, threads=2)
    whole.simulate(STEPS * 0.5)
    for steps in (3, 20, 41, 36):
        parts.simulate(steps * 0.5)
        parts.save(tmp_path / "state.npz")
        parts.load(tmp_path / "state.npz")
    one, other = (net.get_monitor("all").get("count(spike)") for net in (whole, parts))
    assert np.array_equal(one, other)


GO_ON: dict[str, Callable[[rv.Network], rv.Network]] = {
    "another monitor": lambda net: net.monitor(net.get_population("cells"), "v").network,
    "copy": lambda net: net.copy(),
    "pickle": lambda net: pickle.loads(pickle.dumps(net)),
}


@pytest.mark.parametrize("how", GO_ON)
def test_another_program_goes_on_counting(how: str) -> None:
    net = build(5.0, 4.5)
    net.simulate(17.0)  # 4 steps after a sample
    net = GO_ON[how](net)
    net.simulate(STEPS * 0.5 - 17.0)
    data = net.get_monitor("all").get()
    ends = range(9, STEPS, 10)
    for event in ("spike", "axon_spike"):
        found = data[f"count({event})"].reshape(-1, SIZE)
        assert np.array_equal(found, counted(data[event], ends))
    some = net.get_monitor("some").get("count(spike)")
    assert np.array_equal(some, data["count(spike)"].reshape(-1, SIZE)[:, 12:24])


def test_counting_starts_where_recording_does() -> None:
    net = build(5.0)
    monitor = net.get_monitor("all")
    net.simulate(12.0)
    first = monitor.get()
    assert np.array_equal(
        first["count(spike)"].reshape(-1, SIZE), counted(first["spike"], (0, 10, 20))
    )
    monitor.pause()
    net.simulate(6.0)  # these are lost, and so are those since the sample of step 20
    monitor.resume()
    net.simulate(7.0)
    second = monitor.get()
    assert np.array_equal(
        second["count(spike)"].reshape(-1, SIZE), counted(second["spike"], (40,), begin=36)
    )
    monitor.stop()
    monitor.start(period=2.0)
    net.simulate(4.5)
    third = monitor.get()
    assert np.array_equal(
        third["count(spike)"].reshape(-1, SIZE), counted(third["spike"], (50, 54, 58), begin=50)
    )


def test_counting_starts_anew_where_the_clock_jumps() -> None:
    net = build(5.0, 4.5)
    net.simulate(4.0)
    net.get_monitor("all").get()
    net.current_step = 1005
    net.simulate(2.5)
    data = net.get_monitor("all").get()
    meant = counted(data["spike"], (1009,), begin=1005)
    assert np.array_equal(data["count(spike)"].reshape(-1, SIZE), meant)


def test_what_does_not_spike_is_not_counted() -> None:
    net = rv.Network()
    rated = net.create(3, rv.Neuron(equations="r = 1.0"), name="rated")
    with pytest.raises(rv.ModelError, match=r"nothing to record called 'count\(spike\)'"):
        net.monitor(rated, "count(spike)")
