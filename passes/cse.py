"""cse: compute equal things once.

    %a = "arith.mulf"(%x, %y)          %a = "arith.mulf"(%x, %y)
    %b = "arith.mulf"(%x, %y)    ->    (uses of %b use %a)

Pure operations are shared with everything they dominate. Reads of memory or of variables are
shared within a block as long as nothing was written in between.
"""

from __future__ import annotations

from typing import Any

from ..ir.core import Block, Op
from ..ir.dialects.builtin import Module
from ..ir.rewriter import Rewriter
from .core import Pass, Report, key_of, register


@register
class CommonSubexpressions(Pass):
    """Share equal computations; see the module."""

    name = "cse"

    def run(self, module: Module, report: Report) -> bool:
        """Visit blocks in dominance order with a scoped table."""
        rw = Rewriter()
        for op in module.ops:
            self._nested(op, {}, rw, report)
        return rw.changed

    def _nested(self, op: Op, known: dict[Any, Op], rw: Rewriter, report: Report) -> None:
        for region in op.regions:
            for block in region.blocks:
                self._block(block, {} if op.isolated else dict(known), rw, report)

    def _block(self, block: Block, known: dict[Any, Op], rw: Rewriter, report: Report) -> None:
        reads: dict[Any, Op] = {}
        for op in list(block.ops):
            if op.regions:
                self._nested(op, known, rw, report)
            if _writes(op):
                reads = {}
            elif (op.pure or op.reads) and op.results:
                seen = known if op.pure else reads
                key = key_of(op)
                first = seen.setdefault(key, op)
                if first is not op:
                    rw.fuse_locations(first, "cse", op)
                    rw.replace(op, *first.results)
                    report.statistics["cse"] += 1


def _writes(op: Op) -> bool:
    """Whether the operation, or one inside it, may write."""
    if not op.regions:
        return op.writes
    return any(inner.writes and not inner.regions for inner in op.walk())
