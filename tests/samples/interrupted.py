"""Runs that somebody interrupts: networks, handlers of signals, and other threads."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import numpy as np
import pytest

import ranvier as rv

LONG = 1e9
"""Milliseconds that no test waits for."""

PATIENCE = 60.0
"""Seconds after which something that should have happened has failed."""

UNIX = pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals")


def network(seed: int = 1) -> tuple[rv.Network, rv.Monitor]:
    """Recordings of this network tell whether any step is missing.

    Other recordings make steps long.
    """
    net = rv.Network(dt=1.0, seed=seed)
    net.config(num_threads=1)
    clock = rv.Neuron(equations="v = t", spike="v > -1", reset="")
    cells = net.create(3, clock, name="cells")
    monitor = net.monitor(cells, ["v", "spike"])
    net.create(20_000, rv.Neuron(equations="r = exp(sin(t))*r : init = 1.0"))
    net.compile()
    return net, monitor


def complete(net: rv.Network, monitor: rv.Monitor) -> None:
    """All steps are there.

    The run goes on without a gap.
    """
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
    """No garbage collection.

    Python loses what is raised in the callbacks of one.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class RaisedError(Exception):
    """An error that a handler of the user raises."""


def raising(number: int, frame: FrameType | None) -> None:
    raise RaisedError(number)


def wait_until(happened: Callable[[], bool]) -> bool:
    """Whether something happened within :data:`PATIENCE` seconds."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


@contextmanager
def sent(
    net: rv.Network, *numbers: int, times: int = 1, heard: Callable[[], int] = int
) -> Iterator[None]:
    """Send signals to the main thread once the network runs.

    They are sent once more when ``heard`` says that they were heard: the system keeps no count of
    equal ones. The run is stopped if that does not happen, so that the test fails.
    """
    main, start = threading.main_thread().ident, net.current_step
    assert main is not None

    def send() -> None:
        running = wait_until(lambda: net.current_step > start)
        for time_ in range(times):
            if not running or not wait_until(lambda count=time_: heard() >= count):  # type: ignore[misc]
                return net.stop()
            for number in numbers:
                signal.pthread_kill(main, number)
        return None

    thread = threading.Thread(target=send)
    try:
        thread.start()
        yield
    finally:
        thread.join()


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
    assert wait_until(lambda: net.current_step > 0)
