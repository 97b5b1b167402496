"""``atomics="fast"``: spikes add to neurons of a GPU in any order.

Two orders of n terms differ by at most 2 (n - 1) u sum |w|, where u = 2^-53 (Higham 2002, Accuracy
and Stability of Numerical Algorithms, equation 4.4).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from differential.gpus import emulated
from differential.harness import assert_same_bits
from fakes.cuda_driver.installed import simulated

import ranvier as rv

SIZE, STEPS = 96, 4


def run(target: str, delays: Any = 0.0, **settings: Any) -> tuple[np.ndarray, np.ndarray]:
    """Sums of 96 spikes at once, and those of all weights."""
    net = rv.Network(dt=1.0, seed=5)
    net.config(**settings)
    always = rv.Neuron(equations="v = 1.0", spike="v > 0.5", reset="v = 0.0")
    sources = net.create(SIZE, always)
    cells = net.create(40, rv.Neuron(equations="v = g_exc", spike="v > 1e9", reset=""))
    weights = np.random.default_rng(3).uniform(0.1, 3.0, (40, SIZE))
    projection = net.connect(sources, cells, "exc")
    projection.fixed_probability(0.9, weights=rv.Uniform(0.1, 3.0), delays=delays)
    for number, post in enumerate(projection.post_ranks):
        dendrite = projection.dendrite(post)
        dendrite.w = weights[number, : dendrite.size]
    net.compile(target=target)
    net.simulate(STEPS * net.dt)
    sums = [np.sum(projection.dendrite(post).w) for post in range(40)]
    return np.asarray(cells.v), np.asarray(sums)


@pytest.mark.parametrize("delays", [0.0, 2.0])
def test_the_sum_is_within_its_bound(delays: float) -> None:
    """Each order of atomic operations has its own last bits."""
    meant, sums = run("cpu", delays)
    found = []
    for seed in range(4):
        with simulated(emulated(seed), ["cuda-bindings"]):
            found.append(run("cuda", delays, atomics="fast")[0])
        bound = 2 * (SIZE - 1) * 2.0**-53 * sums
        assert np.all(np.abs(found[-1] - meant) <= bound)
    assert meant.any()
    assert any(np.any(each != meant) for each in found)
    with simulated(emulated(), ["cuda-bindings"]):
        assert_same_bits(run("cuda", delays, atomics="ordered")[0], meant, "ordered")


def test_atomics_are_for_gpus() -> None:
    with pytest.raises(rv.ModelError, match="atomics='fast' is for GPUs"):
        run("cpu", atomics="fast")
    with pytest.raises(rv.ModelError, match="'ordered' or 'fast', not 'quick'"):
        rv.Network().config(atomics="quick")
