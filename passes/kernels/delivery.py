"""Kernels that deliver spikes: along rows of pre neurons, as spikes or decoded to rates."""

from __future__ import annotations

from typing import Any

from ...ir.core import Value
from ...ir.dialects import arith, memref
from ...ir.types import i64
from .equations import Frame, lower
from .kernel import Kernel
from .projection import ProjectionLowering


def deliver(j: ProjectionLowering, k: Kernel) -> None:
    """What the spikes that arrive in this step do to their synapses."""

    def arrive(frame: Frame, post: Value) -> None:
        j.bring_up_to_date(frame, k.step_i64())
        lower(j.op.transmit.block, frame)

    _for_all_spikes(j, k, arrive)


def _for_all_spikes(j: ProjectionLowering, k: Kernel, arrive: Any) -> None:
    """For all spikes that arrive in this step: the synapses into this thread's neurons.

    Order: by delay, then by pre rank, then by post rank.
    """
    zero = k.constant(0)
    if not j.op.delayed:
        slot = j.pre.slot(k, k.constant(1)) if j.pre.delayed_spikes else None
        _along_rows(j, k, arrive, zero, k.constant(1), slot)
        return
    classes = k.count(f"{j.name}.classes")
    delays = j.storage(k, "delays", i64)
    with k.loop(zero, classes, "class") as number:
        delay = k.to_index(k.load(delays, number), "delay")
        _along_rows(j, k, arrive, number, classes, j.pre.slot(k, delay))


def _along_rows(
    j: ProjectionLowering, k: Kernel, arrive: Any, number: Value, classes: Value, slot: Value | None
) -> None:
    """Deliver the spikes of one step to the synapses of one delay."""
    ranks, counts = j.pre.spike_list(k)
    split, targets = j.offsets(k, "split"), j.ranks(k, "post")
    size = k.count(f"{j.pre.name}.size")
    width = k.add(k.threads, k.constant(1))
    with k.loop(k.constant(0), k.threads, "source") as source:
        base, count = j.pre.spike_position(k, source, k.bound(size, source), slot)
        fired = k.to_index(k.load(counts, count), "fired")
        with k.loop(k.constant(0), fired, "spike") as spike:
            pre = k.to_index(k.load(ranks, k.add(base, spike)), "pre")
            row = k.add(k.mul(pre, classes), number)
            cut = k.add(k.mul(row, width), k.thread)
            with k.loop(*k.row(split, cut), "synapse") as synapse:
                post = k.to_index(k.load(targets, synapse), "post")
                arrive(j.frame(k, pre, post, synapse), post)


def decode(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> None:
    """Weighted spikes per step go into a ring of ``window`` slots; its total is the rate.

    The running total is summed afresh once per turn of the ring, so that it cannot drift.
    """
    arrived, total = (
        j.storage(k, "arrived", j.number),
        j.storage(k, "total", j.number),
    )
    ring, scale = j.storage(k, "ring", j.number), j.storage(k, "scale", j.number)
    window, size = k.count(f"{j.name}.window"), k.count(f"{j.name}.padded")
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
