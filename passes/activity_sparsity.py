"""activity-sparsity: dense sums leave out pre neurons whose value is zero.

    net.population @cells size 100 kind rate {
      declarations {
        eq.variable @r : f64 local variable
      }
      equations {
        %x = eq.sum exc : f64
        %zero = arith.constant 0.0 : f64
        %low = arith.cmpf olt, %x, %zero : f64
        %y = arith.select %low, %zero, %x : f64
        eq.write @r, %y : f64
      }
    }
    net.projection @sums from @cells to @cells ["exc"] kind rate pattern all_to_all
        attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
      declarations {
        eq.variable @w : f64 local parameter
      }
      transmit {
        %w = eq.read @w : f64
        %r = eq.pre @r : f64
        %p = arith.mulf %w, %r : f64
        eq.yield %p : f64
      }
    }
    ==>
    ...
    net.projection @sums ... decisions = {layout = "dense", skip_inactive_below = 50 : i64}...
    ...

Rates that are cut off at zero are often zero for most neurons. Kernels list the neurons that are
not, in every step, and take the sums over the list if it holds less than ``percent`` % of the pre
neurons: weights that would be multiplied by zero are not read. The order of sums is kept, and
adding zero changes nothing, so not a bit changes, as long as weights are finite (0 times infinity
is no zero). That is looked up whenever weights are written; until they are finite again, sums are
taken over all pre neurons. Weights that learn are left alone: nobody looks whether they stay
finite. (Where sums themselves are so small that the processor flushes them to zero, that zero may
have another sign.)
"""

from __future__ import annotations

from ..ir.attrs_classes import frozen
from ..ir.core import Value
from ..ir.dialects import arith, eq, net
from ..ir.dialects.builtin import Module
from ..ir.layouts import layout_of
from ..ir.rewriter import Rewriter
from .framework.core import Context, Pass, is_const, register
from .share_sums import constant_weight


@register
@frozen
class ActivitySparsity(Pass):
    """Mark dense sums of rectified rates; see the module.

    ``percent``: how many pre neurons may be active. Projections with fewer than ``smallest``
    synapses are not worth a list.
    """

    name = "activity-sparsity"
    requires = "net"
    percent: int = 50
    smallest: int = 4096

    def run(self, module: Module, ctx: Context) -> bool:
        """Decide ``skip_inactive_below`` of projections."""
        rw = Rewriter()
        populations = {o.sym_name: o for o in module.ops if isinstance(o, net.Population)}
        for op in module.ops:
            if not isinstance(op, net.Projection) or op.kind != "rate":
                continue
            reason = self._obstacle(op) or _not_rectified(op, populations[op.pre])
            if reason is None:
                rw.decide(op, skip_inactive_below=self.percent)
                what = f"silent neurons are left out where less than {self.percent} % are active"
                ctx.report.did(self.name, op, what, op.loc)
            else:
                ctx.report.refused(self.name, op, "the sum over silent neurons", reason, op.loc)
        return rw.changed

    def _obstacle(self, op: net.Projection) -> str | None:
        """Reason not to leave out zeros, whatever the pre population is."""
        if not layout_of(op.layout).can("active_sources"):
            return "it is no sum over all pairs"
        if op.tile:
            return "it is taken for several steps at once"
        if op.constant_after:
            return "its sums stay as they are"
        if op.synapses < self.smallest:
            return f"it has fewer than {self.smallest} synapses"
        if op.delays == "many":
            return "its delays differ"
        if op.operation != "sum" or not _weighted(op):
            return "it is no sum of w * pre.r"
        return constant_weight(op)


def _weighted(op: net.Projection) -> bool:
    """Whether the potential is the weight times a pre value."""
    product = op.original.transmit.block.ops[-1].operands[0].owner
    if not isinstance(product, arith.MulF):
        return False
    factors = [value.owner for value in product.operands]
    weights = [each for each in factors if isinstance(each, eq.Read) and each.variable == "w"]
    return len(weights) == 1 and any(isinstance(each, eq.Pre) for each in factors)


def _not_rectified(op: net.Projection, pre: net.Population) -> str | None:
    """The reason why pre values are hardly ever zero, or None."""
    (name,) = (o.variable for o in op.original.transmit.block.ops if isinstance(o, eq.Pre))
    writes = [o for o in pre.original.walk() if isinstance(o, eq.Write) and o.variable == name]
    if writes and not _may_be_zero(writes[-1].value):
        return f"pre.{name} is not cut off at zero"
    return None


def _may_be_zero(value: Value) -> bool:
    """Whether a value is chosen between zero and something else."""
    waiting = [value]
    while waiting:
        op = waiting.pop().owner
        if isinstance(op, arith.Select | arith.MaximumF | arith.MinimumF):
            if any(is_const(each, 0.0) for each in op.operands):
                return True
            waiting += op.operands
    return False
