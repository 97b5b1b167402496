"""Memory that runs out while recording loses nothing.

All that was simulated is there, and it goes on.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes.forms import FORMS

import ranvier as rv
from ranvier.frontend import memory
from ranvier.ir.diagnostics import NoMemory
from ranvier.runtime import host_memory, recorder
from ranvier.runtime import memory_reserve as room
from ranvier.runtime import run_loop as running
from ranvier.runtime.device.cpu import Cpu

HERE = Path(__file__).name
NEURON = rv.Neuron(
    parameters="tau = 10.0; drive = 1.3",
    equations="tau*dv/dt = drive - v + 0.3*Normal(0.0, 1.0)\nm = 0.5*t : population",
    spike="v > 1.0",
    reset="v = 0.0",
)


@pytest.fixture(autouse=True)
def compiled_once(tmp_path: Path) -> Iterator[None]:
    """The same networks again and again."""
    with rv.options(cache=True, cache_dir=str(tmp_path / "cache")):
        yield


def network(threads: int = 1) -> tuple[rv.Network, list[rv.Monitor]]:
    """Monitors of all kinds.

    Everything, a view, another period, what is common to all.
    """
    net = rv.Network(dt=0.5, seed=7)
    net.config(num_threads=threads)
    cells = net.create(40, NEURON, name="cells")
    monitors = [
        net.monitor(cells, ["v", "m", "spike"]),
        net.monitor(cells[[7, 3, 30]], ["spike", "v"]),
        net.monitor(cells[5:20], "v", period=2.0, period_offset=0.5),
    ]
    net.compile()
    return net, monitors


def data(monitors: list[rv.Monitor]) -> list[tuple[str, Any]]:
    """Everything that was recorded, one array a variable.

    For spikes it has pairs of step and rank.
    """
    found = []
    for monitor in monitors:
        for name, values in monitor.get(force_dict=True).items():
            if name == "spike":
                values = np.array(
                    sorted((k, r) for r, steps in values.items() for k in steps), int
                ).reshape(-1, 2)
            found.append((name, values))
    return found


class Failing:
    """A failing allocator: it counts what asks for memory.

    It refuses it from the n-th time on.
    """

    def __init__(self, fails: int | None) -> None:
        self.asked, self.fails = 0, fails

    def __call__(self, function: Any) -> Any:
        def asking(*args: Any) -> Any:
            self.asked += 1
            if self.fails is not None and self.asked > self.fails:
                raise MemoryError
            return function(*args)

        return asking


@contextmanager
def failing(fails: int | None) -> Iterator[Failing]:
    """Every way in which recorders get memory."""
    counter = Failing(fails)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cpu, "allocate", counter(Cpu.allocate))
        patch.setattr(recorder, "unfilled", counter(host_memory.unfilled))
        patch.setattr(room, "_probe", counter(room._probe))
        patch.setattr(recorder, "BUDGET", 9000)  # many stretches
        patch.setattr(running, "_CHUNK_SECONDS", 1e9)  # as many of them on a slow machine
        yield counter


@pytest.mark.parametrize(
    ("threads", "form"), [(1, "lists"), (2, "lists"), (1, "masks"), (1, "a grid")]
)
def test_memory_that_runs_out_at_every_place(threads: int, form: str) -> None:
    """Memory may run out at every place.

    Before, during and after the first stretches: what was simulated is recorded.
    """
    with FORMS[form]():
        runs_out_at_every_place(threads)


def runs_out_at_every_place(threads: int) -> None:
    whole, theirs = network(threads)
    with failing(None) as counter:
        whole.simulate(120.0)
    expected = data(theirs)
    assert counter.asked > 60
    stopped = set()
    for fails in [*range(40), *range(40, counter.asked, 7)]:
        net, mine = network(threads)
        with failing(fails), pytest.raises(NoMemory, match=r"no memory is left for what monitor"):
            net.simulate(120.0)
        done = net.current_step
        stopped.add(done)
        first = data(mine)
        for (name, part), (_, all_of_it) in zip(first, expected, strict=True):
            if name == "spike":
                np.testing.assert_array_equal(part, all_of_it[all_of_it[:, 0] < done])
            else:
                np.testing.assert_array_equal(part, all_of_it[: len(part)])
        assert [len(part) for name, part in first if name == "m"] == [done]
        net.simulate(120.0 - net.time)
        for (_, part), (_, rest), (name, all_of_it) in zip(
            first, data(mine), expected, strict=True
        ):
            np.testing.assert_array_equal(np.concatenate([part, rest]), all_of_it, err_msg=name)
    assert {0} < stopped and len(stopped) > 4


def test_shorter_stretches_where_memory_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run does in small steps what large ones cannot.

    It asks how much memory is free.
    """
    net, mine = network()
    other, theirs = network()
    other.simulate(500.0)
    asked: list[int] = []

    def free() -> float:
        asked.append(net.current_step)
        return float(room.MARGIN + 400_000)

    monkeypatch.setattr(memory, "available_memory", free)
    monkeypatch.setattr(room, "ONCE", 0)
    net.simulate(500.0)
    assert len(asked) > 10
    for (name, one), (_, two) in zip(data(mine), data(theirs), strict=True):
        np.testing.assert_array_equal(one, two, err_msg=name)


