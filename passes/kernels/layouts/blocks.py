"""Blocks of post neurons for all pairs of two ranges.

Every pre neuron of one range is connected with every post neuron of another.

The ranges are whole populations (``all_to_all``) or parts of them (``block``); weights lie in
blocks of post neurons: ``w[((post / block - first_block) * pre_count + pre - pre_first) * block
+ post % block]``, where ``first_block`` is the block of the first post neuron of the range.
Lanes beyond the range of post neurons, and a neuron's own place where ``no_autapses`` is set, hold
padding that reaches no sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ....ir.attrs_classes import frozen
from ....ir.buffer_names import SIZE
from ....ir.core import Value
from ....ir.dialects import arith
from ..active_sources import Active
from ..kernel import BlockLoop, Kernel, OwnNeurons
from ..projection import ProjectionLowering
from .base import Add, LoweredDendrite, LoweredSynapse


@frozen(eq=False)
class Column:
    """The synapses of one post neuron: pre neurons ``first`` to ``end``.

    ``base`` is the first post neuron of its block; ``inside`` says whether it is in the range of
    post neurons (None: always); ``row`` and ``lane`` are where its synapses lie.
    """

    projection: ProjectionLowering
    kernel: Kernel
    post: Value
    base: Value
    first: Value
    end: Value
    row: Value
    lane: Value
    inside: Value | None

    @property
    def dendrite(self) -> LoweredDendrite:
        """The post neuron and the number of its synapses."""
        return LoweredDendrite(self.kernel, self.post, self.count, self.inside)

    def synapse(self, pre: Value) -> LoweredSynapse:
        """The synapse from ``pre``."""
        kernel, block = self.kernel, self.kernel.constant(self.kernel.target.block)
        place = kernel.add(kernel.mul(kernel.add(self.row, pre), block), self.lane, "synapse")
        return LoweredSynapse(pre, self.post, place)

    def reduce(self, initial: Sequence[Value], add: Add, skip: int = 0) -> list[Value]:
        """Carry values over all pre neurons in ascending order. A neuron's own place is skipped.

        Only the pre neurons of the own block are compared with the post neuron. With ``skip = 1``
        those before the own block are left out.
        """
        values = list(initial)
        for low, high, own in self._pieces()[skip:]:
            with self.kernel.reduce(low, high, values, "pre") as (pre, carried, out):
                out.extend(self._next(pre, carried, add, own))
            values = list(out)
        return values

    def reduce_active(self, initial: Sequence[Value], add: Add, active: Active) -> list[Value]:
        """Carry values over the active pre neurons only."""
        with self.kernel.reduce(self.kernel.constant(0), active.count, initial, "n") as (
            n,
            carried,
            out,
        ):
            out.extend(
                self._next(active.rank(n), carried, add, bool(self.projection.op.no_autapses))
            )
        return list(out)

    def _next(self, pre: Value, carried: Sequence[Value], add: Add, own: bool) -> Sequence[Value]:
        """The carried values after one pre neuron.

        With ``own`` they stay as they are where ``pre`` is the post neuron itself.
        """
        if not own:
            return add(self.synapse(pre), carried)
        same = self.kernel.compare("eq", pre, self.post)
        pairs = zip(carried, add(self.synapse(pre), carried), strict=True)
        return [self.kernel(arith.Select(same, old, value)) for old, value in pairs]

    def _pieces(self) -> list[tuple[Value, Value, bool]]:
        if not self.projection.op.no_autapses:
            return [(self.first, self.end, False)]
        kernel = self.kernel
        cuts = [
            kernel.clamp(x, self.first, self.end)
            for x in (self.base, kernel.add(self.base, _block(kernel)))
        ]
        return [
            (self.first, cuts[0], False),
            (cuts[0], cuts[1], True),
            (cuts[1], self.end, False),
        ]

    def count(self) -> Value:
        """The number of its synapses."""
        kernel = self.kernel
        count: Value = kernel(arith.SubI(self.end, self.first))
        if self.projection.op.no_autapses:
            after = kernel.compare("sge", self.post, self.first)
            own = kernel(arith.AndI(after, kernel.compare("slt", self.post, self.end)))
            fewer = kernel(arith.SubI(count, kernel.constant(1)))
            count = kernel(arith.Select(own, fewer, count))
        return count


def _block(kernel: Kernel) -> Any:
    return kernel.constant(kernel.target.block)


def pre_range(projection: ProjectionLowering, kernel: Kernel) -> tuple[Value, Value]:
    """The first pre neuron, and the one after the last."""
    if projection.op.pattern != "block":
        return kernel.constant(0), kernel.count(projection.pre.name, SIZE)
    first = kernel.count(projection.name, "pre_first")
    return first, kernel.add(first, kernel.count(projection.name, "pre_count"))


@frozen(eq=False)
class Blocks:
    """Blocks of post neurons, with their pre neurons. The blocks go from ``first`` to ``last``.

    ``posts`` are the first and the end of the range of post neurons (None: all of them).
    """

    projection: ProjectionLowering
    kernel: Kernel
    first: Value
    last: Value
    pre_first: Value
    pre_end: Value
    posts: tuple[Value, Value] | None

    @contextmanager
    def columns(self, own: OwnNeurons) -> Iterator[Column]:
        """A loop over a worker's post neurons, block by block."""
        within, whole = (self.first, self.last), self.posts is None
        with (
            self.kernel.blocks(own, within, whole=whole) as each,
            self.lanes(each) as column,
        ):
            yield column

    @contextmanager
    def lanes(self, each: BlockLoop) -> Iterator[Column]:
        """A loop over the post neurons of a block."""
        kernel, block, number = self.kernel, _block(self.kernel), each.number
        row, base = number, kernel.mul(number, block)
        if self.posts is not None:
            row = kernel(
                arith.SubI(number, kernel(arith.DivUI(self.posts[0], block), "first_block"))
            )
        count = kernel(arith.SubI(self.pre_end, self.pre_first))
        row = kernel(arith.SubI(kernel.mul(row, count), self.pre_first), "row")
        with each.lanes() as lane:
            post, inside = kernel.add(base, lane, "post"), None
            if self.posts is not None:
                after = kernel.compare("sge", post, self.posts[0])
                inside = kernel(
                    arith.AndI(after, kernel.compare("slt", post, self.posts[1])), "inside"
                )
            pres = self.pre_first, self.pre_end
            yield Column(
                self.projection, kernel, post, base, *pres, row=row, lane=lane, inside=inside
            )


def blocks(projection: ProjectionLowering, kernel: Kernel, own: OwnNeurons) -> Blocks:
    """The blocks of a worker's post neurons that have synapses."""
    block, posts = _block(kernel), None
    first, last = kernel.block_range(own)
    if projection.op.pattern == "block":
        begin = kernel.count(projection.name, "post_first")
        end = kernel.add(begin, kernel.count(projection.name, "post_count"))
        beyond = kernel(
            arith.DivUI(kernel.add(end, kernel.constant(kernel.target.block - 1)), block)
        )
        first = kernel(arith.MaxSI(first, kernel(arith.DivUI(begin, block))))
        last, posts = kernel(arith.MinSI(last, beyond)), (begin, end)
    return Blocks(projection, kernel, first, last, *pre_range(projection, kernel), posts)


@contextmanager
def columns(projection: ProjectionLowering, kernel: Kernel, own: OwnNeurons) -> Iterator[Column]:
    """A loop over a worker's post neurons that have synapses. It takes whole blocks."""
    with blocks(projection, kernel, own).columns(own) as column:
        yield column
