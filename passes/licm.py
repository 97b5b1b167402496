"""licm: compute in front of a loop what is the same in all its iterations.

    scf.for %i ... {                          %tau = memref.load %pop.tau[%c0]
      %tau = memref.load %pop.tau[%c0]    ->  %k = arith.divf %dt, %tau
      %k = arith.divf %dt, %tau               scf.for %i ... { ... }
      ... }

Moves pure operations, and loads at constant indices from buffers that the loop does not write.
Integer divisions move only if their divisor is a constant other than zero: they may trap.
"""

from __future__ import annotations

from ..ir.core import Op, Value
from ..ir.dialects import arith, memref, scf
from ..ir.dialects.builtin import Module
from ..ir.rewriter import Rewriter
from .core import Pass, Report, const_value, defined_in, register
from .memory import written

_MAY_TRAP = (arith.DivSI, arith.DivUI, arith.RemSI, arith.RemUI)


@register
class LoopInvariants(Pass):
    """Hoist invariant computations; see the module."""

    name = "licm"

    def run(self, module: Module, report: Report) -> bool:
        """Visit loops, inner ones first, so that values climb as far as they can."""
        rw = Rewriter()
        loops = [op for op in module.walk() if isinstance(op, scf.For)]
        for loop in reversed(loops):
            changed = written(loop)
            for op in list(loop.body.block.ops):
                if _invariant(op, loop, changed):
                    rw.move_before(loop, op)
                    report.statistics[self.name] += 1
        return rw.changed


def _invariant(op: Op, loop: scf.For, changed: set[Value] | None) -> bool:
    if any(defined_in(v, loop) for v in op.operands):
        return False
    if isinstance(op, _MAY_TRAP):
        return bool(const_value(op.operands[1]))
    if isinstance(op, memref.Load):
        fixed = all(const_value(v) is not None for v in op.indices)
        return changed is not None and op.memref not in changed and fixed
    return op.pure
