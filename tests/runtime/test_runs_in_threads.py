"""Runs in threads of the user.

Others stop them, and one network runs once at a time.
"""

from __future__ import annotations

import io
import signal
from pathlib import Path

import pytest
from samples.interrupted import (
    LONG,
    PATIENCE,
    complete,
    handling,
    in_thread,
    network,
    sent,
    until_running,
)

import ranvier as rv

HERE = Path(__file__).name


def test_another_thread_simulates_and_is_stopped() -> None:
    """Ctrl-C belongs to the main thread, which stops the other one.

    The network runs already, so the signal may come before the main thread waits.
    """
    net, monitor = network()
    over, failures = in_thread(lambda: net.simulate(LONG))
    until_running(net)
    with (
        handling(signal.SIGINT, signal.default_int_handler),
        pytest.raises(KeyboardInterrupt),
        sent(net, signal.SIGINT),
    ):
        over.wait()
    assert not over.is_set()
    net.stop()
    assert over.wait(PATIENCE) and not failures
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
    assert over.wait(PATIENCE) and not failures
    rv.clear()


def test_two_networks_in_two_threads() -> None:
    pairs = [network(1), network(2)]
    runs = [in_thread(lambda net=net: net.simulate(2000.0)) for net, _ in pairs]  # type: ignore[misc]
    for over, failures in runs:
        assert over.wait(PATIENCE) and not failures
    for net, monitor in pairs:
        assert net.current_step == 2000
        complete(net, monitor)


def test_two_threads_and_one_network() -> None:
    """A second run of the network is refused at its line.

    So is compiling under a run.
    """
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
    assert over.wait(PATIENCE) and not failures
    complete(net, monitor)
