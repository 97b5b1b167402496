"""Drawn weights of all pairs lie where given ones do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ranvier as rv
from ranvier.frontend import patches, synapse_draws, workers

RATE = rv.Neuron(parameters="a = 1.0", equations="r = a + sum(exc)")
SPIKING = rv.Neuron(equations="v = g_exc + 2.0", spike="v > 1", reset="v = 0")
GROUPS: dict[str, Callable[[Any, Any], tuple[Any, Any]]] = {
    "all": lambda a, b: (a, b),
    "themselves": lambda a, _: (a, a),
    "ranges": lambda a, b: (a[10:40], b[25:55]),
    "overlapping": lambda a, _: (a[10:40], a[13:55]),
    "one post": lambda a, b: (a[:2], b[20:21]),
}
DISTRIBUTIONS = {
    "uniform": rv.Uniform(-1.0, 1.0),
    "normal": rv.Normal(0.0, 1.0, min=-1.0),
    "0 or 1": rv.DiscreteUniform(0, 1),
    "zero": rv.Uniform(0.0, 0.0),
}


@pytest.mark.parametrize(("dtype", "threads"), [("float64", 1), ("float32", 2)])
@pytest.mark.parametrize("neuron", [RATE, SPIKING], ids=["rate", "spiking"])
@pytest.mark.parametrize("groups", GROUPS.values(), ids=GROUPS)
def test_drawn_and_given_weights(
    groups: Any, neuron: rv.Neuron, dtype: str, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patches, "PATCH", 200)
    monkeypatch.setattr(synapse_draws, "SERIAL", 0)
    monkeypatch.setattr(workers, "cores", lambda: threads)
    for seed, weights in enumerate(DISTRIBUTIONS.values()):
        found = []
        for given in (False, True):
            net = rv.Network(dt=1.0, seed=seed, dtype=dtype)
            pre, post = groups(net.create(60, neuron), net.create(67, neuron))
            projection: Any = net.connect(pre, post, "exc", name="tested").all_to_all(weights)
            drawn = np.array(projection.connectivity.w).reshape(-1)
            net.compile()
            if given:
                projection.w = drawn
            net.simulate(3)
            state = post.population.get("r" if neuron is RATE else "v")
            found.append((np.concatenate(projection.w), np.array(state)))
            np.testing.assert_array_equal(found[-1][0], drawn.astype(dtype))
        for one, other in zip(*found, strict=True):
            np.testing.assert_array_equal(one, other)
