"""Kernels of synapses that events change.

Events are spikes that arrive, and spikes of the post neurons.

``@J_transmit``  along the rows of the neurons whose spikes arrive, see ``delivery.py``
``@J_post``      what a spike of a post neuron does to its synapses, through a column index: those
                 of ``post`` are ``column[post]`` to ``column[post + 1]``, each with its place in
                 storage (``column_at``) and its pre rank (``column_pre``); or later, when they
                 are needed (``lazy_post_spikes.py``)

What an event does to one synapse is in ``events.py``.
"""

from __future__ import annotations

from collections.abc import Callable

from ...ir.buffer_names import PADDED
from ...ir.core import Value
from ...ir.dialects import arith, loops
from ...ir.dialects.func import Func
from ...ir.types import i64
from .events import EventLowering
from .kernel import Kernel, OwnNeurons
from .layouts import rows_along
from .layouts.base import RowsLowering
from .lazy_post_spikes import CatchUp
from .projection import ProjectionLowering
from .spikes import OwnSpikes


def deliver_events(projection: ProjectionLowering, kernel: Kernel, own: OwnNeurons) -> None:
    """Deliver the spikes that arrive in this step to their synapses."""
    event, rows = (
        EventLowering(projection, kernel, "transmit", kernel.step_i64()),
        rows_along(projection, kernel, own),
    )

    def each(act: Callable[[Value], None]) -> None:
        with rows.arriving() as (pre, row, _), rows.synapses(pre, row) as synapse:
            act(synapse.post)

    if event.table:
        event.fill(_number_arriving(rows), own, each)
    lazy = CatchUp(projection, kernel) if projection.op.lazy_post_spikes else None
    with rows.arriving() as (pre, row, begin_next):
        late = lazy.open(pre) if lazy is not None else None
        ahead = kernel(arith.SubI(begin_next(), row[0]), "ahead") if lazy is not None else None
        neuron = event.neuron(pre)

        def fetch(place: Value) -> None:
            if ahead is not None:
                rows.fetch(kernel.add(place, ahead), _touched(projection, "transmit", "post"))

        with rows.synapses(pre, row, fetch) as at:
            if lazy is not None and late is not None:
                lazy.act(late, at.post, at.place)
            event.synapse(neuron, at.post, at.place)


def _number_arriving(rows: RowsLowering) -> Value:
    """The number of spikes that arrive now, with each delay."""
    projection, kernel = rows.projection, rows.kernel
    zero = kernel.constant(0)
    distinct, slot_of = rows.delays()
    with kernel.reduce(zero, distinct, [zero], "number") as (number, (before,), most):
        slot = slot_of(number)
        with projection.arriving.parts(kernel, slot, [before]) as (part, (sum_,), all_):
            all_.append(kernel.add(sum_, part.count))
        most.append(all_[0])
    # Spikes with one of several delays reach a part of a row.
    found: Value = kernel(arith.DivUI(most[0], distinct), "arrivals")
    return found


def post_spike(projection: ProjectionLowering) -> Func | None:
    """``@J_post``, if there is anything to do."""
    if "post" not in projection.tasks:
        return None
    kernel = projection.kernel("post")
    own = kernel.partition(projection.post.name)
    fired = OwnSpikes.of(projection.post, kernel, own.low)
    event = EventLowering(
        projection, kernel, "post", kernel.add(kernel.step_i64(), kernel.constant(1, i64))
    )
    if projection.op.lazy_post_spikes:
        lazy = CatchUp(projection, kernel)
        with fired.each() as post:
            event.neuron(post)
            lazy.keep_spike(post, event.done)
        return kernel.finish()
    rows = rows_along(projection, kernel, own)

    def each(act: Callable[[Value], None]) -> None:
        with fired.each() as post, kernel.loop(*rows.column(post), "c") as c:
            act(rows.column_pre(c))

    if event.table:
        every = OwnNeurons(kernel.constant(0), kernel.count(projection.pre.name, PADDED))
        event.fill(fired.count, every, each)
    with fired.each() as post:
        column = rows.column(post)
        neuron = event.neuron(post)
        with kernel.loop(*column, "c") as c:
            place = rows.column_place(c, _touched(projection, "post"))
            event.synapse(neuron, rows.column_pre(c), place)
    return kernel.finish()


def _touched(projection: ProjectionLowering, *tasks: str) -> list[str]:
    """Variables of synapses that these tasks access, but for clocks."""
    found = [projection.tasks[what] for what in tasks if what in projection.tasks]
    ops = [op for task in found for op in task.original.walk()]
    own = [op for op in ops if isinstance(op, loops.Load | loops.Store) and op.of == "own"]
    names = {op.variable for op in own} - {v.clock for v in projection.variables.values()}
    return [
        name
        for name, variable in projection.variables.items()
        if name in names and variable.locality == "local" and variable.role == "variable"
    ]
