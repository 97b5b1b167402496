"""expand-rng: random numbers become arithmetic.

    func.func @f(%seed: i64, %step: i64, %id: i64) -> f64 {
      %u = rng.uniform %seed, %step, %id stream 7 : (i64, i64, i64) -> f64
      return %u : f64
    }
    ==>
    func.func @f(%seed: i64, %step: i64, %id: i64) -> f64 {
      %0 = arith.constant 4294967295 : i64
      %1 = arith.andi %seed, %0 : i64
    ...
      return %u : f64
    }

What has to be tried again (``rng.gamma``, ``rng.binomial``) becomes a loop, which ends when every
lane has its number. The formulas are in ``functions/philox.py`` and ``functions/draws.py``. ``cse``
makes draws that share a block of random words compute it once.

Random words have 32 bits. They are computed in integers of as many, or of ``words=64`` bits
(``functions/random_words.py``): the numbers are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from ..ir.attributes import DenseArrayAttr
from ..ir.builder import Builder
from ..ir.core import Op, Value
from ..ir.dialects import arith, rng, vector
from ..ir.dialects.func import Func
from ..ir.lowering import expand
from ..ir.rewriter import Rewriter
from ..ir.types import f32, f64, i64, index, lanes_of, scalar_of
from ..ir.types import vector as vector_type
from .framework.core import Context, Pass, register
from .framework.report import counted
from .functions import draws
from .functions.number import DOUBLE, SINGLE, Code, Number
from .functions.philox import Philox
from .functions.random_words import SHORT, WIDE, RandomWords


@register
class ExpandRng(Pass):
    """Replace the operations of ``rng``; see the module."""

    name = "expand-rng"
    scope = "function"
    words: Literal[64, 32] = 64

    def run(self, func: Func, ctx: Context) -> bool:
        """Replace every draw."""
        words = WIDE if self.words == 64 else SHORT
        rules = {cls: partial(_expanded, rule, words) for cls, rule in _RULES.items()}
        count = expand(func, rules, Rewriter())
        if count:
            how = "Philox" if words is WIDE else f"Philox, in integers of {self.words} bits"
            text = f"{counted(count, 'random draw')} became arithmetic ({how})"
            ctx.report.did(self.name, func, text)
        return count > 0


_DrawRule = Callable[[Any, Builder, RandomWords], Value]


def _expanded(rule: _DrawRule, words: RandomWords, op: Any, build: Builder) -> Value:
    return rule(op, build, words)


def _philox(code: Code, op: Any, words: RandomWords) -> Philox:
    """The numbers of a draw."""
    seed, step, id_ = (Number(code, v) for v in (op.seed, op.step, op.id))
    return Philox(code, seed, step, id_, op.stream, words=words)


def _rule(formula: Callable[..., Number]) -> _DrawRule:
    def expanded(op: Any, build: Builder, words: RandomWords) -> Value:
        type_ = op.results[0].type
        code = Code(build, DOUBLE if scalar_of(type_) is f64 else SINGLE, lanes_of(type_))
        parameters = [Number(code, v) for v in op.operands[3:]]
        return formula(_philox(code, op, words), *parameters).value

    return expanded


def _uniform(op: Any, build: Builder, words: RandomWords) -> Value:
    found: Value = _rule(lambda philox: draws.uniform(philox, op.draw))(op, build, words)
    return found


def _normal(op: Any, build: Builder, words: RandomWords) -> Value:
    """Normal numbers, two of a block for two ids.

    Lanes take both numbers of their blocks at once.
    """
    type_ = op.results[0].type
    kind, lanes = DOUBLE if scalar_of(type_) is f64 else SINGLE, lanes_of(type_)
    if op.consecutive and lanes == 2 * rng.PAIRED:
        half = Code(build, kind, rng.PAIRED)
        seed, step, first = (_first_lane(half, v) for v in (op.seed, op.step, op.id))
        steps = build(vector.Step(result_type=vector_type(rng.PAIRED, index)))
        steps = build(arith.IndexCast(steps, result_type=vector_type(rng.PAIRED, i64)))
        ids = first + Number(half, steps)
        pair = draws.normals(Philox(half, seed, step, ids, op.stream, words=words))
        both: Value = build(vector.joined(*(n.value for n in pair)))
        return both
    code = Code(build, kind, lanes)
    seed, step, id_ = (Number(code, v) for v in (op.seed, op.step, op.id))
    even, odd = draws.normals(Philox(code, seed, step, id_ & ~rng.PAIRED, op.stream, words=words))
    return (id_ & rng.PAIRED).differs(0).where(odd, even).value


def _first_lane(code: Code, value: Value) -> Number:
    """The first lane in all lanes of ``code``."""
    lane = code.build(vector.Extract(value, static_position=DenseArrayAttr((0,))))
    return Number(code, lane).in_all_lanes()


def _binomial(op: Any, build: Builder, words: RandomWords) -> Value:
    """In f64 whatever the type is."""
    type_ = op.results[0].type
    code = Code(build, DOUBLE, lanes_of(type_))
    parameters = [Number(code, v) for v in op.operands[3:]]
    if scalar_of(type_) is f64:
        return draws.binomial(_philox(code, op, words), *parameters).value
    wide = [p.cast(arith.ExtF, f64) for p in parameters]
    return draws.binomial(_philox(code, op, words), *wide).cast(arith.TruncF, f32).value


_RULES: dict[type[Op], _DrawRule] = {
    rng.Uniform: _uniform,
    rng.Normal: _normal,
    rng.Exponential: _rule(draws.exponential),
    rng.Gamma: _rule(draws.gamma),
    rng.Binomial: _binomial,
}
