"""Kernels for changes by spikes, of neurons and their synapses.

``@J_events``  spikes that arrive, after all that they add has reached the neurons (``delivery.py``)
``@J_post``    spikes of post neurons, along columns

A subgroup has the neuron, and a lane each of its synapses. What the synapses share is computed by
all lanes alike; the first one stores it when all have read what was there.
"""

from __future__ import annotations

from attrs import field

from ...ir.attrs_classes import define
from ...ir.buffers import ANYTHING
from ...ir.core import Op, Value
from ...ir.dialects import loops, nvvm
from ...ir.dialects.func import Func
from ...ir.events import SPIKE
from ...ir.types import i32, i64
from ..kernels.nests import inside, nest_in
from ..kernels.statements import BufferElement, Env, lower_ops
from ..kernels.synapse import SynapseFrame
from .arrivals import Arrivals, brought
from .kernel import GridKernel
from .projection import GridProjection

ALL_LANES = -1
"""The mask of all lanes of a subgroup."""


@define
class EventFrame(SynapseFrame):
    """A frame of statements that all lanes run alike. ``stores`` come later."""

    stores: list[tuple[Value, BufferElement]] = field(factory=list)

    def store(self, value: Value, place: BufferElement) -> None:
        """Keep what is to be stored."""
        self.stores.append((value, place))


class EventChanges:
    """Changes of a task, ``transmit`` or ``post``, after ``done`` updates."""

    def __init__(
        self, projection: GridProjection, kernel: GridKernel, what: str, done: Value
    ) -> None:
        self.projection, self.kernel, self.done = projection, kernel, done
        task = projection.tasks[what]
        self.clock = inside(task.body.block, loops.Clock)
        self.nest = nest_in(task, loops.Arriving if what == "transmit" else loops.Fired)

    def _know(self, frame: SynapseFrame, known: Env | None = None) -> None:
        frame.env.update(known or {})
        if self.clock is not None:
            frame.env[self.clock.result] = self.done

    def neuron(self, rank: Value) -> Env:
        """Run what the synapses of a neuron share. Returns its values."""
        kernel, projection = self.kernel, self.projection
        frame = EventFrame(kernel, projection.name, Env(kernel), projection=projection)
        self._know(frame)
        frame.env[self.nest.neuron] = rank
        lower_ops(self.nest.before, frame)
        if frame.stores:
            kernel(nvvm.WarpBarrier(kernel.constant(ALL_LANES, i32)))
            with kernel.when(kernel.compare("eq", kernel.lane, kernel.constant(0))):
                for value, place in frame.stores:
                    kernel.store(value, place.buffer, place.at)
            kernel(nvvm.WarpBarrier(kernel.constant(ALL_LANES, i32)))
        return frame.env

    def synapse(self, neuron: Env, other: Value, place: Value) -> None:
        """Run the rest at a synapse, with the neuron ``other``. Nothing is added."""
        frame = SynapseFrame(
            self.kernel, self.projection.name, Env(self.kernel), projection=self.projection
        )
        self._know(frame, neuron)
        frame.env.update(zip(self.nest.body.args, (place, other), strict=True))
        frame.traces = lambda op: brought(op, frame, other)
        lower_ops([op for op in self.nest.body.ops if _changes(op)], frame)


def _changes(op: Op) -> bool:
    return not (op.terminator or isinstance(op, loops.Add | loops.Collect))


def events(projection: GridProjection) -> Func | None:
    """The kernel ``@J_events``; see the module. None where spikes change nothing."""
    if not projection.scatters or not _stores(projection.tasks["transmit"]):
        return None
    kernel = projection.kernel("events")
    arrivals = Arrivals(projection, kernel)
    changes = EventChanges(projection, kernel, "transmit", kernel.step_i64())
    with arrivals.classes() as delay, projection.mask.dealt(kernel, delay.slot) as pre:
        neuron = changes.neuron(pre)
        with kernel.along_row(*arrivals.row(pre, delay), "synapse") as place:
            changes.synapse(neuron, arrivals.rows.post(place), place)
    return kernel.finish()


def post_spike(projection: GridProjection) -> Func | None:
    """The kernel ``@J_post``; see the module. None where post spikes change nothing."""
    if "post" not in projection.tasks:
        return None
    kernel = projection.kernel("post")
    rows = Arrivals(projection, kernel).rows
    done = kernel.add(kernel.step_i64(), kernel.constant(1, i64))
    changes = EventChanges(projection, kernel, "post", done)
    spikes = projection.post.spikes(SPIKE.name)
    slot = projection.post.slot(kernel) if spikes.delayed else None
    with spikes.dealt(kernel, slot, ANYTHING) as post:
        neuron = changes.neuron(post)
        with kernel.along_row(*rows.column(post), "c") as number:
            place = kernel.load(rows.structure("column_at"), number)
            pre = rows.column_pre(number)
            changes.synapse(neuron, pre, kernel.to_index(place, "synapse"))
    return kernel.finish()


def _stores(task: loops.Task) -> bool:
    """Whether a task changes anything but what it adds to."""
    return any(isinstance(op, loops.Store) for op in task.original.walk())
