"""The remainder of floats, exactly as C's ``fmod``.

With a = |x| and b = |y|, the quotient of a usual pair is below 2**fraction, and rounding makes its
whole part at most one too large. ``a - whole * b`` is a multiple of the last place of b and no
larger than b, so the fused product is exact, and so is adding b where it came out below zero.

All other pairs take a long division of integers: a = m * 2**i and b = k * 2**j. The remainder of m
by k stays below k, so that as many bits as an integer of this width has above a significand can be
shifted in at once: 11 bits (f32: 8) of the quotient in a turn, of 2045 (f32: 253) at most.
"""

from __future__ import annotations

from ...ir.dialects import arith, math
from .control import rarely_called, repeat
from .number import Kind, Number, copysign, fma


def remainder(x: Number, y: Number) -> Number:
    """The remainder of ``x / y`` with the sign of x. NaN where x is infinite, or y is 0."""
    kind = x.kind
    size, divisor = abs(x), abs(y)
    quotient = size / divisor
    whole = quotient.make(math.OPERATIONS["trunc"](quotient.value))
    rest = fma(-whole, divisor, size)
    usual = copysign((rest < 0.0).where(rest + divisor, rest), x)
    # The last place of such a divisor is no denormal number: no rest is one that counts as zero.
    divides = (divisor >= kind.least_normal * 2.0**kind.fraction) & (divisor <= kind.largest)
    easy = divides & (quotient < 2.0**kind.fraction)
    below = size < divisor
    return rarely_called((easy | below) ^ 1, [below.where(x, usual)], remainder_of_any, x, y)[0]


def remainder_of_any(x: Number, y: Number) -> list[Number]:
    """The remainder of any two numbers, on their bits."""
    kind = x.kind
    infinite = (2 * kind.bias + 1) << kind.fraction
    size, divisor = (n.as_bits() & ~kind.sign_bit for n in (x, y))
    divisor_or_one = divisor.equals(0).where(1, divisor)
    exponent, last_place = (_place(n, kind) for n in (size, divisor_or_one))
    by = _significand(divisor_or_one, kind)
    count, rest = exponent - last_place, _rest(_significand(size, kind), by)

    def turn(_: Number, going: Number, old: list[Number]) -> tuple[Number, list[Number]]:
        left, rest = old
        bits = (left < _room(kind)).where(left, _room(kind))
        bits = (bits > 0).where(bits, 0)
        return left > bits, [left - bits, _rest(rest << bits, by)]

    turns = (2 * kind.bias - 1) // _room(kind) + 1
    _, rest = repeat(turns, count > 0, [count, rest], turn)
    found = (size < divisor).where(size, _packed(rest, last_place, kind))
    sign = x.as_bits() & kind.sign_bit
    valid = (size < infinite) & (divisor <= infinite) & divisor.differs(0)
    return [valid.where((found | sign).as_float(), float("nan"))]


def _room(kind: Kind) -> int:
    """Bits of an integer above those of a significand."""
    return kind.bits - kind.fraction - 1


def _place(bits: Number, kind: Kind) -> Number:
    """The exponent of the last place, from 1 on."""
    field = bits >> kind.fraction
    return (field > 0).where(field, 1)


def _significand(bits: Number, kind: Kind) -> Number:
    """The significand as an integer, with its leading one."""
    below = bits & ((1 << kind.fraction) - 1)
    leading = 1 << kind.fraction
    return (bits >= leading).where(below | leading, below)


def _rest(a: Number, b: Number) -> Number:
    """The remainder of integers without a sign."""
    return a.make(arith.RemUI(a.value, b.value))


def _packed(rest: Number, place: Number, kind: Kind) -> Number:
    """The bits of a number of ``rest`` last places."""
    top = (rest.cast(arith.SIToFP, kind.scalar).as_bits() >> kind.fraction) - kind.bias
    missing = kind.fraction - top
    shift = (missing < place).where(missing, place - 1)
    found = (rest << shift) + ((place - shift - 1) << kind.fraction)
    return rest.equals(0).where(0, found)
