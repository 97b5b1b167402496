"""lower-to-kernels: populations and projections become functions that every thread runs.

    "net.population"() <{sym_name = "pop0", ...}>   ->  func @pop0_update(%thread, %threads, %step,
                                                                          buffers...)
    "net.projection"() <{sym_name = "proj0", ...}>  ->  func @proj0_transmit(...)
                                                        func @step_range(%thread, %threads, %t0,
                                                                         %t1, buffers...)

``@step_range`` is the program; every thread runs it for its share of neurons. The phases of a step,
with a barrier after each that holds anything:

1. sums are cleared, then all projections transmit in their order
2. population-wide equations
3. the update of all populations
4. equations of what all synapses of a projection share
5. the learning of synapses, step by step and by spikes of post neurons
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from attrs import evolve, frozen

from ..ir.core import Op
from ..ir.dialects import eq, net
from ..ir.dialects.builtin import Module
from ..ir.dialects.func import declaration
from ..ir.interface import BARRIER, STEP_RANGE
from ..ir.lowering import none_left
from ..ir.rewriter import Rewriter
from ..ir.types import FloatType, Type, f64, i64, index
from ..ir.types import memref as buffer_type
from .core import Context, Pass, register
from .kernels import learning
from .kernels.ahead import ahead as learn_and_transmit
from .kernels.calls import Calls, joined, single
from .kernels.monitor import MonitorLowering
from .kernels.pending import catch_up
from .kernels.plastic import post_spike
from .kernels.population import Demands, PopulationLowering
from .kernels.projection import ProjectionLowering
from .kernels.schedule import Level, program
from .kernels.share import Kinds
from .kernels.tile import column, tile
from .kernels.transmit import transmit
from .report import counted


@register
@frozen
class LowerToKernels(Pass):
    """Replace ``net`` operations by kernels; see the module.

    With ``share`` populations and projections of one kind share kernels (``kernels/share.py``);
    with ``tables``, too, many calls of one kernel become a loop (``kernels/calls.py``).
    """

    name = "lower-to-kernels"
    requires = "eq"
    ensures = "kernels"
    share: bool = False
    tables: bool = False

    def run(self, module: Module, ctx: Context) -> bool:
        """Lower everything, then remove the ``net`` operations."""
        ops = [
            op for op in module.ops if isinstance(op, net.Population | net.Projection | net.Monitor)
        ]
        number = _number_type(module)
        populations = _populations(ops, number)
        projections = _projections(ops, populations, number)
        monitors = [MonitorLowering(op) for op in ops if isinstance(op, net.Monitor)]
        kinds = Kinds(self.share, monitors)
        levels = [
            _level(level, populations, projections, kinds, self.tables)
            for level in sorted({int(p.op.level) for p in populations.values()})
        ]
        rw = Rewriter()
        for op in ops:
            rw.erase(op)
        rw.append(module.body.block, declaration(BARRIER, (buffer_type(i64), index)))
        kernels = list(dict.fromkeys(k for level in levels for k in level.kernels))
        for kernel in kernels:
            rw.append(module.body.block, kernel)
        rw.append(module.body.block, program(STEP_RANGE, levels))
        for dialect in ("net", "eq"):
            none_left(module, dialect)
        for name, first in kinds.shared.items():
            ctx.report.did(self.name, name, f"runs the kernels of {first}")
        ctx.report.did(self.name, STEP_RANGE, counted(len(kernels), "kernel"))
        return True


def _level(
    level: int,
    populations: dict[str, PopulationLowering],
    projections: list[ProjectionLowering],
    kinds: Kinds,
    tables: bool,
) -> Level:
    """The kernels of the populations of a level and of the projections onto them, by phase."""
    mine = [p for p in populations.values() if p.op.level == level]
    onto = [j for j in projections if j.post.op.level == level]
    tiled = [j for j in onto if j.op.tile]
    first = _firsts(tiled)
    settling = [j for j in onto if j.op.settles]
    opening = dict(zip((j.name for j in settling), _firsts(settling), strict=True))
    updates = [kinds("update", p, partial(p.update, kinds.monitors.get(p.name, []))) for p in mine]

    def transmits(j: ProjectionLowering) -> Calls | None:
        opens = opening.get(j.name, False)
        calls = kinds("transmit", j, partial(transmit, j, opens), opens)
        if calls is None:
            return None
        later = kinds("ahead", j, partial(learn_and_transmit, j)) if j.op.deferred else None
        instead = None if later is None else later.shared
        return evolve(calls, later=instead, settles=int(j.op.settles))

    late = [kinds("catch_up", j, partial(catch_up, j)) for j in onto]
    learns = [kinds("learn", j, partial(learning.learn, j)) for j in onto]
    deferred = [j.op.deferred for j in onto]
    phases = [
        [
            *(transmits(j) for j in settling if _in_steps(j)),
            *(kinds("clear", p, p.clear_sums) for p in mine),
            *(transmits(j) for j in onto if _in_steps(j) and not j.op.settles),
        ],
        [kinds("global", p, p.global_update) for p in mine],
        updates,
        [kinds("shared", j, partial(learning.shared_update, j)) for j in onto],
        [
            *(calls for calls, waits in zip(learns, deferred, strict=True) if not waits),
            *late,
            *(kinds("post", j, partial(post_spike, j)) for j in onto),
        ],
    ]
    closing = [*late, *(calls for calls, waits in zip(learns, deferred, strict=True) if waits)]
    there = [_there(phase, tables) for phase in phases]
    return Level(
        phases=[phase for phase in there if phase],
        tiles=single(tile(j, f) for j, f in zip(tiled, first, strict=True)),
        columns=single(column(j, f) for j, f in zip(tiled, first, strict=True)),
        steps=max((int(j.op.tile) for j in projections), default=0),
        settled=single(transmit(j, opening[j.name]) for j in settling if not _in_steps(j)),
        closing=_there(closing, tables),
    )


def _there(calls: Sequence[Calls | None], tables: bool) -> list[Calls]:
    """The calls that there are, those of one kernel together if ``tables`` are wanted."""
    there = [each for each in calls if each is not None]
    return joined(there) if tables else there


def _in_steps(j: ProjectionLowering) -> bool:
    """Whether a projection transmits in single steps."""
    return not j.op.tile and j.op.settles != 1


def _firsts(projections: Sequence[ProjectionLowering]) -> list[bool]:
    """For each whether it is the first of them with its target."""
    return [
        not any(set(j.targets) & set(i.targets) and i.post is j.post for i in projections[:n])
        for n, j in enumerate(projections)
    ]


def _number_type(module: Module) -> Type:
    """The float type of the network: that of the first float variable."""
    for op in module.walk():
        if isinstance(op, eq.Variable) and isinstance(op.type, FloatType):
            return op.type
    return f64


def _populations(ops: Sequence[Op], number: Type) -> dict[str, PopulationLowering]:
    """The populations by name, with what projections want of them: sums, and their past."""
    targets: dict[str, dict[str, None]] = {}
    past: dict[str, dict[str, None]] = {}
    tiles: dict[str, dict[str, int]] = {}
    ring: set[str] = set()
    settled: dict[str, dict[str, None]] = {}
    opened: dict[str, dict[str, None]] = {}
    for op in ops:
        if not isinstance(op, net.Projection):
            continue
        if op.opens:
            opened.setdefault(op.post, {}).update(dict.fromkeys(a.value for a in op.targets))
        if op.settles:
            settled.setdefault(op.post, {}).update(dict.fromkeys(a.value for a in op.targets))
        if op.kind != "spike":
            targets.setdefault(op.post, {}).update(dict.fromkeys(a.value for a in op.targets))
        if op.tile:
            tiles.setdefault(op.post, {}).update(
                dict.fromkeys((a.value for a in op.targets), op.tile)
            )
        if (op.delayed or op.tile) and op.kind == "rate":
            reads = [o.variable for o in op.original.walk() if isinstance(o, eq.Pre)]
            past.setdefault(op.pre, {}).update(dict.fromkeys(reads))
        elif op.kind != "rate":
            ring.add(op.pre)
    return {
        name: PopulationLowering(
            op,
            number,
            Demands(
                targets=tuple(targets.get(name, {})),
                delayed_spikes=name in ring,
                past=tuple(past.get(name, {})),
                tiles=tuple(tiles.get(name, {}).items()),
                settled=tuple(settled.get(name, {})),
                opened=tuple(opened.get(name, {})),
                few=op.size <= 1 << 16,
            ),
        )
        for op in ops
        if isinstance(op, net.Population) and (name := op.sym_name)
    }


def _projections(
    ops: Sequence[Op], populations: dict[str, PopulationLowering], number: Type
) -> list[ProjectionLowering]:
    return [
        ProjectionLowering(op, populations[op.pre], populations[op.post], number)
        for op in ops
        if isinstance(op, net.Projection)
    ]
