"""Loops over rows of post neurons in slices: the rows of ``BLOCK`` post neurons beside one another.

``slice[b]`` to ``slice[b + 1]`` are the levels of block b; level l holds one synapse of each post
neuron of the block, at ``l * BLOCK + post % BLOCK``, the shorter rows are filled up with padding.
So one vector lane belongs to one post neuron, and adds its synapses in the order of pre ranks
(the format SELL of Kreutzer et al. 2014, doi:10.1137/130930352, without sorting rows).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from attrs import frozen

from ...ir.core import Value
from ...ir.dialects import arith
from ...ir.interface import BLOCK
from ...ir.types import i32
from .kernel import Kernel
from .projection import ProjectionLowering

Add = Callable[[Value, Value, Value, Sequence[Value]], Sequence[Value]]


@frozen(eq=False)
class Row:
    """The synapses of one post neuron: ``count`` of them from level ``first``; ``end`` is past
    the longest row of its block."""

    j: ProjectionLowering
    k: Kernel
    post: Value
    lane: Value
    first: Value
    end: Value
    count: Value

    def synapse(self, level: Value) -> tuple[Value, Value]:
        """The pre neuron of a level, and where its synapse lies."""
        k = self.k
        place = k.add(k.mul(level, k.constant(BLOCK)), self.lane, "synapse")
        return k.to_index(k.load(self.j.ranks(k, "pre"), place), "pre"), place

    def reduce(self, initial: Sequence[Value], add: Add) -> list[Value]:
        """Carry values along the row; ``add(pre, post, synapse, values)`` gives the next ones."""
        k = self.k
        with k.reduce(self.first, self.end, initial, "level") as (level, carried, out):
            pre, place = self.synapse(level)
            there = k.compare("slt", k(arith.SubI(level, self.first)), self.count)
            new = add(pre, self.post, place, carried)
            out.extend(
                k(arith.Select(there, value, old)) for old, value in zip(carried, new, strict=True)
            )
        return list(out)


@contextmanager
def rows(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> Iterator[Row]:
    """A loop over the post neurons from ``low`` to ``high`` (whole blocks)."""
    block = k.constant(BLOCK)
    starts, counts = j.offsets(k, "slice"), j.storage(k, "count", i32)
    with k.loop(k(arith.DivUI(low, block)), k(arith.DivUI(high, block)), "block") as number:
        first, end = k.row(starts, number)
        with k.loop(k.constant(0), block, "lane", parallel=True) as lane:
            post = k.add(k.mul(number, block), lane, "post")
            count = k.to_index(k.load(counts, post), "count")
            yield Row(j, k, post, lane, first, end, count)
