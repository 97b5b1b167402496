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
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..ir.attributes import DenseArrayAttr
from ..ir.builder import Builder
from ..ir.core import Value
from ..ir.dialects import arith, rng, vector
from ..ir.dialects.func import Func
from ..ir.lowering import Rule, Rules, expand
from ..ir.rewriter import Rewriter
from ..ir.types import f32, f64, i64, index, lanes_of, scalar_of
from ..ir.types import vector as vector_type
from .framework.core import Context, Pass, register
from .framework.report import counted
from .functions import draws
from .functions.number import DOUBLE, SINGLE, Code, Number
from .functions.philox import Philox


@register
class ExpandRng(Pass):
    """Replace the operations of ``rng``; see the module."""

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


def _rule(formula: Callable[..., Number]) -> Rule:
    def expanded(op: Any, build: Builder) -> Value:
        type_ = op.results[0].type
        code = Code(build, DOUBLE if scalar_of(type_) is f64 else SINGLE, lanes_of(type_))
        parameters = [Number(code, v) for v in op.operands[3:]]
        return formula(Philox.of(code, op), *parameters).value

    return expanded


def _uniform(op: Any, build: Builder) -> Value:
    found: Value = _rule(lambda philox: draws.uniform(philox, op.draw))(op, build)
    return found


def _normal(op: Any, build: Builder) -> Value:
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
        pair = draws.normals(Philox(half, seed, step, first + Number(half, steps), op.stream))
        both: Value = build(vector.joined(*(n.value for n in pair)))
        return both
    code = Code(build, kind, lanes)
    seed, step, id_ = (Number(code, v) for v in (op.seed, op.step, op.id))
    even, odd = draws.normals(Philox(code, seed, step, id_ & ~rng.PAIRED, op.stream))
    return (id_ & rng.PAIRED).differs(0).where(odd, even).value


def _first_lane(code: Code, value: Value) -> Number:
    """The first lane in all lanes of ``code``."""
    lane = code.build(vector.Extract(value, static_position=DenseArrayAttr((0,))))
    return Number(code, lane).in_all_lanes()


def _binomial(op: Any, build: Builder) -> Value:
    """In f64 whatever the type is."""
    type_ = op.results[0].type
    code = Code(build, DOUBLE, lanes_of(type_))
    parameters = [Number(code, v) for v in op.operands[3:]]
    if scalar_of(type_) is f64:
        return draws.binomial(Philox.of(code, op), *parameters).value
    wide = [p.cast(arith.ExtF, f64) for p in parameters]
    return draws.binomial(Philox.of(code, op), *wide).cast(arith.TruncF, f32).value


_RULES: Rules = {
    rng.Uniform: _uniform,
    rng.Normal: _normal,
    rng.Exponential: _rule(draws.exponential),
    rng.Gamma: _rule(draws.gamma),
    rng.Binomial: _binomial,
}
