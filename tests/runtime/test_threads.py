"""The number of threads: chosen, measured, changed in the middle.

Results never depend on it.
"""

from __future__ import annotations

import os
import signal
import threading
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from differential.shifting import Shifting
from samples.interrupted import LONG, sent

import ranvier as rv
from ranvier.ir.buffers import Key
from ranvier.ir.layouts import BY_PRE, DELAY_QUEUES, DENSE
from ranvier.runtime import cores
from ranvier.runtime.cores import available_cores
from ranvier.runtime.thread_tuner import FIRST_TRIAL, START, TURNS, ThreadTuner, expected

SPIKING = rv.Neuron(
    parameters="tau = 10.0 : population",
    equations="""
        tau*dv/dt = 1.3 - v + g_exc + 0.2*Normal(0.0, 1.0)
        tau*dg_exc/dt = -g_exc
    """,
    spike="v > 1.0",
    reset="v = 0.0",
    refractory=2.0,
)
RATES = rv.Neuron(parameters="tau = 5.0", equations="tau*dr/dt + r = sum(exc) : min=0.0")


def network(threads: int | None, size: int = 150) -> tuple[Any, list[Any]]:
    """Spikes, STDP, rates and monitors.

    Spikes have one delay and many, rates are of today and of the past.
    """
    net = rv.Network(dt=0.5, seed=11)
    net.config(num_threads=threads)
    cells = net.create(size, SPIKING, name="cells")
    cells.v = rv.Uniform(0.0, 1.0)
    net.connect(cells, cells, "exc").fixed_probability(0.2, weights=0.02, delays=2.0)
    far = net.connect(cells, cells, "exc", rv.STDP(tau_plus=10.0, tau_minus=20.0, w_max=0.1))
    far.fixed_probability(0.1, weights=0.05, delays=rv.Uniform(1.0, 5.0))
    rates = net.create(37, RATES, name="rates")
    decoding = rv.DecodingProjection(cells, rates, "exc", window=10.0, network=net)
    decoding.all_to_all(weights=1.0)
    late = net.connect(rates, rates, "exc")
    late.all_to_all(weights=rv.Uniform(0.0, 0.01), delays=3.0, allow_self_connections=True)
    last = net.create(50, RATES, name="last")
    net.connect(rates, last, "exc").all_to_all(weights=rv.Uniform(0.0, 0.1))
    monitors = [
        net.monitor(cells, ["v", "spike"]),
        net.monitor(cells[5:40], "g_exc", period=2.0),
        net.monitor(last[10:30], "r"),
    ]
    net.compile()
    return net, monitors


def outcome(net: Any, monitors: list[Any]) -> dict[str, Any]:
    """The whole state, and all that was recorded."""
    found = dict(net._execution.program.state())
    for i, (monitor, names) in enumerate(
        zip(monitors, (["v", "spike"], ["g_exc"], ["r"]), strict=True)
    ):
        for name in names:
            values = monitor.get(name)
            found[f"{i}.{name}"] = (
                np.array([(n, t) for n, ts in sorted(values.items()) for t in ts])
                if isinstance(values, dict)
                else values
            )
    return found


def same(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert one.keys() == other.keys()
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name], err_msg=name)


@pytest.fixture(scope="module")
def meant() -> dict[str, Any]:
    net, monitors = network(1)
    net.simulate(100.0)
    found = outcome(net, monitors)
    assert len(found["0.spike"]) > 100
    return found


@pytest.mark.parametrize("threads", [2, 3, 4])
def test_any_number_of_threads(meant: dict[str, Any], threads: int) -> None:
    net, monitors = network(threads)
    net.simulate(100.0)
    assert net._execution.program.threads == threads
    same(meant, outcome(net, monitors))


def test_the_number_may_change_at_any_time(meant: dict[str, Any]) -> None:
    net, monitors = network(4)
    program = net._execution.program._program
    program.tuner = Shifting(4, 0.0)
    net.simulate(40.0)
    assert program.read_spikes("cells").tolist() == sorted(program.read_spikes("cells").tolist())
    net.simulate(60.0)
    same(meant, outcome(net, monitors))


