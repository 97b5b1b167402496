"""``x * y + z`` rounded once, from exact fractions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray


def fused(x: Any, y: Any, z: NDArray[Any]) -> NDArray[Any]:
    """The number of the type of ``z`` nearest to ``x * y + z``; no ties, no overflow."""
    kind = z.dtype.type
    columns = (np.broadcast_to(each, z.shape).tolist() for each in (x, y, z))
    exact = [Fraction(a) * Fraction(b) + Fraction(c) for a, b, c in zip(*columns, strict=True)]
    return np.array([_nearest(number, kind) for number in exact], kind)


def _nearest(exact: Fraction, kind: Any) -> Any:
    first = kind(float(exact))
    around = [first, np.nextafter(first, kind(np.inf)), np.nextafter(first, kind(-np.inf))]
    return min(around, key=lambda candidate: abs(Fraction(float(candidate)) - exact))
