"""asinh, acosh, atanh, by log1p of a sum of two numbers.

    asinh(|x|) = log1p(|x| + x**2 / (1 + sqrt(1 + x**2)))
    acosh(x)   = log1p(t + sqrt(t**2 + 2 * t)), t = x - 1
    atanh(|x|) = log1p(2 * |x| / (1 - |x|)) / 2

Where x**2 would be too large, log(2 * x) takes their place.
W. Kahan, Branch cuts for complex elementary functions (1987).
"""

from __future__ import annotations

from .coefficients import LN2
from .exponential import sum_with_error
from .logarithm import log1p_of_sum
from .number import Number, copysign, fma, sqrt

HUGE = {64: 2.0**80, 32: 2.0**40}
"""A number x with ``1 + x == x`` and a finite ``x**2``."""


def _log_of_sum(x: Number, high: Number, low: Number) -> Number:
    """``log(1 + high + low)``, or ``log(2 * x)`` for a huge x. Infinity and NaN stay."""
    bits = x.kind.bits
    huge = x > HUGE[bits]
    finite = x < float("inf")
    high = huge.where(finite.where(x, 1.0), high)
    found = log1p_of_sum(high, huge.where(0.0, low))
    return finite.where(found + huge.where(x.like(LN2[bits][0]), 0.0), x)


def asinh(x: Number) -> Number:
    """Inverse hyperbolic sine."""
    size = abs(x)
    square = size * size
    more = square / (sqrt(square + 1.0) + 1.0)
    high, low = sum_with_error(size, more)
    return copysign(_log_of_sum(size, high, low), x)


def acosh(x: Number) -> Number:
    """Inverse hyperbolic cosine; NaN below 1."""
    t = x - 1.0
    root = sqrt(fma(t, t, t + t))
    high, low = sum_with_error(root, t)
    return (x < 1.0).where(float("nan"), _log_of_sum(x, high, low))


def atanh(x: Number) -> Number:
    """Inverse hyperbolic tangent; NaN outside of [-1, 1]."""
    size = abs(x)
    bottom = 1.0 - size
    bottom_rest = (1.0 - bottom) - size
    top = size + size
    inverse = 1.0 / bottom
    high = top * inverse
    low = (fma(-high, bottom, top) - high * bottom_rest) * inverse
    found = log1p_of_sum(high, low) * 0.5
    special = size.equals(1.0).where(float("inf"), size.like(float("nan")))
    return copysign((size < 1.0).where(found, special), x)
