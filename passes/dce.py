"""dce: remove computations and reads whose results nobody uses, last ones first.

%unused = "memref.load"(%v, %i)    ->    (nothing)
"""

from __future__ import annotations

from ..ir.core import Op
from ..ir.dialects import scf
from ..ir.dialects.builtin import Module
from ..ir.rewriter import Rewriter
from .core import Pass, Report, blocks, register


@register
class DeadCode(Pass):
    """Remove what is not used; see the module."""

    name = "dce"

    def run(self, module: Module, report: Report) -> bool:
        """Visit inner blocks first, each from its end."""
        rw = Rewriter()
        for block in reversed(list(blocks(module))):
            for op in reversed(block.ops):
                if _dead(op):
                    rw.erase(op)
                    report.statistics["dce"] += 1
        return rw.changed


def _dead(op: Op) -> bool:
    if any(v.uses for v in op.results):
        return False
    if isinstance(op, scf.For | scf.If):
        inner = [o for region in op.regions for block in region.blocks for o in block.ops]
        return all(isinstance(o, scf.Yield) for o in inner)
    return bool(op.results) and (op.pure or op.reads) and not op.writes
