"""The clock is set, reset or loaded.

Only its number changes, or all is as at the start.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from differential.clocks import DT, LATER, everything, moved, same, state
from differential.shifting import Shifting

import ranvier as rv

LAST = 2**63 - 1
EVERY_WAY = [
    (threads, dtype, opt)
    for threads in (1, 2)
    for dtype in ("float64", "float32")
    for opt in (0, 1)
]


@pytest.mark.parametrize(("threads", "dtype", "opt"), EVERY_WAY)
def test_a_network_that_is_reset_as_a_whole_is_as_new(threads: int, dtype: str, opt: int) -> None:
    net = everything(noise=0.1, threads=threads, dtype=dtype, opt=opt)
    start = state(net)
    net.simulate(60.0)
    first = state(net)
    net.time = 1234.5
    net.simulate(20.0)
    net.reset(projections=True, synapses=True)
    found = state(net)
    for values in start, found:  # what delayed synapses see is filled in when a run starts
        for name in [name for name in values if ".$past(" in name]:
            del values[name]
    same(start, found)
    net.simulate(60.0)
    same(first, state(net))


@pytest.mark.parametrize("then", LATER)
@pytest.mark.parametrize(("threads", "dtype", "opt"), [(1, "float64", 1), (2, "float32", 0)])
def test_a_run_goes_on_wherever_the_clock_is_set(
    then: int, threads: int, dtype: str, opt: int
) -> None:
    net = everything(noise=0.0, threads=threads, dtype=dtype, opt=opt)
    other = everything(noise=0.0, threads=threads, dtype=dtype, opt=opt)
    for steps in (57, 23, 80):
        net.current_step = net.current_step if steps == 57 else then
        net.simulate(steps * DT)
        other.simulate(steps * DT)
        same(moved(net), moved(other))
    assert (net.current_step, other.current_step) == (then + 80, 160)
    for name in ("stdp", "spread", "oja"):  # weights that learn all along
        assert np.ptp(np.concatenate(net.get_projection(name).w)) > 0.01


@pytest.mark.parametrize("then", LATER)
def test_a_new_network_may_start_at_any_time(then: int) -> None:
    net, other = everything(noise=0.0, threads=2), everything(noise=0.0)
    net.current_step = then
    net.simulate(75.0)
    other.simulate(75.0)
    same(moved(net), moved(other))


def test_a_clock_that_is_set_back_and_forth_between_runs_changes_nothing() -> None:
    net, other = everything(noise=0.1), everything(noise=0.1)
    net.simulate(20.0)
    for step in (LAST, 0, 12345, 40):
        net.current_step = step
    net.simulate(20.0)
    other.simulate(40.0)
    same(state(net), state(other))


@pytest.mark.parametrize("seed", range(6))
def test_any_sequence_of_runs_and_jumps(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any sequence of runs and jumps gives the same.

    The clock is set, other numbers of threads run, states are saved, loaded and copied.
    """
    monkeypatch.setenv("RANVIER_EXACT_THREADS", "1")
    random = np.random.default_rng(seed)
    net, other = everything(noise=0.0, threads=4), everything(noise=0.0)
    for _ in range(12):
        action = random.integers(4)
        if action == 0:
            net.current_step = int(random.integers(0, int(random.choice([10, 1000, LAST - 999]))))
        elif action == 1:
            net.save(tmp_path / "state.npz")
            net.simulate(int(random.integers(1, 20)) * DT)
            net.load(tmp_path / "state.npz")
        elif action == 2:
            net = net.copy()
        if random.integers(2):
            net._execution.program._program.tuner = Shifting(4, 0.0)
        steps = int(random.integers(0, 40))
        net.simulate(steps * DT)
        other.simulate(steps * DT)
    same(moved(net), moved(other))


def test_a_file_holds_the_clock_and_what_is_under_way(tmp_path: Path) -> None:
    net = everything(noise=0.1)
    net.simulate(30.0)
    net.time = 5.0
    net.save(tmp_path / "state.npz")
    saved = state(net)
    net.simulate(30.0)
    after = state(net)
    net.time = 1e6
    net.simulate(12.0)
    for each in (net, everything(noise=0.1, threads=2)):
        each.load(tmp_path / "state.npz")
        assert each.time == 5.0
        same(saved, state(each))
        each.simulate(30.0)
        same(after, state(each))
    net.reset(projections=True, synapses=True)
    net.simulate(20.0)
    other = everything(noise=0.1)
    other.simulate(20.0)
    same(state(net), state(other))