def test_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error points at the user's call.

    It names the monitor that records most.
    """
    net = rv.Network(dt=0.5, seed=7)
    cells = net.create(1000, NEURON, name="cells")
    net.monitor(cells[3], "v", name="small")
    net.monitor(cells, ["v", "m"], period=5.0, name="large")
    net.compile()
    monkeypatch.setattr(room, "ONCE", 0)
    net.simulate(100.0)
    monkeypatch.setattr(memory, "available_memory", lambda: 1000.0)
    with pytest.raises(NoMemory) as caught:
        net.simulate(100.0)
    text = str(caught.value)
    assert re.search(rf"{HERE}:\d+:\d+: error: no memory is left", text)
    assert "net.simulate(100.0)" in text
    assert "monitor 'large' of 'cells' records: v, m, 1.6 MB per second" in text  # 200 * 8008 bytes
    assert "stands at t = 100 ms; the monitor holds everything up to then (160 kB)" in text
    assert all(way in text for way in ("period", "fewer variables", "view", "get()", "file"))
    assert isinstance(caught.value, MemoryError) and isinstance(caught.value, rv.ModelError)


def test_no_memory_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure before native code leaves everything as it is.

    The error points at the call.
    """
    net, mine = network(2)
    other, theirs = network(2)
    for each in (net, other):
        each.simulate(20.0)
    failures = {
        ("ranvier.runtime.thread_pool.ThreadPool.run", MemoryError()): "no memory left to go on",
        ("ranvier.runtime.program.Program._repartition", MemoryError()): "no memory left to go on",
        ("threading.Thread.start", RuntimeError("no more")): "starts no thread beside the first 1",
    }
    for (name, failure), words in failures.items():

        def fail(*_: Any, failure: Exception = failure) -> None:
            raise failure

        net._execution.program._program.device.pool.close()  # type: ignore[union-attr]
        net._execution.program._program.device.pool._begin()  # type: ignore[union-attr]
        with monkeypatch.context() as patch:
            patch.setattr(name, fail)
            with pytest.raises(
                NoMemory, match=r"to go on; the network stands at step 40"
            ) as caught:
                net.simulate(20.0)
        assert HERE in str(caught.value) and words in str(caught.value)
        assert net.current_step == 40
    for each in (net, other):
        each.simulate(20.0)
    for (name, one), (_, two) in zip(data(mine), data(theirs), strict=True):
        np.testing.assert_array_equal(one, two, err_msg=name)


