"""unroll-gathers: each lane loads its rank from memory and its element.

    func.func @f(%v: memref<?xf64>, %pre: memref<?xi64>, %at: index) -> vector<2xf64> {
      %zero = arith.constant 0 : index
      %all = arith.constant dense<true> : vector<2xi1>
      %none = arith.constant dense<0.0> : vector<2xf64>
      %ranks = vector.load %pre[%at] : memref<?xi64>, vector<2xi64>
      %r = vector.gather %v[%zero] [%ranks], %all, %none
          : memref<?xf64>, vector<2xi64>, vector<2xi1>, vector<2xf64> into vector<2xf64>
      return %r : vector<2xf64>
    }
    ==> unroll-gathers,dce
    ...
      ... = memref.load %pre[%at] : memref<?xi64>
    ...
      ... = memref.load %v[...] : memref<?xf64>
    ...
      %r = vector.from_elements ..., ... : vector<2xf64>
      return %r : vector<2xf64>
    }

A gather of processors takes its indices out of a vector one after the other, and so does code where
there is none or a slow one. Indices that lie in memory are better loaded where they are wanted: two
loads for each lane, nothing else. Gathers whose indices are computed in vectors stay.
"""

from __future__ import annotations

from typing import Any

from ..ir.core import Op, Value
from ..ir.dialects import arith, memref, vector
from ..ir.dialects.func import Func
from ..ir.rewriter import Rewriter
from ..ir.types import index, lanes_of, scalar_of
from .framework.core import Context, Pass, const_value, is_const, register
from .framework.report import counted

_CASTS = (arith.ExtUI, arith.ExtSI, arith.IndexCast)


@register
class UnrollGathers(Pass):
    """Load ranks and elements lane by lane; see the module."""

    name = "unroll-gathers"
    scope = "function"

    def run(self, func: Func, ctx: Context) -> bool:
        """Visit all gathers."""
        lanes = _Lanes()
        done = 0
        for op in [op for op in func.walk() if isinstance(op, vector.Gather)]:
            reason = _obstacle(op)
            if reason is None:
                lanes.unroll(op)
                done += 1
            else:
                what = f"the gather from %{op.base.name}"
                ctx.report.refused(self.name, op, what, reason, op.loc)
        if done:
            ctx.report.did(self.name, func, f"{counted(done, 'gather')} lane by lane")
        return lanes.rw.changed


def _obstacle(op: vector.Gather) -> str | None:
    """The reason why lanes cannot load for themselves."""
    if const_value(op.mask) != 1:
        return "some lanes may touch no memory"
    terms = _terms(op.indices)
    if not any(isinstance(_source(term).op, vector.Load) for term in terms):
        return "its indices are computed, not loaded"
    if not all(isinstance(_source(term).op, vector.Load | vector.Broadcast) for term in terms):
        return "a part of its indices is computed, not loaded"
    return None


def _terms(value: Value) -> list[Value]:
    """The terms that add up to ``value``."""
    if isinstance(value.op, arith.AddI):
        return [*_terms(value.op.lhs), *_terms(value.op.rhs)]
    return [value]


def _source(value: Value) -> Value:
    """The value that ``value`` is a conversion of."""
    while isinstance(value.op, _CASTS):
        value = value.op.operands[0]
    return value


class _Lanes:
    """Values of single lanes, made once, beside their vectors."""

    def __init__(self) -> None:
        self.rw = Rewriter()
        self.known: dict[tuple[Value, int], Value] = {}

    def unroll(self, op: vector.Gather) -> None:
        """Replace a gather."""
        lanes = lanes_of(op.result.type)
        elements = [self._element(op, lane) for lane in range(lanes)]
        self.rw.replace(op, vector.from_elements(elements))

    def _element(self, op: vector.Gather, lane: int) -> Value:
        at = self._lane(op.indices, lane)
        if at.type is not index:
            at = self._before(op, arith.IndexCast(at, result_type=index))
        if not is_const(op.offset, 0):
            at = self._before(op, arith.AddI(at, op.offset))
        return self._before(op, memref.Load(op.base, at))

    def _lane(self, value: Value, lane: int) -> Value:
        """A lane of indices."""
        key = value, lane
        if key not in self.known:
            self.known[key] = self._made(value, lane)
        return self.known[key]

    def _made(self, value: Value, lane: int) -> Value:
        op: Any = value.op
        if isinstance(op, vector.Broadcast):
            return op.source
        if isinstance(op, vector.Load):
            place = self._before(op, arith.constant(lane, index))
            last = self._before(op, arith.AddI(op.indices[-1], place)) if lane else op.indices[-1]
            return self._before(op, memref.Load(op.base, *op.indices[:-1], last))
        operands = [self._lane(each, lane) for each in op.operands]
        if isinstance(op, arith.AddI):
            return self._before(op, arith.AddI(*operands))
        return self._before(op, type(op)(*operands, result_type=scalar_of(value.type)))

    def _before(self, place: Op, made: Op) -> Value:
        value: Value = self.rw.insert_before(place, made)
        return value
