"""slice-rows: rows of sparse sums side by side, one per lane.

    net.population @cells size 100 kind rate
    net.projection @sums from @cells to @cells ["exc"] kind rate pattern sparse
        attributes {balanced_rows = true, decisions = {layout = "by_post"}} {
      declarations {
        eq.variable @w : f64 local parameter
      }
      transmit {
        %w = eq.read @w : f64
        eq.yield %w : f64
      }
    }
    ==>
    ...
    net.projection @sums ... attributes {balanced_rows = true, decisions = {layout = "slices..."}} {
    ...

Along one row, every sum waits for the one before it, since the order of pre ranks is kept. Side by
side, ``block`` post neurons go along their rows together, and read the values of their pre neurons
by a gather: not a bit changes. Short rows are filled up to the longest of their block, so that this
is done only where rows are about equally long (``balanced_rows``).
"""

from __future__ import annotations

from ..ir.dialects import net
from ..ir.dialects.builtin import Module
from ..ir.layouts import layout_of
from ..ir.rewriter import Rewriter
from .framework.core import Context, Pass, register
from .share_sums import constant_weight


@register
class SliceRows(Pass):
    """Store rows of post neurons in slices; see the module."""

    name = "slice-rows"
    requires = "net"

    def run(self, module: Module, ctx: Context) -> bool:
        """Visit the sums along rows."""
        rw = Rewriter()
        for op in module.ops:
            if not isinstance(op, net.Projection) or op.kind != "rate":
                continue
            sliced = layout_of(layout_of(op.layout).side_by_side)
            if sliced.can("sum"):
                if op.balanced_rows:
                    one = constant_weight(op) is None and op.delays != "many"
                    chosen = sliced.one_value if one and sliced.one_value else sliced.name
                    rw.decide(op, layout=chosen)
                    ctx.report.did(self.name, op, "a lane for the row of each post neuron", op.loc)
                else:
                    reason = "its rows differ too much in length"
                    ctx.report.refused(self.name, op, "a sum along each row", reason, op.loc)
        return rw.changed
