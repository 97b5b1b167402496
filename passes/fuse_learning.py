"""fuse-learning: synapses learn in the pass that takes the next sums.

    net.population @cells size 100 kind rate {
      declarations {
        eq.variable @r : f64 local variable
      }
    }
    net.projection @plastic from @cells to @cells ["exc"] kind rate pattern all_to_all
        attributes {decisions = {layout = "dense"}} {
      declarations {
        eq.variable @w : f64 local variable
      }
      transmit {
        %w = eq.read @w : f64
        eq.yield %w : f64
      }
      equations {
        %r = eq.pre @r : f64
        eq.write @w, %r : f64
      }
    }
    ==>
    ...
    net.projection @plastic ... attributes {decisions = {layout = "dense", fused_learning = true}} {
    ...

Equations of synapses that run after all neurons of a step see the values that the sums of the next
step are taken of. So both go over the weights together, which are read from memory once instead of
twice; the values are the same, and not a bit changes. The learning of the last step of a run is
done at its end.
"""

from __future__ import annotations

from ..ir.dialects import eq, net
from ..ir.dialects.builtin import Module
from ..ir.layouts import layout_of
from ..ir.rewriter import Rewriter
from .framework.core import Context, Pass, register


@register
class FuseLearning(Pass):
    """Fuse learning with the next sums; see the module."""

    name = "fuse-learning"
    requires = "net"

    def run(self, module: Module, ctx: Context) -> bool:
        """Decide ``fused_learning`` of projections."""
        rw = Rewriter()
        for op in module.ops:
            if not isinstance(op, net.Projection) or op.kind != "rate" or not op.learns:
                continue
            reason = _obstacle(op)
            if reason is None:
                rw.decide(op, fused_learning=True)
                ctx.report.did(
                    self.name, op, "synapses learn while the next sums are taken", op.loc
                )
            else:
                what = "a pass over the weights for learning"
                ctx.report.refused(self.name, op, what, reason, op.loc)
        return rw.changed


def _obstacle(op: net.Projection) -> str | None:
    """The reason why learning and sums cannot share a pass."""
    if not layout_of(op.layout).can("fused_learning"):
        return "it is stored in rows that are not taken side by side"
    if net.idle(op.original.equations):
        return "no synapse has an equation of its own"
    if not net.idle(op.original.post_spike):
        return "spikes of post neurons change synapses"
    if op.delayed:
        return "learning and sums read values of different steps"
    at = op.original
    equations = [*at.equations.block.ops, *at.dendrite_equations.block.ops]
    for inside in (each for equation in equations for each in equation.walk()):
        if isinstance(inside, eq.Time | eq.Random):
            return "its equations depend on the step"
        if isinstance(inside, eq.Pre | eq.Post) and net.is_conductance(inside.variable):
            return f"spikes of the next step change '{inside.variable}' before"
    return None
