"""What an event does to synapses: traces are brought up to date, then statements run.

An event is a spike that arrives (region ``transmit``) or a spike of the post neuron
(``post_spike``); see ``net.projection`` for what it means. In a kernel, what all synapses of the
neuron share is computed once in front of the loop over its synapses:

    x = x * exp(...);  x += A                  # of the pre neuron, once per spike
    for each synapse of its row: g += w;  w = clip(w + y_now[post])

Traces of the neurons on the other side are brought up to date before all events of a step, into a
table (``y_now``): in one vector loop over all neurons, or only where an event will look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import define

from ...ir.buffers import DT, OWN, SCRATCH, Buffer
from ...ir.core import Block, Op, Value
from ...ir.dialects import arith, eq, net
from ...ir.types import f64, i64
from .equations import Frame, Place, lower_chosen
from .kernel import Kernel
from .projection import ProjectionLowering


@define(eq=False)
class Neuron:
    """What is the same for all synapses of the neuron that an event concerns."""

    env: dict[Value, Value]
    held: dict[str, Value | None]


class Event:
    """Lowers events of the region ``part``; ``done`` updates were made before them."""

    def __init__(self, j: ProjectionLowering, k: Kernel, part: str, done: Value) -> None:
        self.j, self.k, self.done = j, k, done
        self.before: Block = j.op.events.block
        self.block: Block = getattr(j.op, part).block
        self.clocks = {n: str(v.clock) for n, v in j.variables.items() if v.clock is not None}
        self.kept = j.op.keeps(part)
        side = net.SIDES[part]
        written = {op.variable for op in self.block.ops if isinstance(op, eq.Write)}
        read = {op.variable for op in self.block.ops if isinstance(op, eq.Read)}
        here = {n: v.locality for n, v in j.variables.items() if n in written | {*self.kept}}
        self.common = [n for n, locality in here.items() if locality == side]
        where = {n: j.variables[n].locality for n in self.clocks}
        there = [n for n in where if where[n] not in ("local", side)]
        self.table = [n for n in there if n in read]
        at_other_end = {n for n in read if j.variables[n].locality not in ("local", "global", side)}
        self.plain = sorted(at_other_end - {*where})
        self.local = [n for n in where if where[n] == "local" and n in read | {*self.kept}]
        self._others = _about(self.before, there)
        self._once = {*_about(self.before, self.common), *_about(self.block, self.common)}
        self._each = _about(self.before, self.local)
        self.changed = sorted(n for n in written if j.variables[n].locality == "local")
        self._later = _about(self.block, self.changed)

    def _frame(self, frame: Frame, held: Iterable[str]) -> Frame:
        """A frame that keeps traces in registers and knows their age."""
        frame.held = dict.fromkeys(held)
        ages: dict[str, Value] = {}

        def elapsed(name: str) -> Value:
            clock = self.clocks[name]
            if clock not in ages:
                ages[clock] = self._elapsed(frame.own(clock))
            return ages[clock]

        frame.elapsed = elapsed
        return frame

    def _elapsed(self, clock: Place) -> Value:
        k = self.k
        steps = k(arith.SubI(self.done, k.load(clock.buffer, clock.at, i64, "kept_at")))
        steps = k(arith.SIToFP(steps, result_type=f64))
        elapsed = k(arith.MulF(steps, k.milliseconds(DT, f64)))
        found: Value = k.resized(elapsed, self.j.number).named("elapsed")
        return found

    def _keep(self, frame: Frame, names: Iterable[str]) -> None:
        """Store what is held, and set the clocks."""
        clocks: dict[str, None] = {}
        for name in names:
            value = frame.held[name]
            if value is not None:
                place = frame.own(name)
                self.k.store(value, place.buffer, place.at)
            if name in self.clocks:
                clocks[self.clocks[name]] = None
        for clock in clocks:
            place = frame.own(clock)
            self.k.store(self.done, place.buffer, place.at)

    def neuron(self, pre: Value, post: Value) -> Neuron:
        """Run what all synapses of a neuron share; only the end that the event concerns counts."""
        frame = self._frame(self.j.frame(self.k, pre, post, self.k.constant(0)), self.common)
        for block in (self.before, self.block):
            lower_chosen(block, frame, self._once.__contains__)
        self._keep(frame, self.common)
        return Neuron(frame.env, frame.held)

    def synapse(self, neuron: Neuron, pre: Value, post: Value, synapse: Value) -> None:
        """Run the rest at one synapse."""
        frame = self._frame(self.j.frame(self.k, pre, post, synapse), self.local)
        frame.env = dict(neuron.env)
        for name in self.table:
            place = self._row(name, pre, post)
            frame.held[name] = frame.read(place, name)
        lower_chosen(self.before, frame, lambda op: op in self._each and op not in self._once)
        lower_chosen(self.block, frame, lambda op: op not in self._once)
        self._keep(frame, [name for name in self.kept if name in self.local])

    def later(
        self,
        pre: Value,
        synapse: Value,
        values: dict[str, Value],
        only: Value,
        *,
        free: bool,
    ) -> None:
        """Run the rest at one synapse after all, if ``only`` says so.

        ``values`` are those that variables of the pre neuron had at that time; ``free``: nothing
        keeps the weights as they are.
        """
        frame = self.j.frame(self.k, pre, self.k.constant(0), synapse)
        frame.keep, frame.only = None if free else frame.keep, only
        self._frame(frame, ())
        frame.held.update(values)
        lower_chosen(self.block, frame, self._later.__contains__)

    # ------------------------------------------------------------------ the table

    def _row(self, name: str, pre: Value, post: Value) -> Place:
        """Where the table holds a trace as it is now."""
        j, variable = self.j, self.j.variables[name]
        at, extent = j.end(self.k, variable.locality, pre, post)
        described = Buffer(j.name, "now", SCRATCH, extent, name, OWN)
        return Place(self.k.buffer(described, variable.stored_type), at, variable.type)

    def bring(self, pre: Value, post: Value, where: Callable[[str], Place]) -> None:
        """Bring the traces of a neuron at the other side up to date, into ``where``."""
        frame = self.j.frame(self.k, pre, post, self.k.constant(0))
        self._frame(frame, {op.variable for op in self._others if isinstance(op, eq.Write)})
        lower_chosen(self.before, frame, self._others.__contains__)
        for name in self.table:
            place, value = where(name), frame.held[name]
            self.k.store(
                frame.read(frame.own(name)) if value is None else value, place.buffer, place.at
            )

    def fill(
        self, events: Value, low: Value, high: Value, each: Callable[[Callable[..., None]], None]
    ) -> None:
        """Fill the table for a number of ``events``: from ``low`` to ``high``, or where they look.

        ``each`` calls what it is given with (pre, post) of all synapses of the events.
        """
        if not self.table:
            return
        k, j = self.k, self.j
        pairs = k.mul(k.count(j.pre.name, "size"), k.count(j.post.name, "size"))
        synapses = k.count(j.name, "synapses")
        many = k.compare("uge", k.mul(k.mul(events, synapses), k.constant(WIDE)), pairs)
        with k.when(many), k.loop(low, high, "rank", parallel=True) as rank:
            self.bring(rank, rank, lambda name: self._row(name, rank, rank))
        with k.when(k(arith.XOrI(many, k.constant(1, many.type)))):
            each(lambda pre, post: self.bring(pre, post, lambda n: self._row(n, pre, post)))


WIDE = 4
"""How much faster a trace is brought up to date in the vector loop than by itself."""


def _about(block: Block, names: Iterable[str]) -> set[Op]:
    """The operations that read or write these variables, with all that these operations need."""
    wanted, chosen = set(names), set[Op]()
    for op in reversed(block.ops):
        mine = isinstance(op, eq.Read | eq.Write) and op.variable in wanted
        if mine or any(user in chosen for value in op.results for user in value.users()):
            chosen.add(op)
    return chosen
