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
from .kernels.monitor import MonitorLowering, monitors_of
from .kernels.population import PopulationLowering
from .kernels.projection import ProjectionLowering
from .kernels.schedule import Level, program
from .kernels.tile import column, tile
from .kernels.transmit import transmit
from .report import counted


@register
class LowerToKernels(Pass):
    """Replace ``net`` operations by kernels; see the module."""

    name = "lower-to-kernels"
    requires = "eq"
    ensures = "kernels"

    def run(self, module: Module, ctx: Context) -> bool:
        """Lower everything, then remove the ``net`` operations."""
        ops = [
            op for op in module.ops if isinstance(op, net.Population | net.Projection | net.Monitor)
        ]
        number = _number_type(module)
        populations = _populations(ops, number)
        projections = _projections(ops, populations, number)
        monitors = [MonitorLowering(op) for op in ops if isinstance(op, net.Monitor)]
        levels = [
            _level(level, populations, projections, monitors)
            for level in sorted({int(p.op.level) for p in populations.values()})
        ]
        rw = Rewriter()
        for op in ops:
            rw.erase(op)
        rw.append(module.body.block, declaration(BARRIER, (buffer_type(i64), index)))
        kernels = [kernel for level in levels for kernel in level.kernels]
        for kernel in kernels:
            rw.append(module.body.block, kernel)
        rw.append(module.body.block, program(STEP_RANGE, levels))
        for dialect in ("net", "eq"):
            none_left(module, dialect)
        ctx.report.did(self.name, STEP_RANGE, counted(len(kernels), "kernel"))
        return True


def _level(
    level: int,
    populations: dict[str, PopulationLowering],
    projections: list[ProjectionLowering],
    monitors: list[MonitorLowering],
) -> Level:
    """The kernels of the populations of a level and of the projections onto them, by phase."""
    mine = [p for p in populations.values() if p.op.level == level]
    onto = [j for j in projections if j.post.op.level == level]
    tiled = [j for j in onto if j.op.tile]
    first = [
        not any(set(j.targets) & set(i.targets) and i.post is j.post for i in tiled[:n])
        for n, j in enumerate(tiled)
    ]
    phases = [
        [
            *(k for p in mine if (k := p.clear_sums())),
            *(transmit(j) for j in onto if not j.op.tile),
        ],
        [k for p in mine if (k := p.global_update())],
        [p.update(monitors_of(p.op, monitors)) for p in mine],
        [k for j in onto if (k := learning.shared_update(j))],
        [
            *(k for j in onto if (k := learning.learn(j))),
            *(k for j in onto if (k := learning.post_spike(j))),
        ],
    ]
    return Level(
        phases=[phase for phase in phases if phase],
        tiles=[tile(j, f) for j, f in zip(tiled, first, strict=True)],
        columns=[column(j, f) for j, f in zip(tiled, first, strict=True)],
        steps=max((int(j.op.tile) for j in projections), default=0),
    )


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
    for op in ops:
        if not isinstance(op, net.Projection):
            continue
        if op.kind != "spike":
            targets.setdefault(op.post, {}).update(dict.fromkeys(a.value for a in op.targets))
        if op.tile:
            tiles.setdefault(op.post, {}).update(
                dict.fromkeys((a.value for a in op.targets), op.tile)
            )
        if (op.delayed or op.tile) and op.kind == "rate":
            reads = [o.variable for o in op.walk() if isinstance(o, eq.Pre)]
            past.setdefault(op.pre, {}).update(dict.fromkeys(reads))
        elif op.delayed:
            ring.add(op.pre)
    return {
        name: PopulationLowering(
            op,
            list(targets.get(name, {})),
            number,
            name in ring,
            tuple(past.get(name, {})),
            tiles.get(name),
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
