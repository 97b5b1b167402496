"""lazy-post-spikes: post spikes act when synapses are next looked at.

    net.population @cells size 100 kind spike {
      spike {
        %never = arith.constant false
        eq.yield %never : i1
      }
    }
    net.projection @plastic from @cells to @cells ["exc"] kind spike pattern sparse
        attributes {delays = "one", synapses = 2000000 : i64} {
      declarations {
        eq.variable @w : f64 local variable
        eq.variable @x : f64 presynaptic variable {clock = @"$last_pre_event"}
        eq.variable @"$last_pre_event" : i64 presynaptic variable
      }
      post_spike {
        %w = eq.read @w : f64
        %x = eq.read @x : f64
        %sum = arith.addf %w, %x : f64
        eq.write @w, %sum : f64
      }
    }
    ==> lazy-post-spikes{smallest=1000000}
    ...
    net.projection @plastic ... decisions = {lazy_post_spikes = true}...
    ...

The synapses of a post neuron are scattered over all of memory: each takes a cache line from it and
gives it back, which is what STDP in a large network spends its time on. The synapses of a pre
neuron lie side by side, and are looked at whenever one of its spikes arrives: then everything that
happened to them meanwhile can be done, in its order, so that every bit stays (see
``kernels/lazy_post_spikes.py``).

Only where a spike of the post neuron does to a synapse what can still be found out later: from the
synapse itself, from traces of its pre neuron, from constants and parameters of the projection.
"""

from __future__ import annotations

from ..ir.attrs_classes import frozen
from ..ir.core import Block, Op
from ..ir.dialects import eq, net
from ..ir.dialects.builtin import Module
from .framework.core import Context, Pass, register
from .hoist_synapse_variables import behind, written


@register
@frozen
class LazyPostSpikes(Pass):
    """Mark projections whose post spikes can wait; see the module.

    With fewer than ``smallest`` synapses the weights stay in the cache: waiting does not pay.
    """

    name = "lazy-post-spikes"
    requires = "eq"
    smallest: int = 1 << 18

    def run(self, module: Module, ctx: Context) -> bool:
        """Visit the projections whose synapses react to spikes of post neurons."""
        rw = ctx.rewriter()
        for op in module.ops:
            if isinstance(op, net.Projection) and not net.idle(op.original.post_spike):
                reason = self._obstacle(op)
                if reason is None:
                    rw.decide(op, lazy_post_spikes=True)
                    what = "spikes of post neurons act when the next spike arrives"
                    ctx.report.did(self.name, op, what, op.loc)
                else:
                    what = "what spikes of post neurons do"
                    ctx.report.refused(self.name, op, what, reason, op.loc)
        return rw.changed

    def _obstacle(self, op: net.Projection) -> str | None:
        """The reason why spikes cannot wait."""
        if op.synapses < self.smallest:
            return f"it has fewer than {self.smallest} synapses"
        if op.delays == "many":
            return "spikes reach the synapses of a neuron after different delays"
        if not net.idle(op.equations):
            return "equations of each step change the synapses"
        synapse = op.post_spike.block
        mine = [n for n in written(synapse) if op.variables[n].locality == "local"]
        if not mine:
            return "they change nothing in the synapses"
        for name, variable in op.variables.items():
            if variable.locality == "local" and variable.clock is not None:
                return f"'{name}' is event-driven in each synapse"
        for name in mine:
            for needed in behind(synapse, name):
                reason = _gone(op, needed)
                if reason is not None:
                    return f"'{name}' depends on {reason}"
        return None


def _gone(op: net.Projection, needed: Op) -> str | None:
    """The reason why an operation cannot wait: a need that changes."""
    if isinstance(needed, eq.Pre | eq.Post):
        return f"the neuron's '{needed.variable}' at the time of the spike"
    if isinstance(needed, eq.Read):
        variable = op.variables[needed.variable]
        if variable.locality == "postsynaptic":
            return f"'{needed.variable}' at the time of the spike"
        if variable.locality == "global" and needed.variable in _shared(op):
            return f"'{needed.variable}' at the time of the spike"
        return None
    if isinstance(needed, eq.Write) or (needed.pure and not isinstance(needed, eq.Time)):
        return None
    return f"'{needed.name}' at the time of the spike"


def _shared(op: net.Projection) -> set[str]:
    """Variables of the whole projection that have equations."""
    blocks: list[Block] = [op.shared_equations.block, op.dendrite_equations.block]
    return {name for block in blocks for name in written(block)}
