"""Kernels that deliver spikes: along rows of pre neurons, as spikes or decoded to rates."""

from __future__ import annotations

from typing import Any

from ...ir.buffers import OWN, SCRATCH, STATE, STRUCTURE, Buffer, neurons
from ...ir.core import Value
from ...ir.dialects import arith, memref
from ...ir.types import i1, i64
from .arrivals import deliver_arrivals, take
from .counts import alike, deliver_counts
from .equations import Frame, lower
from .kernel import Kernel
from .projection import ProjectionLowering
from .spikes import Rows, arrival, spikes


def deliver(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> None:
    """What the spikes that arrive in this step do to their synapses."""
    if j.op.storage == "dense_rows":
        _along_whole_rows(j, k, low, high)
    elif j.op.storage == "delay_queues":
        deliver_arrivals(j, k, low, high)
    elif j.op.gathers:
        _gathered(j, k, low, high)
    elif j.op.storage == "bit_matrix" or j.op.alike:
        same = alike(j, k)
        with k.when(same):
            if j.op.storage == "bit_matrix":
                deliver_counts(j, k, low, high)
            else:
                _each(j, k, common=True)
        with k.when(k(arith.XOrI(same, k.constant(1, i1)))):
            _each(j, k)
    else:
        _each(j, k)


def _each(j: ProjectionLowering, k: Kernel, common: bool = False) -> None:
    """Synapse by synapse; where all are alike, the values of the first serve all."""

    def arrive(frame: Frame, post: Value) -> None:
        _arrive(j, frame)

    _for_all_spikes(j, k, arrive, common)


def _gathered(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> None:
    """Sums of what arrives in this step, in the order in which spikes were fired; then added."""

    def sums(name: str) -> Value:
        described = Buffer(j.name, "gathered", SCRATCH, neurons(j.post.name), name, OWN)
        return k.buffer(described, j.post.variables[name].type)

    def arrive(frame: Frame, post: Value) -> None:
        def add(name: str, value: Value) -> None:
            k.store(k(arith.AddF(k.load(sums(name), post), value)), sums(name), post)

        frame.accumulate = add
        _arrive(j, frame)

    _for_all_spikes(j, k, arrive)
    for name in j.op.gathered:
        take(j, k, name, sums(name), k.constant(0), (low, high))


def _arrive(j: ProjectionLowering, frame: Frame) -> None:
    """What a spike does to one synapse."""
    lower(j.op.transmit.block, frame)


def _for_all_spikes(j: ProjectionLowering, k: Kernel, arrive: Any, common: bool = False) -> None:
    """For all spikes that arrive in this step: the synapses into this thread's neurons.

    Order: by delay, then by pre rank, then by post rank. Where arrivals are gathered, the longest
    delay comes first.
    """
    if j.op.delays != "many":
        _along_rows(j, k, arrive, k.constant(0), k.constant(1), arrival(j, k), common)
        return
    classes = k.count(j.name, "classes")
    delays = j.storage(k, "delays", i64)
    with k.loop(k.constant(0), classes, "class") as count:
        number = count
        if j.op.gathers:
            number = k(arith.SubI(k(arith.SubI(classes, k.constant(1))), count))
        delay = k.to_index(k.load(delays, number), "delay")
        _along_rows(j, k, arrive, number, classes, j.pre.slot(k, delay), common)


def _along_rows(
    j: ProjectionLowering,
    k: Kernel,
    arrive: Any,
    number: Value,
    classes: Value,
    slot: Value | None,
    common: bool,
) -> None:
    """Deliver the spikes of one step to the synapses of one delay."""
    split, targets = j.offsets(k, "split"), j.ranks(k, "post")
    width = k.add(k.threads, k.constant(1))
    with spikes(j, k, slot) as pre:
        row = k.add(k.mul(pre, classes), number)
        cut = k.add(k.mul(row, width), k.thread)
        with k.loop(*k.row(split, cut), "synapse") as synapse:
            post = k.to_index(k.load(targets, synapse), "post")
            arrive(j.frame(k, pre, post, k.constant(0) if common else synapse), post)


def _along_whole_rows(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> None:
    """Every post neuron of a range, one vector lane each; the row of a pre neuron is contiguous."""
    rows = Rows.of(j, k, low, high)
    with (
        spikes(j, k, arrival(j, k)) as pre,
        rows.of_pre(pre) as row,
        k.loop(rows.low, rows.high, "post", parallel=True) as post,
    ):
        frame = j.frame(k, pre, post, k.add(row, post, "synapse"))
        frame.only = rows.connected(pre, post)
        _arrive(j, frame)


def decode(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> None:
    """Weighted spikes per step go into a ring of ``window`` slots; its total is the rate.

    The running total is summed afresh once per turn of the ring, so that it cannot drift.
    """
    arrived, total, ring, scale = (
        j.storage(k, name, j.number, role)
        for name, role in (
            *(("arrived", STATE), ("total", STATE), ("ring", STATE)),
            ("scale", STRUCTURE),
        )
    )
    window, size = k.count(j.name, "window"), k.count(j.name, "padded")
    with k.loop(low, high, parallel=True) as i:
        k.store(k.constant(0.0, j.number), arrived, i)

    def arrive(frame: Frame, post: Value) -> None:
        (weight,) = lower(j.op.transmit.block, frame)
        k.store(k(arith.AddF(k.load(arrived, post), weight)), arrived, post)

    _for_all_spikes(j, k, arrive)
    slot = k(arith.RemUI(k.step, window), "slot")
    row = k.mul(slot, size)
    with k.loop(low, high, parallel=True) as i:
        at, new = k.add(row, i), k.load(arrived, i)
        change = k(arith.SubF(new, k.load(ring, at)))
        k.store(k(arith.AddF(k.load(total, i), change)), total, i)
        k(memref.Store(new, ring, at))
    turn = k.compare("eq", k.add(slot, k.constant(1)), window)
    with k.when(turn), k.loop(low, high, parallel=True) as i:
        nothing = k.constant(0.0, j.number)
        with k.reduce(k.constant(0), window, [nothing], "age") as (age, (sum_,), out):
            out.append(k(arith.AddF(sum_, k.load(ring, k.add(k.mul(age, size), i)))))
        k.store(out[0], total, i)
    with k.loop(low, high, parallel=True) as i:
        rate = k(arith.MulF(k.load(total, i), k.load(scale, i)))
        for target in j.targets:
            sums = j.post.sum_buffer(k, target)
            k.store(k(arith.AddF(k.load(sums, i), rate)), sums, i)
