"""fuse-loops: neighbouring parallel loops over the same neurons become one.

    func.func @f(%v: memref<?xf64>, %w: memref<?xf64>, %low: index, %high: index) {
      %one = arith.constant 1 : index
      scf.for %i = %low to %high step %one {
        %x = memref.load %v[%i] : memref<?xf64>
        %y = arith.addf %x, %x : f64
        memref.store %y, %v[%i] : memref<?xf64>
      } {parallel = 16 : i64}
      scf.for %j = %low to %high step %one {
        %z = memref.load %v[%j] : memref<?xf64>
        memref.store %z, %w[%j] : memref<?xf64>
      } {parallel = 16 : i64}
      return
    }
    ==>
    func.func @f(%v: memref<?xf64>, %w: memref<?xf64>, %low: index, %high: index) {
      %one = arith.constant 1 : index
      scf.for %i = %low to %high step %one {
        %x = memref.load %v[%i] : memref<?xf64>
        %y = arith.addf %x, %x : f64
        memref.store %y, %v[%i] : memref<?xf64>
        %z = memref.load %v[%i] : memref<?xf64>
        memref.store %z, %w[%i] : memref<?xf64>
      } {parallel = 16 : i64}
      return
    }

Legal when both loops have the same bounds, what stands between them can move in front of the first,
and every buffer that one of them writes and the other touches is touched at ``[%i]`` only.

In tasks of the level of loops the same is done to loops over all neurons:

    net.population @cells size 3 kind rate {
      declarations {
        eq.variable @r : f64 local variable
      }
    }
    loops.step {
      loops.phase neurons {
        loops.task update of @cells {
          loops.neurons (%i: index) {
            %r = loops.load @r[%i] of own : f64
            %s = arith.addf %r, %r : f64
            loops.store %s, @r[%i] of own : f64
          }
          loops.neurons (%j: index) {
            loops.store_past @r[%j]
          }
        }
      }
    }
    ==>
    ...
          loops.neurons (%i: index) {
            %r = loops.load @r[%i] of own : f64
            %s = arith.addf %r, %r : f64
            loops.store %s, @r[%i] of own : f64
            loops.store_past @r[%i]
          }
    ...
"""

from __future__ import annotations

from typing import Any

from ..ir.core import Block, Op, Value
from ..ir.dialects import loops, scf
from ..ir.dialects.func import Func
from ..ir.rewriter import Rewriter
from .analysis.memory_accesses import Access
from .framework.analyses import Analyses, MemoryEffects
from .framework.core import Context, Pass, blocks, register
from .framework.report import counted


@register
class FuseLoops(Pass):
    """Merge neighbouring parallel loops; see the module."""

    name = "fuse-loops"
    scope = "function"

    def run(self, func: Func, ctx: Context) -> bool:
        """Visit all blocks."""
        rw = Rewriter()
        merged = sum(self._block(block, rw, ctx) for block in list(blocks(func)))
        if merged:
            ctx.report.did(self.name, func, f"{counted(merged, 'loop')} merged into the one before")
        return rw.changed

    def _block(self, block: Block, rw: Rewriter, ctx: Context) -> int:
        first: Any = None
        between: list[Op] = []
        merged = 0
        for op in list(block.ops):
            if not _is_parallel(op):
                between.append(op)
                continue
            if first is not None:
                reason = _obstacle(first, between, op, ctx.analyses)
                if reason is None:
                    for moved in between:
                        rw.move_before(first, moved)
                    _merge(first, op, rw)
                    ctx.report.statistics[self.name] += 1
                    merged += 1
                    between = []
                    continue
                ctx.report.refused(self.name, op, f"the loop over %{_iv(op).name}", reason, op.loc)
            first, between = op, []
        return merged


def _is_parallel(op: Op) -> bool:
    """Whether the iterations of a loop are independent."""
    return isinstance(op, loops.Neurons) or (isinstance(op, scf.For) and bool(op.parallel))


def _width(loop: Op) -> Any:
    return loop.attributes.get(scf.PARALLEL)


def _iv(loop: Op) -> Value:
    return loop.regions[0].block.args[0]


def _obstacle(first: Any, between: list[Op], second: Any, analyses: Analyses) -> str | None:
    """The reason why the loops cannot be merged, or None."""
    if isinstance(first, scf.For) and (first.inits or second.inits):
        who = "it" if second.inits else "the loop before"
        return f"{who} carries values from iteration to iteration"
    if first.operands != second.operands or _width(first) != _width(second):
        return "its bounds differ from those of the loop before"
    mine = analyses.get(MemoryEffects, first).accesses
    if mine is None:
        return "the loop before calls a function"
    for op in between:
        theirs = analyses.get(MemoryEffects, op).accesses
        if theirs is None or _conflict(mine, theirs, None) is not None:
            return f"'{op.name}' between the loops cannot move in front of them"
    others = analyses.get(MemoryEffects, second).accesses
    if others is None:
        return "it calls a function"
    clash = _conflict(mine, others, (_iv(first), _iv(second)))
    return None if clash is None else f"{_named(clash)} is shared at other elements than [i]"


def _named(buffer: Value | str | tuple[str, str]) -> str:
    if isinstance(buffer, Value):
        return f"%{buffer.name or '?'}"
    return f"@{buffer}" if isinstance(buffer, str) else " ".join(buffer).strip()


def _conflict(
    mine: list[Access], theirs: list[Access], ivs: tuple[Value, Value] | None
) -> Value | str | tuple[str, str] | None:
    """A conflicting buffer or variable: one side writes, the other touches.

    Accesses of both at their own iteration are no conflict.
    """
    written = {a.buffer for a in mine if a.writes}
    touched = {a.buffer for a in mine}
    for access in theirs:
        shared = access.buffer in written or (access.writes and access.buffer in touched)
        if not shared:
            continue
        if ivs is None or access.indices != (ivs[1],):
            return access.buffer
        if any(a.indices != (ivs[0],) for a in mine if a.buffer is access.buffer):
            return access.buffer
    return None


def _merge(first: Any, second: Any, rw: Rewriter) -> None:
    """Move the body of ``second`` to the end of ``first``."""
    end = first.body.block.terminator
    assert end is not None
    rw.inline_before(end, second.body.block, [_iv(first)])
    rw.fuse_locations(first, "fuse-loops", second)
    rw.erase(second)
