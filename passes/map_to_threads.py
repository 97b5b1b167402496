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

from collections.abc import Mapping, Sequence
from functools import partial

from attrs import evolve

from ..ir.attrs_classes import frozen
from ..ir.core import Op
from ..ir.declarations import DECLARATIONS, written
from ..ir.diagnostics import fail
from ..ir.dialects import loops, net
from ..ir.dialects.builtin import Module
from ..ir.dialects.func import declaration
from ..ir.interface import BARRIER, STEP_RANGE
from ..ir.lowering import none_left
from ..ir.rewriter import Rewriter
from ..ir.target import TARGET, Target
from ..ir.target import written as target_written
from ..ir.types import Type, i64, index
from ..ir.types import memref as buffer_type
from .framework.core import Context, Pass, register
from .framework.report import counted
from .kernels import learning
from .kernels.constants import constants
from .kernels.declarations import declarations_of
from .kernels.event_driven import post_spike
from .kernels.fused_learning import fused_learning
from .kernels.kernel_calls import Calls, joined, single
from .kernels.lazy_post_spikes import catch_up
from .kernels.monitor import MonitorLowering
from .kernels.nests import is_idle
from .kernels.population import Demands, PopulationLowering
from .kernels.projection import ProjectionLowering
from .kernels.schedule import Level, program
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
        wanted = net.Population, net.Projection, net.Monitor, loops.Step
        ops = [op for op in module.ops if isinstance(op, wanted)]
        if not any(isinstance(op, loops.Step) for op in ops):
            fail("the module has no step as loops; 'lower-equations' comes before 'map-to-threads'")
        for op in ops:
            if isinstance(op, net.Projection) and not op.layout:
                fail(f"'{op.sym_name}' has no layout; 'choose-layout' comes before '{self.name}'")
        tasks = _tasks(ops)
        number = net.number_type(ops)
        populations = _populations(ops, tasks, number, ctx.target)
        projections = [
            ProjectionLowering(
                op, tasks.get(op.sym_name, {}), populations[op.pre], populations[op.post], number
            )
            for op in ops
            if isinstance(op, net.Projection)
        ]
        monitors = [MonitorLowering(op) for op in ops if isinstance(op, net.Monitor)]
        shared_kernels = SharedKernels(self.share, monitors)
        levels = [
            _level(level, populations, projections, shared_kernels, self.tables)
            for level in sorted({int(each.op.level) for each in populations.values()})
        ]
        rw = Rewriter()
        rw.set_attribute(module, TARGET, target_written(ctx.target))
        rw.set_attribute(module, DECLARATIONS, written(declarations_of(module)))
        for op in ops:
            rw.erase(op)
        rw.append(module.body.block, declaration(BARRIER, (buffer_type(i64), index)))
        kernels = list(dict.fromkeys(each for level in levels for each in level.kernels))
        for kernel in kernels:
            rw.append(module.body.block, kernel)
        rw.append(module.body.block, program(STEP_RANGE, levels))
        for dialect in ("net", "loops", "eq"):
            none_left(module, dialect)
        named: dict[str, Op] = {name: each.op for name, each in populations.items()}
        named |= {each.name: each.op for each in projections}
        for name, first in shared_kernels.shared.items():
            ctx.report.did(self.name, named[name], f"runs the kernels of {first}")
        ctx.report.did(self.name, STEP_RANGE, counted(len(kernels), "kernel"))
        return True


