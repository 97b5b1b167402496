"""log, log2, log10, log1p.

x = 2**k * m with sqrt(1/2) <= m < sqrt(2), by integer arithmetic on the bits. With f = m - 1
(exact) and s = f / (2 + f), as in fdlibm (K. C. Ng, Sun Microsystems, 1993):

    log(m) = f - (f**2 / 2 - s * (f**2 / 2 + R)),    R = s**2 * LOG(s**2)

For the other bases the leading sums are kept with their errors, so that a logarithm is known as a
sum of two numbers, which can be multiplied by 1 / ln(2) or 1 / ln(10) before it is rounded. What is
zero, negative, denormal, infinite or NaN is left to a function that is rarely called.
"""

from __future__ import annotations

from attrs import evolve

from ...ir.attrs_classes import frozen
from .coefficients import LN2_SHORT, LOG, LOG2_E, LOG10_2_SHORT, LOG10_E
from .control import rarely_called
from .exponential import difference_with_error, sum_with_error, two_sum
from .number import Number, copysign, fma, polynomial

SQRT_HALF_BITS = {64: 0x3FE6A09E667F3BCD, 32: 0x3F3504F3}
"""The bits of sqrt(1/2)."""


@frozen
class Decomposed:
    """A number ``x = 2**k * m``.

    ``exponent`` is the integer ``k + 2**(bits of the exponent - 1)``.
    """

    k: Number
    m: Number
    exponent: Number


def decompose(x: Number) -> Decomposed:
    """Split a positive, finite number that is not denormal."""
    kind = x.kind
    offset = kind.bias + 1
    root = SQRT_HALF_BITS[kind.bits]
    bits = x.as_bits() - (root - (offset << kind.fraction))
    exponent = bits >> kind.fraction
    m = (bits & ((1 << kind.fraction) - 1)) + root
    magic_bits = (kind.bias + kind.fraction) << kind.fraction
    k = (exponent | magic_bits).as_float() - (2.0**kind.fraction + offset)
    return Decomposed(k, m.as_float(), exponent)


def decompose_any(x: Number) -> Decomposed:
    """Split a positive, finite number."""
    kind = x.kind
    more = kind.fraction + 2
    tiny = x < kind.least_normal
    parts = decompose(tiny.where(x * 2.0**more, x))
    return evolve(parts, k=tiny.where(parts.k - float(more), parts.k))


def is_unusual(x: Number) -> Number:
    """Whether a number is zero, negative, denormal, infinite or NaN.

    One unsigned comparison tells.
    """
    kind = x.kind
    first, infinity = 1 << kind.fraction, (2 * kind.bias + 1) << kind.fraction
    return (x.as_bits() - first).compare("", "uge", infinity - first)


def log_of_significand(f: Number) -> tuple[Number, Number]:
    """``log(1 + f)`` as a sum of two numbers. 1 + f lies in [sqrt(1/2), sqrt(2))."""
    half = f * 0.5
    square = half * f
    missing = fma(half, f, -square)
    s = f / (f + 2.0)
    z = s * s
    r = z * polynomial(z, LOG[f.kind.bits])
    total, error = difference_with_error(f, square)
    return total, fma(s, square + r, error - missing)


def with_special_values(x: Number, result: Number) -> Number:
    """Minus infinity at 0, NaN below; infinity and NaN stay."""
    below = (x < 0.0).where(float("nan"), x)
    special = x.equals(0.0).where(float("-inf"), below)
    # Positive and finite: one unsigned comparison of the bits.
    kind = x.kind
    infinity = (2 * kind.bias + 1) << kind.fraction
    return (x.as_bits() - 1).compare("", "ult", infinity - 1).where(result, special)


def _plus_multiple(k: Number, unit: tuple[float, ...], high: Number, low: Number) -> Number:
    """The sum ``k * unit + high + low``, rounded about once."""
    total, error = sum_with_error(k * unit[0], high)
    return total + (error + fma(k, unit[1], low))


def log(x: Number) -> Number:
    """Natural logarithm."""
    return rarely_called(is_unusual(x), [log_of_normal(x)], log_of_any, x)[0]


def log_of_normal(x: Number) -> Number:
    """Natural logarithm of a positive, finite, normal number.

    Its terms are added up as in fdlibm.
    """
    parts = decompose(x)
    return _log(parts.k, parts.m - 1.0)


def _log(k: Number, f: Number) -> Number:
    high, low = LN2_SHORT[f.kind.bits]
    square = f * 0.5 * f
    s = f / (f + 2.0)
    z = s * s
    rest = fma(s, fma(z, polynomial(z, LOG[f.kind.bits]), square), k * low)
    return fma(k, high, f - (square - rest))


def log_of_any(x: Number) -> list[Number]:
    """Natural logarithm of any number."""
    parts = decompose_any(x)
    return [with_special_values(x, _log(parts.k, parts.m - 1.0))]


def _times(high: Number, low: Number, factor: tuple[float, ...]) -> tuple[Number, Number]:
    """A sum times a constant."""
    product = high * factor[0]
    missing = fma(high, factor[0], -product)
    return product, missing + fma(low, factor[0], high * factor[1])


def log2(x: Number) -> Number:
    """Logarithm to base 2; exact for powers of two."""
    return rarely_called(is_unusual(x), [_log2(decompose(x))], log2_of_any, x)[0]


def _log2(parts: Decomposed) -> Number:
    high, low = _times(*log_of_significand(parts.m - 1.0), LOG2_E[parts.m.kind.bits])
    total, error = sum_with_error(parts.k, high)
    return total + (error + low)


def log2_of_any(x: Number) -> list[Number]:
    """Logarithm to base 2 of any number."""
    return [with_special_values(x, _log2(decompose_any(x)))]


def log10(x: Number) -> Number:
    """Logarithm to base 10; exact for powers of ten."""
    return rarely_called(is_unusual(x), [_log10(decompose(x))], log10_of_any, x)[0]


def _log10(parts: Decomposed) -> Number:
    bits = parts.m.kind.bits
    high, low = _times(*log_of_significand(parts.m - 1.0), LOG10_E[bits])
    return _plus_multiple(parts.k, LOG10_2_SHORT[bits], high, low)


def log10_of_any(x: Number) -> list[Number]:
    """Logarithm to base 10 of any number."""
    return [with_special_values(x, _log10(decompose_any(x)))]


def log1p(x: Number) -> Number:
    """The logarithm ``log(1 + x)``."""
    usual = (x > -1.0) & (x < float("inf"))
    below = (x < -1.0).where(float("nan"), x)
    special = x.equals(-1.0).where(float("-inf"), below)
    return usual.where(copysign(log1p_of_sum(x, None), x), special)


def log1p_of_sum(x: Number, rest: Number | None) -> Number:
    """``log(1 + x + rest)`` for a finite x > -1. The rest is far below x."""
    kind = x.kind
    total, error = two_sum(x.like(1.0), x)
    if rest is not None:
        error = error + rest
    parts = decompose(total)
    # 2**-k, in a range where it is no denormal; beyond, the error does not matter.
    biased = (2 * kind.bias + 1) - parts.exponent
    factor = ((biased < 1).where(1, biased) << kind.fraction).as_float()
    f, missing = sum_with_error(parts.m - 1.0, error * factor)
    high, low = log_of_significand(f)
    # The derivative of log(1 + f); where k = 0 and there is no rest, nothing is missing.
    slope = fma(f, f - 1.0, 1.0) if rest is None else 1.0 / (f + 1.0)
    low = fma(missing, slope, low)
    return _plus_multiple(parts.k, LN2_SHORT[kind.bits], high, low)
