"""exp, exp2, expm1, and exp and expm1 that stay finite.

x = n * ln(2) + r with |r| <= ln(2) / 2, where n comes from adding a large number that rounds to
integers. ln(2) is a sum of two numbers; with a fused product x - n * high is exact (its bits are
not below those of x or of the sum, and it is small), so that r is known to twice the precision.
Then exp(x) = 2**n * (1 + r + r**2 * EXP(r)). 1 + r is added with its error. The factor 2**n is
applied in two steps, so that a result may be denormal, rounded once, or overflow.
Method: W. Cody, W. Waite, Software Manual for the Elementary Functions (1980).
"""

from __future__ import annotations

from ...ir.attrs_classes import frozen
from .coefficients import EXP, EXP2, EXP_SHORT, LN2, LOG2_E
from .control import rarely_called
from .number import Kind, Number, at_least, at_most, copysign, fma, polynomial

LARGEST = {64: 710.0, 32: 89.0}
"""A number whose exp is infinite."""

SMALLEST = {64: -746.0, 32: -104.0}
"""A number whose exp is zero."""

USUAL = {64: 708.0, 32: 87.0}
"""Limit below which exp and its reciprocal are finite and normal."""


@frozen
class Reduced:
    """A reduced argument: exp(x) is ``2**n * (1 + r + tail)``. ``bits`` ends with the bits of n."""

    n: Number
    bits: Number
    r: Number
    rest: Number  # missing in r

    @property
    def kind(self) -> Kind:
        """The format."""
        return self.r.kind


def reduce(x: Number) -> Reduced:
    """Split an argument that is not too large."""
    bits, kind = x.kind.bits, x.kind
    high, low = LN2[bits]
    shifted = fma(x, LOG2_E[bits][0], kind.round)
    n = shifted - kind.round
    exact = fma(n, -high, x)
    correction = n * -low
    r = exact + correction
    return Reduced(n, shifted.as_bits(), r, (exact - r) + correction)


def tail(reduced: Reduced) -> Number:
    """exp(r + rest) - 1 - r."""
    r = reduced.r
    return fma(r * r, polynomial(r, EXP[reduced.kind.bits]), reduced.rest)


def scaled(x: Number, bits: Number) -> Number:
    """``x * 2**n``, rounded once; n may be out of range. ``bits`` are those of ``n + round``."""
    kind = x.kind
    # The exponents of 2**floor(n / 2) and 2**ceil(n / 2), each with its bias.
    both = bits - (kind.round_bits - 2 * kind.bias)
    half = both >> 1
    return (x * (half << kind.fraction).as_float()) * ((both - half) << kind.fraction).as_float()


def power_of_two(bits: Number, offset: int = 0) -> Number:
    """``2**(offset - n)`` for a number that is not denormal."""
    kind = bits.kind
    biased = (kind.round_bits + kind.bias + offset) - bits
    return (biased << kind.fraction).as_float()


def sum_with_error(large: Number, small: Number) -> tuple[Number, Number]:
    """``large + small`` and the rounding error. ``large`` is zero or the larger one."""
    total = large + small
    return total, small - (total - large)


def difference_with_error(large: Number, small: Number) -> tuple[Number, Number]:
    """``large - small`` and the rounding error."""
    total = large - small
    return total, (large - total) - small


