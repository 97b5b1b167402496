"""lower-equations: a step becomes loops over neurons, spikes and synapses.

    net.population @cells size 3 kind rate {
      declarations {
        eq.variable @r : f64 local variable
      }
      equations {
        %r = eq.read @r : f64
        %s = arith.addf %r, %r : f64
        eq.write @r, %s : f64
      }
    }
    ==>
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

All equations go into tasks, in the phases of a step:

1. sums are cleared, then all projections transmit in their order
2. population-wide equations
3. the update of all populations
4. equations of what all synapses of a projection share
5. the learning of synapses, step by step and by spikes of post neurons

Populations, projections and monitors stay as declarations. Nothing is said of threads, nor of how
synapses lie in memory: ``map-to-threads`` decides that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from attrs import field

from ..ir.attrs_classes import frozen
from ..ir.builder import Builder
from ..ir.core import Block, Op, Region
from ..ir.diagnostics import fail
from ..ir.dialects import eq, loops, net
from ..ir.dialects.builtin import Module
from ..ir.rewriter import Rewriter
from ..ir.types import Type
from .framework.core import Context, Pass, register
from .framework.report import counted
from .to_loops.events import deliver_events, post_spike
from .to_loops.population import PopulationTasks
from .to_loops.projection import ProjectionTasks
from .to_loops.shared_tasks import SharedTasks


@register
@frozen
class LowerEquations(Pass):
    """Move equations into the loops of one ``loops.step``; see the module.

    With ``share`` the tasks of populations and projections of one kind are lowered once.
    """

    name = "lower-equations"
    requires = "eq"
    ensures = "loops"
    share: bool = False

    def run(self, module: Module, ctx: Context) -> bool:
        """Lower everything, then leave declarations only."""
        if any(isinstance(op, loops.Step) for op in module.ops):
            fail("the module is a step as loops already, and 'lower-equations' makes one")
        network = _Network.of(module, SharedTasks(self.share))
        step, count = loops.Step(), 0
        for label, tasks in network.phases():
            phase = Builder(step.body.block)(loops.Phase(label=label))
            for task in tasks:
                Builder(phase.body.block)(task)
            count += len(tasks)
        _strip(module, network.ops, step)
        ctx.report.did(self.name, "step", counted(count, "task"))
        return True


@frozen(eq=False)
class _Network:
    """The parts of a network that tasks are made of."""

    ops: list[Op]
    number: Type
    shared_tasks: SharedTasks
    populations: dict[str, PopulationTasks]
    projections: list[ProjectionTasks]
    _kinds: dict[Op, int] = field(factory=dict)
    _numbers: dict[Any, int] = field(factory=dict)

    @classmethod
    def of(cls, module: Module, shared_tasks: SharedTasks) -> _Network:
        """The network that a module describes."""
        wanted = net.Population, net.Projection, net.Monitor
        ops: list[Op] = [op for op in module.ops if isinstance(op, wanted)]
        number = net.number_type(module.ops)
        populations = _populations(ops, number)
        projections = [
            ProjectionTasks(op, populations[op.pre].op, populations[op.post].op, number)
            for op in ops
            if isinstance(op, net.Projection)
        ]
        return cls(ops, number, shared_tasks, populations, projections)

    def phases(self) -> list[tuple[str, list[loops.Task]]]:
        """The tasks of a step by phase. Phases without tasks are left out."""
        pops, projections = list(self.populations.values()), self.projections
        found = [
            (
                "constants",
                [
                    *(self._of_population("constants", each, each.constants) for each in pops),
                    *(
                        self._of_projection("constants", each, ProjectionTasks.constants)
                        for each in projections
                    ),
                ],
            ),
            (
                "transmission",
                [
                    *(self._of_population("clear", each, each.clear) for each in pops),
                    *(self._of_projection("transmit", each, _transmit) for each in projections),
                ],
            ),
            (
                "populations",
                [self._of_population("global", each, each.global_update) for each in pops],
            ),
            ("neurons", [self._of_population("update", each, each.update) for each in pops]),
            (
                "projections",
                [
                    self._of_projection("shared", each, ProjectionTasks.shared)
                    for each in projections
                ],
            ),
            (
                "learning",
                [
                    *(
                        self._of_projection("learn", each, ProjectionTasks.learn)
                        for each in projections
                    ),
                    *(self._of_projection("post", each, post_spike) for each in projections),
                ],
            ),
        ]
        there = [(label, [t for t in tasks if t is not None]) for label, tasks in found]
        return [(label, tasks) for label, tasks in there if tasks]

    def _of_population(
        self, what: str, population: PopulationTasks, lower: Callable[[], loops.Task | None]
    ) -> loops.Task | None:
        op = population.op
        key = (what, self._population_kind(op)) if self.shared_tasks.share else None
        monitors = population.monitors if what == "update" else ()
        return self.shared_tasks.task(key, op, monitors, lower)

    def _of_projection(
        self,
        what: str,
        projection: ProjectionTasks,
        lower: Callable[[ProjectionTasks], loops.Task | None],
    ) -> loops.Task | None:
        op = projection.op
        key = (what, self._projection_kind(projection)) if self.shared_tasks.share else None
        return self.shared_tasks.task(key, op, (), partial(lower, projection))

    def _population_kind(self, op: net.Population) -> int:
        """The kind of a population: all that its tasks depend on.

        Those of projections from or onto it depend on the same.
        """
        kind = self._kinds.get(op)
        if kind is None:
            population, structures = self.populations[op.sym_name], self.shared_tasks.structures
            monitors = tuple([structures.of(each) for each in population.monitors])
            wanted = population.targets, population.past, population.lists
            kind = self._kinds[op] = self._number((structures.of(op), wanted, monitors))
        return kind

    def _projection_kind(self, projection: ProjectionTasks) -> int:
        """The kind of a projection: all that its tasks depend on."""
        op = projection.op
        kind = self._kinds.get(op)
        if kind is None:
            ends = self._population_kind(projection.pre), self._population_kind(projection.post)
            whole = self.shared_tasks.structures.of(op)
            kind = self._kinds[op] = self._number(("projection", whole, ends))
        return kind

    def _number(self, key: Any) -> int:
        return self._numbers.setdefault(key, len(self._numbers))


def _transmit(projection: ProjectionTasks) -> loops.Task:
    """The task for the kind of a projection."""
    if projection.op.kind == "decode":
        return projection.decode()
    if projection.op.kind == "rate":
        return projection.sums()
    return deliver_events(projection) if projection.op.eventful else projection.deliver()


def _populations(ops: Sequence[Op], number: Type) -> dict[str, PopulationTasks]:
    """The populations by name, with sums and past that projections need."""
    targets: dict[str, dict[str, None]] = {}
    past: dict[str, dict[str, None]] = {}
    lists: dict[str, dict[str, None]] = {}
    monitors: dict[str, list[net.Monitor]] = {}
    for op in ops:
        if isinstance(op, net.Projection) and op.kind != "rate":
            lists.setdefault(op.pre, {})[op.spikes] = None
        if isinstance(op, net.Monitor):
            monitors.setdefault(op.source, []).append(op)
        elif isinstance(op, net.Projection) and op.kind != "spike":
            targets.setdefault(op.post, {}).update(dict.fromkeys(a.value for a in op.targets))
            if (op.delayed or op.tile) and op.kind == "rate":
                reads = [o.variable for o in op.original.walk() if isinstance(o, eq.Pre)]
                past.setdefault(op.pre, {}).update(dict.fromkeys(reads))
    return {
        op.sym_name: PopulationTasks(
            op,
            number,
            targets=tuple(targets.get(op.sym_name, {})),
            past=tuple(past.get(op.sym_name, {})),
            lists=tuple(lists.get(op.sym_name, {})),
            monitors=tuple(monitors.get(op.sym_name, ())),
        )
        for op in ops
        if isinstance(op, net.Population)
    }


# ---------------------------------------------------------------------- declarations


def _strip(module: Module, ops: Iterable[Op], step: loops.Step) -> None:
    """Leave the declarations of all operations, with the program behind them."""
    rw, made = Rewriter(), dict[Op, Any]()
    left = [op if isinstance(op, net.Monitor) else _declaration(op, made) for op in ops]
    for op in ops:
        rw.erase(op)
    for op in left:
        rw.append(module.body.block, op)
    rw.append(module.body.block, step)


def _declaration(op: Any, made: dict[Op, Any]) -> Any:
    """A declaration without equations. Copies of a population or projection share theirs."""
    if op.shared_original in made:
        new = made[op.shared_original].lazy_clone(dict(op.props))
        new.loc = op.loc
        return new
    declarations, *others = op.original.regions
    new = op.with_regions((declarations.clone({}), *[_idle() for _ in others]))
    if op.shared_original is not None:
        made[op.shared_original] = new
    return new


def _idle() -> Region:
    block = Block()
    Builder(block)(eq.Yield())
    return Region(block)
