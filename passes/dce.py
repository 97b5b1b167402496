"""dce: remove unused computations and reads, last ones first.

    func.func @f(%v: memref<?xf64>, %i: index) {
      %unused = memref.load %v[%i] : memref<?xf64>
      return
    }
    ==>
    func.func @f(%v: memref<?xf64>, %i: index) {
      return
    }

A loop or branch goes too where nothing inside it writes and nobody uses its results. In tasks of
the level of loops the same holds for reads of variables and for loops over neurons and synapses.
Time is proportional to the number of operations.
"""

from __future__ import annotations

from ..ir.core import Op
from ..ir.dialects import loops, scf
from ..ir.effects import own_effects
from .framework.analyses import WALKS
from .framework.core import Context, Pass, blocks, register

_GO = (scf.If, loops.Once, loops.Traces, *WALKS)
"""Operations with regions that may go."""


@register
class DeadCode(Pass):
    """Remove what is not used; see the module."""

    name = "dce"
    scope = "function"

    def run(self, op: Op, ctx: Context) -> bool:
        """Visit inner blocks first, each from its end."""
        rw = ctx.rewriter()
        busy = _writers(op)
        for block in reversed(list(blocks(op))):
            for inner in reversed(block.ops):
                if _dead(inner, busy):
                    rw.erase(inner)
                    ctx.report.statistics[self.name] += 1
        return rw.changed


def _writers(root: Op) -> set[Op]:
    """The operations that write, or hold one that does."""
    found: set[Op] = set()
    for op in root.walk():
        if not op.pure and any(effect.writes for effect in own_effects(op)):
            outer: Op | None = op
            while outer is not None and outer not in found:
                found.add(outer)
                outer = outer.parent_op
    return found


def _dead(op: Op, busy: set[Op]) -> bool:
    for value in op.results:
        if value.uses:
            return False
    if op.pure:
        return True
    if op.terminator or op.symbol or op.isolated or op in busy:
        return False
    if op.regions:
        return isinstance(op, _GO)
    return bool(op.results) and op.reads