def test_a_file_of_a_network_that_never_ran_is_a_start(tmp_path: Path) -> None:
    net, other = everything(noise=0.1), everything(noise=0.1)
    net.time = 100.0
    net.save(tmp_path / "state.npz")
    other.simulate(10.0)
    other.load(tmp_path / "state.npz")
    for each in (net, other):
        each.get_population("read").r = 3.0  # also in the past that delayed synapses see
        each.simulate(10.0)
    same(state(net), state(other))


# ---------------------------------------------------------------------- traces

TICK = rv.Neuron(
    parameters="at = -1 : int",
    equations="k = k + 1 : int, init=-1",
    spike="k == at",
    reset="",
)
HEAR = rv.Neuron(parameters="none = 0.0", equations="heard = heard + g_exc", spike="none > 1.0")
TAU, JUMP = 20.0, 0.01


def traced(dtype: str = "float64", threads: int = 1) -> Any:
    """One spike of 3 neurons in step 4.

    It leaves a trace in their synapses.
    """
    net = rv.Network(dt=DT, seed=1, dtype=dtype)
    net.config(num_threads=threads)
    pre, post = net.create(3, TICK, name="pre"), net.create(2, HEAR, name="post")
    pre.at = 4
    projection = net.connect(pre, post, "exc", rv.STDP(A_plus=JUMP), name="stdp")
    projection.all_to_all(weights=0.25)
    net.compile()
    return net


def traces(net: Any) -> Any:
    return np.concatenate(net.get_projection("stdp").x)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_trace_decays_from_its_last_event_through_a_reset(dtype: str) -> None:
    net = traced(dtype)
    net.simulate(1000 * DT)  # the spike of step 4 arrives in step 5
    np.testing.assert_allclose(traces(net), JUMP, rtol=1e-6)
    net.reset()
    assert net.time == 0.0
    net.simulate(1000 * DT)  # the second spike arrives 1000 steps after the first
    expected = JUMP * (1.0 + math.exp(-1000 * DT / TAU))
    rtol = {"float64": 1e-12, "float32": 1e-6}[dtype]
    np.testing.assert_allclose(traces(net), expected, rtol=rtol)


@pytest.mark.parametrize("then", [0, 3, 700, 10**15, LAST - 100])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_trace_decays_by_steps_not_by_the_clock(then: int, threads: int) -> None:
    net = traced(threads=threads)
    net.simulate(10 * DT)
    net.current_step = then
    net.get_population("pre").at = 40
    net.simulate(60 * DT)  # in step 41 of the run
    expected = JUMP * (1.0 + math.exp(-(41 - 5) * DT / TAU))
    np.testing.assert_allclose(traces(net), expected, rtol=1e-12)


def test_synapses_that_are_reset_have_their_initial_values_now() -> None:
    model = rv.Synapse(
        equations="20.0*dx/dt = -x : event-driven, init=1.0",
        pre_spike="g_target += x",
    )
    net = rv.Network(dt=DT, seed=1)
    pre, post = net.create(1, TICK), net.create(1, HEAR)
    pre.at = 30
    projection = net.connect(pre, post, "exc", model).one_to_one(weights=1.0)
    net.compile()
    net.simulate(10 * DT)
    projection.reset()
    net.simulate(30 * DT)
    np.testing.assert_allclose(post.heard, math.exp(-(31 - 10) * DT / 20.0), rtol=1e-12)


def test_traces_are_finite_after_a_reset_late_in_a_run() -> None:
    for synapse in (rv.STDP(), rv.STP()):
        net = rv.Network(dt=1.0, seed=3)
        cells = net.create(rv.PoissonPopulation(50, rates=50.0))
        heard = net.create(20, HEAR)
        projection = net.connect(cells, heard, "exc", synapse).all_to_all(weights=0.5)
        net.compile()
        net.simulate(5000.0)
        net.reset()
        net.simulate(300.0)
        for name in ("x", "w"):
            values = np.ravel(projection.get(name))
            assert np.isfinite(values).all() and np.abs(values).max() < 2.0, name


# ---------------------------------------------------------------------- delays

SLOW = rv.Neuron(parameters="rate = 1.0", equations="r = r + rate : init=-7.0")
SEE = rv.Neuron(equations="r = sum(exc)")


