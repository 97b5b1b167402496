"""Signals: a run ends after a whole step.

It does what Python would do there.
"""

from __future__ import annotations

import asyncio
import io
import os
import signal
import subprocess
import sys
import time
from types import FrameType

import numpy as np
import pytest
from samples.interrupted import (
    LONG,
    PATIENCE,
    UNIX,
    RaisedError,
    complete,
    handling,
    network,
    raising,
    sent,
    uncollected,
)

import ranvier as rv


def test_ctrl_c_raises_what_python_raises() -> None:
    net, monitor = network()
    with (
        handling(signal.SIGINT, signal.default_int_handler),
        sent(net, signal.SIGINT),
        pytest.raises(KeyboardInterrupt),
    ):
        net.simulate(LONG)
    complete(net, monitor)


@UNIX
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGALRM", "SIGUSR1"])
def test_what_a_handler_raises(name: str) -> None:
    """An error of a handler ends the run, whatever the signal.

    An alarm may be somebody's time limit.
    """
    number = getattr(signal, name)
    net, monitor = network()
    with (
        handling(number, raising),
        sent(net, number),
        pytest.raises(RaisedError, match=str(int(number))),
    ):
        net.simulate(LONG)
    complete(net, monitor)


def test_handlers_are_called_where_the_state_is_whole() -> None:
    """Handlers get the signal's number and a frame.

    The user's call is found below that frame.
    """
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

    with handling(signal.SIGINT, look), sent(net, signal.SIGINT, times=3, heard=seen.__len__):
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
        sent(net, signal.SIGUSR1, signal.SIGUSR2),
        pytest.raises(RaisedError),
    ):
        net.simulate(LONG)
    assert sorted(called) == [signal.SIGUSR1, signal.SIGUSR2]
    complete(net, monitor)


def test_a_handler_may_install_another_one() -> None:
    """A handler may install another one.

    The first Ctrl-C asks politely; what it installs answers the second, and stays.
    """
    net, monitor = network()

    asked: list[int] = []

    def first(number: int, frame: FrameType | None) -> None:
        signal.signal(number, raising)
        asked.append(number)

    before = signal.signal(signal.SIGINT, first)
    try:
        with sent(net, signal.SIGINT, times=2, heard=asked.__len__), pytest.raises(RaisedError):
            net.simulate(LONG)
        assert signal.getsignal(signal.SIGINT) is raising
    finally:
        signal.signal(signal.SIGINT, before)
    complete(net, monitor)


def test_an_ignored_signal_is_ignored() -> None:
    net, monitor = network()
    with handling(signal.SIGINT, signal.SIG_IGN), sent(net, signal.SIGINT):
        net.simulate(4000.0)
    assert net.current_step == 4000
    complete(net, monitor)


@UNIX
def test_the_default_action_ends_the_process_at_once() -> None:
    script = """
import signal, threading, time
import ranvier as rv
net = rv.Network(seed=1)
net.create(3, rv.Neuron(equations="r = t"))
net.compile()
signal.signal(signal.SIGINT, signal.SIG_DFL)

def tell():
    while net.current_step == 0:
        time.sleep(0.01)
    print("running", flush=True)

threading.Thread(target=tell, daemon=True).start()
net.simulate(1e12)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stdout.readline().strip() == b"running"
        run.send_signal(signal.SIGINT)
        assert run.wait(PATIENCE) == -signal.SIGINT


@UNIX
def test_a_handler_in_c_stays() -> None:
    """A handler in C stays.

    Python knows nothing of it (``getsignal`` is None), and could not put it back.
    """
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
    run = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert run.stdout == "still there\n", run.stderr


@UNIX
def test_the_wakeup_descriptor_gets_its_bytes() -> None:
    net, monitor = network()
    read, write = os.pipe()
    os.set_blocking(write, False)
    before = signal.set_wakeup_fd(write)
    try:
        with (
            handling(signal.SIGUSR1, raising),
            sent(net, signal.SIGUSR1),
            pytest.raises(RaisedError),
        ):
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
        with sent(net, signal.SIGUSR1):
            net.simulate(4000.0)
        until = loop.time() + PATIENCE
        while not heard and loop.time() < until:
            await asyncio.sleep(0.01)
        loop.remove_signal_handler(signal.SIGUSR1)

    asyncio.run(main())
    assert heard == ["callback"]
    complete(net, monitor)


def test_a_handler_cannot_run_its_own_network() -> None:
    """A handler cannot run its own network, but another one.

    A monitor that it makes waits for the end of the run.
    """
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

    with handling(signal.SIGINT, handler), sent(net, signal.SIGINT):
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
        sent(net, signal.SIGINT),
        pytest.raises(rv.ModelError, match=r"(?s)simulated already.*net.step\(\)"),
    ):
        net.simulate(LONG)
    complete(net, monitor)


def test_a_handler_may_set_the_clock_back() -> None:
    """A run has as many steps as asked for.

    A handler may set the clock back.
    """
    net, _ = network()
    back: list[int] = []

    def handler(number: int, frame: FrameType | None) -> None:
        back.append(net.current_step)
        net.current_step = 0

    with handling(signal.SIGINT, handler), sent(net, signal.SIGINT):
        net.simulate(8000.0)
    assert sum(back) + net.current_step == 8000


@UNIX
def test_alarms_at_any_moment() -> None:
    """Alarms may come at any moment.

    They come while handlers are exchanged, and when a run begins or ends.
    """
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
    with handling(number, raising), sent(net, number), pytest.raises(RaisedError):
        net.simulate(LONG)
    complete(net, monitor)


@UNIX
def test_what_a_handler_raises_is_not_reworded() -> None:
    """Errors of a handler are not reworded.

    That holds for errors that look like ours, too.
    """
    mine = MemoryError("mine")

    def handler(number: int, frame: FrameType | None) -> None:
        raise mine

    net, monitor = network()
    with (
        handling(signal.SIGUSR1, handler),
        sent(net, signal.SIGUSR1),
        pytest.raises(MemoryError) as caught,
    ):
        net.simulate(LONG)
    assert caught.value is mine
    complete(net, monitor)
