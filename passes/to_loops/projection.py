"""Tasks of a projection: transmission, learning, spikes of post neurons.

``transmit`` sees values from before the step; ``shared`` and ``learn`` run after all neurons, see
the values of this step, and ``pre.x`` one step newer than ``transmit`` does.
"""

from __future__ import annotations

from collections.abc import Callable

from ...ir.attrs_classes import frozen
from ...ir.core import Value
from ...ir.dialects import arith, eq, loops, net
from ...ir.types import Type
from .constants import constants
from .equations import EquationFrame, lower
from .task import TaskBuilder, VariableRef

STARTS = {"min": float("inf"), "max": float("-inf")}
"""The totals of no synapses, where they are not 0."""


@frozen(eq=False)
class Ends:
    """The ends of a synapse. Those that a statement does not look at may be anything."""

    pre: Value
    post: Value
    synapse: Value


@frozen(eq=False)
class ProjectionTasks:
    """Builds the tasks of one projection between ``pre`` and ``post``."""

    op: net.Projection
    pre: net.Population
    post: net.Population
    number: Type

    def task(self, what: str) -> TaskBuilder:
        """A new task."""
        return TaskBuilder(what, self.op.sym_name, self.op.loc)

    @property
    def targets(self) -> list[str]:
        """The targets whose sums it adds to."""
        return [each.value for each in self.op.targets]

    # ------------------------------------------------------------------ frames

    def frame(self, build: TaskBuilder, ends: Ends) -> EquationFrame:
        """The frame of the equations of a synapse."""
        op, variables = self.op, self.op.original.variables
        plastic = "w" in variables and variables["w"].role == "variable"
        frame = self._plain_frame(build, ends)
        if any(isinstance(each, eq.Random) for each in op.original.walk()):
            row = build(arith.MulI(ends.post, build(loops.Size(of="pre"), "size")))
            frame.id = build(arith.AddI(row, ends.pre), "id")
        if plastic:
            frame.hold_mask = build(loops.Fixed(), "fixed")
        return frame

    def _plain_frame(self, build: TaskBuilder, ends: Ends) -> EquationFrame:
        """The frame of statements that draw nothing and set no weight."""
        variables = self.op.original.variables
        where = {
            "global": (),
            "presynaptic": (ends.pre,),
            "postsynaptic": (ends.post,),
            "local": (ends.synapse,),
        }

        def own(name: str) -> VariableRef:
            variable = variables[name]
            return VariableRef(variable, where[variable.locality], frozen=name == "w")

        return EquationFrame(
            build, own, self._before(build, ends), self._at(self.post, ends.post, "post")
        )

    def _at(self, population: net.Population, i: Value, of: str) -> Callable[[str], VariableRef]:
        variables = population.original.variables

        def find(name: str) -> VariableRef:
            variable = variables[name]
            return VariableRef(variable, () if variable.locality == "global" else (i,), of)

        return find

    def _before(
        self, build: TaskBuilder, ends: Ends, newer: int = 0
    ) -> Callable[[str], VariableRef]:
        """References to pre variables, as old as the delay says.

        ``newer`` is subtracted from that age.
        """
        if not self.past:
            return self._at(self.pre, ends.pre, "pre")
        variables = self.pre.original.variables

        def find(name: str) -> VariableRef:
            ago = build(loops.Delay(ends.synapse), "delay")
            if newer:
                ago = build(arith.SubI(ago, build.constant(newer)))
            return VariableRef(variables[name], (ends.pre,), "pre", ago)

        return find

    @property
    def past(self) -> bool:
        """Whether it reads values of earlier steps."""
        return bool(self.op.delayed and self.op.kind == "rate")

    def learning_frame(self, build: TaskBuilder, ends: Ends) -> EquationFrame:
        """The frame of equations that learn in each step.

        Its steps may be longer, its values of pre neurons newer.
        """
        frame = self.frame(build, ends)
        frame.period = True
        frame.pre = self._before(build, ends, newer=1)
        return frame

    # ------------------------------------------------------------------ transmission

    def sums(self) -> loops.Task:
        """Combine the potentials of each dendrite, and add to sums.

        Synapses are combined in their order.
        """
        build = self.task("transmit")
        block = self.op.original.transmit.block
        start = build.constant(STARTS.get(self.op.operation, 0.0), self.number)
        with build.walk(loops.Posts(), "post") as (post,):
            with build.dendrite(post, [start], ["total"]) as (synapse, pre, (total,), out):
                (potential,) = lower(block, self.frame(build, Ends(pre, post, synapse)))
                out.append(self._combined(build, total, potential))
            total = out[0] if self.op.operation == "sum" else self._finished(build, out[0], post)
            for target in self.targets:
                build(loops.AddToSum(total, post, target=target))
        return build.finish()

    def _combined(self, build: TaskBuilder, total: Value, potential: Value) -> Value:
        operations = {"min": arith.MinimumF, "max": arith.MaximumF}
        found: Value = build(operations.get(self.op.operation, arith.AddF)(total, potential))
        return found

    def _finished(self, build: TaskBuilder, total: Value, post: Value) -> Value:
        """The results of ``mean``, ``min``, ``max`` at the end. Without synapses they are zero."""
        count = build.to_i64(build(loops.FanIn(post), "fan_in"))
        number = build(arith.SIToFP(count, result_type=self.number))
        zero = build.constant(0.0, self.number)
        if self.op.operation == "mean":
            total = build(arith.DivF(total, number))
        chosen: Value = build(arith.Select(build(arith.cmpf("ogt", number, zero)), total, zero))
        return chosen

    def deliver(self) -> loops.Task:
        """Deliver each spike that arrives to the synapses of its row."""
        build = self.task("transmit")
        arriving = loops.Arriving(spikes=self.op.spikes, gathered=self.op.gathers or None)
        with (
            build.walk(arriving, "pre", "delay") as (pre, delay),
            build.walk(loops.Row(pre, delay), "synapse", "post") as (synapse, post),
        ):
            lower(self.op.original.transmit.block, self.frame(build, Ends(pre, post, synapse)))
        return build.finish()

    def decode(self) -> loops.Task:
        """Decode weighted spikes to a rate over a window."""
        build = self.task("transmit")
        block = self.op.original.transmit.block
        with (
            build.walk(loops.Arriving(spikes=self.op.spikes), "pre", "delay") as (pre, delay),
            build.walk(loops.Row(pre, delay), "synapse", "post") as (synapse, post),
        ):
            (weight,) = lower(block, self.frame(build, Ends(pre, post, synapse)))
            build(loops.Collect(weight, post))
        with build.walk(loops.Posts(), "post") as (post,):
            rate = build(loops.Rate(post, result_type=self.number), "rate")
            for target in self.targets:
                build(loops.AddToSum(rate, post, target=target))
        return build.finish()

    # ------------------------------------------------------------------ learning

    def constants(self) -> loops.Task | None:
        """Values for equations that stay as they are in a run."""
        op, build = self.op.original, self.task("constants")

        def frame(post: Value) -> EquationFrame:
            zero = build.constant(0)
            found = self._plain_frame(build, Ends(zero, post, zero))
            found.period = True
            return found

        return constants(build, op.constants, op.variables, loops.Posts(), frame)

    def shared(self) -> loops.Task | None:
        """Equations of what all synapses share."""
        block = self.op.original.shared_equations.block
        if net.idle(self.op.original.shared_equations):
            return None
        build = self.task("shared")
        zero = build.constant(0)
        with build.when(build(loops.Due(), "due")), build.walk(loops.Once()):
            lower(block, self.learning_frame(build, Ends(zero, zero, zero)))
        return build.finish()

    def learn(self) -> loops.Task | None:
        """Equations of each step: for post neurons, then their synapses.

        Each neuron comes before its synapses.
        """
        op = self.op.original
        if net.idle(op.equations) and net.idle(op.dendrite_equations):
            return None
        build = self.task("learn")
        with build.when(build(loops.Due(), "due")), build.walk(loops.Posts(), "post") as (post,):
            if not net.idle(op.dendrite_equations):
                zero = build.constant(0)
                frame = self.learning_frame(build, Ends(zero, post, zero))
                lower(op.dendrite_equations.block, frame)
            if not net.idle(op.equations):
                with build.dendrite(post) as (synapse, pre, _, _):
                    frame = self.learning_frame(build, Ends(pre, post, synapse))
                    lower(op.equations.block, frame)
        return build.finish()
