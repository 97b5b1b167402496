"""Tasks of a population: one loop per concern.

Order of a step (what the neurons see): inputs are recorded, equations run (a refractory neuron
keeps its frozen variables), the spike condition is tested and spiking neurons are reset,
conductances without an equation of their own go back to zero, what delayed projections read is
stored, and the rest is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial, reduce

from ...ir.attrs_classes import frozen
from ...ir.core import Value
from ...ir.dialects import arith, eq, loops, math, net
from ...ir.events import events_in
from ...ir.recorded import Moment, written
from ...ir.types import Type, f64, i1, i32
from .constants import constants
from .equations import EquationFrame, lower
from .task import TaskBuilder, VariableRef


@frozen(eq=False)
class PopulationTasks:
    """Builds the tasks of one population.

    ``targets`` are those whose sums projections compute, ``past`` the variables that delayed ones
    read, ``lists`` the lists of spikes that they transmit, ``monitors`` the operations that record
    it.
    """

    op: net.Population
    number: Type
    targets: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    monitors: tuple[net.Monitor, ...] = ()

    def _task(self, what: str, monitors: Sequence[str] = ()) -> TaskBuilder:
        return TaskBuilder(what, self.op.sym_name, self.op.loc, monitors)

    def constants(self) -> loops.Task | None:
        """Values that stay as they are in a run."""
        op, build = self.op.original, self._task("constants")
        frame = partial(self._frame, build)
        return constants(build, op.constants, op.variables, loops.Neurons(), frame)

    def clear(self) -> loops.Task | None:
        """Start sums with zero."""
        if not self.targets:
            return None
        build = self._task("clear")
        for target in self.targets:
            with build.walk(loops.Neurons(), "i") as (i,):
                build(loops.ClearSum(i, target=target))
        return build.finish()

    def global_update(self) -> loops.Task | None:
        """Equations of population-wide variables."""
        if net.idle(self.op.original.globals):
            return None
        build = self._task("global")
        zero = build.constant(0)
        with build.walk(loops.Once()):
            lower(self.op.original.globals.block, self._frame(build, zero))
        return build.finish()

    def update(self) -> loops.Task:
        """The task of all neurons in one step."""
        op = self.op.original
        build = self._task("update", [monitor.sym_name for monitor in self.monitors])
        self._record(build, "inputs")
        with build.walk(loops.Neurons(), "i") as (i,):
            frame = self._frame(build, i)
            if self.op.refractory:
                frame.hold_mask = _is_refractory(build, i)
            lower(op.equations.block, frame)
        if self.op.kind == "spike":
            self._events(build)
        self._reset_conductances(build)
        for name in self.past:
            with build.walk(loops.Neurons(), "i") as (i,):
                build(loops.StorePast(i, variable=name))
        self._record(build, "end")
        self._record(build, "events")
        return build.finish()

    def _place(self, name: str, i: Value) -> VariableRef:
        variable = self.op.original.variables[name]
        at = () if variable.locality == "global" else (i,)
        return VariableRef(variable, at, frozen=bool(variable.frozen))

    def _frame(self, build: TaskBuilder, i: Value) -> EquationFrame:
        """The frame of the equations of neuron ``i``."""

        def total(target: str) -> Value:
            if target:
                found: Value = build(self._sum(i, target), f"sum_{target}")
                return found
            sum_ = build.constant(0.0, self.number)
            for each in self.targets:
                sum_ = build(arith.AddF(sum_, build(self._sum(i, each))))
            return sum_

        return EquationFrame(build, lambda name: self._place(name, i), total=total, id=i)

    def _sum(self, i: Value, target: str) -> loops.Sum:
        return loops.Sum(i, target=target, result_type=self.number)

    def _record(self, build: TaskBuilder, moment: Moment) -> None:
        """Record what monitors take at a moment of the step."""
        for number, monitor in enumerate(self.monitors):
            items = [item for item in monitor.items if item.about.moment == moment]
            if items:
                build(loops.Record(monitor=number, records=written(items)))

    def _events(self, build: TaskBuilder) -> None:
        """Test the conditions of events and run their statements.

        One event comes after the other.
        """
        hits: dict[str, Value] = {}
        with build.walk(loops.Neurons(), "i") as (i,):
            busy = None
            for event in self.op.events:
                (hit,) = lower(net.condition(self.op, event).block, self._frame(build, i))
                if self.op.refractory:
                    busy = _is_refractory(build, i) if busy is None else busy
                    hit = build(arith.AndI(hit, _not(build, busy)), "hit")
                for other in event.unless:
                    hit = build(arith.AndI(hit, _not(build, hits[other])), "hit")
                hits[event.name] = hit.named("hit")
                build(loops.Append(hit, i, spikes=event.name))
                after = self._frame(build, i)
                after.write_mask = hit
                lower(net.reset(self.op, event).block, after)
                if busy is not None and event.begins_refractory:
                    self._count_down(build, i, hit, busy)
            for spike_list in self.lists:
                self._append_all(build, i, spike_list, hits)

    def _append_all(
        self, build: TaskBuilder, i: Value, spike_list: str, hits: Mapping[str, Value]
    ) -> None:
        """Append all events to a list of several. Those of one event are there."""
        if spike_list not in hits:
            found = [hits[event] for event in events_in(spike_list) if event in hits]
            hit = reduce(lambda one, other: build(arith.OrI(one, other), "hit"), found)
            build(loops.Append(hit, i, spikes=spike_list))

    def _count_down(self, build: TaskBuilder, i: Value, hit: Value, busy: Value) -> None:
        """Count the frozen steps of refractory neurons.

        A spike starts round(refractory/dt) of them; each counts one down.
        """
        place = self._place(str(self.op.refractory), i)
        period = build.load(place, "refractory", place.variable.stored_type)
        period = build.resized(period, f64, "refractory")
        steps = build(arith.DivF(period, build(loops.TimeStep(result_type=f64), "dt")))
        steps = build(math.OPERATIONS["roundeven"](steps))
        steps = build(arith.FPToSI(steps, result_type=i32), "refractory_steps")
        left = build(loops.Refractory(i), "left")
        left = build(arith.SubI(left, build(arith.ExtUI(busy, result_type=i32))))
        build(loops.SetRefractory(build(arith.Select(hit, steps, left)), i))

    def _reset_conductances(self, build: TaskBuilder) -> None:
        """Reset conductances that no equation writes. They hold the input of one step only."""
        op = self.op.original
        equations = [*op.globals.block.ops, *op.equations.block.ops]
        written = {each.variable for each in equations if isinstance(each, eq.Write)}
        for name, variable in op.variables.items():
            if net.is_conductance(name) and variable.role == "variable" and name not in written:
                with build.walk(loops.Neurons(), "i") as (i,):
                    build.store(build.constant(0.0, self.number), self._place(name, i))


def _not(build: TaskBuilder, truth: Value) -> Value:
    found: Value = build(arith.XOrI(truth, build.constant(1, i1)))
    return found


def _is_refractory(build: TaskBuilder, i: Value) -> Value:
    """Whether neuron ``i`` is refractory in this step."""
    left = build(loops.Refractory(i), "left")
    found: Value = build(arith.cmpi("sgt", left, build.constant(0, i32)), "refractory")
    return found