@pytest.mark.parametrize("delays", [0.0, 2.5, rv.Uniform(0.0, 6.0)])
@pytest.mark.parametrize("then", [0, 3, 12, 13, 10**9, LAST - 100])
def test_rates_arrive_after_their_delay(delays: Any, then: int) -> None:
    net = rv.Network(dt=DT, seed=2)
    pre, post = net.create(30, SLOW), net.create(25, SEE)
    pre.rate = np.linspace(0.5, 1.5, 30)
    projection = net.connect(pre, post, "exc")
    projection.fixed_probability(0.5, weights=1.0, delays=delays)
    monitor = net.monitor(post, "r")
    net.compile()
    net.simulate(17 * DT)
    net.current_step = then
    net.simulate(20 * DT)
    c = projection.connectivity
    steps = np.broadcast_to(c.delay_steps, c.pre_ranks.shape)
    expected = np.zeros((37, 25))
    for k in range(37):
        updates = np.maximum(k - steps + 1, 0)
        np.add.at(expected[k], c.post_ranks, -7.0 + updates * pre.rate[c.pre_ranks])
    np.testing.assert_allclose(monitor.get("r"), expected, rtol=1e-12)


@pytest.mark.parametrize("delays", [0.5, 2.5, rv.Uniform(0.5, 6.0), rv.DiscreteUniform(1, 40)])
@pytest.mark.parametrize("then", [0, 3, 10**9, LAST - 100])
@pytest.mark.parametrize("threads", [1, 2])
def test_spikes_under_way_arrive_after_their_delay(delays: Any, then: int, threads: int) -> None:
    net = rv.Network(dt=DT, seed=2)
    net.config(num_threads=threads)
    pre, post = net.create(30, TICK), net.create(25, HEAR)
    pre.at = np.arange(30)
    projection = net.connect(pre, post, "exc")
    projection.fixed_probability(0.5, weights=1.0, delays=delays)
    monitor = net.monitor(post, "heard")
    net.compile()
    net.simulate(17 * DT)
    net.current_step = then
    net.simulate(100 * DT)
    c = projection.connectivity
    arrival = c.pre_ranks + np.broadcast_to(c.delay_steps, c.pre_ranks.shape)
    expected = np.zeros((117, 25))
    for k in range(117):
        np.add.at(expected[k], c.post_ranks, arrival <= k)
    np.testing.assert_array_equal(monitor.get("heard"), expected)


def test_a_reset_empties_what_is_under_way() -> None:
    net = rv.Network(dt=DT, seed=2)
    pre, post = net.create(5, TICK), net.create(5, HEAR)
    pre.at = 8
    rates, seen = net.create(5, SLOW), net.create(5, SEE)
    net.connect(pre, post, "exc").one_to_one(weights=1.0, delays=10.0)
    net.connect(rates, seen, "exc").one_to_one(weights=1.0, delays=10.0)
    monitor = net.monitor(seen, "r")
    net.compile()
    net.simulate(10 * DT)
    pre.at = -1
    net.reset(populations=False)
    np.testing.assert_array_equal(pre.spike, [])
    net.simulate(22 * DT)
    np.testing.assert_array_equal(post.heard, np.zeros(5))
    start = -7.0 + 10.0  # what the rates were at the reset
    expected = start + np.maximum(np.arange(22) - 20 + 1, 0)
    np.testing.assert_array_equal(monitor.get("r"), np.repeat(expected[:, None], 5, 1))


# ---------------------------------------------------------------------- the last step


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("opt", [0, 1])
def test_the_last_steps_that_have_a_number(threads: int, opt: int) -> None:
    net = everything(noise=0.0, threads=threads, opt=opt)
    other = everything(noise=0.0, threads=threads, opt=opt)
    net.current_step = LAST - 50
    for steps in (37, 12, 1):
        net.simulate(steps * DT)
        other.simulate(steps * DT)
        same(moved(net), moved(other))
    assert net.current_step == LAST
    for run in (net.step, lambda: net.simulate(DT)):
        with pytest.raises(rv.ModelError, match=r"go beyond step 9223372036854775807") as caught:
            run()
        assert "test_clock.py" in str(caught.value)
    assert net.current_step == LAST
    net.time = 0.0
    net.simulate(10.0)
    other.simulate(10.0)
    same(moved(net), moved(other))


def test_tiled_sums_in_the_last_steps_that_have_a_number() -> None:
    nets: list[Any] = []
    for start in (0, LAST - 23):
        net: Any = rv.Network(dt=DT, seed=2)
        pre, post = net.create(500, SLOW), net.create(600, SEE)
        pre.rate = np.linspace(-1.0, 1.0, 500)
        net.connect(pre, post, "exc").all_to_all(weights=rv.Uniform(0.0, 1.0), delays=6.0)
        net.compile()
        assert net._execution.program._program.tile > 1
        net.current_step = start
        net.simulate(23 * DT)
        nets.append(net)
    assert nets[1].current_step == LAST
    same(*(moved(net) for net in nets))
