"""asin, acos, atan, atan2.

atan of a quotient y / x >= 0: where it is above tan(3 * pi / 8) it becomes pi / 2 - atan(x / y), in
the middle pi / 4 + atan((y - x) / (y + x)), so that the polynomial t + t * z * ATAN(z), z = t**2,
sees |t| <= tan(pi / 8) only. There is one division; its remainder and the errors of y - x and y + x
are taken into account.

asin(x) = x + x * z * ASIN(z), z = x**2 for |x| <= 1/2; beyond, with z = (1 - |x|) / 2,
asin(|x|) = pi / 2 - 2 * asin(sqrt(z)). As in fdlibm (Sun Microsystems, 1993).
"""

from __future__ import annotations

from .coefficients import ASIN, ATAN, HALF_PI, PI
from .exponential import sum_with_error, two_sum
from .number import Number, copysign, fma, polynomial, sqrt

TAN_EIGHTH = 0.41421356
"""tan(pi / 8), roughly: the border between two ranges."""


def atan_of_quotient(y: Number, x: Number) -> tuple[Number, Number]:
    """``atan(y / x)`` as a sum of two numbers. y and x are >= 0, not both zero, and no infinity."""
    bits = x.kind.bits
    low_range = y <= x * TAN_EIGHTH
    high_range = y * TAN_EIGHTH >= x
    difference, difference_rest = two_sum(y, -x)
    total, total_rest = two_sum(y, x)
    outer = low_range | high_range
    top = low_range.where(y, high_range.where(-x, difference))
    top_rest = outer.where(0.0, difference_rest)
    bottom = low_range.where(x, high_range.where(y, total))
    bottom_rest = outer.where(0.0, total_rest)
    inverse = 1.0 / bottom
    t = top * inverse
    remainder = fma(-t, bottom, top) + fma(-t, bottom_rest, top_rest)
    z = t * t
    rest = fma(t * z, polynomial(z, ATAN[bits]), remainder * inverse)
    bases, rests = HALF_PI[bits][:2]
    base = low_range.where(x.like(0.0), high_range.where(x.like(bases), bases / 2))
    base_rest = low_range.where(x.like(0.0), high_range.where(x.like(rests), rests / 2))
    high, error = sum_with_error(base, t)
    return high, error + (base_rest + rest)


def atan(x: Number) -> Number:
    """Inverse tangent."""
    size = abs(x)
    most = {64: 2.0**60, 32: 2.0**30}[x.kind.bits]  # pi / 2 already
    size = (size > most).where(most, size)
    high, low = atan_of_quotient(size, x.like(1.0))
    return copysign(high + low, x)


def _in_range(y: Number, x: Number) -> tuple[Number, Number]:
    """Sizes with the same quotient. Their sum is finite, and so are their inverses."""
    bits = x.kind.bits
    infinity = float("inf")
    largest = (y > x).where(y, x)
    large, up = {64: (2.0**500, 2.0**600), 32: (2.0**60, 2.0**75)}[bits]
    # Scaled down to 1 at least, so that no operand becomes denormal whose quotient is not.
    factor = (largest > large).where(1 / large, (largest < 1 / large).where(x.like(up), 1.0))
    is_infinite = largest.equals(infinity)
    one = x.like(1.0)

    def size(number: Number) -> Number:
        at_infinity = number.equals(infinity).where(one, 0.0)
        return is_infinite.where(at_infinity, number * factor)

    return size(y), largest.equals(0.0).where(1.0, size(x))


def atan2(y: Number, x: Number) -> Number:
    """The angle of the point (x, y)."""
    pi, pi_rest = PI[x.kind.bits]
    high, low = atan_of_quotient(*_in_range(abs(y), abs(x)))
    left = (x.as_bits() & x.kind.sign_bit).differs(0)
    total, error = sum_with_error(x.like(pi), -high)
    turned = total + (error + (pi_rest - low))
    angle = copysign(left.where(turned, high + low), y)
    return x.compare("uno", "", y).where(float("nan"), angle)


def asin(x: Number) -> Number:
    """Inverse sine; NaN outside of [-1, 1]."""
    bits = x.kind.bits
    size = abs(x)
    outer = size > 0.5
    z = outer.where((1.0 - size) * 0.5, size * size)
    root = outer.where(sqrt(z), size)
    rest = root * (z * polynomial(z, ASIN[bits]))
    half_pi, half_pi_rest = HALF_PI[bits][:2]
    total, error = sum_with_error(x.like(half_pi), root * -2.0)
    turned = total + (error + fma(rest, -2.0, half_pi_rest))
    return copysign(outer.where(turned, root + rest), x)


def acos(x: Number) -> Number:
    """Inverse cosine; NaN outside of [-1, 1]."""
    bits = x.kind.bits
    size = abs(x)
    outer = size > 0.5
    z = outer.where((1.0 - size) * 0.5, size * size)
    root = outer.where(sqrt(z), x)
    rest = root * (z * polynomial(z, ASIN[bits]))
    # pi / 2 - asin(x), or 2 * asin(root), or pi - 2 * asin(root).
    factor = outer.where(x.like(2.0), 1.0)
    near_one = outer & (x > 0.0)
    bases = [HALF_PI[bits][i] for i in range(2)]
    base, base_rest = (outer.where(x.like(2 * b), b) for b in bases)
    sign = near_one.where(factor, -factor)
    base, base_rest = near_one.where(0.0, base), near_one.where(0.0, base_rest)
    total, error = sum_with_error(base, sign * root)
    return total + (error + fma(sign, rest, base_rest))
