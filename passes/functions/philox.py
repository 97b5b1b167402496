"""Philox 4x32-10, the counter-based generator of Salmon et al. (SC 2011).

Key = (low half of the seed, high half xor stream), counter = (low and high half of the step, low
half of the id, high half xor block, its halves swapped). 53 bits of two words make an f64 in
[0, 1), 24 bits of one an f32.
"""

from __future__ import annotations

from ...ir.dialects import arith
from .number import Code, Number
from .random_words import WIDE, WORD, RandomWords

_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_WEYL = (0x9E3779B9, 0xBB67AE85)
ROUNDS = 10


class Philox:
    """The numbers of one draw, made of ``words``."""

    def __init__(
        self,
        code: Code,
        seed: Number,
        step: Number,
        id_: Number,
        stream: int,
        words: RandomWords = WIDE,
    ) -> None:
        self.code = code
        self.of = words
        low, high = words.halves(seed)
        self.key = (low, high ^ words.constant(stream & WORD))
        self.counter = (*words.halves(step), *words.halves(id_))

    def words(self, block: int | Number, rounds: int = ROUNDS) -> list[Number]:
        """Four words of 32 bits. A block that is no constant is a scalar below 2**16."""
        of, key, counter = self.of, list(self.key), list(self.counter)
        if isinstance(block, int):
            counter[3] = counter[3] ^ of.constant((block << 16 | block >> 16) & WORD)
        else:
            counter[3] = counter[3] ^ of.word(block << 16).in_all_lanes()
        for turn in range(rounds):
            if turn:
                key = [of.sum(k, w) for k, w in zip(key, _WEYL, strict=True)]
            first = of.product(counter[0], _MULTIPLIERS[0])
            second = of.product(counter[2], _MULTIPLIERS[1])
            counter = [
                of.high(second) ^ counter[1] ^ key[0],
                of.low(second),
                of.high(first) ^ counter[3] ^ key[1],
                of.low(first),
            ]
        return counter

    def pair(self, block: int | Number) -> tuple[Number, Number]:
        """Two numbers in [0, 1)."""
        words = self.words(block)
        return self._number(words[0], words[1]), self._number(words[2], words[3])

    def _number(self, high: Number, low: Number) -> Number:
        kind = self.code.kind
        if kind.bits == 32:
            short = self.of.shortened(high >> 8)
            return short.cast(arith.SIToFP, kind.scalar) * 2.0**-24
        wide = self.of.extended(high) << 32 | self.of.extended(low)
        return (wide >> 11).cast(arith.SIToFP, kind.scalar) * 2.0**-53
