"""Philox 4x32-10, the counter-based generator of Salmon et al. (SC 2011).

Key = (low half of the seed, high half xor stream), counter = (low and high half of the step, low
half of the id, high half xor block, its halves swapped). 53 bits of two words make an f64 in
[0, 1), 24 bits of one an f32.
"""

from __future__ import annotations

from typing import Any

from ...ir.dialects import arith
from ...ir.types import i32, i64
from .number import Code, Number

_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_WEYL = (0x9E3779B9, 0xBB67AE85)
ROUNDS = 10
WORD = 0xFFFFFFFF


class Philox:
    """The numbers of one draw.

    Words are kept in 64 bits each: processors multiply every other word of a vector, and moving
    words together and apart would take longer than the multiplications.
    """

    def __init__(self, code: Code, seed: Number, step: Number, id_: Number, stream: int) -> None:
        self.code = code
        low, high = _halves(seed)
        self.key = (low, high ^ stream & WORD)
        self.counter = (*_halves(step), *_halves(id_))

    @classmethod
    def of(cls, code: Code, op: Any) -> Philox:
        """The numbers of an operation of the dialect ``rng``."""
        seed, step, id_ = (Number(code, v) for v in (op.seed, op.step, op.id))
        return cls(code, seed, step, id_, op.stream)

    def words(self, block: int | Number, rounds: int = ROUNDS) -> list[Number]:
        """Four words of 32 bits. A block that is no constant is a scalar below 2**16."""
        key = list(self.key)
        counter = list(self.counter)
        if isinstance(block, int):
            counter[3] = counter[3] ^ (block << 16 | block >> 16) & WORD
        else:
            counter[3] = counter[3] ^ (block << 16).cast(arith.ExtUI, i64).in_all_lanes()
        for turn in range(rounds):
            if turn:
                key = [(k + w) & WORD for k, w in zip(key, _WEYL, strict=True)]
            first = counter[0] * _MULTIPLIERS[0]
            second = counter[2] * _MULTIPLIERS[1]
            counter = [
                (second >> 32) ^ counter[1] ^ key[0],
                second & WORD,
                (first >> 32) ^ counter[3] ^ key[1],
                first & WORD,
            ]
        return counter

    def pair(self, block: int | Number) -> tuple[Number, Number]:
        """Two numbers in [0, 1)."""
        words = self.words(block)
        return self._number(words[0], words[1]), self._number(words[2], words[3])

    def _number(self, high: Number, low: Number) -> Number:
        kind = self.code.kind
        if kind.bits == 32:
            short = (high >> 8).cast(arith.TruncI, i32)
            return short.cast(arith.SIToFP, kind.scalar) * 2.0**-24
        wide = high << 32 | low
        return (wide >> 11).cast(arith.SIToFP, kind.scalar) * 2.0**-53


def _halves(value: Number) -> tuple[Number, Number]:
    """Low and high word of an i64."""
    return value & WORD, value >> 32
