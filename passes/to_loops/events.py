"""Events at synapses as tasks: update traces, then run statements.

An event is a spike that arrives (region ``transmit``) or a spike of the post neuron
(``post_spike``); see ``net.projection`` for what it means. What all synapses of the neuron share is
computed once in front of the loop over its synapses:

    for pre in arriving(...):
        x = x[pre] * exp(...);  x[pre] = x + A            # once per spike
        for synapse, post in row(pre):
            y_now = traces of post                        # as they are by now
            g[post] += w[synapse];  w[synapse] = clip(w[synapse] + y_now)
"""

from __future__ import annotations

from collections.abc import Iterable

from ...ir.attrs_classes import define
from ...ir.core import Block, Value
from ...ir.dialects import arith, eq, loops, net
from ...ir.types import f64
from .equations import EquationFrame, about, lower_chosen
from .projection import Ends, ProjectionTasks
from .task import TaskBuilder, VariableRef


def deliver_events(tasks: ProjectionTasks) -> loops.Task:
    """The task of spikes that arrive in this step."""
    build = tasks.task("transmit")
    event = EventTask(tasks, build, "transmit")
    with build.walk(loops.Arriving(spikes=tasks.op.spikes), "pre", "delay") as (pre, delay):
        neuron = event.neuron(pre, build.constant(0))
        with build.walk(loops.Row(pre, delay), "synapse", "post") as (synapse, post):
            event.synapse(neuron, Ends(pre, post, synapse))
    return build.finish()


def post_spike(tasks: ProjectionTasks) -> loops.Task | None:
    """The task of this step's spikes at their post synapses.

    The synapses are those of the neurons that fired.
    """
    if net.idle(tasks.op.original.post_spike):
        return None
    build = tasks.task("post")
    event = EventTask(tasks, build, "post_spike")
    with build.walk(loops.Fired(), "post") as (post,):
        neuron = event.neuron(build.constant(0), post)
        with build.dendrite(post) as (synapse, pre, _, _):
            event.synapse(neuron, Ends(pre, post, synapse))
    return build.finish()


@define(eq=False)
class NeuronPart:
    """Values shared by all synapses of an event's neuron. The event concerns this neuron."""

    env: dict[Value, Value]
    registers: dict[str, Value | None]


class EventTask:
    """Lowers events of the region ``part``."""

    def __init__(self, tasks: ProjectionTasks, build: TaskBuilder, part: str) -> None:
        self.tasks, self.build = tasks, build
        self.now: Value = build(loops.Clock(), "clock")
        op = tasks.op.original
        self.part = part
        self.before: Block = op.events.block
        self.block: Block = getattr(op, part).block
        self.variables = op.variables
        self.clocks = {n: str(v.clock) for n, v in self.variables.items() if v.clock is not None}
        self.event_driven = op.event_driven(part)
        side = net.SIDES[part]
        written = {each.variable for each in self.block.ops if isinstance(each, eq.Write)}
        read = {each.variable for each in self.block.ops if isinstance(each, eq.Read)}
        here = {
            n: v.locality for n, v in self.variables.items() if n in written | {*self.event_driven}
        }
        self.common = [n for n, locality in here.items() if locality == side]
        where = {n: self.variables[n].locality for n in self.clocks}
        there = [n for n in where if where[n] not in ("local", side)]
        self.traces = [n for n in there if n in read]
        self.local = [n for n in where if where[n] == "local" and n in read | {*self.event_driven}]
        self._others = about(self.before, there)
        self._once = {*about(self.before, self.common), *about(self.block, self.common)}
        self._each = about(self.before, self.local)

    def neuron(self, pre: Value, post: Value) -> NeuronPart:
        """Run statements that all synapses of a neuron share.

        Only the end that the event concerns counts.
        """
        frame = self._frame(Ends(pre, post, self.build.constant(0)), self.common)
        for block in (self.before, self.block):
            lower_chosen(block, frame, self._once.__contains__)
        self._store(frame, self.common)
        return NeuronPart(frame.env, frame.registers)

    def synapse(self, neuron: NeuronPart, ends: Ends) -> None:
        """Run the rest at one synapse."""
        frame = self._frame(ends, self.local)
        frame.env = dict(neuron.env)
        frame.registers |= self._at_other_end(ends)
        lower_chosen(self.before, frame, lambda op: op in self._each and op not in self._once)
        lower_chosen(self.block, frame, lambda op: op not in self._once)
        self._store(frame, [name for name in self.event_driven if name in self.local])

    def _at_other_end(self, ends: Ends) -> dict[str, Value | None]:
        """The traces of the neuron on the other side."""
        if not self.traces:
            return {}
        build, zero = self.build, self.build.constant(0)
        types = [self.variables[name].type for name in self.traces]
        transmits = self.part == "transmit"
        other, name = (ends.post, "post") if transmits else (ends.pre, "pre")
        with build.traces(other, self.traces, types, name) as (neuron, out):
            there = Ends(zero, neuron, zero) if transmits else Ends(neuron, zero, zero)
            frame = self._frame(there, {o.variable for o in self._others if type(o) is eq.Write})
            lower_chosen(self.before, frame, self._others.__contains__)
            out += [frame.current(each) for each in self.traces]
        return dict(zip(self.traces, out, strict=True))

    def _frame(self, ends: Ends, registers: Iterable[str]) -> EquationFrame:
        """A frame that keeps traces in registers and knows their age."""
        frame = self.tasks.frame(self.build, ends)
        frame.registers = dict.fromkeys(registers)
        ages: dict[str, Value] = {}

        def elapsed(name: str) -> Value:
            clock = self.clocks[name]
            if clock not in ages:
                ages[clock] = self._elapsed(frame.own(clock))
            return ages[clock]

        frame.elapsed = elapsed
        return frame

    def _elapsed(self, clock: VariableRef) -> Value:
        """The time in ms since a clock was set."""
        build = self.build
        steps = build(arith.SubI(self.now, build.load(clock, "kept_at")))
        steps = build(arith.SIToFP(steps, result_type=f64))
        elapsed = build(arith.MulF(steps, build(loops.TimeStep(result_type=f64), "dt")))
        found: Value = build.resized(elapsed, self.tasks.number).named("elapsed")
        return found

    def _store(self, frame: EquationFrame, names: Iterable[str]) -> None:
        """Store registers, and set the clocks."""
        clocks: dict[str, None] = {}
        for name in names:
            value = frame.registers[name]
            if value is not None:
                self.build.store(value, frame.own(name))
            if name in self.clocks:
                clocks[self.clocks[name]] = None
        for clock in clocks:
            self.build.store(self.now, frame.own(clock))
