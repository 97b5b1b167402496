"""Monitors and the statistics of spikes."""

from __future__ import annotations

import numpy as np
import pytest
from fakes.compiled import fake_compiler

import ranvier as rv
from ranvier.ir.diagnostics import ModelError

NEURON = rv.Neuron(
    parameters="tau = 20.0 : population",
    equations="tau*dv/dt = -v + g_exc\nm = 1.0 : population",
    spike="v > 1.0",
    reset="v = 0.0",
)
RATE = rv.Neuron(equations="r = sum(exc)")
SPIKES = {0: [2, 4, 10], 1: [], 2: [3], 3: [4, 6, 8, 10]}


@pytest.fixture
def net() -> rv.Network:
    return rv.Network(dt=0.1, seed=1)


def feed(monitor: rv.Monitor, spikes: dict[int, list[int]]) -> None:
    """Hand over spikes as the run time does. They come by step, in two chunks."""
    events = sorted((step, rank) for rank, steps in spikes.items() for step in steps)
    for chunk in (events[:3], events[3:]):
        steps, ranks = np.array(chunk, dtype=np.int64).reshape(-1, 2).T
        monitor._extend_spikes("spike", steps, ranks.astype(np.int32))


def run(net: rv.Network, steps: int) -> None:
    with fake_compiler():
        if not net.compiled:
            net.compile()
        net.simulate(steps * net.dt)


def test_samples(net: rv.Network) -> None:
    population = net.create((2, 3), NEURON)
    monitor = net.monitor(population, ["v", "m", "spike"])
    assert monitor.variables == ["v", "m", "spike"]
    assert monitor.get("v", keep=True).shape == (0, 2, 3)
    data = np.arange(24.0).reshape(4, 6)
    for chunk in (data[:1], data[1:]):
        monitor._extend("v", chunk)
    monitor._extend("m", np.arange(4.0).reshape(4, 1))
    np.testing.assert_array_equal(monitor.get("v", keep=True), data.reshape(4, 2, 3))
    np.testing.assert_array_equal(monitor.get("v", keep=True, reshape=False), data)
    assert monitor.get("m").tolist() == [0, 1, 2, 3]
    assert set(monitor.get(keep=True)) == {"v", "m", "spike"}
    assert set(monitor.get("v", keep=True, force_dict=True)) == {"v"}
    assert set(monitor.get(["v", "spike"], keep=True)) == {"v", "spike"}
    monitor._extend("v", np.empty((0, 6)))
    assert monitor["v"].shape == (4, 2, 3)
    assert monitor.get("v").shape == (0, 2, 3)
    with pytest.raises(ModelError, match="does not record 'w'"):
        monitor.get("w")


def test_views(net: rv.Network) -> None:
    population = net.create(6, NEURON)
    monitor = net.monitor(population[[4, 1]], ["v", "spike"])
    assert monitor.ranks is not None
    assert monitor.ranks.tolist() == [4, 1]
    data = np.arange(12.0).reshape(2, 6)
    monitor._extend("v", data)
    monitor._extend("v", data[:, [4, 1]])
    np.testing.assert_array_equal(monitor.get("v"), np.tile(data[:, [4, 1]], (2, 1)))
    feed(monitor, {1: [3, 5], 2: [4], 4: [1]})
    assert monitor.get("spike") == {4: [1], 1: [3, 5]}


def test_spikes(net: rv.Network) -> None:
    monitor = net.monitor(net.create(4, NEURON), "spike")
    feed(monitor, SPIKES)
    assert monitor.get("spike", keep=True) == SPIKES
    assert monitor.get()["spike"] == SPIKES
    assert monitor.get("spike") == {0: [], 1: [], 2: [], 3: []}


def test_control_and_times(net: rv.Network) -> None:
    population = net.create(2, RATE)
    monitor = net.monitor(population, "r", period=0.3)
    assert monitor._control() == (True, 3, 0)
    assert monitor.period == pytest.approx(0.3)
    shifted = net.monitor(population, "r", period=0.5, period_offset=0.2, start=False)
    assert shifted._control() == (False, 5, 2)
    run(net, 10)
    monitor.pause()
    assert monitor._control()[0] is False
    run(net, 5)
    monitor.resume()
    assert monitor._control() == (True, 3, 0)
    run(net, 5)
    monitor.get("r")
    assert monitor.times() == {"r": {"start": [0, 15], "stop": [10, 20]}}
    run(net, 1)
    monitor.get("r", keep=True)
    assert monitor.times("r")["r"] == {"start": [20], "stop": [21]}
    shifted.start()
    assert shifted._control() == (True, 5, 23)
    shifted.start(period=0.2)
    assert shifted._control() == (True, 2, 21)
    shifted._extend("r", np.ones((2, 2)))
    shifted.stop()
    assert shifted.get("r").size == 0


def test_the_period_follows_dt(net: rv.Network) -> None:
    monitor = net.monitor(net.create(2, RATE), "r", period=10.0)
    net.dt = 0.5
    assert monitor._control() == (True, 20, 0)


