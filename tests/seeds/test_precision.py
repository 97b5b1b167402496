"""The published networks in single precision.

Also with synapses stored in it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import define
from seeds.networks import coba, rate_coded

from references.connectivity import Floats, coba_network
from references.fused import fused
from references.rate import RateReference

SIZE = 200


@define(eq=False)
class InOrder(RateReference):
    """The reference with Ranvier's order of roundings.

    It adds inputs in the order of the pre neurons, and steps with one rounding.
    """

    def _sums(self) -> Floats:
        total = np.zeros_like(self.outputs)
        for weights, rate in zip(self.weights.T, self.inputs, strict=True):
            total = total + weights * rate
        return total

    def _leak(self, rates: Floats, sums: Floats) -> Floats:
        step = rates.dtype.type(self.dt) / rates.dtype.type(self.tau)
        moved: Floats = np.maximum(fused(sums - rates, step, rates), 0.0)
        return moved

    def step(self) -> None:
        """Compute one step."""
        sums = self._sums()
        self.inputs = self._leak(self.inputs, self.drive)
        self.outputs = self._leak(self.outputs, sums)


def _data() -> tuple[Floats, Floats, Floats]:
    rng = np.random.default_rng(8)
    return rng.uniform(-0.2, 1.0, (SIZE, SIZE)), rng.random(SIZE), rng.random(SIZE)


@pytest.mark.parametrize("threads", [1, 2])
def test_rates_are_those_of_single_precision(threads: int) -> None:
    """Bit for bit what arithmetic on numbers of float32 gives."""
    weights, drive, inputs = _data()
    net, pre, post = rate_coded(weights, drive, inputs, threads)
    net.config(dtype="float32")
    net.compile()
    net.simulate(100.0)
    arrays: list[Any] = [a.astype(np.float32) for a in (weights, drive, inputs, np.zeros(SIZE))]
    reference = InOrder(*arrays)
    reference.run(100)
    assert pre.r.dtype == post.r.dtype == reference.outputs.dtype == np.float32
    np.testing.assert_array_equal(pre.r, reference.inputs)
    np.testing.assert_array_equal(post.r, reference.outputs)


@pytest.mark.parametrize("threads", [1, 2])
def test_rates_with_stored_weights(threads: int) -> None:
    """Rates of weights that were rounded to float32 before.

    The rest is in double precision.
    """
    weights, drive, inputs = _data()
    net, _, post = rate_coded(weights, drive, inputs, threads)
    net.config(synapse_dtype="float32")
    net.compile()
    net.simulate(100.0)
    rounded = weights.astype(np.float32).astype(np.float64)
    assert np.all(np.abs(rounded - weights) <= 2.0**-24 * np.abs(weights))
    reference = InOrder(rounded, drive, inputs, np.zeros(SIZE))
    reference.run(100)
    np.testing.assert_array_equal(post.r, reference.outputs)
    np.testing.assert_array_equal(net.projections[0].connectivity_matrix(), rounded)


@pytest.mark.parametrize("setting", [{"dtype": "float32"}, {"synapse_dtype": "float32"}])
def test_coba_fires_at_the_same_rate(setting: dict[str, str]) -> None:
    """The mean rate over two seconds stays within 3 %.

    Chaos amplifies the last bit.
    """
    data = coba_network(4000)
    counts = []
    for settings in ({}, setting):
        net, cells = coba(data)
        net.config(**settings)
        monitor = net.monitor(cells, "spike")
        net.compile()
        net.simulate(2000.0)
        counts.append(sum(len(steps) for steps in monitor.get("spike").values()))
    assert counts[0] > 100_000
    assert counts[1] == pytest.approx(counts[0], rel=0.03)
