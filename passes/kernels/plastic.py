"""Kernels of synapses that events change: spikes that arrive, and spikes of their post neurons.

``@J_transmit``  along the rows of the neurons whose spikes arrive, see ``delivery.py``
``@J_post``      what a spike of a post neuron does to its synapses, through a column index: those
                 of ``post`` are ``column[post]`` to ``column[post + 1]``, each with its place in
                 storage (``column_at``) and its pre rank (``column_pre``); or later, when they
                 are needed (``pending.py``)

What an event does to one synapse is in ``events.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from ...ir.buffers import OWN, PAST
from ...ir.core import Region, Value
from ...ir.dialects import arith, eq, memref, net
from ...ir.dialects.func import Func
from ...ir.interface import COLUMN_AHEAD
from ...ir.types import i64
from .events import Event
from .kernel import Kernel
from .pending import Pending
from .projection import ProjectionLowering
from .spikes import arrival, spikes_and_next


def deliver_events(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> None:
    """What the spikes that arrive in this step do to their synapses."""
    event = Event(j, k, "transmit", k.step_i64())
    targets = j.ranks(k, "post")

    def each(act: Callable[[Value, Value], None]) -> None:
        with _arriving(j, k) as (pre, row, _), k.loop(*row, "synapse") as synapse:
            act(pre, k.to_index(k.load(targets, synapse), "post"))

    if event.table:
        event.fill(_arrivals(j, k), low, high, each)
    pending = Pending(j, k) if j.op.waiting else None
    with _arriving(j, k) as (pre, row, begin_next):
        late = pending.open(pre) if pending is not None else None
        ahead = k(arith.SubI(begin_next(), row[0]), "ahead") if pending is not None else None
        neuron = event.neuron(pre, k.constant(0))
        with k.loop(*row, "synapse") as synapse:
            if ahead is not None:
                _fetch(j, k, k.add(synapse, ahead))
            post = k.to_index(k.load(targets, synapse), "post")
            if pending is not None and late is not None:
                pending.act(late, post, synapse)
            event.synapse(neuron, pre, post, synapse)


def _delays(j: ProjectionLowering, k: Kernel) -> tuple[Value, Callable[[Value], Value | None]]:
    """The number of different delays, and what finds the slot of the spikes that come with one."""
    if j.op.delays != "many":
        slot = arrival(j, k)
        return k.constant(1), lambda number: slot
    delays = j.storage(k, "delays", i64)

    def slot_of(number: Value) -> Value:
        return j.pre.slot(k, k.to_index(k.load(delays, number), "delay"))

    return k.count(j.name, "classes"), slot_of


Arrival = tuple[Value, tuple[Value, Value], Callable[[], Value]]
"""A neuron whose spike arrives, where this thread's row lies, what finds where the next begins."""


@contextmanager
def _arriving(j: ProjectionLowering, k: Kernel) -> Iterator[Arrival]:
    """A loop over the spikes that arrive.

    Order: by delay, then by pre rank; within a row by post rank.
    """
    split, (classes, slot_of) = j.offsets(k, "split"), _delays(j, k)
    width = k.add(k.threads, k.constant(1))
    with (
        k.loop(k.constant(0), classes, "class") as number,
        spikes_and_next(j, k, slot_of(number)) as (pre, after),
    ):

        def cut(neuron: Value) -> Value:
            row = k.add(k.mul(neuron, classes), number)
            found: Value = k.add(k.mul(row, width), k.thread)
            return found

        def begin_next() -> Value:
            found: Value = k.to_index(k.load(split, cut(after())), "next")
            return found

        yield pre, k.row(split, cut(pre)), begin_next


def _arrivals(j: ProjectionLowering, k: Kernel) -> Value:
    """How many spikes arrive in this step, with each delay."""
    _, counts = j.pre.spike_list(k, PAST)
    zero = k.constant(0)
    classes, slot_of = _delays(j, k)
    with k.reduce(zero, classes, [zero], "class") as (number, (before,), most):
        slot = slot_of(number)
        with k.reduce(zero, k.threads, [before], "source") as (source, (sum_,), all_):
            _, count = j.pre.spike_position(k, source, k.border(j.pre.name, source), slot)
            all_.append(k.add(sum_, k.to_index(k.load(counts, count), "fired")))
        most.append(all_[0])
    # Spikes with one of several delays reach a part of a row.
    found: Value = k(arith.DivUI(most[0], classes), "arrivals")
    return found


def post_spike(j: ProjectionLowering) -> Func | None:
    """``@J_post``, if there is anything to do."""
    if net.idle(j.op.post_spike):
        return None
    k = Kernel(f"{j.name}_post", j.op.loc)
    low, _ = k.partition(j.post.name)
    ranks, counts = j.post.spike_list(k, OWN)
    base, count = j.post.own_spikes(k, low)
    fired = k.to_index(k.load(counts, count), "fired")
    event = Event(j, k, "post_spike", k.add(k.step_i64(), k.constant(1, i64)))
    if j.op.waiting:
        pending = Pending(j, k)
        with k.loop(k.constant(0), fired, "spike") as spike:
            post = k.to_index(k.load(ranks, k.add(base, spike)), "post")
            event.neuron(k.constant(0), post)
            pending.remember(post, event.done)
        return k.finish()
    columns, sources = j.offsets(k, "column"), j.ranks_of_pre(k)

    @contextmanager
    def firing() -> Iterator[tuple[Value, tuple[Value, Value]]]:
        with k.loop(k.constant(0), fired, "spike") as spike:
            post = k.to_index(k.load(ranks, k.add(base, spike)), "post")
            yield post, k.row(columns, post)

    def each(act: Callable[[Value, Value], None]) -> None:
        with firing() as (post, column), k.loop(*column, "c") as c:
            act(k.to_index(k.load(sources, c), "pre"), post)

    if event.table:
        event.fill(fired, k.constant(0), k.count(j.pre.name, "padded"), each)
    with firing() as (post, column):
        neuron = event.neuron(k.constant(0), post)
        with k.loop(*column, "c") as c:
            synapse = _place(j, k, c)
            pre = k.to_index(k.load(sources, c), "pre")
            event.synapse(neuron, pre, post, synapse)
    return k.finish()


def _place(j: ProjectionLowering, k: Kernel, c: Value) -> Any:
    """Where the synapse number ``c`` in the order of columns lies; those to come are fetched."""
    places = j.offsets(k, "column_at")
    next_ = k.to_index(k.load(places, k.add(c, k.constant(COLUMN_AHEAD))))
    for name in _touched(j, (j.op.events, j.op.post_spike)):
        k(memref.prefetch(j.values(k, name), next_))
    return k.to_index(k.load(places, c), "synapse")


def _fetch(j: ProjectionLowering, k: Kernel, place: Value) -> None:
    """Ask for what an arriving spike and waiting spikes touch of a synapse in the next row.

    Rows of learning synapses that wait lie anywhere in memory that no cache holds.
    """
    k(memref.prefetch(j.ranks(k, "post"), place))
    for name in _touched(j, (j.op.events, j.op.post_spike, j.op.transmit)):
        k(memref.prefetch(j.values(k, name), place))


def _touched(j: ProjectionLowering, regions: Iterable[Region]) -> list[str]:
    """Variables of each synapse that these regions read or write."""
    ops = [op for region in regions for op in region.block.ops]
    names = {op.variable for op in ops if isinstance(op, eq.Read | eq.Write)}
    return [
        name
        for name, variable in j.variables.items()
        if name in names and variable.locality == "local" and variable.role == "variable"
    ]
