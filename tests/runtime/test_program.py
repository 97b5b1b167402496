"""Programs at run time.

Threads, split runs, interruption, state in files, recordings.
"""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from samples.interrupted import LONG, sent, wait_until

import ranvier as rv
from ranvier.runtime.host_memory import aligned

NOISY = rv.Neuron(
    parameters="tau = 10.0 : population; drive = 1.2",
    equations="""
        tau*dv/dt = drive - v + g_exc + 0.3*Normal(0.0, 1.0)
        tau*dg_exc/dt = -g_exc
        count = count + 1 : int
    """,
    spike="v > 1.0",
    reset="v = 0.0",
    refractory=2.0,
)
READER = rv.Neuron(parameters="tau = 5.0", equations="tau*dr/dt + r = sum(exc) : min=0.0")


def network(threads: int = 1, size: int = 100, monitored: bool = True) -> tuple[Any, ...]:
    """A recurrent spiking population, decoded.

    A rate-coded one decodes it and excites another.
    """
    net = rv.Network(dt=0.5, seed=42)
    net.config(num_threads=threads)
    spiking = net.create(size, NOISY, name="spiking")
    spiking.v = rv.Uniform(0.0, 1.0)
    net.connect(spiking, spiking, "exc").fixed_probability(0.1, weights=rv.Uniform(0.0, 0.2))
    reading = net.create(37, READER, name="reading")
    decoding = rv.DecodingProjection(spiking, reading, "exc", window=10.0, network=net)
    decoding.all_to_all(weights=1.0)
    last = net.create(50, READER, name="last")
    net.connect(reading, last, "exc").all_to_all(weights=rv.Uniform(0.0, 0.1))
    monitors: tuple[Any, ...] = ()
    if monitored:
        monitors = (
            net.monitor(spiking, ["v", "spike"]),
            net.monitor(last[10:30], "r", period=2.0),
        )
    net.compile()
    return net, monitors


def state(net: Any) -> dict[str, np.ndarray[Any, Any]]:
    found: dict[str, np.ndarray[Any, Any]] = net._execution.program.state()
    return found


def same(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert one.keys() == other.keys()
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name], err_msg=name)


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_give_the_same_bits(threads: int) -> None:
    net, (mine, view) = network(1)
    other, (theirs, other_view) = network(threads)
    net.simulate(100.0)
    other.simulate(100.0)
    same(state(net), state(other))
    assert mine.get("spike", keep=True) == theirs.get("spike", keep=True)
    assert sum(map(len, mine.get("spike").values())) > 100
    np.testing.assert_array_equal(mine.get("v"), theirs.get("v"))
    np.testing.assert_array_equal(view.get("r"), other_view.get("r"))


def test_split_runs_give_the_same_bits() -> None:
    net, (mine, view) = network()
    other, (theirs, other_view) = network()
    net.simulate(60.0)
    for part in (0.5, 7.5, 0.0, 32.0, 20.0):
        other.simulate(part)
    same(state(net), state(other))
    assert mine.get("spike") == theirs.get("spike")
    np.testing.assert_array_equal(mine.get("v"), theirs.get("v"))
    np.testing.assert_array_equal(view.get("r"), other_view.get("r"))


def test_save_and_load_across_numbers_of_threads(tmp_path: Path) -> None:
    net, _ = network(1)
    net.simulate(50.0)
    net.save(tmp_path / "half.npz")
    net.simulate(50.0)
    other, _ = network(2)
    other.load(tmp_path / "half.npz")
    assert other.current_step == 100
    other.simulate(50.0)
    same(state(net), state(other))


def test_load_refuses_the_state_of_another_network(tmp_path: Path) -> None:
    net, _ = network()
    net.save(tmp_path / "state.npz")
    other = rv.Network(dt=0.5, seed=1)
    other.create(10, NOISY, name="spiking")
    other.compile()
    with pytest.raises(rv.ModelError, match="does not fit this network"):
        other.load(tmp_path / "state.npz")
    smaller, _ = network(size=99)
    with pytest.raises(rv.ModelError, match=r"has 100 values in the file, 99 in this network"):
        smaller.load(tmp_path / "state.npz")


def test_load_refuses_files_that_hold_no_state(tmp_path: Path) -> None:
    net, _ = network()
    (tmp_path / "text.npz").write_text("hello")
    (tmp_path / "empty.npz").write_text("")
    (tmp_path / "cut.npz").write_bytes(b"PK\x03\x04 and no more")
    np.save(tmp_path / "array.npy", np.ones(3))
    for name in ("text.npz", "empty.npz", "cut.npz", "array.npy"):
        with pytest.raises(rv.ModelError, match=rf"{name} is no file that save\(\) wrote"):
            net.load(tmp_path / name)


