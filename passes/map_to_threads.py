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

from ..ir.attrs_classes import frozen
from ..ir.dialects.builtin import Module
from .framework.core import Context, Pass, register
from .kernels.levels import level
from .kernels.network import LoweredNetwork
from .kernels.shared_kernels import SharedKernels


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
        levels = [level(network, number, shared, tables=self.tables) for number in network.levels]
        network.replace(levels, shared, ctx)
        return True
