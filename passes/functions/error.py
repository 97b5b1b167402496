"""erf, erfc.

erf(x) = x + x * ERF(x**2) for |x| <= 1;
erfc(x) = 1 - x - x * ERF(x**2) for |x| <= 3/4. Beyond,

    erfc(|x|) = exp(-x**2) * (5 / 4 + ERFC(t)) / (1 + 2 * |x|),    t = (|x| - k) / (|x| + k)

where the polynomial is small, and x**2 as well as t are sums of two numbers.
M. M. Shepherd, J. G. Laframboise, Chebyshev approximation of (1 + 2x) exp(x**2) erfc(x) in
0 <= x < infinity, Mathematics of Computation 36 (1981).
"""

from __future__ import annotations

from attrs import evolve

from .coefficients import ERF, ERFC_32, ERFC_64
from .exponential import reduce, scaled, sum_with_error, tail
from .hyperbolic import quotient
from .number import Number, copysign, fma, polynomial

MIDDLE = {64: 4.0, 32: 2.0}
"""The number k of the module."""

LIMIT = {64: 28.0, 32: 11.0}
"""A number whose erfc is zero."""


def _erfc_of_size(size: Number) -> Number:
    """The function erfc of a number >= 0."""
    bits = size.kind.bits
    x = (size > LIMIT[bits]).where(LIMIT[bits], size)
    k = MIDDLE[bits]
    top, bottom = x - k, x + k
    inverse = 1.0 / bottom
    t = top * inverse
    remainder = fma(-t, bottom, top)
    t = fma(remainder, inverse, t)
    small = polynomial(t, (ERFC_64 if bits == 64 else ERFC_32)[bits])
    series, series_rest = sum_with_error(x.like(1.25), small)
    square = x * x
    missing = fma(x, x, -square)
    reduced = reduce(-square)
    r, rest = sum_with_error(reduced.r, -missing)
    reduced = evolve(reduced, r=r, rest=rest + reduced.rest)
    total, error = sum_with_error(x.like(1.0), r)
    rest = error + tail(reduced)
    product = total * series
    product_rest = fma(total, series, -product) + fma(rest, series, total * series_rest)
    found = quotient(product, product_rest, fma(x, 2.0, 1.0), x.like(0.0))
    return scaled(found, reduced.bits)


def _near(x: Number) -> Number:
    """The difference ``erf(x) - x`` for |x| <= 1."""
    return x * polynomial(x * x, ERF[x.kind.bits])


def erf(x: Number) -> Number:
    """The error function."""
    size = abs(x)
    far = 1.0 - _erfc_of_size(size)
    return copysign((size <= 1.0).where(size + _near(size), far), x)


def erfc(x: Number) -> Number:
    """The complement ``1 - erf(x)``."""
    size = abs(x)
    total, error = sum_with_error(x.like(1.0), -x)
    near = total + (error - _near(x))
    found = _erfc_of_size(size)
    return (size <= 0.75).where(near, (x < 0.0).where(2.0 - found, found))
