"""Solutions of linear differential equations, in 50 digits."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np


def solution(matrix: Any, drive: Any, start: Any, duration: float) -> Any:
    """x(duration) of x' = M x + b, in 50 digits."""
    size = len(start)
    with mpmath.workdps(50):
        big = mpmath.zeros(size + 1, size + 1)
        for i in range(size):
            big[i, size] = mpmath.mpf(float(drive[i]))
            for j in range(size):
                big[i, j] = mpmath.mpf(float(matrix[i][j]))
        there = mpmath.expm(big * mpmath.mpf(duration)) * mpmath.matrix([*map(float, start), 1.0])
        return np.array([float(there[i]) for i in range(size)])
