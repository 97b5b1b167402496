"""share-sums: with one weight for all, one sum serves all neurons.

    net.population @cells size 100 kind rate
    net.projection @sums from @cells to @cells ["exc"] kind rate pattern all_to_all
        attributes {decisions = {layout = "dense"}} {
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
    net.projection @sums ... attributes {decisions = {layout = "dense_one"}} {
    ...

If every neuron of a range of pre is connected with every one of a range of post, and the potential
of a synapse depends on nothing but its pre neuron and its weight, then equal weights make equal
sums: they are taken once, in the order of pre ranks as always, so not a bit changes. Where neurons
are not connected with themselves, what comes before a block of post neurons is shared. Kernels have
both forms and look at the stride of the weights in every step: the user may write weights that
differ. Until then there is no matrix of weights in memory.
"""

from __future__ import annotations

from ..ir.dialects import eq, net
from ..ir.dialects.builtin import Module
from ..ir.layouts import layout_of
from ..ir.rewriter import Rewriter
from .framework.core import Context, Pass, register


@register
class ShareSums(Pass):
    """Store equal weights as one value; see the module."""

    name = "share-sums"
    requires = "net"

    def run(self, module: Module, ctx: Context) -> bool:
        """Visit the dense sums."""
        rw = Rewriter()
        for op in module.ops:
            if not isinstance(op, net.Projection) or op.kind != "rate":
                continue
            layout = layout_of(op.layout)
            if layout.ranks is not None or layout.one_value is None:
                continue
            reason = _obstacle(op)
            if reason is None:
                rw.decide(op, layout=layout.one_value)
                ctx.report.did(self.name, op, "one sum for all while all weights are equal", op.loc)
            else:
                ctx.report.refused(self.name, op, "a sum for each post neuron", reason, op.loc)
        return rw.changed


def _obstacle(op: net.Projection) -> str | None:
    """The reason why sums would differ although all weights are equal."""
    inside = list(op.original.transmit.block.ops)
    if op.delays == "many":
        return "its delays differ"
    if any(isinstance(each, eq.Post) for each in inside):
        return "its potential reads the post neuron"
    if any(isinstance(each, eq.Random) for each in inside):
        return "its potential draws random numbers"
    return constant_weight(op)


def constant_weight(op: net.Projection) -> str | None:
    """Reason why synapses need more than a weight of the user.

    None where only the user changes it, and they have nothing else of their own.
    """
    if op.learns or not net.idle(op.original.events):
        return "its synapses learn"
    variables = op.original.variables
    several = [name for name, each in variables.items() if each.locality != "global"]
    if several != ["w"] or variables["w"].role != "parameter":
        return "its synapses have more than a constant weight of their own"
    return None
