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
from ...ir.buffers import PAST
from ...ir.core import Value
from ...ir.dialects import arith, loops
from ...ir.dialects.func import Func
from ...ir.types import i64
from .events import EventLowering
from .kernel import Kernel
from .layouts import rows_along
from .layouts.base import RowsLowering
from .lazy_post_spikes import CatchUp
from .projection import ProjectionLowering
from .spikes import OwnSpikes


def deliver_events(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> None:
    """Deliver the spikes that arrive in this step to their synapses."""
    event, rows = EventLowering(j, k, "transmit", k.step_i64()), rows_along(j, k, low, high)

    def each(act: Callable[[Value], None]) -> None:
        with rows.arriving() as (pre, row, _), rows.synapses(pre, row) as synapse:
            act(synapse.post)

    if event.table:
        event.fill(_number_arriving(rows), low, high, each)
    lazy = CatchUp(j, k) if j.op.lazy_post_spikes else None
    with rows.arriving() as (pre, row, begin_next):
        late = lazy.open(pre) if lazy is not None else None
        ahead = k(arith.SubI(begin_next(), row[0]), "ahead") if lazy is not None else None
        neuron = event.neuron(pre)

        def fetch(place: Value) -> None:
            if ahead is not None:
                rows.fetch(k.add(place, ahead), _touched(j, "transmit", "post"))

        with rows.synapses(pre, row, fetch) as at:
            if lazy is not None and late is not None:
                lazy.act(late, at.post, at.place)
            event.synapse(neuron, at.post, at.place)


def _number_arriving(rows: RowsLowering) -> Value:
    """The number of spikes that arrive now, with each delay."""
    j, k = rows.projection, rows.kernel
    _, counts = j.arriving.buffers(k, PAST)
    zero = k.constant(0)
    classes, slot_of = rows.delays()
    with k.reduce(zero, classes, [zero], "class") as (number, (before,), most):
        slot = slot_of(number)
        with k.reduce(zero, k.threads, [before], "source") as (source, (sum_,), all_):
            _, count = j.arriving.position(k, source, k.border(j.pre.name, source), slot)
            all_.append(k.add(sum_, k.to_index(k.load(counts, count), "fired")))
        most.append(all_[0])
    # Spikes with one of several delays reach a part of a row.
    found: Value = k(arith.DivUI(most[0], classes), "arrivals")
    return found


def post_spike(j: ProjectionLowering) -> Func | None:
    """``@J_post``, if there is anything to do."""
    if "post" not in j.tasks:
        return None
    k = Kernel(f"{j.name}_post", j.op.loc, j.target)
    low, high = k.partition(j.post.name)
    fired = OwnSpikes.of(j.post, k, low)
    event = EventLowering(j, k, "post", k.add(k.step_i64(), k.constant(1, i64)))
    if j.op.lazy_post_spikes:
        lazy = CatchUp(j, k)
        with fired.each() as post:
            event.neuron(post)
            lazy.keep_spike(post, event.done)
        return k.finish()
    rows = rows_along(j, k, low, high)

    def each(act: Callable[[Value], None]) -> None:
        with fired.each() as post, k.loop(*rows.column(post), "c") as c:
            act(rows.column_pre(c))

    if event.table:
        event.fill(fired.count, k.constant(0), k.count(j.pre.name, PADDED), each)
    with fired.each() as post:
        column = rows.column(post)
        neuron = event.neuron(post)
        with k.loop(*column, "c") as c:
            place = rows.column_place(c, _touched(j, "post"))
            event.synapse(neuron, rows.column_pre(c), place)
    return k.finish()


def _touched(j: ProjectionLowering, *tasks: str) -> list[str]:
    """Variables of synapses that these tasks access, but for clocks."""
    found = [j.tasks[what] for what in tasks if what in j.tasks]
    ops = [op for task in found for op in task.original.walk()]
    own = [op for op in ops if isinstance(op, loops.Load | loops.Store) and op.of == "own"]
    names = {op.variable for op in own} - {v.clock for v in j.variables.values()}
    return [
        name
        for name, variable in j.variables.items()
        if name in names and variable.locality == "local" and variable.role == "variable"
    ]
