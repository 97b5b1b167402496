"""Networks with every kind of state.

And what tests of their files say of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

import ranvier as rv
from ranvier.ir.diagnostics import ModelError

State = dict[str, np.ndarray[Any, Any]]

SPIKING = rv.Neuron(
    parameters="tau = 10.0 : population\ndrive = 1.2\nflag = True : bool\nn = 3 : int",
    equations="""
        tau*dv/dt = drive - v + g_exc + 0.3*Normal(0.0, 1.0)
        tau*dg_exc/dt = -g_exc
        up = v > 0.5 : bool
    """,
    spike="v > 1.0",
    reset="v = 0.0",
    refractory=2.0,
)
RATE = rv.Neuron(parameters="tau = 5.0", equations="tau*dr/dt + r = sum(exc) : min=0.0, max=9.0")


def network(threads: int = 1) -> rv.Network:
    """Everything that a state can have.

    Traces, delays, spikes in flight, windows, learning.
    """
    net = rv.Network(dt=0.5, seed=42)
    net.config(num_threads=threads)
    spiking = net.create(20, SPIKING, name="spiking")
    reading, last = net.create(7, RATE, name="reading"), net.create(5, RATE, name="last")
    learning = net.connect(spiking, spiking, "exc", rv.STDP(), name="learning")
    learning.fixed_probability(0.3, weights=rv.Uniform(0.0, 0.2), delays=rv.Uniform(0.5, 4.0))
    tired = net.connect(spiking, spiking, "exc", rv.STP(), name="tired")
    tired.fixed_probability(0.3, weights=0.1)
    rv.DecodingProjection(spiking, reading, "exc", 10.0, network=net).all_to_all(weights=0.01)
    rates = net.connect(reading, last, "exc", rv.Oja(), name="rates")
    rates.all_to_all(weights=rv.Uniform(0.0, 0.1), delays=3.0)
    net.compile()
    return net


def state(net: Any) -> State:
    found: State = net._execution.program.state()
    return found


def same(one: State, other: State) -> None:
    assert one.keys() == other.keys()
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name], err_msg=name)


@contextmanager
def refused(net: rv.Network, words: str, kind: type[Exception] = ModelError) -> Iterator[None]:
    """An error that points here.

    The network is what it was.
    """
    before = state(net)
    with pytest.raises(kind, match=words) as caught:
        yield
    assert isinstance(caught.value, ModelError)
    assert re.match(r"\S*test_\w+\.py:\d+:\d+: error: ", str(caught.value)), caught.value
    same(state(net), before)
