"""The rate-coded network agrees with the NumPy reference.

On every number of threads.
"""

from __future__ import annotations

import numpy as np
import pytest
from seeds.networks import rate_coded

from references.connectivity import Floats
from references.rate import RateReference

SIZE = 1000
STEPS = 1000


@pytest.fixture(scope="module")
def weights() -> Floats:
    return np.random.default_rng(7).uniform(0.0, 1.0, (SIZE, SIZE))


@pytest.mark.parametrize("driven", [True, False], ids=["driven", "decaying"])
@pytest.mark.parametrize("threads", [1, 2])
def test_same_rates_as_the_reference(weights: Floats, driven: bool, threads: int) -> None:
    """Relative error below 1e-12 after 1000 steps with random input rates."""
    rng = np.random.default_rng(8)
    inputs = rng.uniform(0.0, 1.0, SIZE)
    drive = rng.uniform(0.0, 1.0, SIZE) if driven else np.zeros(SIZE)
    net, pre, post = rate_coded(weights, drive, inputs, threads)
    net.compile()
    net.simulate(float(STEPS))
    reference = RateReference(weights, drive, inputs, np.zeros(SIZE))
    reference.run(STEPS)
    assert np.all(reference.outputs > 0.0)
    np.testing.assert_allclose(pre.r, reference.inputs, rtol=1e-12, atol=0.0)
    np.testing.assert_allclose(post.r, reference.outputs, rtol=1e-12, atol=0.0)


def test_rates_are_rectified() -> None:
    """`min=0.0` clamps what inhibition would drive below zero."""
    rng = np.random.default_rng(9)
    weights = rng.uniform(-1.0, 1.0, (50, 40))
    drive = rng.uniform(0.0, 1.0, 40)
    net, _, post = rate_coded(weights, drive, np.zeros(40))
    net.compile()
    net.simulate(100.0)
    reference = RateReference(weights, drive, np.zeros(40), np.zeros(50))
    reference.run(100)
    assert 0 < np.count_nonzero(reference.outputs) < 50
    np.testing.assert_allclose(post.r, reference.outputs, rtol=1e-12, atol=1e-13)


def test_same_bits_for_two_threads(weights: Floats) -> None:
    rates = []
    for threads in (1, 2):
        net, _, post = rate_coded(weights, np.full(SIZE, 0.5), np.zeros(SIZE), threads)
        net.compile()
        net.simulate(100.0)
        rates.append(np.asarray(post.r).tobytes())
    assert rates[0] == rates[1]
