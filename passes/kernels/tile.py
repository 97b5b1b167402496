"""Kernels of tiled projections: dense sums for several steps.

One pass over the weights takes them all.

``@J_tile``    sums for the steps ``%step`` to ``%step + columns``; each weight is read once
``@J_column``  the same for one step, where fewer than ``columns`` are left

Values of the pre population come from its past, sums go to rows that ``@P_clear`` hands to the
neurons. Every sum adds pre neurons in ascending order, as an untiled one does.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ...ir.buffer_names import HISTORY
from ...ir.core import Value
from ...ir.dialects import arith, memref
from ...ir.dialects.func import Func
from .kernel import Kernel
from .layouts import along
from .layouts.base import LoweredDendrite, LoweredSynapse
from .projection import ProjectionLowering
from .statements import BufferElement
from .sums import WeightedSum

FETCH_DISTANCE = 64
"""Pre neurons between weights in use and weights being fetched."""


def tile(j: ProjectionLowering, first: bool) -> Func:
    """The kernel ``@J_tile``.

    With ``first`` of its target it writes the rows to which others add.
    """
    return _sums(j, f"{j.name}_tile", int(j.op.tile), first)


def column(j: ProjectionLowering, first: bool) -> Func:
    """The kernel ``@J_column``."""
    return _sums(j, f"{j.name}_column", 1, first)


def _sums(j: ProjectionLowering, name: str, columns: int, first: bool) -> Func:
    k = Kernel(name, j.op.loc, j.target)
    low, high = k.partition(j.post.name)
    sums = WeightedSum(j, k)
    steps = [k.add(k.step, k.constant(q), f"step_{q}") for q in range(columns)]
    slots = [_slot(j, k, step) for step in steps]
    if first and j.op.pattern != "all_to_all":
        _clear(j, k, low, high, steps)

    def add(synapse: LoweredSynapse, totals: Sequence[Value]) -> list[Value]:
        if columns > 1:
            _prefetch(j, k, synapse.place)
        out: list[Value] = []
        for slot, total in zip(slots, totals, strict=True):
            out += sums.add(synapse, [total], partial(_past, j, k, slot))
        return out

    def keep(dendrite: LoweredDendrite, totals: Sequence[Value]) -> None:
        for step, total in zip(steps, totals, strict=True):
            for target in j.targets:
                rows = j.post.tile_buffer(k, target)
                at = k.add(j.post.tile_row(k, target, step), dendrite.post)
                if first and dendrite.inside is None:
                    start = j.post.settled_sum(k, target, dendrite.post)
                    k.store(k(arith.AddF(start, total)), rows, at)
                else:
                    dendrite.add_to(rows, at, total)

    along(j, k, low, high).sum(sums.start() * columns, add, keep)
    return k.finish()


def _clear(
    j: ProjectionLowering, k: Kernel, low: Value, high: Value, steps: Sequence[Value]
) -> None:
    """Clear rows where the projection does not reach all neurons. They need a start."""
    for target in j.targets:
        rows = j.post.tile_buffer(k, target)
        for step in steps:
            row = j.post.tile_row(k, target, step)
            with k.loop(low, high, parallel=True) as i:
                k.store(j.post.settled_sum(k, target, i), rows, k.add(row, i))


def _prefetch(j: ProjectionLowering, k: Kernel, synapse: Value) -> None:
    """Fetch the weights of a pre neuron further on. One stream alone waits for memory."""
    ahead = k.add(synapse, k.constant(FETCH_DISTANCE * k.target.block))
    for name, variable in j.variables.items():
        if variable.locality == "local":
            k(memref.prefetch(j.values(k, name), ahead))


def _slot(j: ProjectionLowering, k: Kernel, step: Value) -> Value:
    """The slot of the past with a step's pre values."""
    delay: Value = k.constant(1)
    if j.op.delayed:
        delay = k.to_index(k.load(j.structure(k, "delay"), k.constant(0)), "delay")
    history = k.count(j.pre.name, HISTORY)
    since = k(arith.SubI(k.add(step, history), delay))
    slot: Value = k(arith.RemUI(since, history), "slot")
    return slot


def _past(j: ProjectionLowering, k: Kernel, slot: Value, name: str, pre: Value) -> BufferElement:
    """The place of the pre value that a step reads."""
    return j.pre.past_place(k, name, pre, slot)
