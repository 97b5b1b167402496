"""Kernels that deliver spikes to synapses that they do not change, or decode them to rates."""

from __future__ import annotations

from ...ir.buffers import STATE, STRUCTURE
from ...ir.core import Value
from ...ir.dialects import arith, eq, memref
from .equations import lower
from .kernel import Kernel
from .layouts import along
from .layouts.base import AddTo, Synapse, Transmission
from .projection import ProjectionLowering


def deliver(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> None:
    """What the spikes that arrive in this step do to their synapses."""

    def act(synapse: Synapse, add: AddTo | None = None) -> None:
        frame = j.frame(k, synapse.pre, synapse.post, synapse.place)
        frame.only, frame.accumulate = synapse.present, add
        lower(j.op.transmit.block, frame)

    ops = [op for op in j.op.transmit.block.ops if isinstance(op, eq.Accumulate)]
    adds = [(op.variable, op.value.type) for op in ops]
    along(j, k, low, high).deliver(Transmission(act, adds, j.op.gathered))


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

    def arrive(synapse: Synapse) -> None:
        post = synapse.post
        frame = j.frame(k, synapse.pre, post, synapse.place)
        (weight,) = lower(j.op.transmit.block, frame)
        k.store(k(arith.AddF(k.load(arrived, post), weight)), arrived, post)

    along(j, k, low, high).for_spikes(arrive)
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