def test_monitors_after_compile(net: rv.Network) -> None:
    population = net.create(2, RATE)
    with fake_compiler() as calls:
        net.compile(num_threads=2)
        net.simulate(1.0)
        monitor = net.monitor(population, "r")
        assert monitor._control() == (True, 1, 10)
        net.simulate(1.0)
        net.simulate(1.0)
        assert [call["previous"] is None for call in calls] == [True, False]
        monitor.start(["sum(exc)"])
        net.step()
        assert len(calls) == 3
    assert net.current_step == 31


def test_wrong_monitors(net: rv.Network) -> None:
    spiking, rate = net.create(2, NEURON), net.create(2, RATE)
    net.monitor(rate, "sum(exc)")
    net.monitor(spiking, "g_exc")
    for obj, name, message in (
        (rate, "x", "nothing to record called 'x'"),
        (rate, "sum(ecx)", r"did you mean 'sum\(exc\)'"),
        (rate, "spike", "does not spike"),
        (spiking, "tau", "is a parameter"),
        (spiking, "r", "record 'spike' and use smoothed_rate"),
        (rate, [], "needs the names"),
    ):
        with pytest.raises(ModelError, match=message):
            net.monitor(obj, name)
    for period, offset in (
        (0.0, None),
        (-1.0, None),
        (float("nan"), None),
        (1.0, 1.0),
        (1.0, -0.5),
    ):
        with pytest.raises(ModelError, match=r"period|offset"):
            net.monitor(rate, "r", period=period, period_offset=offset)
    projection = net.connect(rate, rate, "exc").all_to_all(1.0)
    with pytest.raises(ModelError, match=r"projection\.w"):
        net.monitor(projection, "w")  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="does not record 'spike'"):
        net.monitor(rate, "r").mean_fr()


def test_statistics_of_a_monitor(net: rv.Network) -> None:
    monitor = net.monitor(net.create(4, NEURON), "spike")
    run(net, 20)
    feed(monitor, SPIKES)
    spikes = monitor.get("spike")
    times, ranks = monitor.raster_plot(spikes)
    np.testing.assert_allclose(times, [0.2, 0.4, 1.0, 0.3, 0.4, 0.6, 0.8, 1.0])
    assert ranks.tolist() == [0, 0, 0, 2, 3, 3, 3, 3]
    assert monitor.mean_fr(spikes) == pytest.approx(8 / 4 / 2.0 * 1000)
    rates = monitor.population_rate(spikes)
    assert rates.shape == (20,)
    assert rates[4] == pytest.approx(2 / (0.1 * 4) * 1000)
    smoothed = monitor.smoothed_rate(spikes)
    assert smoothed.shape == (4, 20)
    np.testing.assert_allclose(smoothed[0, :12], [0, 0, *[5000] * 2, *[10_000 / 6] * 6, 0, 0])
    assert monitor.histogram(spikes, bins=0.2).tolist() == [2, 2, 1, 1, 2]
    np.testing.assert_allclose(monitor.inter_spike_interval(spikes), [0.2, 0.6, 0.2, 0.2, 0.2])
    np.testing.assert_allclose(monitor.coefficient_of_variation(spikes), [0.5, 0.0], atol=1e-12)


def test_statistics_take_the_spikes_out(net: rv.Network) -> None:
    monitor = net.monitor(net.create(4, NEURON), "spike")
    run(net, 20)
    feed(monitor, SPIKES)
    assert monitor.mean_fr() == pytest.approx(1000.0)
    assert monitor.mean_fr() == 0.0


def test_free_statistics() -> None:
    assert rv.histogram(SPIKES).tolist() == [1, 1, 2, 0, 1, 0, 1, 0, 2]
    per_neuron = rv.histogram(SPIKES, bins=4.0, per_neuron=True, recording_window=(0, 11))
    assert per_neuron.tolist() == [[1, 1, 1], [0, 0, 0], [1, 0, 0], [0, 2, 2]]
    assert rv.inter_spike_interval(SPIKES, ranks=[3], dt=0.5) == [1.0, 1.0, 1.0]
    assert rv.inter_spike_interval(SPIKES, per_neuron=True) == {0: [2, 6], 3: [2, 2, 2]}
    assert rv.mean_fr(SPIKES, duration=10.0) == pytest.approx(200.0)
    assert rv.mean_fr(SPIKES) == pytest.approx(250.0)
    assert rv.population_rate(SPIKES, dt=0.1).size == 9
    raw, smooth = rv.population_rate(SPIKES), rv.population_rate(SPIKES, smooth=4.0)
    assert smooth[0] == raw[0]
    assert smooth[1] == raw[0] + (raw[1] - raw[0]) / 4.0
    empty: dict[int, list[int]] = {0: [], 1: []}
    assert rv.mean_fr(empty) == 0.0
    assert rv.raster_plot(empty)[0].size == 0
    assert rv.smoothed_rate(empty).shape == (2, 0)
    assert rv.histogram(empty).size == 0
