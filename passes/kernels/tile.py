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
from .kernel import Kernel, OwnNeurons
from .layouts import along
from .layouts.base import LoweredDendrite, LoweredSynapse
from .projection import ProjectionLowering
from .statements import BufferElement
from .sums import WeightedSum

FETCH_DISTANCE = 64
"""Pre neurons between weights in use and weights being fetched."""


def tile(projection: ProjectionLowering, first: bool) -> Func:
    """The kernel ``@J_tile``.

    With ``first`` of its target it writes the rows to which others add.
    """
    return _sums(projection, "tile", int(projection.op.tile), first)


def column(projection: ProjectionLowering, first: bool) -> Func:
    """The kernel ``@J_column``."""
    return _sums(projection, "column", 1, first)


def _sums(projection: ProjectionLowering, what: str, columns: int, first: bool) -> Func:
    kernel = projection.kernel(what)
    own = kernel.partition(projection.post.name)
    sums = WeightedSum(projection, kernel)
    steps = [kernel.add(kernel.step, kernel.constant(q), f"step_{q}") for q in range(columns)]
    slots = [_slot(projection, kernel, step) for step in steps]
    if first and projection.op.pattern != "all_to_all":
        _clear(projection, kernel, own, steps)

    def add(synapse: LoweredSynapse, totals: Sequence[Value]) -> list[Value]:
        if columns > 1:
            _prefetch(projection, kernel, synapse.place)
        out: list[Value] = []
        for slot, total in zip(slots, totals, strict=True):
            out += sums.add(synapse, [total], partial(_load_past, projection, kernel, slot))
        return out

    def keep(dendrite: LoweredDendrite, totals: Sequence[Value]) -> None:
        for step, total in zip(steps, totals, strict=True):
            for target in projection.targets:
                rows = projection.post.tile_buffer(kernel, target)
                at = kernel.add(projection.post.tile_row(kernel, target, step), dendrite.post)
                if first and dendrite.inside is None:
                    start = projection.post.constant_sum(kernel, target, dendrite.post)
                    kernel.store(kernel(arith.AddF(start, total)), rows, at)
                else:
                    dendrite.add_to(rows, at, total)

    along(projection, kernel, own).sum(sums.start() * columns, add, keep)
    return kernel.finish()


def _clear(
    projection: ProjectionLowering, kernel: Kernel, own: OwnNeurons, steps: Sequence[Value]
) -> None:
    """Clear rows where the projection does not reach all neurons. They need a start."""
    for target in projection.targets:
        rows = projection.post.tile_buffer(kernel, target)
        for step in steps:
            row = projection.post.tile_row(kernel, target, step)
            with kernel.each(own) as i:
                kernel.store(
                    projection.post.constant_sum(kernel, target, i), rows, kernel.add(row, i)
                )


def _prefetch(projection: ProjectionLowering, kernel: Kernel, synapse: Value) -> None:
    """Fetch the weights of a pre neuron further on. One stream alone waits for memory."""
    ahead = kernel.add(synapse, kernel.constant(FETCH_DISTANCE * kernel.target.block))
    for name, variable in projection.variables.items():
        if variable.locality == "local":
            kernel(memref.prefetch(projection.values(kernel, name), ahead))


def _slot(projection: ProjectionLowering, kernel: Kernel, step: Value) -> Value:
    """The slot of the past with a step's pre values."""
    delay: Value = kernel.constant(1)
    if projection.op.delayed:
        delay = kernel.to_index(
            kernel.load(projection.structure(kernel, "delay"), kernel.constant(0)), "delay"
        )
    history = kernel.count(projection.pre.name, HISTORY)
    since = kernel(arith.SubI(kernel.add(step, history), delay))
    slot: Value = kernel(arith.RemUI(since, history), "slot")
    return slot


def _load_past(
    projection: ProjectionLowering, kernel: Kernel, slot: Value, name: str, pre: Value
) -> BufferElement:
    """The place of the pre value that a step reads."""
    return projection.pre.past_place(kernel, name, pre, slot)
