"""expand-rng: random numbers become integer arithmetic.

    %u = "rng.uniform"(%seed, %step, %id) <{stream = 7}>  ->  ten rounds of Philox 4x32

Philox 4x32-10 (Salmon et al., SC 2011): key = (low half of the seed, high half xor stream), counter
= (low and high half of the step, low half of the id, high half xor draw // 2). An even draw takes
the first two of the four output words, an odd one the others: ``cse`` makes the two draws of a
normal number cost one block. 53 bits of two words make an f64 in [0, 1), 24 bits of one an f32.
"""

from __future__ import annotations

from typing import Any

from ..ir.builder import Builder
from ..ir.core import Op, Value
from ..ir.dialects import arith, rng
from ..ir.dialects.func import Func
from ..ir.lowering import Rules, expand
from ..ir.rewriter import Rewriter
from ..ir.types import FloatType, Type, i32, i64, lanes_of, scalar_of, with_lanes
from .core import Context, Pass, register
from .report import counted

_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_WEYL = (0x9E3779B9, 0xBB67AE85)
ROUNDS = 10


@register
class ExpandRng(Pass):
    """Replace ``rng.uniform`` by Philox; see the module."""

    name = "expand-rng"
    scope = "function"

    def run(self, func: Func, ctx: Context) -> bool:
        """Replace every draw."""
        count = expand(func, _RULES, Rewriter())
        if count:
            ctx.report.did(
                self.name, func, f"{counted(count, 'random draw')} became arithmetic (Philox)"
            )
        return count > 0


class _Philox:
    def __init__(self, op: Any, build: Builder) -> None:
        self.op = op
        self.lanes = lanes_of(op.result.type)
        self.word = with_lanes(i32, self.lanes)
        self.wide = with_lanes(i64, self.lanes)
        self.build = build

    def constant(self, number: int, type_: Type | None = None) -> Any:
        """A word with these bits."""
        if type_ is None and number >= 1 << 31:
            number -= 1 << 32
        return self.build(arith.constant(number, type_ or self.word))

    def halves(self, value: Value) -> tuple[Any, Any]:
        """Low and high word of an i64."""
        low = self.build(arith.TruncI(value, result_type=self.word))
        high = self.build(arith.ShRUI(value, self.constant(32, self.wide)))
        return low, self.build(arith.TruncI(high, result_type=self.word))

    def mixed(self, value: Value, number: int) -> Any:
        """A word xor a constant."""
        return self.build(arith.XOrI(value, self.constant(number & 0xFFFFFFFF)))

    def rounds(self) -> list[Any]:
        """The four output words of the block that this draw shares with its neighbour."""
        key = list(self.halves(self.op.seed))
        key[1] = self.mixed(key[1], self.op.stream)
        counter = [*self.halves(self.op.step), *self.halves(self.op.id)]
        counter[3] = self.mixed(counter[3], self.op.draw >> 1)
        b = self.build
        for turn in range(ROUNDS):
            if turn:
                key = [b(arith.AddI(k, self.constant(w))) for k, w in zip(key, _WEYL, strict=True)]
            first = self._product(counter[0], _MULTIPLIERS[0])
            second = self._product(counter[2], _MULTIPLIERS[1])
            counter = [
                b(arith.XOrI(b(arith.XOrI(second[1], counter[1])), key[0])),
                second[0],
                b(arith.XOrI(b(arith.XOrI(first[1], counter[3])), key[1])),
                first[0],
            ]
        return counter

    def _product(self, word: Value, multiplier: int) -> tuple[Value, Value]:
        product: Op = self.build(arith.MulUIExtended(word, self.constant(multiplier)))
        return product.results[0], product.results[1]

    def number(self) -> Value:
        """A float in [0, 1) from the output words."""
        b = self.build
        words = self.rounds()[2 * (self.op.draw & 1) :]
        type_: Type = self.op.result.type
        kind = scalar_of(type_)
        assert isinstance(kind, FloatType)
        if kind.bits == 32:
            bits = b(arith.ShRUI(words[0], self.constant(8)))
            scale = 2.0**-24
        else:
            high = b(arith.ExtUI(words[0], result_type=self.wide))
            low = b(arith.ExtUI(words[1], result_type=self.wide))
            high = b(arith.ShLI(high, self.constant(32, self.wide)))
            bits = b(arith.ShRUI(b(arith.OrI(high, low)), self.constant(11, self.wide)))
            scale = 2.0**-53
        number = b(arith.SIToFP(bits, result_type=type_))
        result: Value = b(arith.MulF(number, b(arith.constant(scale, type_))))
        return result


def _uniform(op: Any, build: Builder) -> Value:
    return _Philox(op, build).number()


_RULES: Rules = {rng.Uniform: _uniform}