def test_interruption_leaves_whole_steps_and_the_run_goes_on() -> None:
    net, (spikes, _) = network(2)
    with sent(net, signal.SIGINT), pytest.raises(KeyboardInterrupt):
        net.simulate(LONG)
    done = net.current_step
    assert done > 0
    first = spikes.get("spike")
    assert max(map(max, filter(None, first.values()))) < done
    net.simulate(50.0)
    rest = spikes.get("spike")

    other, (theirs, _) = network(1)
    other.simulate((done + 100) * 0.5)
    same(state(net), state(other))
    whole = theirs.get("spike")
    assert {rank: first[rank] + rest[rank] for rank in first} == whole


def test_the_gil_is_free_while_native_code_runs() -> None:
    """Another thread goes on within one call of native code.

    It does so several times.
    """
    net, _ = network(monitored=False)
    free: list[bool] = []

    def goes_on() -> bool:
        step = net.current_step  # moves between calls of native code
        for _ in range(5):
            time.sleep(0.001)
            if step == 0 or net.current_step != step:
                return False
        return True

    def look() -> None:
        free.append(wait_until(goes_on))
        net.stop()

    thread = threading.Thread(target=look)
    thread.start()
    net.simulate(LONG)
    thread.join()
    assert free == [True]


def test_a_monitor_after_compile_keeps_the_state() -> None:
    net, _ = network(monitored=False)
    other, _ = network(monitored=False)
    net.simulate(20.0)
    other.simulate(20.0)
    late = net.monitor(net.get_population("spiking"), "v")
    net.simulate(20.0)
    other.simulate(20.0)
    same(state(net), state(other))
    recorded = late.get("v")
    assert recorded.shape == (40, 100)
    np.testing.assert_array_equal(recorded[-1], net.get_population("spiking").v)


def test_periods_offsets_and_pauses() -> None:
    net = rv.Network(dt=0.1, seed=1)
    clock = rv.Neuron(equations="r = t")
    population = net.create(3, clock)
    coarse = net.monitor(population, "r", period=0.5, period_offset=0.2)
    paused = net.monitor(population, "r")
    net.compile()
    net.simulate(1.5)
    paused.pause()
    net.simulate(0.5)
    paused.resume()
    net.simulate(0.3)
    np.testing.assert_allclose(coarse.get("r")[:, 0], [0.2, 0.7, 1.2, 1.7, 2.2], atol=1e-12)
    steps = [*range(15), 20, 21, 22]
    np.testing.assert_allclose(paused.get("r")[:, 2], np.array(steps) * 0.1, atol=1e-12)


def test_recordings_longer_than_their_buffers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ranvier.runtime.recorder.BUDGET", 5000)
    net, (mine, _) = network()
    other, (theirs, _) = network(2)
    net.simulate(50.0)
    monkeypatch.undo()
    other.simulate(50.0)
    assert mine.get("spike") == theirs.get("spike")
    np.testing.assert_array_equal(mine.get("v"), theirs.get("v"))


def test_weights_may_switch_between_one_and_many() -> None:
    net = rv.Network(dt=1.0, seed=3)
    source = net.create(4, rv.Neuron(parameters="b = 1.0", equations="r = b"))
    sink = net.create(3, READER)
    source.b = [1.0, 2.0, 3.0, 4.0]
    matrix = np.array([[1, 1, 0, 0], [0, 1, 1, 0], [1, 0, 0, 1]], float)
    matrix[matrix == 0] = np.nan
    projection = net.connect(source, sink, "exc")
    projection.from_matrix(matrix)
    net.compile()
    net.simulate(2.0)
    np.testing.assert_array_equal(sink.sum("exc"), [3.0, 5.0, 5.0])
    projection.w = 2.0
    net.simulate(1.0)
    np.testing.assert_array_equal(sink.sum("exc"), [6.0, 10.0, 10.0])
    assert projection.w == 2.0
    projection.w = [[1.0, 10.0], [1.0, 10.0], [1.0, 10.0]]
    net.simulate(1.0)
    np.testing.assert_array_equal(sink.sum("exc"), [21.0, 32.0, 41.0])
    assert [np.asarray(row).tolist() for row in projection.w] == [[1.0, 10.0]] * 3


def test_reset_repeats_the_run() -> None:
    net, (spikes, _) = network()
    net.simulate(50.0)
    first, values = spikes.get("spike"), state(net)
    net.reset()
    assert net.time == 0.0
    net.simulate(50.0)
    assert spikes.get("spike") == first
    same(state(net), values)


def test_a_population_that_fits_no_memory() -> None:
    net = rv.Network()
    with pytest.raises(rv.ModelError, match=r"at most 2,147,483,647 neurons, not 10000000000000"):
        net.create(10**13, rv.Neuron(equations="r = 1.0"))
    with pytest.raises(rv.ModelError, match=r"no memory for an array of 10000000000000 numbers"):
        aligned(10**13, "float64")


def test_parameters_change_without_compiling_again() -> None:
    net, _ = network()
    compiled = net._execution.program
    net.get_population("spiking").drive = np.linspace(0.0, 2.0, 100)
    net.get_population("spiking").tau = 20.0
    net.simulate(10.0)
    assert net._execution.program is compiled
    assert net.get_population("spiking").drive[-1] == 2.0
