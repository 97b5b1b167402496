"""initialise-sums: the first sum of a target is stored, not added.

Nothing has to be cleared before.

    net.population @cells size 100 kind rate
    net.projection @one from @cells to @cells ["exc"] kind rate pattern all_to_all
        attributes {synapses = 10000 : i64, decisions = {layout = "dense"}}
    net.projection @other from @cells to @cells ["exc"] kind rate pattern all_to_all
        attributes {synapses = 10000 : i64, decisions = {layout = "dense"}}
    ==>
    net.population @cells size 100 kind rate
    net.projection @one ... decisions = {layout = "dense", initialises_sum = true}}
    net.projection @other ... decisions = {layout = "dense"}}

The projection must reach all neurons of the post population. Adding to zero stays, and with it
every bit; what goes is a pass over the sums. Where sums are known before (``constant-inputs``,
``tile-time``) they take the place of zero.
"""

from __future__ import annotations

from ..ir.dialects import net
from ..ir.dialects.builtin import Module
from ..ir.layouts import layout_of
from ..ir.rewriter import Rewriter
from .framework.core import Context, Pass, register


@register
class InitialiseSums(Pass):
    """Mark projections that initialise sums of their targets; see the module."""

    name = "initialise-sums"
    requires = "net"

    def run(self, module: Module, ctx: Context) -> bool:
        """Decide ``initialises_sum`` of projections."""
        rw = Rewriter()
        sizes = {op.sym_name: op.size for op in module.ops if isinstance(op, net.Population)}
        begun: set[tuple[str, str]] = set()
        for op in module.ops:
            if not isinstance(op, net.Projection) or op.kind == "spike":
                continue
            if op.tile or op.constant_after:
                continue
            places = {(op.post, target.value) for target in op.targets}
            if not places & begun and op.kind == "rate":
                if _reaches_all(op, sizes[op.pre], sizes[op.post]):
                    rw.decide(op, initialises_sum=True)
                    ctx.report.did(self.name, op, "sums are stored, not cleared and added", op.loc)
                else:
                    reason = "it may not reach all post neurons"
                    ctx.report.refused(self.name, op, "clearing sums", reason, op.loc)
            begun |= places
        return rw.changed


def _reaches_all(op: net.Projection, pre: int, post: int) -> bool:
    """Whether the kernel reaches all post neurons.

    ``pre`` and ``post`` are the sizes of the populations.
    """
    if op.pattern == "block":
        return bool(op.pairs == pre * post)
    everywhere = op.pattern == "all_to_all" or layout_of(op.layout).every_post
    return everywhere or (op.pattern == "one_to_one" and op.synapses == post)
