"""Products are added with one rounding, the same everywhere.

Results are close to those of two roundings.
"""

from __future__ import annotations

from typing import Any

import differential.exact_models  # noqa: F401
import numpy as np
import pytest
from differential.levels import Lowered, differences, interpreted
from differential.models import NETWORKS

import ranvier as rv
from references.fused import fused, fused_quickly

FEW = 4
"""Steps in which no threshold has amplified a difference.

It is one unit in the last place.
"""


@pytest.mark.parametrize("opt", [0, 1])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_one_rounding(dtype: str, opt: int) -> None:
    """The number nearest to the exact sum; two roundings give others."""
    net = rv.Network(dt=1.0, dtype=dtype)
    neuron = rv.Neuron(
        parameters="x = 0.0\ny = 0.0\nz = 0.0",
        equations="right = z + x*y\nleft = x*y + z\nless = z - x*y\nmore = x*y - z\nr = 0.0",
    )
    cells = net.create(500, neuron)
    random = np.random.default_rng(3)
    x, y, noise = (random.normal(size=500).astype(dtype) for _ in range(3))
    z = (noise / 8 - x * y).astype(dtype)
    cells.x, cells.y, cells.z = x, y, z
    net.compile(opt=opt)
    net.step()
    for name, sign_of_product, sign in (("right", 1, 1), ("less", -1, 1), ("more", 1, -1)):
        found = getattr(cells, name).astype(dtype)
        assert np.array_equal(found, fused(sign_of_product * x, y, sign * z)), name
    assert np.array_equal(cells.right, cells.left)
    assert not np.array_equal(cells.right.astype(dtype), z + x * y)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("size", [1e-16, 1e-8, 1e-3, 1.0, 1e8])
def test_both_references_agree(size: float, dtype: Any) -> None:
    """Sums in parts and exact fractions, also where the product cancels."""
    random = np.random.default_rng(7)
    x, y = (random.normal(size=500).astype(dtype) for _ in range(2))
    z = (size * random.normal(size=500)).astype(dtype)
    for other in (z, (z - x * y).astype(dtype), (-x * y).astype(dtype), np.zeros(500, dtype)):
        assert np.array_equal(fused_quickly(x, y, other), fused(x, y, other))


@pytest.mark.parametrize("name", NETWORKS)
def test_close_to_two_roundings(name: str) -> None:
    """A product differs by half its last unit in every step."""
    network = NETWORKS[name]()
    unit = float(np.finfo(network.options.dtype).eps)
    one = interpreted(Lowered(network), FEW)
    two = interpreted(Lowered(NETWORKS[name](), contracted=False), FEW)
    assert not differences(two, one, 450 * unit)
