"""Events at synapses in kernels: update traces, then run statements.

An event is a spike that arrives (task ``transmit``) or a spike of the post neuron (``post``). What
all synapses of the neuron share stands in front of the loop over its synapses:

    x = x * exp(...);  x += A                  # of the pre neuron, once per spike
    for each synapse of its row: g += w;  w = clip(w + y_now[post])

Traces of the neurons on the other side are brought up to date before all events of a step, into a
table (``y_now``): in one vector loop over all neurons, or only where an event will look.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...ir.buffer_names import SIZE, SYNAPSES
from ...ir.buffers import OWN, SCRATCH, Buffer
from ...ir.core import Value
from ...ir.dialects import arith, loops
from .kernel import Kernel, OwnNeurons
from .nests import inside, nest_in, with_operands
from .projection import ProjectionLowering
from .statements import BufferElement, Env, lower, lower_ops
from .synapse import SynapseFrame, frame_of

Reader = Callable[[str], BufferElement]
"""Finds the place of a trace."""


class EventLowering:
    """Lowers events of the task ``what``. ``done`` updates were made before them."""

    def __init__(
        self, projection: ProjectionLowering, kernel: Kernel, what: str, done: Value
    ) -> None:
        self.projection, self.kernel, self.done = projection, kernel, done
        task = projection.tasks[what]
        self.clock = inside(task.body.block, loops.Clock)
        self.nest = nest_in(task, loops.Arriving if what == "transmit" else loops.Fired)
        self.traces = inside(self.nest.body, loops.Traces)
        self.table = [each.value for each in self.traces.variables] if self.traces else []
        own: list[Any] = [op for op in self.nest.body.ops if _is_own(op)]
        localities = {op: projection.variables[op.variable].locality for op in own}
        self.plain = sorted(
            {o.variable for o in own if localities[o] in _ENDS and isinstance(o, loops.Load)}
        )
        self.changed = sorted(
            {o.variable for o in own if localities[o] == "local" and isinstance(o, loops.Store)}
        )

    def _frame(self, known: Env | None = None) -> SynapseFrame:
        frame = frame_of(self.projection, self.kernel)
        frame.env.update(known or {})
        if self.clock is not None:
            frame.env[self.clock.result] = self.done
        return frame

    def neuron(self, rank: Value) -> Env:
        """Run statements that all synapses of a neuron share.

        Returns the values that they give in the kernel.
        """
        frame = self._frame()
        frame.env[self.nest.neuron] = rank
        lower_ops(self.nest.before, frame)
        return frame.env

    def synapse(self, neuron: Env, other: Value, place: Value) -> None:
        """Run the rest at the synapse from or onto ``other``."""
        frame = self._frame(neuron)
        frame.env.update(zip(self.nest.body.args, (place, other), strict=True))
        frame.traces = lambda op: self._looked_up(frame, other)
        lower(self.nest.body, frame)

    def _looked_up(self, frame: SynapseFrame, other: Value) -> tuple[Any, ...]:
        """The traces of a neuron, from the table."""
        return tuple([frame.load(self._row(name, other), name) for name in self.table])

    def act_late(
        self, pre: Value, synapse: Value, values: dict[str, Value], write_mask: Value, *, free: bool
    ) -> None:
        """Change one synapse after all, if ``write_mask`` says so.

        ``values`` are those that variables of the pre neuron had at that time; ``free``: nothing
        keeps the weights as they are.
        """
        frame = self._frame()
        frame.write_mask = write_mask
        frame.env.update(zip(self.nest.body.args, (synapse, pre), strict=True))
        if self.traces is not None:
            frame.env.update(zip(self.traces.values, map(values.get, self.table), strict=True))
        for op in with_operands([*self.nest.before, *self.nest.body.ops], self._changes):
            if op is self.traces:
                continue
            if isinstance(op, loops.Load) and op.of == "own" and op.variable in values:
                frame.env[op.result] = values[op.variable]
            elif free and isinstance(op, arith.Select) and type(op.condition.op) is loops.Fixed:
                frame.env[op.result] = frame.env[op.false_value]
            else:
                lower_ops([op], frame)

    def _changes(self, op: Any) -> bool:
        """Whether an operation accesses what post spikes change.

        It loads or stores a variable of the synapse.
        """
        return op.block is self.nest.body and _is_own(op) and op.variable in self.changed

    # ------------------------------------------------------------------ the table

    def _row(self, name: str, rank: Value) -> BufferElement:
        """The place of a trace in the table of current ones."""
        projection, variable = self.projection, self.projection.variables[name]
        at, extent = projection.end(self.kernel, variable.locality, rank)
        described = Buffer(projection.name, "now", SCRATCH, extent, name, reach=OWN)
        return BufferElement(self.kernel.buffer(described, variable.stored_type), at, variable.type)

    def bring(self, rank: Value, where: Reader) -> None:
        """Bring a neuron's traces up to date, into ``where``. The neuron is at the other side."""
        assert self.traces is not None
        frame = self._frame()
        frame.env[self.traces.body.block.args[0]] = rank
        for name, value in zip(self.table, lower(self.traces.body.block, frame), strict=True):
            place = where(name)
            self.kernel.store(value, place.buffer, place.at)

    def fill(
        self, events: Value, ranks: OwnNeurons, each: Callable[[Callable[..., None]], None]
    ) -> None:
        """Fill the table for ``events``, for all neurons or few.

        It is filled for all ``ranks``, or where the events look.

        ``each`` calls what it is given with the neuron at the other end of all their synapses.
        """
        if not self.table:
            return
        kernel, projection = self.kernel, self.projection
        pairs = kernel.mul(
            kernel.count(projection.pre.name, SIZE), kernel.count(projection.post.name, SIZE)
        )
        synapses = kernel.count(projection.name, SYNAPSES)
        many = kernel.compare(
            "uge", kernel.mul(kernel.mul(events, synapses), kernel.constant(WIDE)), pairs
        )
        with kernel.when(many), kernel.each(ranks, "rank") as rank:
            self.bring(rank, lambda name: self._row(name, rank))
        with kernel.when(kernel(arith.XOrI(many, kernel.constant(1, many.type)))):
            each(lambda other: self.bring(other, lambda name: self._row(name, other)))


WIDE = 4
"""Gain of the vector loop that brings traces up to date.

A trace takes so many times as long by itself.
"""

_ENDS = ("presynaptic", "postsynaptic")


def _is_own(op: Any) -> bool:
    """Whether an operation loads or stores a variable of its projection."""
    return isinstance(op, loops.Load | loops.Store) and op.of == "own"
