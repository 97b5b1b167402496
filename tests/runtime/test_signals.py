"""Signals and threads: a run ends after a whole step, and does what Python would do there."""

from __future__ import annotations

import asyncio
import gc
import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest

import ranvier as rv

HERE = Path(__file__).name
LONG = 1e9
UNIX = pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals")


def network(seed: int = 1) -> tuple[rv.Network, rv.Monitor]:
    """Its recordings tell whether any step is missing; others make steps long."""
    net = rv.Network(dt=1.0, seed=seed)
    net.config(num_threads=1)
    clock = rv.Neuron(equations="v = t", spike="v > -1", reset="")
    cells = net.create(3, clock, name="cells")
    monitor = net.monitor(cells, ["v", "spike"])
    net.create(20_000, rv.Neuron(equations="r = exp(sin(t))*r : init = 1.0"))
    net.compile()
    return net, monitor


def complete(net: rv.Network, monitor: rv.Monitor) -> None:
    """All steps are there, and the run goes on without a gap."""
    done = net.current_step
    assert done > 0
    net.simulate(3.0)
    data = monitor.get()
    expected = np.arange(done + 3)
    np.testing.assert_array_equal(data["v"], np.repeat(expected, 3).reshape(-1, 3))
    assert all(np.array_equal(steps, expected) for steps in data["spike"].values())


@contextmanager
def handling(number: int, handler: Any) -> Iterator[None]:
    """A handler that must be there again afterwards."""
    before = signal.signal(number, handler)
    try:
        yield
        assert signal.getsignal(number) is handler
    finally:
        signal.signal(number, before)


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection: Python loses what is raised in the callbacks of one."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def sent(*numbers: int, after: float = 0.15, times: int = 1) -> Iterator[None]:
    """Signals to the main thread while something runs."""
    main = threading.main_thread().ident
    assert main is not None

    def send() -> None:
        for _ in range(times):
            time.sleep(after)
            for number in numbers:
                signal.pthread_kill(main, number)

    thread = threading.Thread(target=send)
    thread.start()
    yield
    thread.join()


class RaisedError(Exception):
    """What a handler of the user raises."""


def raising(number: int, frame: FrameType | None) -> None:
    raise RaisedError(number)


def test_ctrl_c_raises_what_python_raises() -> None:
    net, monitor = network()
    with (
        handling(signal.SIGINT, signal.default_int_handler),
        sent(signal.SIGINT),
        pytest.raises(KeyboardInterrupt),
    ):
        net.simulate(LONG)
    complete(net, monitor)


@UNIX
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGALRM", "SIGUSR1"])
def test_what_a_handler_raises(name: str) -> None:
    """Whichever signal it is for: an alarm may be somebody's time limit."""
    number = getattr(signal, name)
    net, monitor = network()
    with (
        handling(number, raising),
        sent(number),
        pytest.raises(RaisedError, match=str(int(number))),
    ):
        net.simulate(LONG)
    complete(net, monitor)


def test_handlers_are_called_where_the_state_is_whole() -> None:
    """With the number of the signal and a frame below which the user's call is found."""
    net, monitor = network()
    seen: list[tuple[int, int]] = []

    def look(number: int, frame: FrameType | None) -> None:
        names = set()
        while frame is not None:
            names.add(frame.f_code.co_name)
            frame = frame.f_back
        assert "test_handlers_are_called_where_the_state_is_whole" in names
        data = monitor.get(keep=True)
        assert len(data["v"]) == len(data["spike"][0]) == net.current_step
        assert net.get_population("cells").v[0] == net.time - 1.0
        seen.append((number, net.current_step))
        if len(seen) == 3:
            net.stop()

    with handling(signal.SIGINT, look), sent(signal.SIGINT, after=0.1, times=3):
        net.simulate(LONG)
    assert [number for number, _ in seen] == [signal.SIGINT] * 3
    assert seen[-1][1] == net.current_step < LONG
    complete(net, monitor)


@UNIX
def test_several_handlers_are_called_though_one_raises() -> None:
    net, monitor = network()
    called: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        called.append(number)
        raise RaisedError

    with (
        handling(signal.SIGUSR1, note),
        handling(signal.SIGUSR2, note),
        sent(signal.SIGUSR1, signal.SIGUSR2),
        pytest.raises(RaisedError),
    ):
        net.simulate(LONG)
    assert sorted(called) == [signal.SIGUSR1, signal.SIGUSR2]
    complete(net, monitor)