def two_sum(a: Number, b: Number) -> tuple[Number, Number]:
    """``a + b`` and the rounding error, in any order."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def usual_parts(x: Number) -> tuple[Number, Number]:
    """Parts of ``exp(x) = 2**n * (1 + small)``: ``small`` and n.

    n is in the low bits of a number.
    """
    kind = x.kind
    high, low = LN2[kind.bits]
    shifted = fma(x, LOG2_E[kind.bits][0], kind.round)
    n = shifted - kind.round
    exact = fma(n, -high, x)
    correction = n * -low
    r = exact + correction
    small = exact + fma(r * r, polynomial(r, EXP_SHORT[kind.bits]), correction)
    return small, shifted


def exp(x: Number) -> Number:
    """The exponential e**x.

    A shorter formula has the usual arguments; it adds 1 only at the end.
    """
    usual = usual_exp(x)  # first: scheduled so, loops with many exponentials are faster
    return rarely_called(is_rare(x), [usual], exp_of_any, x)[0]


def usual_exp(x: Number) -> Number:
    """The exponential of an argument that is not rare.

    No result is denormal or infinite: adding to the exponent multiplies by 2**n.
    """
    small, n = usual_parts(x)
    return ((small + 1.0).as_bits() + (n.as_bits() << x.kind.fraction)).as_float()


def is_rare(x: Number) -> Number:
    """Whether the usual formulas do not hold."""
    return abs(x).compare("uge", "", USUAL[x.kind.bits])


def bounded_exp(x: Number) -> Number:
    """The exponential e**x, at most the largest number."""
    usual = usual_exp(x)
    return rarely_called(is_rare(x), [usual], bounded_exp_of_any, x)[0]


def bounded_exp_of_any(x: Number) -> list[Number]:
    """The same for any x, also NaN."""
    return [at_most(n, x.kind.largest) for n in exp_of_any(x)]


def exp_of_any(x: Number) -> list[Number]:
    """e**x for any x, also NaN."""
    bits = x.kind.bits
    reduced = reduce(at_least(at_most(x, LARGEST[bits]), SMALLEST[bits]))
    total, error = sum_with_error(x.like(1.0), reduced.r)
    return [scaled(total + (error + tail(reduced)), reduced.bits)]


def exp2(x: Number) -> Number:
    """2**x; exact for integers."""
    kind = x.kind
    shifted = x + kind.round
    r = x - (shifted - kind.round)
    power = exp2_of_fraction(r, r * 0.0)
    usual = (power.as_bits() + (shifted.as_bits() << kind.fraction)).as_float()
    rare = abs(x).compare("uge", "", float(kind.bias - 1))
    return rarely_called(rare, [usual], exp2_of_any, x)[0]


def exp2_of_any(x: Number) -> list[Number]:
    """2**x for any x, also NaN."""
    kind = x.kind
    limit = float(kind.bias + 1)
    x = at_least(at_most(x, limit), -float(kind.bias + kind.fraction + 2))
    shifted = x + kind.round
    r = x - (shifted - kind.round)
    return [scaled(exp2_of_fraction(r, r * 0.0), shifted.as_bits())]


def exp2_of_fraction(r: Number, rest: Number) -> Number:
    """The power ``2**(r + rest)`` for |r| <= 1/2. The rest is far below r."""
    high, low = exp2_in_two(r, rest)
    return high + low


def exp2_in_two(r: Number, rest: Number) -> tuple[Number, Number]:
    """The same as a sum of two numbers."""
    high, low = LN2[r.kind.bits]
    linear = r * high
    missing = fma(r, high, -linear) + fma(r, low, rest * high)
    total, error = sum_with_error(r.like(1.0), linear)
    return total, error + fma(r * r, polynomial(r, EXP2[r.kind.bits]), missing)


def usual_expm1(x: Number) -> Number:
    """``2**n * small + (2**n - 1)``, where exp(x) is ``2**n * (1 + small)``. It is 0 for -0."""
    small, n = usual_parts(x)
    power = (x.like(1.0).as_bits() + (n.as_bits() << x.kind.fraction)).as_float()
    return fma(power, small, power - 1.0)


def bounded_expm1(x: Number) -> Number:
    """``e**x - 1``, at most the largest number; 0 for -0."""
    usual = usual_expm1(x)
    return rarely_called(is_rare(x), [usual], bounded_expm1_of_any, x)[0]


def bounded_expm1_of_any(x: Number) -> list[Number]:
    """The same for any x that is not 0, also NaN."""
    return [at_most(expm1(x), x.kind.largest)]


def expm1(x: Number) -> Number:
    """``e**x - 1``, as ``2**n * ((1 - 2**-n) + r + tail)``."""
    kind = x.kind
    least = -float(kind.fraction + 4)  # the result is -1 already
    reduced = reduce(at_least(at_most(x, LARGEST[kind.bits]), least))
    inverse = power_of_two(reduced.bits)
    # 2**-n is far below 1 long before it would be denormal.
    inverse = (reduced.n > float(2 * kind.fraction)).where(0.0, inverse)
    total, error = sum_with_error(1.0 - inverse, reduced.r)
    return copysign(scaled(total + (error + tail(reduced)), reduced.bits), x)
