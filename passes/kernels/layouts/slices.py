"""Loops over rows of post neurons in slices.

A slice holds the rows of ``block`` post neurons beside one another.

``slice[b]`` to ``slice[b + 1]`` are the levels of block b; level l holds one synapse of each post
neuron of the block, at ``l * block + post % block``, the shorter rows are filled up with padding.
So one vector lane belongs to one post neuron, and adds its synapses in the order of pre ranks
(the format SELL of Kreutzer et al. 2014, doi:10.1137/130930352, without sorting rows).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar

from ....ir.attrs_classes import frozen
from ....ir.core import Value
from ....ir.dialects import arith
from ....ir.layouts import SLICES, Layout
from .base import Add, Keep, LayoutLowering, Learning, LoweredDendrite, LoweredSynapse


@frozen(eq=False)
class SlicedRow:
    """The synapses of one post neuron in a slice.

    The neuron has ``count`` of them from level ``first``; ``end`` is past the longest row of its
    block.
    """

    slices: SlicesLowering
    post: Value
    lane: Value
    first: Value
    end: Value
    count: Value

    @property
    def dendrite(self) -> LoweredDendrite:
        """The post neuron and the number of its synapses."""
        return LoweredDendrite(self.slices.kernel, self.post, lambda: self.count)

    def synapse(self, level: Value) -> LoweredSynapse:
        """The synapse of a level."""
        kernel = self.slices.kernel
        place = kernel.add(
            kernel.mul(level, kernel.constant(kernel.target.block)), self.lane, "synapse"
        )
        pre = kernel.to_index(kernel.load(self.slices.structure("pre"), place), "pre")
        return LoweredSynapse(pre, self.post, place)

    def reduce(self, initial: Sequence[Value], add: Add) -> list[Value]:
        """Carry values along the row."""
        kernel = self.slices.kernel
        with kernel.reduce(self.first, self.end, initial, "level") as (level, carried, out):
            synapse = self.synapse(level)
            there = kernel.compare("slt", kernel(arith.SubI(level, self.first)), self.count)
            new = add(synapse, carried)
            out.extend(
                kernel(arith.Select(there, value, old))
                for old, value in zip(carried, new, strict=True)
            )
        return list(out)


class SlicesLowering(LayoutLowering):
    """Sums and learning along rows that lie side by side.

    The rows of a block of post neurons do so.
    """

    layout: ClassVar[Layout] = SLICES

    @contextmanager
    def rows(self) -> Iterator[SlicedRow]:
        """A loop over the post neurons."""
        kernel = self.kernel
        block = kernel.constant(kernel.target.block)
        starts, counts = self.structure("slice"), self.structure("count")
        with kernel.blocks(self.own) as each:
            first, end = kernel.row(starts, each.number)
            with each.lanes() as lane:
                post = kernel.add(kernel.mul(each.number, block), lane, "post")
                count = kernel.to_index(kernel.load(counts, post), "count")
                yield SlicedRow(self, post, lane, first, end, count=count)

    def sum(
        self,
        initial: Sequence[Value],
        add: Add,
        keep: Keep,
        begin: Callable[[Value], None] | None = None,
    ) -> None:
        """Sum along the rows, side by side."""
        with self.rows() as row:
            if begin is not None:
                begin(row.post)
            keep(row.dendrite, row.reduce(initial, add))

    def learn(self, learning: Learning) -> None:
        """Learn in padding, too: no synapse reads it."""
        with self.rows() as row:
            learning.dendrite(row.post)
            with self.kernel.loop(row.first, row.end, "level") as level:
                learning.synapse(row.synapse(level))