def test_what_waits_in_full_queues_changes_hands() -> None:
    """Nothing arrives twice out of full queues.

    There are many delays, and spikes so dense that queues are summed up early.
    """
    found = []
    for threads, numbers in ((1, [1]), (3, [2, 3, 1, 3])):
        net = rv.Network(dt=0.5, seed=11)
        net.config(num_threads=threads)
        cells = net.create(150, SPIKING, name="cells")
        cells.v = rv.Uniform(0.0, 1.0)
        late = net.connect(cells, cells, "exc")
        late.fixed_probability(0.3, weights=rv.Uniform(0.0, 0.1), delays=rv.Uniform(1.0, 20.0))
        net.compile()
        compiled: Any = net._execution.program
        program = compiled._program
        assert program.storages[late.name].layout is DELAY_QUEUES
        program.tuner = Shifting(threads, 0.0, numbers=cycle(numbers))
        net.simulate(100.0)
        if threads == 3:
            assert program.buffers[Key(late.name, "spilled")].any()
        found.append(dict(compiled.state()))
    same(*found)


@pytest.mark.parametrize("threads", [None, 2, 1000])
def test_the_choice_is_ours(meant: dict[str, Any], threads: int | None) -> None:
    with rv.options(exact_threads=False):
        net, monitors = network(threads)
    net.simulate(100.0)
    assert 1 <= net._execution.program.threads <= available_cores()
    same(meant, outcome(net, monitors))


