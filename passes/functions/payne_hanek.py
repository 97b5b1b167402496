"""Large angles modulo pi / 2, with integers.

x = m * 2**e with a whole number m. Bits of 2 / pi that would make whole multiples of 4 are left
out, of the others as many are taken as can matter; m times this window of bits, modulo a power of
two, is x * 2 / pi modulo 4 as a fixed-point number. Its integer part (rounded) is the quadrant, the
rest times pi / 2 the angle. The window is found without a table in memory: words of 2 / pi move
down by 16, 8, 4, 2, 1 places, as the bits of the distance say.

M. H. Payne, R. N. Hanek, Radian reduction for trigonometric functions, SIGNUM 18 (1983).
"""

from __future__ import annotations

from collections.abc import Sequence

from ...ir.dialects import arith
from ...ir.types import f32, i32, i64
from .coefficients import HALF_PI, TWO_OVER_PI_WORDS
from .exponential import sum_with_error
from .number import Number, fma


def _signed(word: int) -> int:
    return word - (1 << 64) if word >> 63 else word


def _window(position: Number, count: int, largest: int) -> list[Number]:
    """Words of the bits of ``2 / pi`` from ``position`` on.

    There are ``count`` words; ``position`` is at most ``largest``.
    """
    needed = (largest >> 6) + count + 1
    words = [position.like(_signed(w)) for w in TWO_OVER_PI_WORDS[:needed]]
    for step in (16, 8, 4, 2, 1):
        if step <= largest >> 6:
            moves = (position & (step << 6)).differs(0)
            reached = min(len(words), count + step)  # smaller steps reach no further
            words = [
                moves.where(words[i + step], words[i]) if i + step < len(words) else words[i]
                for i in range(reached)
            ]
    shift = position & 63
    back = 63 - shift
    return [
        (words[i] << shift) | ((words[i + 1] >> 1) >> back)  # a shift by 64 is not defined
        for i in range(count)
    ]


def reduce_large(size: Number) -> Sequence[Number]:
    """Quadrant, r and the rest of r; NaN for infinity.

    The quadrant is in the lowest bits, the rest is what is missing in r.
    """
    parts = _reduce_double(size) if size.kind.bits == 64 else _reduce_single(size)
    quadrant, high, low = parts
    first, second = HALF_PI[size.kind.bits][:2]
    product = high * first
    rest = fma(high, first, -product) + fma(high, second, low * first)
    r, rest = sum_with_error(product, rest)
    return quadrant, (size < float("inf")).where(r, float("nan")), rest


def _place(size: Number, fraction: int, bias: int) -> tuple[Number, Number]:
    """Position of the first bit of ``2 / pi`` that matters, and m.

    64 zeros come before the bits.
    """
    bits = size.as_bits() if size.kind.bits == 64 else size.as_bits().cast(arith.ExtUI, i64)
    position = (bits >> fraction) + (64 - 2 - bias - fraction)
    return position, (bits & ((1 << fraction) - 1)) | (1 << fraction)


def _nearest(top: Number) -> tuple[Number, Number]:
    """Quadrant and signed rest of a number. The number has two bits before the point."""
    quadrant = (top + (1 << 61)) >> 62
    return quadrant, top - (quadrant << 62)


def _reduce_double(size: Number) -> tuple[Number, Number, Number]:
    position, m = _place(size, 52, 1023)
    words = _window(position & 2047, 3, 1033)
    _, carried = _wide_product(m, words[2])
    low, high = _wide_product(m, words[1])
    middle = low + carried
    carry = middle.compare("", "ult", low).where(m.like(1), 0)
    quadrant, top = _nearest(m * words[0] + high + carry)
    # The magnitude of the rest, of 128 bits in two words.
    negative = top < 0
    borrow = middle.equals(0).where(m.like(1), 0)
    top, middle = negative.where(borrow - 1 - top, top), negative.where(0 - middle, middle)
    # Four floats of 32 bits each; rounding happens only behind the first bits that are not zero.
    quarters = [_exact(q) for q in (top >> 32, top & 0xFFFFFFFF, middle >> 32, middle & 0xFFFFFFFF)]
    high, low = sum_with_error(quarters[0] * 2.0**-30, quarters[1] * 2.0**-62)
    high, error = sum_with_error(high, quarters[2] * 2.0**-94)
    high, low = sum_with_error(high, low + (error + quarters[3] * 2.0**-126))
    return quadrant, negative.where(-high, high), negative.where(-low, low)


def _exact(word: Number) -> Number:
    """An integer below 2**52 as f64."""
    return (word | 0x4330000000000000).as_float() - 2.0**52


def _wide_product(a: Number, b: Number) -> tuple[Number, Number]:
    low, high = a.code.build(arith.MulUIExtended(a.value, b.value)).results
    return Number(a.code, low), Number(a.code, high)


def _reduce_single(size: Number) -> tuple[Number, Number, Number]:
    position, m = _place(size, 23, 127)
    # Infinity is replaced at the end, but must not reach beyond the table.
    words = _window(position & 255, 2, 166)
    quadrant, rest = _nearest(m * words[0] + ((m * (words[1] >> 32)) >> 32))
    high = rest.cast(arith.SIToFP, f32)
    low = (rest - high.cast(arith.FPToSI, i64)).cast(arith.SIToFP, f32)
    return quadrant.cast(arith.TruncI, i32), high * 2.0**-62, low * 2.0**-62