def test_a_handler_may_install_another_one() -> None:
    """The first Ctrl-C asks politely; what it installs answers the second, and stays."""
    net, monitor = network()

    def first(number: int, frame: FrameType | None) -> None:
        signal.signal(number, raising)

    before = signal.signal(signal.SIGINT, first)
    try:
        with sent(signal.SIGINT, times=2), pytest.raises(RaisedError):
            net.simulate(LONG)
        assert signal.getsignal(signal.SIGINT) is raising
    finally:
        signal.signal(signal.SIGINT, before)
    complete(net, monitor)


def test_an_ignored_signal_is_ignored() -> None:
    net, monitor = network()
    with handling(signal.SIGINT, signal.SIG_IGN), sent(signal.SIGINT):
        net.simulate(4000.0)
    assert net.current_step == 4000
    complete(net, monitor)


@UNIX
def test_the_default_action_ends_the_process_at_once() -> None:
    script = """
import signal, ranvier as rv
net = rv.Network(seed=1)
net.create(3, rv.Neuron(equations="r = t"))
net.compile()
signal.signal(signal.SIGINT, signal.SIG_DFL)
print("ready", flush=True)
net.simulate(1e12)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stdout.readline().strip() == b"ready"
        time.sleep(0.2)
        run.send_signal(signal.SIGINT)
        assert run.wait(timeout=30) == -signal.SIGINT


@UNIX
def test_a_handler_in_c_stays() -> None:
    """Python knows nothing of it (``getsignal`` is None), and could not put it back."""
    script = """
