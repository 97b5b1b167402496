"""Places of synapses that no row has.

What kernels compute there stays inside of all buffers.
"""

from __future__ import annotations

import numpy as np
import pytest

import ranvier as rv


@pytest.mark.parametrize("neurons", [17, 64])
def test_learning_with_a_delay_for_each_synapse(neurons: int) -> None:
    """Rows of different lengths side by side.

    They run for longer than the longest delay.
    """
    found = []
    for check in ("bounds", "none"):
        net = rv.Network(dt=1.0, seed=3)
        rate = rv.Neuron(equations="r = pos(0.01 * sum(exc) + Uniform(-1.0, 1.0))")
        pre, post = net.create(neurons, rate), net.create(neurons, rate)
        projection = net.connect(pre, post, "exc", rv.Hebb())
        delays = rv.Uniform(1.0, 9.0)
        projection.fixed_probability(0.4, weights=rv.Uniform(0.0, 1.0), delays=delays)
        net.compile(check=check)
        net.simulate(30.0)
        found.append(np.concatenate(projection.w))
    np.testing.assert_array_equal(found[0], found[1])
