"""Networks in which everything depends on the past.

Tests of these set the clock.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import ranvier as rv

DT = 0.5
WINDOW = 6  # steps
LATER = (0, 1, 37, 1000, 10**12 + 7, 2**63 - 1 - 400)
"""Steps that a clock may be set to.

The last ones that exist are 400 further on.
"""

CELL = rv.Neuron(
    parameters="drive = 1.3; noise = 0.0",
    equations="""
        10.0*dv/dt = drive - v + g_exc + noise*Normal(0.0, 1.0)
        4.0*dg_exc/dt = -g_exc
        count = count + 1 : int
    """,
    spike="v > 1.0",
    reset="v = 0.0",
    refractory=1.5,
)
RATE = rv.Neuron(equations="8.0*dr/dt + r = base + sum(exc)", parameters="base = 0.1")
BURST = rv.Synapse(
    parameters="tau = 15.0",
    equations="tau * dz/dt = -z : event-driven, init=0.5\ntau * dq/dt = -q",
    pre_spike="g_target += w*(1.0 + z)\nz += 0.25",
    post_spike="z += 0.125\nq += 1.0",
)


def everything(
    *, noise: float, threads: int = 1, dtype: str = "float64", opt: int | None = None
) -> Any:
    """Delays of all kinds, traces, decoded rates, periodic learning.

    STDP, STP and other rules have traces.
    """
    net = rv.Network(dt=DT, seed=7, dtype=dtype)
    net.config(num_threads=threads)
    one, two = net.create(40, CELL, name="one"), net.create(30, CELL, name="two")
    read, last = net.create(20, RATE, name="read"), net.create(18, RATE, name="last")
    one.v, two.v = np.linspace(0.0, 0.9, 40), np.linspace(0.8, 0.1, 30)
    one.drive, two.noise, one.noise = np.linspace(1.1, 2.0, 40), noise, noise
    read.base = np.linspace(0.0, 0.5, 20)

    def connect(pre: Any, post: Any, synapse: Any, name: str, share: float, **settings: Any) -> Any:
        projection = net.connect(pre, post, "exc", synapse, name=name)
        return projection.fixed_probability(share, **settings)

    spread = rv.Uniform(0.0, 0.04)
    connect(one, two, None, "plain", 0.3, weights=spread, delays=rv.DiscreteUniform(1, 30))
    connect(one, two, rv.STDP(), "stdp", 0.4, weights=spread, delays=2.0)
    connect(two, one, rv.STDP(), "spread", 0.4, weights=spread, delays=rv.Uniform(0.5, 4.0))
    connect(two, one, rv.STP(), "stp", 0.3, weights=0.03, delays=1.5)
    connect(one, one, BURST, "burst", 0.2, weights=0.01)
    decoding = rv.DecodingProjection(
        one, read, "exc", window=WINDOW * DT, name="decoded", network=net
    )
    decoding.all_to_all(weights=2.0**-7)
    net.connect(read, last, "exc", rv.Oja(eta=0.002), name="oja").all_to_all(
        weights=rv.Uniform(0.0, 0.1), delays=3.0
    )
    connect(last, read, None, "back", 0.5, weights=0.004, delays=rv.Uniform(0.0, 6.0))
    net.get_projection("oja").enable_learning(period=2.5, offset=1.0)
    net.compile(opt=opt)
    return net


def state(net: Any) -> dict[str, Any]:
    """All that the next step depends on."""
    found: dict[str, Any] = net._execution.program.state()
    return found


def moved(net: Any) -> dict[str, Any]:
    """The same network at any clock.

    Steps are counted from this one.
    """
    found = state(net)
    step = found.pop("$step")[0]
    for name, values in found.items():
        if ".$last_" in name:
            found[name] = step - values
        if name.endswith(".$learning"):
            updating, period, offset, plastic = (int(value) for value in values)
            found[name] = np.array([updating, period, (int(step) - offset) % period, plastic])
        if name.endswith(".$ring"):
            rows = values.reshape(WINDOW, -1)
            found[name] = np.roll(rows, -int(step) % WINDOW, axis=0)
    return found


def same(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Whether two states have the same bits."""
    assert one.keys() == other.keys()
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name], err_msg=name)
