"""lower-syn: spike lists become loads, stores and branches.

    syn.append %hit, %first, %list[%base + %count[%slot]]     (one neuron or a vector of them)
 -> scf.if (any lane of %hit) { for every lane: scf.if (its bit) { store its rank; count it } }

At cortical rates almost no vector holds a spike, so the branch is rarely taken.
"""

from __future__ import annotations

from typing import Any

from ..ir.builder import Builder
from ..ir.core import Block, Region, Value
from ..ir.dialects import arith, memref, scf, syn, vector
from ..ir.dialects.func import Func
from ..ir.lowering import Rules, expand
from ..ir.rewriter import Rewriter
from ..ir.types import i32, i64, index, lanes_of
from .core import Context, Pass, register
from .report import counted


@register
class LowerSyn(Pass):
    """Lower ``syn.append``; see the module."""

    name = "lower-syn"
    scope = "function"

    def run(self, func: Func, ctx: Context) -> bool:
        """Replace every append."""
        count = expand(func, _RULES, Rewriter())
        if count:
            what = f"{counted(count, 'append')} to spike lists became stores behind a branch"
            ctx.report.did(self.name, func, what)
        return count > 0


def _append(op: Any, build: Builder) -> None:
    """A branch on whether any lane appends."""
    lanes = lanes_of(op.hit.type)
    then = _lanes(op, lanes) if lanes else _one(op, op.first)
    hit = vector.reduction("or", op.hit) if lanes else None
    condition = build(hit) if hit else _real(build, op, op.first, op.hit)
    build(scf.If(condition, then=Region(then), otherwise=Region()))


def _lanes(op: Any, lanes: int) -> Block:
    """A loop over the lanes."""
    outer, body = Block(), scf.loop_block(index, (), ("lane",))
    build = Builder(outer, op.loc)
    bounds = [build(arith.constant(n, index)) for n in (0, lanes, 1)]
    build(scf.For(*bounds, body=Region(body)))
    build(scf.Yield())
    build = Builder(body, op.loc)
    lane = body.args[0]
    rank = build(arith.AddI(op.first, lane))
    bit = _real(build, op, rank, build(vector.extract(op.hit, lane)))
    build(scf.If(bit, then=Region(_one(op, rank)), otherwise=Region()))
    build(scf.Yield())
    return outer


def _real(build: Builder, op: Any, rank: Value, hit: Value) -> Value:
    """Whether the neuron ``rank`` was hit and is no padding."""
    inside = build(arith.cmpi("ult", rank, op.limit))
    both: Value = build(arith.AndI(hit, inside))
    return both


def _one(op: Any, rank: Value) -> Block:
    """Append one rank."""
    block = Block()
    build = Builder(block, op.loc)
    count = build(memref.Load(op.count, op.slot), "count")
    position = build(arith.AddI(op.base, build(arith.IndexCast(count, result_type=index))))
    build(memref.Store(build(arith.IndexCast(rank, result_type=i32)), op.list, position))
    more = build(arith.AddI(count, build(arith.constant(1, i64))))
    build(memref.Store(more, op.count, op.slot))
    build(scf.Yield())
    return block


_RULES: Rules = {syn.Append: _append}
