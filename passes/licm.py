"""licm: computations equal in all iterations move before the loop.

    func.func @f(%v: memref<?xf64>, %tau: memref<?xf64>, %dt: f64, %low: index, %high: index) {
      %zero = arith.constant 0 : index
      %one = arith.constant 1 : index
      scf.for %i = %low to %high step %one {
        %t = memref.load %tau[%zero] : memref<?xf64>
        %k = arith.divf %dt, %t : f64
        memref.store %k, %v[%i] : memref<?xf64>
      }
      return
    }
    ==>
    ...
      %t = memref.load %tau[%zero] : memref<?xf64>
      %k = arith.divf %dt, %t : f64
      scf.for %i = %low to %high step %one {
        memref.store %k, %v[%i] : memref<?xf64>
      }
    ...

Loops are those of ``scf`` and, in tasks of the level of loops, those over neurons, arriving spikes
and synapses: there, what depends on parameters of a whole population is computed once.

Moves pure operations, and loads of an element that surely exists (every buffer has a first one; a
variable has one for the neuron or synapse that a loop is at) from buffers and variables that the
loop does not write. Integer divisions may trap: they move only if their divisor is a constant,
neither zero nor -1 (the most negative number has no opposite).
"""

from __future__ import annotations

from typing import Any

from ..ir.core import Block, Op
from ..ir.dialects import arith, loops, memref, scf
from ..ir.dialects.func import Func
from ..ir.rewriter import Rewriter
from .framework.analyses import WALKS, MemoryEffects, Walks
from .framework.core import Context, Pass, const_value, defined_in, register
from .framework.report import counted

_MAY_TRAP = (arith.DivSI, arith.DivUI, arith.RemSI, arith.RemUI)


@register
class LoopInvariants(Pass):
    """Hoist invariant computations; see the module."""

    name = "licm"
    scope = "function"

    def run(self, func: Func, ctx: Context) -> bool:
        """Visit inner loops first, so that values climb far."""
        rw = Rewriter()
        moved = 0
        for loop in ctx.analyses.get(Walks, func).inner_first:
            changed = ctx.analyses.get(MemoryEffects, loop).written
            for op in list(loop.body.block.ops):
                if _invariant(op, loop, changed):
                    rw.move_before(loop, op)
                    moved += 1
                elif changed and isinstance(op, memref.Load) and op.memref in changed:
                    self._refuse(op, loop, ctx)
        if moved:
            ctx.report.statistics[self.name] += moved
            ctx.report.did(
                self.name, func, f"{counted(moved, 'computation')} moved in front of a loop"
            )
        return rw.changed

    def _refuse(self, op: memref.Load, loop: Any, ctx: Context) -> None:
        """Report a read that is invariant but for the loop's writes."""
        if not any(defined_in(v, loop) for v in op.operands):
            what = f"the read of %{op.memref.name} in the loop over %{loop.body.block.args[0].name}"
            ctx.report.refused(self.name, op, what, "the loop writes it", op.loc)


def _invariant(op: Op, loop: Any, changed: set[Any] | None) -> bool:
    if any(defined_in(v, loop) for v in op.operands):
        return False
    if isinstance(op, _MAY_TRAP):
        return const_value(op.operands[1]) not in (None, 0, -1)
    if isinstance(op, memref.Load):
        return changed is not None and op.memref not in changed and _exists(op)
    if isinstance(op, loops.Load):
        return changed is not None and op.variable not in changed and _is_of_loops(op)
    return op.pure


def _is_of_loops(op: loops.Load) -> bool:
    """Whether it reads shared values, or those of loops around.

    Values are shared by all, or belong to a neuron or synapse of a loop around.
    """
    return all(isinstance(v.owner, Block) and _gives_ranks(v.owner, v.index) for v in op.at)


def _gives_ranks(block: Block, number: int) -> bool:
    """Whether a block argument is one of neurons or synapses. The block gets both."""
    loop = block.parent.parent if block.parent is not None else None
    given = 2 if isinstance(loop, loops.Dendrite) else len(block.args)
    return isinstance(loop, WALKS) and not isinstance(loop, scf.For) and number < given


def _exists(op: Any) -> bool:
    """Whether the element exists even if the loop never runs.

    A loop may not run because the element is not there.
    """
    for value, extent in zip(op.indices, op.memref.type.shape, strict=True):
        place = const_value(value)
        if place is None or not 0 <= place < (extent or 1):
            return False
    return True
