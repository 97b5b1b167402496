"""hoist-synapse-variables: variables common to all synapses of a neuron move there.

    net.population @cells size 100 kind spike {
      spike {
        %never = arith.constant false
        eq.yield %never : i1
      }
    }
    net.projection @plastic from @cells to @cells ["exc"] kind spike pattern sparse
        attributes {delays = "one"} {
      declarations {
        eq.variable @x : f64 local variable {clock = @"$last_pre_event"}
        eq.variable @"$last_pre_event" : i64 local variable
      }
      transmit {
        %x = eq.read @x : f64
        %more = arith.addf %x, %x : f64
        eq.write @x, %more : f64
      }
    }
    ==>
    ...
        eq.variable @x : f64 presynaptic variable {clock = @"$last_pre_event", declared = "local"}
        eq.variable @"$last_pre_event" : i64 presynaptic variable {declared = "local"}
    ...

A variable that only spikes which arrive change, in a way that depends on nothing of the synapse or
its post neuron, is the same for all synapses of a pre neuron: one value per pre neuron is enough.
So are its clock, and likewise what only spikes of the post neuron change. The trace pair of STDP
leaves nothing but the weight in the synapse. Values are computed by the same operations, so that
results stay the same bit for bit; memory and time per synapse shrink.

Not where synapses start with values of their own, where spikes reach the synapses of a pre neuron
at different times (several delays), or where equations of each step write the variable.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..ir.attributes import StringAttr
from ..ir.core import Block, Op
from ..ir.dialects import eq, net
from ..ir.dialects.builtin import Module
from ..ir.rewriter import Rewriter
from .framework.core import Context, Pass, register

SHARED = (eq.Time, eq.TimeStep, eq.Elapsed, eq.Write)
"""Operations that differ between synapses only where their operands do."""


@register
class HoistSynapseVariables(Pass):
    """Move variables from synapses to neurons; see the module."""

    name = "hoist-synapse-variables"
    requires = "eq"

    def run(self, module: Module, ctx: Context) -> bool:
        """Visit the projections that transmit spikes."""
        rw = ctx.rewriter()
        for op in module.ops:
            if isinstance(op, net.Projection) and op.kind == "spike":
                for part in net.SIDES:
                    self._side(op, part, rw, ctx)
        return rw.changed

    def _side(self, op: net.Projection, part: str, rw: Rewriter, ctx: Context) -> None:
        """Hoist what only events of the region ``part`` write."""
        side, ends = _Side(op, part), "pre" if part == "transmit" else "post"
        names = [name for name in side.candidates if name not in side.obstacles]
        for name, reason in side.obstacles.items():
            what = f"'{name}', which only {ends} events change,"
            ctx.report.refused(self.name, op, what, reason, op.variables[name].loc)
        clocks = {op.variables[name].clock for name in names} - {None}
        for name in [*names, *(str(clock) for clock in clocks)]:
            variable = op.variables[name]
            rw.set_prop(variable, "declared", StringAttr(variable.locality))
            rw.set_prop(variable, "locality", StringAttr(net.SIDES[part]))
        for name in names:
            what = f"'{name}' is one value per {ends} neuron"
            ctx.report.did(self.name, op, what, op.variables[name].loc)


class _Side:
    """Variables that could move to the neurons at one end. For some there is an obstacle."""

    def __init__(self, op: net.Projection, part: str) -> None:
        self.op, self.part, self.delays = op.original, part, op.delays
        events, mine = self.op.events.block, getattr(self.op, part).block
        self.blocks: tuple[Block, Block] = (events, mine)
        self.candidates = [n for n, v in self.op.variables.items() if self._is_candidate(n, v)]
        self.obstacles: dict[str, str] = {}
        while self._look_again():
            pass

    def _is_candidate(self, name: str, variable: eq.Variable) -> bool:
        """Whether only events of this side write a synapse variable."""
        if variable.role != "variable" or variable.locality != "local" or name in net.CLOCKS:
            return False
        names = ("transmit", "post_spike", "equations")
        regions = {n for n in names if name in written(getattr(self.op, n).block)}
        clock = variable.clock
        return name != "w" and regions == {self.part} and clock != "$last_event"

    def _look_again(self) -> bool:
        """Find further obstacles. Those of one variable may stand in the way of others."""
        found = {}
        for name in self.candidates:
            if name not in self.obstacles:
                reason = self._obstacle(name)
                if reason is not None:
                    found[name] = reason
        self.obstacles |= found
        return bool(found)

    def _obstacle(self, name: str) -> str | None:
        variables = self.op.variables
        if variables[name].differs:
            return "synapses start with values of their own"
        if self.part == "transmit" and self.delays == "many":
            return "spikes reach the synapses of a neuron after different delays"
        for block in self.blocks:
            for needed in behind(block, name):
                reason = self._differs(needed)
                if reason is not None:
                    return reason
        clock = variables[name].clock
        for other, why in self.obstacles.items():
            if clock is not None and variables[other].clock == clock:
                return f"it shares a clock with '{other}', and {why}"
        return None

    def _differs(self, op: Op) -> str | None:
        """The reason why results differ between synapses of a neuron."""
        mine = eq.Pre if self.part == "transmit" else eq.Post
        if isinstance(op, eq.Read):
            variable = self.op.variables[op.variable]
            free = [n for n in self.candidates if n not in self.obstacles]
            same = variable.locality in ("global", net.SIDES[self.part])
            if not same and op.variable not in free:
                return f"it depends on '{op.variable}', which each synapse has for itself"
        elif isinstance(op, eq.Pre | eq.Post):
            if type(op) is not mine:
                return f"it depends on a variable of the neuron at the other end ('{op.variable}')"
            if net.is_conductance(op.variable):
                return f"it depends on '{op.variable}', to which spikes add meanwhile"
        elif not op.pure and not isinstance(op, SHARED):
            return f"it depends on '{op.name}', which differs from synapse to synapse"
        return None


def written(block: Block) -> set[str]:
    """The variables that a region writes."""
    return {op.variable for op in block.ops if isinstance(op, eq.Write)}


def behind(block: Block, name: str) -> Iterable[Op]:
    """The operations that compute the values written to a variable."""
    waiting: list[Op] = [op for op in block.ops if isinstance(op, eq.Write) and op.variable == name]
    found: dict[Op, None] = {}
    while waiting:
        op = waiting.pop()
        if op not in found:
            found[op] = None
            waiting += [value.op for value in op.operands if value.op is not None]
    return found
