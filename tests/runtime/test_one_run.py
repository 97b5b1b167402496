"""One run of a network at a time.

Requests in the meantime, counts, and forks.
"""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import numpy as np
import pytest

import ranvier as rv


def network() -> tuple[rv.Network, rv.Monitor]:
    """A network and what it records."""
    net = rv.Network(dt=1.0, seed=1)
    net.config(num_threads=1)
    cells = net.create(3, rv.Neuron(equations="v = t\nr = v"))
    monitor = net.monitor(cells, "v")
    net.compile()
    return net, monitor


def test_numbers_of_numpy_as_steps() -> None:
    """Steps count beyond 255 in any type of number.

    It is that of the number of steps, given to what compile() returns.
    """
    net, monitor = network()
    compiled: Any = net.compile()
    compiled.simulate(250)
    compiled.simulate(np.uint8(10))
    assert (compiled.step, type(compiled.step)) == (260, int)
    assert len(monitor.get("v", keep=True)) == 260
    compiled.step = np.uint8(250)
    compiled.simulate(np.int64(10))
    assert compiled.step == 260


def test_many_threads_ask_at_the_same_time() -> None:
    """Each request runs or is refused in words.

    Afterwards nobody is in the way.
    """
    net, _ = network()
    other: list[BaseException] = []

    def ask() -> None:
        for _ in range(300):
            try:
                net.simulate(0.0)
            except rv.ModelError:
                pass
            except BaseException as problem:
                other.append(problem)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not other
    net.simulate(1.0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_the_child_of_a_fork_runs_what_the_parent_was_running() -> None:
    net, _ = network()
    thread = threading.Thread(target=net.simulate, args=(1e9,))
    thread.start()
    compiled: Any = net._execution.program
    while not compiled.running:
        time.sleep(0.01)
    child = os.fork()
    if child == 0:
        os._exit(1 if compiled.running else 0)
    _, status = os.waitpid(child, 0)
    net.stop()
    thread.join()
    assert status == 0
