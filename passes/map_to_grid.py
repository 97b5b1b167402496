"""map-to-grid: the tasks of a step become functions for a grid.

    net.population @cells size 3 kind rate {
      declarations {
        eq.variable @r : f64 local variable
      }
    }
    loops.step {
      loops.phase neurons {
        loops.task update of @cells {
          loops.neurons (%i: index) {
            %r = loops.load @r[%i] of own : f64
            %s = arith.addf %r, %r : f64
            loops.store %s, @r[%i] of own : f64
          }
        }
      }
    }
    ==>
    ...
      scf.for %i = %thread to %padded_1 step %threads {
        %r = memref.load %cells.r[%i] : memref<?xf64>
        %s = arith.addf %r, %r : f64
        memref.store %s, %cells.r[%i] : memref<?xf64>
      } {parallel = 16 : i64}
    ...

The program has the shape of the one for the threads of a CPU (``map-to-threads``), with a barrier
between phases, and the same bits. What differs is in ``grid/``: threads take neurons one by one,
spikes are bits of masks, and a spike's row is for a subgroup of threads, which puts what arrives
into buckets. The run time keeps everything as for one worker.

A network with something that has no such form yet is mapped to the threads of one block; the report
says what that is.
"""

from __future__ import annotations

from attrs import evolve

from ..ir.attrs_classes import frozen
from ..ir.dialects.builtin import Module
from .framework.core import Context, Pass, register
from .grid.delivery import along_posts, along_rows, drain, in_turn, scatter
from .grid.events import events, post_spike
from .grid.learning import learn, learn_posts
from .grid.monitor import GridMonitor
from .grid.obstacles import obstacles, reads_added
from .grid.phases import apart
from .grid.population import GridPopulation
from .grid.projection import GridProjection
from .kernels.levels import SpikeKernels, level
from .kernels.network import Forms, LoweredNetwork
from .kernels.shared_kernels import SharedKernels
from .map_to_threads import MapToThreads

FORMS = Forms(GridPopulation, GridProjection, GridMonitor)
"""The classes with which a network is mapped to a grid."""

SPIKES = SpikeKernels(
    delivery=(
        (("transmit", along_posts), ("scatter", scatter)),
        (("transmit_in_turn", in_turn), ("transmit_rows", along_rows), ("drain", drain)),
        (("events", events),),
    ),
    post=post_spike,
    learn=(("learn_posts", learn_posts), ("learn", learn)),
)
"""Spikes are scattered, drained, and change synapses then."""


@register
@frozen
class MapToGrid(Pass):
    """Replace tasks by kernels for a grid; see the module.

    With ``share`` populations and projections of one kind share kernels; with ``tables``, too, many
    calls of one kernel become a loop. ``grid = false``: one block, in any case.
    """

    name = "map-to-grid"
    requires = "loops"
    ensures = "kernels"
    share: bool = False
    tables: bool = False
    grid: bool = True

    def run(self, module: Module, ctx: Context) -> bool:
        """Lower all tasks, then remove them with the declarations."""
        target = evolve(ctx.target, workers=1)
        network = LoweredNetwork.of(module, self.name, target, FORMS)
        found = list(obstacles(network)) if self.grid else []
        for op, reason in found:
            ctx.report.refused(self.name, op, "a grid: it runs as one block", reason, op.loc)
        if found or not self.grid:
            return MapToThreads(self.share, self.tables).run(module, ctx)
        _order_sums(network, fast=ctx.options.gpu_atomics == "fast")
        shared = SharedKernels(self.share, network.monitors)
        levels = [
            level(network, number, shared, tables=self.tables, spikes=SPIKES)
            for number in network.levels
        ]
        for each in levels:
            each.phases = [group for phase in each.phases for group in apart(phase)]
        network.replace(levels, shared, ctx, meet=True)
        return True


def _order_sums(network: LoweredNetwork, *, fast: bool) -> None:
    """Let sums wait for decoded spikes, and those that they read.

    A drain comes behind a barrier. All sums of the neurons wait, since the first one is stored, not
    added. With ``fast`` other spikes add to neurons in any order.
    """
    rates = [each for each in network.projections if each.op.kind == "rate"]
    read = {each.post.name for each in rates if reads_added(each, network)}
    late = read | {each.post.name for each in network.projections if each.op.kind == "decode"}
    for each in network.projections:
        if not isinstance(each, GridProjection):
            continue
        if each.op.kind == "rate" and each.post.name in late:
            each.wait()
        elif fast and each.post.name not in read:
            each.add_in_any_order()
