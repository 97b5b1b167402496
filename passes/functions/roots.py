"""cbrt, rsqrt. (A square root is an instruction, exactly rounded.)

|x| = 2**(3 * n) * a with 1 <= a < 8. A polynomial guesses a**(-1/3), one step of Householder's
third order method makes it r, the product a * r**2 is the cube root; its error is found exactly
from the cube in two numbers, and taken away.
"""

from __future__ import annotations

from .coefficients import CBRT
from .number import Number, copysign, fma, polynomial, sqrt

CUBE_ROOTS = (1.0, 0.7937005259840998, 0.6299605249474366)
"""The numbers ``2**(-j / 3)``."""


def rsqrt(x: Number) -> Number:
    """The quotient ``1 / sqrt(x)``, each step rounded."""
    return 1.0 / sqrt(x)


def cbrt(x: Number) -> Number:
    """The real cube root."""
    kind = x.kind
    size = abs(x)
    tiny = size < kind.least_normal
    more = kind.fraction + 3 - (kind.fraction + 3) % 3
    usual = tiny.where(size * 2.0**more, size)
    bits = usual.as_bits()
    magic = 2.0**kind.fraction
    exponent_bits = (bits >> kind.fraction) | ((kind.bias + kind.fraction) << kind.fraction)
    e = exponent_bits.as_float() - (magic + kind.bias)
    shifted = fma(e - 1.0, 1.0 / 3.0, kind.round)
    n = shifted - kind.round
    j = fma(n, -3.0, e)
    m = ((bits & ((1 << kind.fraction) - 1)) | (kind.bias << kind.fraction)).as_float()
    root = _root_of_significand(m, j)
    exponent = shifted.as_bits() - (kind.round_bits - kind.bias)
    result = root * (exponent << kind.fraction).as_float()
    result = result * tiny.where(x.like(2.0 ** (-more // 3)), 1.0)
    special = size.equals(0.0) | size.compare("uge", "", float("inf"))
    return special.where(x + x, copysign(result, x))


def _root_of_significand(m: Number, j: Number) -> Number:
    """The cube root of m * 2**j."""
    one, two = j.equals(1.0), j.equals(2.0)
    start = two.where(m.like(CUBE_ROOTS[2]), one.where(m.like(CUBE_ROOTS[1]), CUBE_ROOTS[0]))
    a = m * two.where(m.like(4.0), one.where(m.like(2.0), 1.0))
    guess = polynomial(m, CBRT[m.kind.bits]) * start
    h = fma(-(a * guess), guess * guess, 1.0)
    inverse = fma(guess * h, fma(h, 2.0 / 9.0, 1.0 / 3.0), guess)
    square = inverse * inverse
    root = a * square
    root_square = root * root
    root_square_rest = fma(root, root, -root_square)
    cube = fma(root_square, root, -a) + root_square_rest * root
    return fma(cube, square * (-1.0 / 3.0), root)
