"""tile-time: all-to-all sums are computed for several steps at once.

    net.population @before size 100 kind rate
    net.population @after size 100 kind rate
    net.projection @sums from @before to @after ["exc"] kind rate pattern all_to_all
        attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
      transmit {
        %r = arith.constant 1.0 : f64
        eq.yield %r : f64
      }
    }
    ==>
    net.population @before size 100 kind rate attributes {decisions = {level = 0 : i64}}
    net.population @after size 100 kind rate attributes {decisions = {level = 1 : i64}}
    net.projection @sums ... decisions = {layout = "dense", tile = 12 : i64}} {
    ...

A dense weighted sum is limited by reading its weights. Where no path leads from the post population
back to the pre population, the pre population may run several steps ahead; its values are kept, and
one pass over the weights then serves all these steps. Sums are taken in the same order as before,
so not a bit changes. Populations that send to one another in a cycle stay in step, as do those
joined by spikes, by learning, or by a potential that reads the post neuron.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..ir.attrs_classes import frozen
from ..ir.core import Op
from ..ir.dialects import eq, net
from ..ir.dialects.builtin import Module
from ..ir.layouts import layout_of
from ..ir.rewriter import Rewriter
from ..ir.types import FloatType
from .constant_inputs import leading
from .framework.core import Context, Pass, register


@register
@frozen
class TileTime(Pass):
    """Mark what can run several steps at once; see the module.

    ``columns`` is the number of steps: as many sums as registers hold, and twice as many where
    numbers are f32. Projections with fewer than ``smallest`` synapses are not worth it.
    """

    name = "tile-time"
    requires = "net"
    columns: int = 12
    smallest: int = 4096

    def run(self, module: Module, ctx: Context) -> bool:
        """Decide ``level`` of populations and ``tile`` of projections."""
        projections = [op for op in module.ops if isinstance(op, net.Projection)]
        populations = [op for op in module.ops if isinstance(op, net.Population)]
        chosen = [op for op in projections if self._obstacle(op, ctx) is None]
        while chosen:
            moving = [op for op in projections if op.constant_after != 1]
            levels = _levels([p.sym_name for p in populations], moving, chosen)
            forward = [op for op in chosen if levels[op.pre] < levels[op.post]]
            first = leading(moving, forward)
            if len(first) == len(chosen):
                break
            chosen = first
        rw = Rewriter()
        for op in chosen:
            columns = self.columns * 64 // _bits(op)
            rw.decide(op, tile=columns)
            ctx.report.did(self.name, op, f"{columns} steps at once", op.loc)
        for population in populations if chosen else ():
            rw.decide(population, level=levels[population.sym_name])
        return rw.changed

    def _obstacle(self, op: net.Projection, ctx: Context) -> str | None:
        """The reason why a projection itself cannot be tiled.

        The rest of the network does not matter for it.
        """
        reason = None
        if op.constant_after:
            reason = "its sums stay as they are"
        elif op.kind != "rate" or not layout_of(op.layout).can("tile"):
            reason = "it is no sum over all pairs"
        elif op.operation != "sum":
            reason = f"it takes the {op.operation}"
        elif op.learns:
            reason = "its synapses learn"
        elif op.delays == "many":
            reason = "its delays differ"
        elif any(isinstance(inner, eq.Post) for inner in op.original.transmit.block.ops):
            reason = "its potential reads the post neuron"
        elif op.synapses < self.smallest:
            reason = f"it has fewer than {self.smallest} synapses"
        if reason is not None:
            ctx.report.refused(self.name, op, "the sum over several steps at once", reason, op.loc)
        return reason


def _bits(op: net.Projection) -> int:
    """Width of the potentials that are summed."""
    type_ = op.original.transmit.block.ops[-1].operands[0].type
    return type_.bits if isinstance(type_, FloatType) else 64


def _levels(
    names: Sequence[str], projections: Sequence[net.Projection], free: Sequence[Op]
) -> dict[str, int]:
    """The length of the longest path to each population. A cycle counts as one place.

    Projections that are not ``free`` tie both ends to the same place.
    """
    after: dict[str, set[str]] = {name: set() for name in names}
    for op in projections:
        after[op.pre].add(op.post)
        if op not in free:
            after[op.post].add(op.pre)
    reach = {name: _reachable(name, after) for name in names}
    place = {a: min(b for b in names if b == a or (b in reach[a] and a in reach[b])) for a in names}
    levels = dict.fromkeys(names, 0)
    for _ in names:
        for a in names:
            for b in after[a]:
                if place[a] != place[b]:
                    levels[place[b]] = max(levels[place[b]], levels[place[a]] + 1)
    return {name: levels[place[name]] for name in names}


def _reachable(start: str, after: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for name in after[waiting.pop()] - found:
            found.add(name)
            waiting.append(name)
    return found