import ctypes, signal
import ranvier as rv
net = rv.Network(seed=1)
net.create(3, rv.Neuron(equations="r = t"))
net.compile()
libc = ctypes.CDLL(None)
libc.signal.restype = ctypes.c_void_p
libc.signal.argtypes = [ctypes.c_int, ctypes.c_void_p]
assert signal.getsignal(signal.SIGSEGV) is None
handler = libc.signal(signal.SIGSEGV, None)
libc.signal(signal.SIGSEGV, handler)
net.simulate(1000.0)
assert signal.getsignal(signal.SIGSEGV) is None
assert handler is not None and libc.signal(signal.SIGSEGV, None) == handler
print("still there")
"""
    command = [sys.executable, "-X", "faulthandler", "-c", script]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert run.stdout == "still there\n", run.stderr


@UNIX
def test_the_wakeup_descriptor_gets_its_bytes() -> None:
    net, monitor = network()
    read, write = os.pipe()
    os.set_blocking(write, False)
    before = signal.set_wakeup_fd(write)
    try:
        with handling(signal.SIGUSR1, raising), sent(signal.SIGUSR1), pytest.raises(RaisedError):
            net.simulate(LONG)
        assert os.read(read, 16) == bytes([signal.SIGUSR1])
        assert signal.set_wakeup_fd(write) == write
    finally:
        signal.set_wakeup_fd(before)
        os.close(read)
        os.close(write)
    complete(net, monitor)


@UNIX
def test_an_event_loop_hears_of_signals() -> None:
    net, monitor = network()
    heard: list[str] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, heard.append, "callback")
        with sent(signal.SIGUSR1, after=0.05):
            started = time.monotonic()
            while time.monotonic() < started + 0.2:
                net.simulate(1000.0)
        await asyncio.sleep(0.05)
        loop.remove_signal_handler(signal.SIGUSR1)

    asyncio.run(main())
    assert heard == ["callback"]
    complete(net, monitor)


# ---------------------------------------------------------------------- threads


def in_thread(call: Callable[[], object]) -> tuple[threading.Event, list[BaseException]]:
    """Whether the call is over, and what it raised."""
    failures: list[BaseException] = []
    over = threading.Event()

    def run() -> None:
        try:
            call()
        except BaseException as problem:
            failures.append(problem)
        over.set()

    threading.Thread(target=run, daemon=True).start()
    return over, failures


def until_running(net: rv.Network) -> None:
    deadline = time.monotonic() + 30
    while net.current_step == 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert net.current_step > 0


def test_another_thread_simulates_and_is_stopped() -> None:
    """Ctrl-C belongs to the main thread, which stops the other one."""
    net, monitor = network()
    over, failures = in_thread(lambda: net.simulate(LONG))
    until_running(net)
    with (
        handling(signal.SIGINT, signal.default_int_handler),
        sent(signal.SIGINT),
        pytest.raises(KeyboardInterrupt),
    ):
        over.wait()
    assert not over.is_set()
    net.stop()
    assert over.wait(timeout=30) and not failures
    complete(net, monitor)


def test_stop_without_a_run_does_nothing() -> None:
    net, monitor = network()
    net.stop()
    net.simulate(5.0)
    assert net.current_step == 5
    complete(net, monitor)
    rv.Network().stop()


def test_the_default_network_is_stopped_too() -> None:
    rv.clear()
    rv.setup(dt=1.0, seed=1, num_threads=1)
    cells = rv.Population(3, rv.Neuron(equations="r = t"))
    rv.compile()
    over, failures = in_thread(lambda: rv.simulate(LONG))
    until_running(cells.network)
    rv.stop()
    assert over.wait(timeout=30) and not failures
    rv.clear()


def test_two_networks_in_two_threads() -> None:
    pairs = [network(1), network(2)]
    runs = [in_thread(lambda net=net: net.simulate(2000.0)) for net, _ in pairs]  # type: ignore[misc]
    for over, failures in runs:
        assert over.wait(timeout=60) and not failures
    for net, monitor in pairs:
        assert net.current_step == 2000
        complete(net, monitor)


def test_two_threads_and_one_network() -> None:
    """The second one is refused, at its line, and so is compiling under a run."""
    net, monitor = network()
    over, failures = in_thread(lambda: net.simulate(LONG))
    until_running(net)
    with pytest.raises(rv.ModelError, match="simulated already") as caught:
        net.simulate(1.0)
    assert f"{HERE}:" in str(caught.value) and "net.simulate(1.0)" in str(caught.value)
    with pytest.raises(rv.ModelError, match="compiled anew while it runs"):
        net.compile()
    for call in (net.save, net.load):
        with pytest.raises(rv.ModelError, match="while another thread simulates it"):
            call(io.BytesIO())
    net.stop()
    assert over.wait(timeout=30) and not failures
    complete(net, monitor)


def test_a_handler_cannot_run_its_own_network() -> None:
    """But another one; and a monitor that it makes waits for the end of the run."""
    net, monitor = network()
    other, others = network(2)
    late: list[rv.Monitor] = []
    file = io.BytesIO()

    def handler(number: int, frame: FrameType | None) -> None:
        net.save(file)
        other.simulate(10.0)
        late.append(net.monitor(net.get_population("cells"), "v"))
        with pytest.raises(rv.ModelError, match="cannot be compiled anew while it runs"):
            net.simulate(1.0)
        net.stop()

    with handling(signal.SIGINT, handler), sent(signal.SIGINT):
        net.simulate(LONG)
    done = net.current_step
    complete(net, monitor)
    complete(other, others)
    other.load(file)
    assert other.current_step == done
    assert late[0].get("v")[:, 0].tolist() == [done, done + 1, done + 2]


def test_a_handler_that_simulates_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    net, monitor = network()

    def handler(number: int, frame: FrameType | None) -> None:
        net.step()

    with (
        handling(signal.SIGINT, handler),
        sent(signal.SIGINT),
        pytest.raises(rv.ModelError, match=r"(?s)simulated already.*net.step\(\)"),
    ):
        net.simulate(LONG)
    complete(net, monitor)


def test_a_handler_may_set_the_clock_back() -> None:
    """As many steps as asked for run anyway."""
    net, _ = network()
    back: list[int] = []

    def handler(number: int, frame: FrameType | None) -> None:
        back.append(net.current_step)
        net.current_step = 0

    with handling(signal.SIGINT, handler), sent(signal.SIGINT):
        net.simulate(8000.0)
    assert sum(back) + net.current_step == 8000


@UNIX
def test_alarms_at_any_moment() -> None:
    """Also just when handlers are exchanged, or a run begins or ends."""
    net, monitor = network()
    raised = 0
    with handling(signal.SIGALRM, raising), handling(signal.SIGINT, raising), uncollected():
        for delay in np.random.default_rng(1).uniform(1e-5, 2e-3, 400):
            try:
                signal.setitimer(signal.ITIMER_REAL, delay)
                net.simulate(2.0)
                time.sleep(0.01)
            except RaisedError:
                raised += 1
            assert signal.getsignal(signal.SIGINT) is raising
    assert raised == 400
    complete(net, monitor)


@UNIX
@pytest.mark.parametrize("name", ["SIGURG", "SIGTRAP", "SIGPWR", "SIGRTMIN", "SIGRTMAX"])
def test_signals_of_every_kind_wait(name: str) -> None:
    number = getattr(signal, name, None)
    if number is None:
        pytest.skip("there is no such signal here")
    net, monitor = network()
    with handling(number, raising), sent(number), pytest.raises(RaisedError):
        net.simulate(LONG)
    complete(net, monitor)


@UNIX
def test_what_a_handler_raises_is_not_reworded() -> None:
    """Not even if it looks like an error of ours."""
    mine = MemoryError("mine")

    def handler(number: int, frame: FrameType | None) -> None:
        raise mine

    net, monitor = network()
    with (
        handling(signal.SIGUSR1, handler),
        sent(signal.SIGUSR1),
        pytest.raises(MemoryError) as caught,
    ):
        net.simulate(LONG)
    assert caught.value is mine
    complete(net, monitor)
