"""Conductances of pre neurons, while spikes are delivered."""

from __future__ import annotations

import numpy as np
import pytest

import ranvier as rv


def build(read: str, threads: int) -> rv.Network:
    """Neurons that excite one another, and spikes that depend on ``read``."""
    net = rv.Network(dt=1.0, seed=2)
    net.config(num_threads=threads)
    cells = net.create(
        64,
        rv.Neuron(
            equations="""
                kept = g_exc
                dv/dt = Uniform(0.0, 1.2) - 0.1 * v + 0.01 * g_exc
                3.0 * dg_exc/dt = -g_exc
            """,
            spike="v > 1.0",
            reset="v = 0.0",
        ),
    )
    net.connect(cells, cells, "exc").fixed_probability(0.3, weights=rv.Uniform(0.0, 1.0))
    synapse = rv.Synapse(pre_spike=f"g_target += 0.1 * w * {read}")
    net.connect(cells, cells, "exc", synapse).fixed_probability(0.3, weights=0.5)
    return net


def test_what_spikes_add_to_is_not_read_of_pre_neurons() -> None:
    """The sum would depend on the number of threads."""
    with pytest.raises(rv.ModelError, match=r"'pre.g_exc' is read when spikes arrive") as told:
        build("pre.g_exc", 1).compile()
    assert "<pre_spike>:1:23: error" in str(told.value) and "kept = g_exc" in str(told.value)


def test_the_way_out() -> None:
    found = []
    for threads in (1, 2):
        net = build("pre.kept", threads)
        net.compile()
        net.simulate(12.0)
        found.append(np.array(net.populations[0].g_exc))
    assert found[0].any() and np.array_equal(found[0], found[1])
