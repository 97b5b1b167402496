"""powf: ``x**y = 2**(y * log2(|x|))``, with a precise logarithm.

The logarithm has about 65 bits, or 36 for f32.

|x| = 2**k * m as for log. With s = (m - 1) / (m + 1) as a sum of two numbers and z = s**2 likewise:

    log2(m) = s * (POW_0 + z * POW_1 + z**2 * LOG2(z))

where the first two coefficients are sums of two numbers too. The product with y is again a sum of
two; its integer part goes to the exponent, the rest through the polynomial of exp2.
Special values as in C99, Annex F.9.4.4.
"""

from __future__ import annotations

from .coefficients import LOG2, POW_0, POW_1
from .control import rarely_called
from .exponential import exp2_of_fraction, scaled, sum_with_error
from .logarithm import Decomposed, decompose, decompose_any, is_unusual
from .number import Number, at_least, at_most, copysign, fma, polynomial, roundeven

INFINITY = float("inf")


def log2_in_two(parts: Decomposed) -> tuple[Number, Number]:
    """The log2 of a positive, finite number in two parts. Their sum is the logarithm."""
    m = parts.m
    bits = m.kind.bits
    f, bottom = m - 1.0, m + 1.0
    bottom_rest = m - (bottom - 1.0)
    inverse = 1.0 / bottom
    s = f * inverse
    remainder = fma(-s, bottom_rest, fma(-s, bottom, f))
    s_rest = remainder * inverse
    z = s * s
    z_rest = fma(s, s, -z) + (s + s) * s_rest
    first, second = POW_1[bits]
    t = z * first
    t_rest = fma(z, first, -t) + fma(z_rest, first, z * second)
    tail = (z * z) * polynomial(z, LOG2[bits])
    a, error = sum_with_error(m.like(POW_0[bits][0]), t)
    a_rest = error + ((t_rest + POW_0[bits][1]) + tail)
    high = s * a
    low = fma(s, a, -high) + fma(s, a_rest, s_rest * a)
    total, error = sum_with_error(parts.k, high)
    return sum_with_error(total, error + low)


USUAL = {64: 1020.0, 32: 124.0}
"""Limit of powers of two that are finite and normal.

Below it, their reciprocals are finite and normal, too.
"""


def powf(x: Number, y: Number) -> Number:
    """The power x**y.

    Usual are positive bases and results that are neither denormal nor infinite.
    """
    kind = x.kind
    high, low = log2_in_two(decompose(x))
    product = y * high
    rest = fma(y, high, -product) + y * low
    shifted = product + kind.round
    fraction, rest = sum_with_error(product - (shifted - kind.round), rest)
    power = exp2_of_fraction(fraction, rest)
    usual = (power.as_bits() + (shifted.as_bits() << kind.fraction)).as_float()
    rare = is_unusual(x) | abs(product).compare("uge", "", USUAL[kind.bits])
    return rarely_called(rare, [usual], power_of_any, x, y)[0]


def power_of_any(x: Number, y: Number) -> list[Number]:
    """x**y for any numbers."""
    kind = x.kind
    size = abs(x)
    high, low = log2_in_two(decompose_any(size))
    high = (size < INFINITY).where(high, size)
    high = size.equals(0.0).where(-INFINITY, high)
    # A larger y does not change the result, but would make 0 * inf or inf - inf.
    huge = 2.0 ** (kind.fraction + 13)
    factor = at_least(at_most(y, huge), -huge)
    product = factor * high
    rest = fma(factor, high, -product) + factor * low
    limit = float(kind.bias + kind.fraction + 4)
    rest = (abs(product) < limit).where(rest, 0.0)
    product = at_least(at_most(product, limit), -limit)
    shifted = product + kind.round
    fraction = product - (shifted - kind.round)
    fraction, rest = sum_with_error(fraction, rest)
    result = scaled(exp2_of_fraction(fraction, rest), shifted.as_bits())
    return [_with_signs(x, y, size, result)]


def _with_signs(x: Number, y: Number, size: Number, result: Number) -> Number:
    """The result with signs and special values.

    Bases may be negative, and some results are 1 whatever the other operand is.
    """
    half = y * 0.5
    rounded = roundeven(y)
    odd = rounded.equals(y) & roundeven(half).differs(half)
    result = odd.where(copysign(result, x), result)
    undefined = (x < 0.0) & (size < INFINITY) & rounded.differs(y)
    result = undefined.where(float("nan"), result)
    return (x.equals(1.0) | y.equals(0.0)).where(1.0, result)