def test_the_number_may_change_while_queues_of_spikes_are_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A summed queue is added by its own thread only.

    It is full; what one thread has summed up of it is no other's to add.
    """
    monkeypatch.setenv("RANVIER_EXACT_THREADS", "1")
    found = []
    for threads in (1, 4):
        net: Any = rv.Network(dt=0.5, seed=7)
        net.config(num_threads=threads)
        cells = net.create(64, SPIKING, name="cells")
        cells.v = rv.Uniform(0.0, 1.0)
        delays = rv.DiscreteUniform(1, 30)
        net.connect(cells, cells, "exc").all_to_all(weights=rv.Uniform(0.0, 0.01), delays=delays)
        net.compile()
        program = net._execution.program._program
        program.tuner = Shifting(4, 0.0) if threads > 1 else program.tuner
        net.simulate(50.0)
        spilled = [key for key in program.buffers if key.name == "spilled"]
        assert spilled and (threads > 1 or program.buffers[spilled[0]].any())
        found.append(net._execution.program.state())
    for name, values in found[0].items():
        np.testing.assert_array_equal(values, found[1][name], err_msg=name)


def test_a_small_network_starts_no_threads() -> None:
    before = set(threading.enumerate())
    with rv.options(exact_threads=False):
        net, _ = network(8, size=10)
    net.simulate(2.0)
    assert net._execution.program.threads == 1
    assert not set(threading.enumerate()) - before  # others may end meanwhile


@pytest.mark.parametrize("size", [1, 3, 17])
def test_more_threads_than_neurons(size: int) -> None:
    results = []
    for threads in (1, 5):
        net, monitors = network(threads, size)
        net.simulate(50.0)
        results.append(outcome(net, monitors))
    same(*results)


def test_more_threads_than_cores(meant: dict[str, Any]) -> None:
    net, monitors = network(2 * available_cores() + 1)
    net.simulate(100.0)
    same(meant, outcome(net, monitors))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_goes_on_after_a_fork(meant: dict[str, Any]) -> None:
    net, monitors = network(3)
    net.simulate(40.0)
    child = os.fork()
    if not child:
        status = 1
        try:
            net.simulate(60.0)
            same(meant, outcome(net, monitors))
            status = 0
        finally:
            os._exit(status)
    net.simulate(60.0)
    same(meant, outcome(net, monitors))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="needs POSIX signals")
def test_an_interrupt_in_the_middle() -> None:
    """Ctrl-C leaves a whole number of steps behind.

    Several threads run.
    """
    net, _ = network(3)
    net.simulate(1.0)
    with sent(net, signal.SIGINT), pytest.raises(KeyboardInterrupt):
        net.simulate(LONG)
    other, _ = network(1)
    other.simulate(0.5 * net._execution.program.step)
    same(dict(other._execution.program.state()), dict(net._execution.program.state()))


def test_files_go_between_numbers_of_threads(meant: dict[str, Any], tmp_path: Path) -> None:
    first, _ = network(2)
    first.simulate(40.0)
    first.save(tmp_path / "state.npz")
    net, _ = network(3)
    net.load(tmp_path / "state.npz")
    net.simulate(60.0)
    found = net._execution.program.state()
    same({name: values for name, values in meant.items() if name in found}, dict(found))


# ---------------------------------------------------------------------------- the choice


def run(tuner: ThreadTuner, cost: Any, seconds: float) -> None:
    """Pretend to simulate: ``cost(threads)`` are the seconds of a step."""
    passed = 0.0
    while passed < seconds:
        steps = tuner.steps(0.05)
        assert 1 <= tuner.next <= tuner.most
        took = steps * cost(tuner.next)
        tuner.ran(steps, took)
        passed += took


def test_a_step_too_short_to_share() -> None:
    tuner = ThreadTuner(8, 0.3e-6)
    run(tuner, lambda n: 0.3e-6 if n == 1 else pytest.fail("several threads"), 5.0)
    assert tuner.threads == 1
    assert str(tuner) == "1 of at most 8: a step takes 0.3 us, too little to share"


@pytest.mark.parametrize("guess", [0.0, 1e-6, 1e-4, 1.0])
def test_more_threads_where_they_help(guess: float) -> None:
    tuner = ThreadTuner(8, guess)
    run(tuner, lambda n: 100e-6 / n + 0.5e-6 * n, 30.0)
    assert tuner.threads == 8


@pytest.mark.parametrize("guess", [0.0, 1e-4, 1.0])
def test_the_best_number_in_between(guess: float) -> None:
    tuner = ThreadTuner(16, guess)
    run(tuner, lambda n: 100e-6 / n + 6e-6 * n, 60.0)
    assert tuner.threads == 4


@pytest.mark.parametrize("guess", [0.0, 1e-4])
def test_one_thread_where_more_only_cost(guess: float) -> None:
    tuner = ThreadTuner(4, guess)
    run(tuner, lambda n: 20e-6 * n, 20.0)
    assert tuner.threads == 1


def test_a_machine_that_becomes_busy_and_free_again() -> None:
    tuner = ThreadTuner(2, 1e-4)
    run(tuner, lambda n: 50e-6 / n, 10.0)
    assert tuner.threads == 2
    run(tuner, lambda n: 50e-6 if n == 1 else 300e-6, 60.0)
    assert tuner.threads == 1
    run(tuner, lambda n: 50e-6 / n, 200.0)
    assert tuner.threads == 2


def test_trials_are_rare() -> None:
    tried = 0.0

    def cost(threads: int) -> float:
        nonlocal tried
        tried += threads == 2
        return 50e-6 * threads

    tuner = ThreadTuner(2, 0.0)
    run(tuner, cost, 100.0)
    assert 0 < tried < 100 * TURNS


def test_exactly_as_asked() -> None:
    tuner = ThreadTuner(3, 0.0, exact=True)
    run(tuner, lambda n: 1e-6 * n, 100 * FIRST_TRIAL)
    assert tuner.threads == tuner.next == 3
    assert str(tuner) == "3, as asked for"


def test_short_calls_end_a_trial_too() -> None:
    tuner = ThreadTuner(2, 4 * START)
    for _ in range(20_000):
        tuner.ran(1, 20e-6 * tuner.next)
    assert tuner.threads == 1


def test_what_is_expected_of_a_step() -> None:
    small = expected(100, [(BY_PRE, 1000)], 0.1)
    assert 0 < small < expected(100, [(BY_PRE, 1000), (DENSE, 10_000)], 0.1)
    assert expected(1000, [(DENSE, 10**6)], 1.0) > 2 * START > 2 * small


def test_explained() -> None:
    net, _ = network(2, size=5)
    assert "2, as asked for" in str(net._execution.program.explain("threads"))


# ---------------------------------------------------------------------------- cores


def group(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)


@pytest.mark.parametrize(
    ("text", "limit"), [("max 100000\n", None), ("150000 100000", 2), ("100000 100000", 1)]
)
def test_limits_of_a_container(tmp_path: Path, text: str, limit: int | None) -> None:
    (tmp_path / "self").write_text("0::/a/b\n")
    group(tmp_path / "a" / "b", cpu__max="max 100000\n")
    group(tmp_path / "a", cpu__max=text)
    assert cores._container_limit(tmp_path, tmp_path / "self") == limit


def test_limits_of_an_older_container(tmp_path: Path) -> None:
    (tmp_path / "self").write_text("3:memory:/m\n2:cpu,cpuacct:/job\n")
    group(tmp_path / "cpu" / "job", cpu__cfs_quota_us="300000", cpu__cfs_period_us="100000")
    group(tmp_path / "cpu", cpu__cfs_quota_us="-1", cpu__cfs_period_us="100000")
    assert cores._container_limit(tmp_path, tmp_path / "self") == 3


def test_no_container(tmp_path: Path) -> None:
    assert cores._container_limit(tmp_path, tmp_path / "self") is None
    assert 1 <= available_cores() <= (os.cpu_count() or 1)
