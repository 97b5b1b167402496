"""Words of 32 bits and their products, in either width.

Registers have 64 bits or 32.

Processors multiply every other word of a vector, and moving words together and apart would take
longer than the multiplications: there, each word is kept in 64 bits. GPUs have registers of 32
bits. A product of 64 takes them several instructions, one of 32 by 32 bits one or two.
"""

from __future__ import annotations

from typing import Any, Protocol

from ...ir.dialects import arith
from ...ir.types import i32, i64
from .number import Number

WORD = 0xFFFFFFFF


class RandomWords(Protocol):
    """Words as integers of some width, and their arithmetic modulo 2**32.

    ``product`` gives a whole product, of which ``high`` and ``low`` are the words.
    """

    def constant(self, word: int) -> int:
        """The number of a word, as a constant."""

    def halves(self, wide: Number) -> tuple[Number, Number]:
        """Low and high word of an i64."""

    def word(self, short: Number) -> Number:
        """The word of an i32."""

    def shortened(self, word: Number) -> Number:
        """The i32 of a word."""

    def extended(self, word: Number) -> Number:
        """The i64 of a word, which is not negative."""

    def sum(self, word: Number, other: int) -> Number:
        """The sum with a constant word."""

    def product(self, word: Number, other: int) -> Any:
        """The product with a constant word."""

    def high(self, product: Any) -> Number:
        """The upper word of a product."""

    def low(self, product: Any) -> Number:
        """The lower word of a product."""


class _Wide:
    """Words in integers of 64 bits, whose upper halves are zero."""

    def constant(self, word: int) -> int:
        return word

    def halves(self, wide: Number) -> tuple[Number, Number]:
        return wide & WORD, wide >> 32

    def word(self, short: Number) -> Number:
        return short.cast(arith.ExtUI, i64)

    def shortened(self, word: Number) -> Number:
        return word.cast(arith.TruncI, i32)

    def extended(self, word: Number) -> Number:
        return word

    def sum(self, word: Number, other: int) -> Number:
        return (word + other) & WORD

    def product(self, word: Number, other: int) -> Number:
        return word * other

    def high(self, product: Number) -> Number:
        return product >> 32

    def low(self, product: Number) -> Number:
        return product & WORD


class _Short:
    """Words in integers of 32 bits. Halves of a product come together."""

    def constant(self, word: int) -> int:
        return word - (1 << 32) if word >> 31 else word

    def halves(self, wide: Number) -> tuple[Number, Number]:
        return wide.cast(arith.TruncI, i32), (wide >> 32).cast(arith.TruncI, i32)

    def word(self, short: Number) -> Number:
        return short

    def shortened(self, word: Number) -> Number:
        return word

    def extended(self, word: Number) -> Number:
        return word.cast(arith.ExtUI, i64)

    def sum(self, word: Number, other: int) -> Number:
        return word + self.constant(other)

    def product(self, word: Number, other: int) -> tuple[Number, Number]:
        factor = word.like(self.constant(other))
        low, high = word.code.build(arith.MulUIExtended(word.value, factor.value)).results
        return Number(word.code, low), Number(word.code, high)

    def high(self, product: tuple[Number, Number]) -> Number:
        return product[1]

    def low(self, product: tuple[Number, Number]) -> Number:
        return product[0]


WIDE: RandomWords = _Wide()
"""Words in 64 bits, for vectors."""

SHORT: RandomWords = _Short()
"""Words in 32 bits, for machines that multiply them."""