def _level(
    level: int,
    populations: dict[str, PopulationLowering],
    projections: list[ProjectionLowering],
    shared: SharedKernels,
    tables: bool,
) -> Level:
    """Kernels of a level, of its populations and projections, by phase."""
    mine = [each for each in populations.values() if each.op.level == level]
    onto = [each for each in projections if each.post.op.level == level]
    owners: list[Owner] = [*mine, *onto]
    tiled = [each for each in onto if each.op.tile]
    first = _firsts(tiled)
    constant = [each for each in onto if each.op.constant_after]
    opening = dict(zip((each.name for each in constant), _firsts(constant), strict=True))
    recorders = {m.name: m for each in shared.monitors.values() for m in each}
    updates = [shared("update", each, partial(update, each, recorders)) for each in mine]
    late = [shared("catch_up", each, partial(catch_up, each)) for each in onto]
    learns = [shared("learn", each, partial(learning.learn, each)) for each in onto]
    fused = [each.op.fused_learning for each in onto]
    phases = [
        [
            *(_transmit(each, opening[each.name], shared) for each in constant if _in_steps(each)),
            *(shared("clear", each, partial(clear, each)) for each in mine),
            *(
                _transmit(each, False, shared)
                for each in onto
                if _in_steps(each) and not each.op.constant_after
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
    present = [_present(phase, tables) for phase in phases]
    return Level(
        phases=[phase for phase in present if phase],
        tiles=single(tile(each, opens) for each, opens in zip(tiled, first, strict=True)),
        columns=single(column(each, opens) for each, opens in zip(tiled, first, strict=True)),
        steps=max((int(each.op.tile) for each in projections), default=0),
        in_front=[
            *_present(
                [shared("constants", each, partial(constants, each)) for each in owners],
                tables,
            ),
            *single(transmit(each, opening[each.name]) for each in constant if not _in_steps(each)),
        ],
        closing=_present(closing, tables),
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


def _present(calls: Sequence[Calls | None], tables: bool) -> list[Calls]:
    """The calls, without None. With ``tables`` those of one kernel become one."""
    present = [each for each in calls if each is not None]
    return joined(present) if tables else present


def _in_steps(projection: ProjectionLowering) -> bool:
    """Whether a projection transmits in single steps."""
    op = projection.op
    return "transmit" in projection.tasks and not op.tile and op.constant_after != 1


def _firsts(projections: Sequence[ProjectionLowering]) -> list[bool]:
    """Whether each projection is the first with its target."""
    return [
        not any(
            set(each.targets) & set(projection.targets) and each.post is projection.post
            for each in projections[:place]
        )
        for place, projection in enumerate(projections)
    ]


def _tasks(ops: Sequence[Op]) -> dict[str, dict[str, loops.Task]]:
    """The tasks of each owner by what they do. Idle ones are left out."""
    found: dict[str, dict[str, loops.Task]] = {}
    for op in ops:
        for task in op.tasks if isinstance(op, loops.Step) else ():
            if not is_idle(task):
                found.setdefault(task.owner, {})[task.what] = task
    return found


def _populations(
    ops: Sequence[Op], tasks: Mapping[str, dict[str, loops.Task]], number: Type, target: Target
) -> dict[str, PopulationLowering]:
    """The populations by name, with what projections want of them."""
    tiles: dict[str, dict[str, int]] = {}
    rings: dict[str, dict[str, None]] = {}
    constant: dict[str, dict[str, None]] = {}
    initialised: dict[str, dict[str, None]] = {}
    for op in ops:
        if not isinstance(op, net.Projection):
            continue
        if op.initialises_sum:
            initialised.setdefault(op.post, {}).update(dict.fromkeys(a.value for a in op.targets))
        if op.constant_after:
            constant.setdefault(op.post, {}).update(dict.fromkeys(a.value for a in op.targets))
        if op.tile:
            tiles.setdefault(op.post, {}).update(
                dict.fromkeys((a.value for a in op.targets), op.tile)
            )
        if op.kind != "rate":
            rings.setdefault(op.pre, {})[op.spikes] = None
    return {
        name: PopulationLowering(
            op,
            tasks.get(name, {}),
            number,
            Demands(
                delayed_spikes=tuple(rings.get(name, {})),
                tiles=tuple(tiles.get(name, {}).items()),
                constant_sums=tuple(constant.get(name, {})),
                initialised_sums=tuple(initialised.get(name, {})),
                few=op.size <= 1 << 16,
                short_rows=op.size < 1 << 16,
            ),
            target,
        )
        for op in ops
        if isinstance(op, net.Population) and (name := op.sym_name)
    }
