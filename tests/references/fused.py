"""``x * y + z`` rounded once, from exact fractions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray


def fused(x: Any, y: Any, z: NDArray[Any]) -> NDArray[Any]:
    """The product sum ``x * y + z``, rounded once.

    The number of the type of ``z`` nearest to it; no ties, no overflow.
    """
    kind = z.dtype.type
    columns = (np.broadcast_to(each, z.shape).tolist() for each in (x, y, z))
    exact = [Fraction(a) * Fraction(b) + Fraction(c) for a, b, c in zip(*columns, strict=True)]
    return np.array([_nearest(number, kind) for number in exact], kind)


def _nearest(exact: Fraction, kind: Any) -> Any:
    first = kind(float(exact))
    around = [first, np.nextafter(first, kind(np.inf)), np.nextafter(first, kind(-np.inf))]
    return min(around, key=lambda candidate: abs(Fraction(float(candidate)) - exact))


def fused_quickly(x: Any, y: Any, z: NDArray[Any]) -> NDArray[Any]:
    """``fused`` of whole arrays at a time.

    No overflow, and nothing near the denormal numbers.

    Single precision: the product is exact in double. Double precision: sums and products in two
    parts (Dekker 1971, Knuth), the small ones added with rounding to odd, which makes the last
    rounding the only one (Boldo and Melquiond 2008).
    """
    x, y = (np.broadcast_to(np.asarray(each, z.dtype), z.shape) for each in (x, y))
    if z.dtype == np.float32:
        total = _odd_sum(x.astype(np.float64) * y, z.astype(np.float64))
        return np.asarray(total, np.float32)
    product, rest = _two_product(x, y)
    middle, small = _two_sum(z, rest)
    high, low = _two_sum(product, middle)
    return np.asarray(high + _odd_sum(low, small))


def _two_sum(a: Any, b: Any) -> tuple[Any, Any]:
    """The sum, and what its rounding lost."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def _two_product(a: Any, b: Any) -> tuple[Any, Any]:
    """The product, and what its rounding lost."""
    (ah, al), (bh, bl) = _halves(a), _halves(b)
    product = a * b
    return product, al * bl - (((product - ah * bh) - al * bh) - ah * bl)


def _halves(a: Any) -> tuple[Any, Any]:
    """Two numbers of 26 bits whose sum it is."""
    scaled = 134217729.0 * a  # 2**27 + 1
    high = scaled - (scaled - a)
    return high, a - high


def _odd_sum(a: Any, b: Any) -> Any:
    """The sum, rounded to odd.

    If it is not exact, it is the one with an odd last bit of the two numbers around it.
    """
    total, lost = _two_sum(a, b)
    total = np.asarray(total)
    even = (total.view(np.int64) & 1) == 0
    towards = np.where(lost > 0, np.inf, -np.inf)
    return np.where((lost != 0) & even, np.nextafter(total, towards), total)