def test_what_get_cannot_put_together_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    net, (mine, *_) = network()
    other, (theirs, *_) = network()
    for each in (net, other):
        each.simulate(50.0)
    original = type(mine)._samples

    def samples(self: Any, recording: Any, *args: Any) -> Any:
        if recording.item.label == "m":
            raise MemoryError
        return original(self, recording, *args)

    for keep in (False, True):
        with monkeypatch.context() as patch:
            patch.setattr(type(mine), "_samples", samples)
            with pytest.raises(NoMemory, match=r"memory to put together .* 'm' .*(800|960)"):
                mine.get(keep=keep)
            if not keep:
                net.simulate(10.0)
    other.simulate(10.0)
    for (name, one), (_, two) in zip(data([mine]), data([theirs]), strict=True):
        np.testing.assert_array_equal(one, two, err_msg=name)
    assert mine.times("v") == theirs.times("v") == {"v": {"start": [0], "stop": [120]}}


LIMITED = """
import json, resource, sys
import numpy as np
import ranvier as rv

neuron = rv.Neuron(equations="v = t*k", parameters="k = 1.0", spike="v > 1e9", reset="v = 0")
net = rv.Network(dt=1.0, seed=1)
net.config(num_threads=1)
cells = net.create(2000, neuron)
cells.k = factors = np.arange(1.0, 2001.0)
monitor = net.monitor(cells, ["v", "spike"])
net.compile()
net.simulate(10.0)
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
limit = used + int(sys.argv[1]) * 2**20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
stops = []
for _ in range(3):
    start = net.current_step
    try:
        net.simulate(1e6)
    except MemoryError as problem:
        assert isinstance(problem, rv.ModelError), problem
        assert "no memory is left for what monitor" in str(problem), problem
    else:
        raise SystemExit("it recorded 16 GB")
    stop = net.current_step
    data = monitor.get()
    first = 0 if not stops else start
    assert len(data["v"]) == stop - first
    assert all((row == k*factors).all() for k, row in enumerate(data["v"], first))
    assert list(map(len, data["spike"].values())) == [0] * 2000
    del data
    stops.append(stop)
print(json.dumps(stops))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits of this kind are those of Linux")
@pytest.mark.parametrize("megabytes", [300, 500])
def test_a_limit_on_the_address_space(megabytes: int) -> None:
    """Three times a run stops and goes on.

    Everything is there, get() works within the limit.
    """
    run = subprocess.run(
        [sys.executable, "-c", LIMITED, str(megabytes)], capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr
    stops = json.loads(run.stdout)
    steps = np.diff([0, *stops])
    assert (steps > megabytes * 2**20 // 16_000 // 8).all()  # a good part of it was used


def test_what_was_free_for_one_run_may_be_in_use_in_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The memory that a run found free is soon forgotten.

    Only a little of it is believed later; nothing is simulated and then lost.
    """
    net, mine = network()
    net.simulate(500.0)
    data(mine)
    done = net.current_step

    def nothing(count: int) -> None:
        raise MemoryError

    monkeypatch.setattr(room, "_probe", nothing)
    monkeypatch.setattr(room, "MARGIN", 0)
    with pytest.raises(NoMemory, match=r"what monitor"):
        net.simulate(500.0)
    assert net.current_step == done
    monkeypatch.undo()
    net.simulate(5.0)
    assert [len(part) for name, part in data(mine) if name == "m"] == [10]


def test_one_recorder_that_fails_takes_nothing_from_the_others() -> None:
    """Any recorder that fails takes nothing from the others."""
    handed: list[str] = []

    class Fails:
        def __init__(self, name: str, fails: bool) -> None:
            self.name, self.fails = name, fails

        def collect(self, step: int, steps: int) -> None:
            handed.append(self.name)
            if self.fails:
                raise ValueError(self.name)

    several: Any = [Fails("a", False), Fails("b", True), Fails("c", False)]
    with pytest.raises(ValueError, match="b"):
        recorder.collect(several, 0, 10)
    assert handed == ["a", "b", "c"]
