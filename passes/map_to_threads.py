"""map-to-threads: the tasks of a step become functions for every thread.

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
    func.func private @ranvier_barrier(memref<?xi64>, index)
    func.func @cells_update(
        %thread: index, %threads: index, %step: index,
        %cells.$borders: ...,
        %cells.r: ...) {
    ...
      scf.for %i = %low to %high step %0 {
        %r = memref.load %cells.r[%i] : memref<?xf64>
        %s = arith.addf %r, %r : f64
        memref.store %s, %cells.r[%i] : memref<?xf64>
      } {parallel = 16 : i64}
      return
    }
    func.func @step_range(
    ...
      scf.for %step = %t0 to %t1 step %0 {
        func.call @cells_update(%thread, %threads, %step, %cells.$borders, %cells.r) ...
        func.call @ranvier_barrier(%$barrier, %threads) ...
    ...

``@step_range`` is the program; every thread runs it for its part of the neurons. The phases of a
step, with a barrier after each that holds anything:

1. sums are cleared, then all projections transmit in their order
2. population-wide equations
3. the update of all populations
4. equations of what all synapses of a projection share
5. the learning of synapses, step by step and by spikes of post neurons

Layouts are lowered here, too, by classes that know nothing of threads (``kernels/layouts/``): they
get the chunk of synapses that a run of a kernel takes, and what happens at a neuron and at a
synapse as functions that build it. ``docs/ir.md`` says why there is no pass before this one that
takes layouts away.
"""

from __future__ import annotations

from functools import partial

from attrs import evolve

from ..ir.attrs_classes import frozen
from ..ir.dialects.builtin import Module
from .framework.core import Context, Pass, register
from .kernels import learning
from .kernels.constants import constants
from .kernels.event_driven import post_spike
from .kernels.fused_learning import fused_learning
from .kernels.kernel_calls import Calls, single
from .kernels.lazy_post_spikes import catch_up
from .kernels.network import LoweredNetwork, firsts, in_steps, present
from .kernels.projection import ProjectionLowering
from .kernels.schedule import Level
from .kernels.shared_kernels import Owner, SharedKernels
from .kernels.tile import column, tile
from .kernels.transmit import transmit
from .kernels.update import clear, global_update, update


@register
@frozen
class MapToThreads(Pass):
    """Replace the tasks of a step by kernels; see the module.

    With ``share`` populations and projections of one kind share kernels
    (``kernels/shared_kernels.py``); with ``tables``, too, many calls of one kernel become a loop
    (``kernels/kernel_calls.py``).
    """

    name = "map-to-threads"
    requires = "loops"
    ensures = "kernels"
    share: bool = False
    tables: bool = False

    def run(self, module: Module, ctx: Context) -> bool:
        """Lower all tasks, then remove them with the declarations."""
        network = LoweredNetwork.of(module, self.name, ctx.target)
        shared = SharedKernels(self.share, network.monitors)
        levels = [_level(network, level, shared, self.tables) for level in network.levels]
        network.replace(levels, shared, ctx)
        return True


def _level(network: LoweredNetwork, level: int, shared: SharedKernels, tables: bool) -> Level:
    """Kernels of a level, of its populations and projections, by phase."""
    mine, onto = network.of_level(level)
    owners: list[Owner] = [*mine, *onto]
    tiled = [each for each in onto if each.op.tile]
    first = firsts(tiled)
    constant = [each for each in onto if each.op.constant_after]
    opening = dict(zip((each.name for each in constant), firsts(constant), strict=True))
    recorders = {m.name: m for each in shared.monitors.values() for m in each}
    updates = [shared("update", each, partial(update, each, recorders)) for each in mine]
    late = [shared("catch_up", each, partial(catch_up, each)) for each in onto]
    learns = [shared("learn", each, partial(learning.learn, each)) for each in onto]
    fused = [each.op.fused_learning for each in onto]
    phases = [
        [
            *(_transmit(each, opening[each.name], shared) for each in constant if in_steps(each)),
            *(shared("clear", each, partial(clear, each)) for each in mine),
            *(
                _transmit(each, False, shared)
                for each in onto
                if in_steps(each) and not each.op.constant_after
            ),
        ],
        [shared("global", each, partial(global_update, each)) for each in mine],
        updates,
        [shared("shared", each, partial(learning.shared_update, each)) for each in onto],
        [
            *(calls for calls, waits in zip(learns, fused, strict=True) if not waits),
            *late,
            *(shared("post", each, partial(post_spike, each)) for each in onto),
        ],
    ]
    closing = [*late, *(calls for calls, waits in zip(learns, fused, strict=True) if waits)]
    found = [present(phase, tables) for phase in phases]
    return Level(
        phases=[phase for phase in found if phase],
        tiles=single(tile(each, opens) for each, opens in zip(tiled, first, strict=True)),
        columns=single(column(each, opens) for each, opens in zip(tiled, first, strict=True)),
        steps=max((int(each.op.tile) for each in network.projections), default=0),
        in_front=[
            *present(
                [shared("constants", each, partial(constants, each)) for each in owners],
                tables,
            ),
            *single(transmit(each, opening[each.name]) for each in constant if not in_steps(each)),
        ],
        closing=present(closing, tables),
    )


def _transmit(projection: ProjectionLowering, opens: bool, shared: SharedKernels) -> Calls | None:
    """The call of the kernel that transmits, None without one.

    Where synapses learn in the same pass, a kernel that does both follows in later steps.
    """
    calls = shared("transmit", projection, partial(transmit, projection, opens), opens)
    if calls is None:
        return None
    later = None
    if projection.op.fused_learning:
        later = shared("fused_learning", projection, partial(fused_learning, projection))
    instead = None if later is None else later.shared
    return evolve(calls, afterwards=instead, constant_after=int(projection.op.constant_after))
