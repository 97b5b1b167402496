"""Delays: spikes emitted at k - d arrive at k.

Transmission reads the step k - d.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ranvier as rv

CLOCK = rv.Neuron(parameters="scale = 1.0", equations="r = scale*(t + 1.0) : init=-7.0")
SUM = rv.Neuron(equations="r = sum(exc)")
BEAT = rv.Neuron(
    parameters="period = 5 : int; phase = 0 : int",
    equations="k = k + 1 : int, init=-1",
    spike="k % period == phase",
    reset="",
)
LISTEN = rv.Neuron(equations="x = x + g_exc", spike="x > 1e9", reset="x = 0.0")


def rates(delays: Any, threads: int = 1) -> tuple[Any, Any, Any]:
    net = rv.Network(dt=0.5, seed=5)
    net.config(num_threads=threads)
    pre, post = net.create(30, CLOCK), net.create(40, SUM)
    pre.scale = np.arange(1.0, 31.0)
    projection = net.connect(pre, post, "exc")
    projection.fixed_probability(0.3, weights=rv.Uniform(0.0, 1.0), delays=delays)
    monitor = net.monitor(post, "r")
    net.compile()
    return net, projection, monitor


def expected_rates(projection: Any, steps: int) -> Any:
    c = projection.connectivity
    delay = np.broadcast_to(c.delay_steps, c.pre.shape)
    out = np.zeros((steps, 40))
    for k in range(steps):
        then = k - delay
        value = np.where(then < 0, -7.0, (c.pre + 1.0) * (then * 0.5 + 1.0))
        np.add.at(out[k], c.post, c.w * value)
    return out


@pytest.mark.parametrize("delays", [0.5, 2.0, rv.DiscreteUniform(1, 6)])
def test_rate_coded_delays(delays: Any) -> None:
    net, projection, monitor = rates(delays)
    net.simulate(20.0)
    found = monitor.get("r")
    np.testing.assert_allclose(found, expected_rates(projection, 40), rtol=1e-13)
    other, _, theirs = rates(delays, threads=2)
    other.simulate(7.5)
    other.simulate(12.5)
    np.testing.assert_array_equal(found, theirs.get("r"))


@pytest.mark.parametrize("delays", [1.5, "matrix"])
def test_dense_delays(delays: Any) -> None:
    net = rv.Network(dt=0.5, seed=5)
    pre, post = net.create(20, CLOCK), net.create(24, SUM)
    rng = np.random.default_rng(1)
    weights = rng.random((24, 20))
    given = 0.5 * rng.integers(1, 5, (24, 20)) if delays == "matrix" else delays
    projection = net.connect(pre, post, "exc")
    if delays == "matrix":
        projection.all_to_all(weights=1.0, delays=rv.Uniform(0.0, 3.0))
    else:
        projection.from_matrix(weights, delays=given)
    monitor = net.monitor(post, "r")
    net.compile()
    net.simulate(10.0)
    c = projection.connectivity
    delay = np.broadcast_to(c.delay_steps, (24, 20)) if c.pre is None else None
    if delay is None:
        delay = np.full((24, 20), 3)
    w = np.ones((24, 20)) if delays == "matrix" else weights
    k = np.arange(20)[:, None, None]
    then = k - delay[None]
    value = np.where(then < 0, -7.0, then * 0.5 + 1.0)
    np.testing.assert_allclose(monitor.get("r"), (w * value).sum(2), rtol=1e-13)


def beats(delays: Any, threads: int = 1) -> tuple[Any, ...]:
    net = rv.Network(dt=0.1, seed=9)
    net.config(num_threads=threads)
    pre, post = net.create(50, BEAT), net.create(60, LISTEN)
    pre.phase = np.arange(50) % 5
    projection = net.connect(pre, post, "exc")
    projection.fixed_probability(0.2, weights=rv.Uniform(0.0, 1.0), delays=delays)
    monitor = net.monitor(post, "g_exc")
    net.monitor(pre, "spike")
    net.compile()
    return net, projection, monitor


def expected_conductance(projection: Any, steps: int) -> Any:
    c = projection.connectivity
    delay = np.broadcast_to(c.delay_steps, c.pre.shape)
    out = np.zeros((steps, 60))
    for k in range(steps):
        emitted = k - delay
        arrives = (emitted >= 0) & (emitted % 5 == c.pre % 5)
        np.add.at(out[k], c.post[arrives], c.w[arrives])
    return out


@pytest.mark.parametrize("delays", [0.1, 0.4, rv.Uniform(0.0, 1.2)])
def test_spikes_arrive_after_their_delay(delays: Any) -> None:
    net, projection, monitor = beats(delays)
    net.simulate(5.0)
    found = monitor.get("g_exc")
    np.testing.assert_allclose(found, expected_conductance(projection, 50), rtol=1e-13)
    assert found[-1].sum() > 0
    other, _, theirs = beats(delays, threads=2)
    other.simulate(1.3)
    other.simulate(3.7)
    np.testing.assert_array_equal(found, theirs.get("g_exc"))


def test_what_is_under_way_survives_a_file_and_another_number_of_threads(tmp_path: Path) -> None:
    delays = rv.Uniform(0.0, 1.2)
    net, _, monitor = beats(delays)
    net.simulate(2.0)
    net.save(tmp_path / "state.npz")
    monitor.get("g_exc")
    net.simulate(2.0)
    other, _, theirs = beats(delays, threads=2)
    other.load(tmp_path / "state.npz")
    other.simulate(2.0)
    np.testing.assert_array_equal(monitor.get("g_exc"), theirs.get("g_exc"))


def test_one_population_with_delayed_and_undelayed_projections() -> None:
    net = rv.Network(dt=0.1, seed=9)
    pre, post = net.create(20, BEAT), net.create(20, LISTEN)
    net.connect(pre, post, "exc").one_to_one(weights=1.0)
    net.connect(pre, post, "exc").one_to_one(weights=10.0, delays=0.3)
    monitor = net.monitor(post, "g_exc")
    net.compile()
    net.simulate(1.2)
    fired = np.array([0, 5, 10])
    expected = np.zeros(12)
    expected[(fired + 1)[fired + 1 < 12]] += 1.0
    expected[(fired + 3)[fired + 3 < 12]] += 10.0
    np.testing.assert_array_equal(monitor.get("g_exc")[:, 7], expected)
    np.testing.assert_array_equal(pre.spike, [])
    net.simulate(0.4)
    np.testing.assert_array_equal(pre.spike, np.arange(20))
