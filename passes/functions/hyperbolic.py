"""sinh, cosh, tanh.

With |x| = n * ln(2) + r as for exp and c = 2**(-2 * n):

    sinh(|x|) = 2**(n - 1) * ((1 - c) * cosh(r) + (1 + c) * sinh(r))
    cosh(|x|) = 2**(n - 1) * ((1 + c) * cosh(r) + (1 - c) * sinh(r))
    tanh(|x|) = ((1 - c) + p) / ((1 + c) + p)         with p = exp(r) - 1 for 2 * |x|, c = 2**-n

There is no cancellation: for n = 0 all terms without r vanish. The quotient of tanh is corrected by
its remainder, so that it is rounded about once.
"""

from __future__ import annotations

from .coefficients import COSH, SINH
from .exponential import Reduced, power_of_two, reduce, scaled, sum_with_error, tail
from .number import Number, at_most, copysign, fma, polynomial

LIMIT = {64: 711.0, 32: 90.0}
"""A number whose sinh and cosh are infinite."""

ONE = {64: 20.0, 32: 10.0}
"""A number whose tanh is 1."""


def _squared_inverse(reduced: Reduced) -> Number:
    """The power ``2**(-2 * n)``; for large n any small number does."""
    kind = reduced.kind
    once = power_of_two(reduced.bits)
    return (reduced.n > float(kind.fraction)).where(0.0, once * once)


def _even_and_odd(reduced: Reduced) -> tuple[Number, Number]:
    """The differences ``cosh(r) - 1`` and ``sinh(r) - r``."""
    r, bits = reduced.r, reduced.kind.bits
    z = r * r
    even = z * polynomial(z, COSH[bits])
    odd = fma(r * z, polynomial(z, SINH[bits]), reduced.rest)
    return fma(r, reduced.rest, even), odd


def sinh(x: Number) -> Number:
    """The hyperbolic sine ``(e**x - e**-x) / 2``."""
    reduced = reduce(at_most(abs(x), LIMIT[x.kind.bits]))
    c = _squared_inverse(reduced)
    even, odd = _even_and_odd(reduced)
    (minus, minus_rest), plus = sum_with_error(x.like(1.0), -c), 1.0 + c
    linear = plus * reduced.r
    missing = fma(plus, reduced.r, -linear)
    total, error = sum_with_error(minus, linear)
    rest = fma(minus, even, fma(plus, odd, missing)) + minus_rest
    return copysign(scaled((total + (error + rest)) * 0.5, reduced.bits), x)


def cosh(x: Number) -> Number:
    """The hyperbolic cosine ``(e**x + e**-x) / 2``."""
    reduced = reduce(at_most(abs(x), LIMIT[x.kind.bits]))
    c = _squared_inverse(reduced)
    even, odd = _even_and_odd(reduced)
    minus, (plus, plus_rest) = 1.0 - c, sum_with_error(x.like(1.0), c)
    linear = minus * reduced.r
    missing = fma(minus, reduced.r, -linear)
    total, error = sum_with_error(plus, linear)
    rest = fma(plus, even, fma(minus, odd, missing)) + plus_rest
    return scaled((total + (error + rest)) * 0.5, reduced.bits)


def tanh(x: Number) -> Number:
    """The hyperbolic tangent ``sinh(x) / cosh(x)``."""
    size = at_most(abs(x), ONE[x.kind.bits])
    reduced = reduce(size + size)
    one, c, p = x.like(1.0), power_of_two(reduced.bits), tail(reduced)
    top = _sum_of_four(one, -c, reduced.r, p)
    bottom = _sum_of_four(one, c, reduced.r, p)
    return copysign(quotient(*top, *bottom), x)


def _sum_of_four(one: Number, c: Number, r: Number, p: Number) -> tuple[Number, Number]:
    """Four terms from large to small as a sum of two. ``c`` may cancel ``one``."""
    total, rest = sum_with_error(one, c)
    total, error = sum_with_error(total, r)
    return sum_with_error(total, (error + p) + rest)


def quotient(top: Number, top_error: Number, bottom: Number, bottom_error: Number) -> Number:
    """The quotient of two sums, rounded about once."""
    inverse = 1.0 / bottom
    guess = top * inverse
    remainder = fma(-guess, bottom, top) + fma(-guess, bottom_error, top_error)
    return fma(remainder, inverse, guess)
