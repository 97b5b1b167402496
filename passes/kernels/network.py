"""The parts of a network while kernels replace its tasks.

Each mapping onto workers says with which classes its parts are lowered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...ir.attrs_classes import frozen
from ...ir.core import Op
from ...ir.declarations import DECLARATIONS, written
from ...ir.diagnostics import fail
from ...ir.dialects import loops, net
from ...ir.dialects.builtin import Module
from ...ir.dialects.func import declaration
from ...ir.interface import BARRIER, STEP_RANGE
from ...ir.lowering import none_left
from ...ir.rewriter import Rewriter
from ...ir.target import TARGET, Target
from ...ir.target import written as target_written
from ...ir.types import Type, i64, index
from ...ir.types import memref as buffer_type
from ..framework.core import Context
from ..framework.report import counted
from .declarations import declarations_of
from .kernel_calls import Calls, joined
from .monitor import MonitorLowering
from .nests import is_idle
from .population import Demands, PopulationLowering
from .projection import ProjectionLowering
from .schedule import Level, program
from .shared_kernels import SharedKernels


@frozen
class Forms:
    """The classes with which a mapping lowers a network."""

    population: type[PopulationLowering] = PopulationLowering
    projection: type[ProjectionLowering] = ProjectionLowering
    monitor: type[MonitorLowering] = MonitorLowering


@frozen(eq=False)
class LoweredNetwork:
    """The populations, projections and monitors of a module.

    The pass ``who`` lowers them.
    """

    who: str
    module: Module
    target: Target
    ops: Sequence[Op]
    populations: Mapping[str, PopulationLowering]
    projections: Sequence[ProjectionLowering]
    monitors: Sequence[MonitorLowering]

    @classmethod
    def of(
        cls, module: Module, who: str, target: Target, forms: Forms | None = None
    ) -> LoweredNetwork:
        """The parts of a network. A ModelError says which pass has to come before."""
        forms = forms or Forms()
        ops = _checked(module, who)
        tasks = _tasks(ops)
        number = net.number_type(ops)
        populations = _populations(ops, tasks, number, target, forms.population)
        projections = [
            forms.projection(
                op, tasks.get(op.sym_name, {}), populations[op.pre], populations[op.post], number
            )
            for op in ops
            if isinstance(op, net.Projection)
        ]
        _check_what_is_read(projections)
        monitors = [forms.monitor(op) for op in ops if isinstance(op, net.Monitor)]
        return cls(
            who=who,
            module=module,
            target=target,
            ops=ops,
            populations=populations,
            projections=projections,
            monitors=monitors,
        )

    @property
    def levels(self) -> list[int]:
        """The levels of its populations."""
        return sorted({int(each.op.level) for each in self.populations.values()})

    def of_level(self, level: int) -> tuple[list[PopulationLowering], list[ProjectionLowering]]:
        """The populations of a level, and the projections onto them."""
        mine = [each for each in self.populations.values() if each.op.level == level]
        return mine, [each for each in self.projections if each.post.op.level == level]

    def replace(
        self, levels: Sequence[Level], shared: SharedKernels, ctx: Context, *, meet: bool = False
    ) -> None:
        """Put kernels and ``@step_range`` in the place of the network.

        ``meet``: with a barrier behind all kernels that others may wait for.
        """
        rw, module = Rewriter(), self.module
        rw.set_attribute(module, TARGET, target_written(self.target))
        rw.set_attribute(module, DECLARATIONS, written(declarations_of(module)))
        for op in self.ops:
            rw.erase(op)
        rw.append(module.body.block, declaration(BARRIER, (buffer_type(i64), index)))
        kernels = list(dict.fromkeys(each for level in levels for each in level.kernels))
        for kernel in kernels:
            rw.append(module.body.block, kernel)
        rw.append(module.body.block, program(STEP_RANGE, levels, meet=meet))
        for dialect in ("net", "loops", "eq"):
            none_left(module, dialect)
        named: dict[str, Op] = {name: each.op for name, each in self.populations.items()}
        named |= {each.name: each.op for each in self.projections}
        for name, first in shared.shared.items():
            ctx.report.did(self.who, named[name], f"runs the kernels of {first}")
        ctx.report.did(self.who, STEP_RANGE, counted(len(kernels), "kernel"))


def _checked(module: Module, who: str) -> list[Op]:
    """The operations of the network. A ModelError where another pass is missing."""
    wanted = net.Population, net.Projection, net.Monitor, loops.Step
    ops: list[Op] = [op for op in module.ops if isinstance(op, wanted)]
    if not any(isinstance(op, loops.Step) for op in ops):
        fail(f"the module has no step as loops; 'lower-equations' comes before '{who}'")
    for op in ops:
        if isinstance(op, net.Projection) and not op.layout:
            fail(f"'{op.sym_name}' has no layout; 'choose-layout' comes before '{who}'")
    return ops


def _check_what_is_read(projections: Sequence[ProjectionLowering]) -> None:
    """Refuse to read what spikes add to at pre neurons.

    A neuron's worker adds when it comes to it, and others read when they do.
    """
    added: dict[str, set[str]] = {}
    tasks = [(each, each.tasks["transmit"]) for each in projections if "transmit" in each.tasks]
    for each, task in tasks:
        adds = [op.variable for op in task.original.walk() if isinstance(op, loops.Add)]
        added.setdefault(each.post.name, set()).update(adds)
    for each, task in tasks:
        for op in task.original.walk():
            if not isinstance(op, loops.Load) or op.of != "pre":
                continue
            if op.variable in added.get(each.pre.name, ()):
                fail(
                    f"'pre.{op.variable}' is read when spikes arrive, and spikes add to it then: "
                    "what is read would depend on the order of neurons",
                    op.loc,
                    f"a variable of the neuron can keep it, as in 'kept = {op.variable}' among its "
                    "equations; pre.kept is what it was at the end of the last step",
                )


def present(calls: Sequence[Calls | None], tables: bool) -> list[Calls]:
    """The calls, without None. With ``tables`` those of one kernel become one."""
    present = [each for each in calls if each is not None]
    return joined(present) if tables else present


def in_steps(projection: ProjectionLowering) -> bool:
    """Whether a projection transmits in single steps."""
    op = projection.op
    return "transmit" in projection.tasks and not op.tile and op.constant_after != 1


def firsts(projections: Sequence[ProjectionLowering]) -> list[bool]:
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
    ops: Sequence[Op],
    tasks: Mapping[str, dict[str, loops.Task]],
    number: Type,
    target: Target,
    form: type[PopulationLowering],
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
        name: form(
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
