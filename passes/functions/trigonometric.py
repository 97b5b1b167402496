"""sin, cos, tan.

|x| = n * pi / 2 + r with |r| <= pi / 4. pi / 2 is a sum of three numbers; the product with the
first one is exact (fused), the others are added with their errors, so that r is known as a sum of
two numbers even where it nearly vanishes. This holds for |x| < 2**30 (f32: 2**15); larger arguments
are rare, and take the way of ``payne_hanek``, a function that is called if a lane needs it. So all
finite numbers are allowed. With z = r**2, as in fdlibm (Sun Microsystems, 1993):

    sin(r) = r + r * z * SIN(z)        cos(r) = 1 - z / 2 + z**2 * COS(z)

Both are computed, and the quadrant n chooses between them and the signs.
"""

from __future__ import annotations

from ...ir.attrs_classes import frozen
from .coefficients import COS, HALF_PI, SIN, TWO_OVER_PI
from .control import rarely_called
from .exponential import sum_with_error, two_sum
from .hyperbolic import quotient
from .number import Number, fma, polynomial
from .payne_hanek import reduce_large

LARGE = {64: 2.0**30, 32: 2.0**15}
"""Least arguments that ``payne_hanek`` reduces."""


@frozen
class Angle:
    """The sine and cosine of r, and the quadrant.

    Each is a sum of two numbers; the quadrant is in the lowest bits.
    """

    quadrant: Number
    sine: tuple[Number, Number]
    cosine: tuple[Number, Number]

    def chosen(self) -> tuple[tuple[Number, Number], tuple[Number, Number]]:
        """sin and cos of the whole angle but for their signs."""
        swap = (self.quadrant & 1).differs(0)
        pairs = list(zip(self.sine, self.cosine, strict=True))
        first = [swap.where(c, s) for s, c in pairs]
        second = [swap.where(s, c) for s, c in pairs]
        return (first[0], first[1]), (second[0], second[1])


def reduce(size: Number) -> tuple[Number, Number, Number]:
    """Quadrant, r and its rest, of an argument >= 0.

    The quadrant is in the lowest bits; the rest is what is missing in r.
    """
    kind = size.kind
    first, second, third = HALF_PI[kind.bits]
    shifted = fma(size, TWO_OVER_PI[kind.bits][0], kind.round)
    n = shifted - kind.round
    exact = fma(n, -first, size)
    product = n * second
    missing = fma(n, second, -product)
    r, error = two_sum(exact, -product)
    r, rest = sum_with_error(r, fma(n, -third, error - missing))
    usual = (shifted.as_bits(), r, rest)
    large = size >= LARGE[kind.bits]
    quadrant, r, rest = rarely_called(large, usual, reduce_large, size)
    return quadrant, r, rest


def angle(x: Number) -> Angle:
    """The part that all three functions need."""
    return angle_of(*reduce(abs(x)))


def angle_of(quadrant: Number, r: Number, rest: Number) -> Angle:
    """The angle of quarter turns and ``r + rest``. The turns are in the lowest bits."""
    bits = r.kind.bits
    z = r * r
    sine = fma(r * z, polynomial(z, SIN[bits]), fma(z * -0.5, rest, rest))
    half = z * 0.5
    top = 1.0 - half
    low = fma(z * z, polynomial(z, COS[bits]), ((1.0 - top) - half) - r * rest)
    return Angle(quadrant, sum_with_error(r, sine), sum_with_error(top, low))


def with_sign(value: Number, bits: Number, shift: int) -> Number:
    """``value`` with its sign changed where a bit is set.

    The bit lies ``shift`` below the sign, in ``bits``.
    """
    sign = (bits << (value.kind.bits - 1 - shift)) & value.kind.sign_bit
    return (value.as_bits() ^ sign).as_float()


def _like_argument(value: Number, x: Number) -> Number:
    """``value`` with its sign changed where x is negative."""
    return (value.as_bits() ^ (x.as_bits() & x.kind.sign_bit)).as_float()


def sin(x: Number) -> Number:
    """The sine."""
    found = angle(x)
    sine, _ = found.chosen()
    return _like_argument(with_sign(sine[0], found.quadrant, 1), x)


def cos(x: Number) -> Number:
    """The cosine."""
    found = angle(x)
    _, cosine = found.chosen()
    return with_sign(cosine[0], found.quadrant + 1, 1)


def tan(x: Number) -> Number:
    """The tangent ``sin(x) / cos(x)``."""
    found = angle(x)
    sine, cosine = found.chosen()
    return _like_argument(with_sign(quotient(*sine, *cosine), found.quadrant, 0), x)
