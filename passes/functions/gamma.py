"""tgamma, lgamma: the gamma function, and the logarithm of its magnitude.

For z >= 1, with the constant c of Stirling's formula and a polynomial in t = 1 - 2 / z:

    log2(gamma(z)) = (z - 1/2) * log2((z - 13/64) / e) + c + GAMMA(t)

Everything but the polynomial is a sum of two numbers. The shift, close to (1 / sqrt(3) - 1) / 2,
takes most of 1 / (12 * z) away, so that the polynomial is small. tgamma is a power of two of this.
lgamma is a multiple of it, but around its zeros at 1 and 2, where

    lgamma(x) = (x - 1) * (x - 2) * (1/2 + LGAMMA(x - 3/2)).

Arguments below are rare, and computed in f64 in both formats: gamma(x) = gamma(1 + x) / x, and
gamma(-y) = -pi / (y * sin(pi * y) * gamma(y)).
E. Pugh, An analysis of the Lanczos gamma approximation, thesis, University of British Columbia
(2004), compares formulas of this kind.
"""

from __future__ import annotations

from collections.abc import Callable

from ...ir.dialects import arith
from ...ir.types import f32, f64
from .coefficients import GAMMA, GAMMA_LIMIT, LGAMMA, LN2, LOG2_E, LOG2_PI, PI
from .control import rarely_called
from .exponential import exp2_in_two, exp2_of_fraction, scaled, sum_with_error, two_sum
from .hyperbolic import quotient
from .logarithm import decompose, decompose_any
from .number import DOUBLE, Code, Number, at_most, floor, fma, polynomial, roundeven
from .power import log2_in_two
from .trigonometric import angle_of, with_sign

Pair = tuple[Number, Number]
"""A sum of two numbers, the second far below the first."""

SHIFT = -13.0 / 64.0

USUAL = {64: 171.0, 32: 34.0}
"""Largest of the arguments from 1 up with a finite tgamma."""

ENDLESS = 200.0
"""An argument with infinite tgamma. The tgamma of its negative neighbours is zero."""

TINY = 2.0**-60
"""Limit below which tgamma(x) is ``1 / x``. There lgamma(x) is ``-log(x)``."""

NEAR = (15.0 / 16.0, 17.0 / 8.0)
"""The range in which lgamma has a polynomial of its own."""

HUGE = {64: 2.0**1000, 32: 2.0**110}
"""Least arguments for which products in lgamma might overflow. The result does so later."""

SCALE = 2.0**200
"""Divisor of those arguments, and factor of their results."""

DIGAMMA = (0.0526, 1.4427, -0.6562)
"""Derivative of log(gamma), times log2(e), as a polynomial.

The guess by powers of z - 3/2 is for [1, 2].
"""


def _product(a: Pair, b: Pair) -> Pair:
    high = a[0] * b[0]
    return high, fma(a[0], b[0], -high) + fma(a[0], b[1], a[1] * b[0])


def _log2_of_gamma(z: Number, factor: Number) -> Pair:
    """The formula of the module for z >= 1. ``factor`` is z - 1/2."""
    bits = z.kind.bits
    high, low = log2_in_two(decompose(z + SHIFT))
    ratio, rest = two_sum(high, z.like(-LOG2_E[bits][0]))
    leading = factor * ratio
    missing = fma(factor, ratio, -leading) + factor * (rest + (low - LOG2_E[bits][1]))
    total, error = two_sum(leading, z.like(GAMMA_LIMIT[bits][0]))
    small = polynomial(fma(1.0 / z, -2.0, 1.0), GAMMA[bits])
    return sum_with_error(total, small + (error + (missing + GAMMA_LIMIT[bits][1])))


def _fraction(high: Number, low: Number) -> tuple[Number, Pair]:
    """An integer and the fraction above it, from ``high + low``.

    They add up to that, and the integer comes with ``round`` added.
    """
    shifted = high + high.kind.round
    return shifted, sum_with_error(high - (shifted - high.kind.round), low)


def tgamma(x: Number) -> Number:
    """The gamma function."""
    kind = x.kind
    shifted, fraction = _fraction(*_log2_of_gamma(x, x - 0.5))
    power = exp2_of_fraction(*fraction)
    usual = (power.as_bits() + (shifted.as_bits() << kind.fraction)).as_float()
    rare = x.compare("ult", "", 1.0) | x.compare("ugt", "", USUAL[kind.bits])
    return rarely_called(rare, [usual], tgamma_of_any, x)[0]


def tgamma_of_any(x: Number) -> list[Number]:
    """The gamma function of any number."""
    return [_in_double(_tgamma, x)]


def _in_double(formula: Callable[[Number], Number], x: Number) -> Number:
    """``formula`` of ``x`` in f64, whatever the format of ``x`` is."""
    if x.kind is DOUBLE:
        return formula(x)
    code = Code(x.code.build, DOUBLE, x.code.lanes)
    wide = formula(Number(code, x.cast(arith.ExtF, f64).value))
    return Number(x.code, wide.cast(arith.TruncF, f32).value)


def _tgamma(x: Number) -> Number:
    size, negative = abs(x), x < 0.0
    y = at_most(size, ENDLESS)
    below, z, missing = _from_one(y)
    high, low = _log2_of_gamma(z, z - 0.5)
    shifted, fraction = _fraction(high, low + missing)
    power = sum_with_error(*exp2_in_two(*fraction))
    zero, one = x.like(0.0), x.like(1.0)
    upwards = quotient(*power, below.where(y, one), zero)
    bottom = _product(_product(_sine_of_half_turns(size), (below.where(one, y), zero)), power)
    reflected = quotient(x.like(-PI[64][0]), x.like(-PI[64][1]), *bottom)
    round_ = x.kind.round
    exponent = negative.where(round_ - (shifted - round_), shifted)
    result = scaled(negative.where(reflected, upwards), exponent.as_bits())
    result = (negative & roundeven(size).equals(size)).where(float("nan"), result)
    return (size < TINY).where(1.0 / x, result)


def _from_one(y: Number) -> tuple[Number, Number, Number]:
    """Whether y < 1; z >= 1; and a correction.

    z is y + 1 where y < 1, else y. The correction is missing in log2(gamma(z)) since z is rounded.
    """
    below = y < 1.0
    z = below.where(y + 1.0, y)
    missing = below.where(y - (z - 1.0), 0.0)
    return below, z, missing * polynomial(at_most(z, 2.0) - 1.5, DIGAMMA)


def _sine_of_half_turns(y: Number) -> Pair:
    """The sine sin(pi * y) of a number >= 0. Its quarter turns and the rest are exact."""
    kind = y.kind
    quarters = roundeven(y + y)
    turns = fma(quarters, -0.5, y)
    quadrant = (fma(floor(quarters * 0.25), -4.0, quarters) + kind.round).as_bits()
    high, low = PI[kind.bits]
    r = turns * high
    sine, _ = angle_of(quadrant, r, fma(turns, high, -r) + turns * low).chosen()
    return with_sign(sine[0], quadrant, 1), with_sign(sine[1], quadrant, 1)


def lgamma(x: Number) -> Number:
    """The natural logarithm of the magnitude of the gamma function."""
    far = _natural(*_log2_of_gamma(x, x - 0.5))
    usual = (x <= NEAR[1]).where(_near(x), far)
    rare = x.compare("ult", "", NEAR[0]) | x.compare("ugt", "", HUGE[x.kind.bits])
    return rarely_called(rare, [usual], lgamma_of_any, x)[0]


def _near(x: Number) -> Number:
    """lgamma around 1 and 2."""
    first = x - 1.0
    second = sum_with_error(x.like(-1.0), first)
    series = sum_with_error(x.like(0.5), polynomial(x - 1.5, LGAMMA[x.kind.bits]))
    high, low = _product(_product((first, x.like(0.0)), second), series)
    return high + low


def _natural(high: Number, low: Number) -> Number:
    """A logarithm to base 2 as a natural one."""
    first, second = LN2[high.kind.bits]
    product = high * first
    return product + (fma(high, first, -product) + fma(low, first, high * second))


def lgamma_of_any(x: Number) -> list[Number]:
    """lgamma of any number but those around 1 and 2."""
    return [_in_double(_lgamma, x)]


def _lgamma(x: Number) -> Number:
    size, zero, one = abs(x), x.like(0.0), x.like(1.0)
    reflected, huge = (x < 0.0) & (size >= TINY), size > HUGE[64]
    below, z, missing = _from_one(size)
    high, low = _log2_of_gamma(z, huge.where(size * (1.0 / SCALE), z - 0.5))
    low = low + missing
    divided, divided_rest = _log2_of_divisor(size, below, reflected)
    total, error = two_sum(reflected.where(-high, high), -divided)
    total, more = two_sum(reflected.where(LOG2_PI[64][0], zero), total)
    constant = reflected.where(LOG2_PI[64][1], zero)
    rest = (error + more) + ((reflected.where(-low, low) - divided_rest) + constant)
    result = _natural(*sum_with_error(total, rest)) * huge.where(SCALE, one)
    infinite = ((x <= 0.0) & roundeven(size).equals(size)) | size.equals(float("inf"))
    return infinite.where(float("inf"), result)


def _log2_of_divisor(size: Number, below: Number, reflected: Number) -> Pair:
    """The log2 of the divisor of gamma(z), or of ``pi / gamma(z)``.

    The divisor is 1, y, or y * sin(pi * y).
    """
    zero, one = size.like(0.0), size.like(1.0)
    sine = _product(_sine_of_half_turns(size), (below.where(one, size), zero))
    high, low = log2_in_two(decompose_any(reflected.where(abs(sine[0]), size)))
    low = fma(reflected.where(sine[1] / sine[0], zero), LOG2_E[64][0], low)
    divides = reflected | below
    return divides.where(high, zero), divides.where(low, zero)
