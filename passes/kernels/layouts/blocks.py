"""Blocks of post neurons for all pairs of two ranges.

Every pre neuron of one range is connected with every post neuron of another.

The ranges are whole populations (``all_to_all``) or parts of them (``block``); weights lie in
blocks of post neurons: ``w[((post / BLOCK - first_block) * pre_count + pre - pre_first) * BLOCK
+ post % BLOCK]``, where ``first_block`` is the block of the first post neuron of the range.
Lanes beyond the range of post neurons, and a neuron's own place where ``no_autapses`` is set, hold
padding that reaches no sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from attrs import frozen

from ....ir.buffer_names import SIZE
from ....ir.core import Value
from ....ir.dialects import arith
from ..active_sources import Active
from ..kernel import Kernel
from ..projection import ProjectionLowering
from .base import Add, LoweredDendrite, LoweredSynapse


@frozen(eq=False)
class Column:
    """The synapses of one post neuron: pre neurons ``first`` to ``end``.

    ``base`` is the first post neuron of its block; ``inside`` says whether it is in the range of
    post neurons (None: always); ``row`` and ``lane`` are where its synapses lie.
    """

    j: ProjectionLowering
    k: Kernel
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
        return LoweredDendrite(self.k, self.post, self.count, self.inside)

    def synapse(self, pre: Value) -> LoweredSynapse:
        """The synapse from ``pre``."""
        k, block = self.k, self.k.constant(self.k.target.block)
        place = k.add(k.mul(k.add(self.row, pre), block), self.lane, "synapse")
        return LoweredSynapse(pre, self.post, place)

    def reduce(self, initial: Sequence[Value], add: Add, skip: int = 0) -> list[Value]:
        """Carry values over all pre neurons in ascending order. A neuron's own place is skipped.

        Only the pre neurons of the own block are compared with the post neuron. With ``skip = 1``
        those before the own block are left out.
        """
        values = list(initial)
        for low, high, own in self._pieces()[skip:]:
            with self.k.reduce(low, high, values, "pre") as (pre, carried, out):
                out.extend(self._next(pre, carried, add, own))
            values = list(out)
        return values

    def reduce_active(self, initial: Sequence[Value], add: Add, active: Active) -> list[Value]:
        """Carry values over the active pre neurons only."""
        with self.k.reduce(self.k.constant(0), active.count, initial, "n") as (n, carried, out):
            out.extend(self._next(active.rank(n), carried, add, bool(self.j.op.no_autapses)))
        return list(out)

    def _next(self, pre: Value, carried: Sequence[Value], add: Add, own: bool) -> Sequence[Value]:
        """The carried values after one pre neuron.

        With ``own`` they stay as they are where ``pre`` is the post neuron itself.
        """
        if not own:
            return add(self.synapse(pre), carried)
        same = self.k.compare("eq", pre, self.post)
        pairs = zip(carried, add(self.synapse(pre), carried), strict=True)
        return [self.k(arith.Select(same, old, value)) for old, value in pairs]

    def _pieces(self) -> list[tuple[Value, Value, bool]]:
        if not self.j.op.no_autapses:
            return [(self.first, self.end, False)]
        k = self.k
        cuts = [clamp(k, x, self.first, self.end) for x in (self.base, k.add(self.base, _block(k)))]
        return [
            (self.first, cuts[0], False),
            (cuts[0], cuts[1], True),
            (cuts[1], self.end, False),
        ]

    def count(self) -> Value:
        """The number of its synapses."""
        k = self.k
        count: Value = k(arith.SubI(self.end, self.first))
        if self.j.op.no_autapses:
            after = k.compare("sge", self.post, self.first)
            own = k(arith.AndI(after, k.compare("slt", self.post, self.end)))
            fewer = k(arith.SubI(count, k.constant(1)))
            count = k(arith.Select(own, fewer, count))
        return count


def _block(k: Kernel) -> Any:
    return k.constant(k.target.block)


def clamp(k: Kernel, value: Value, low: Value, high: Value) -> Any:
    """``value``, but no less than ``low`` and no more than ``high``."""
    return k(arith.MinSI(k(arith.MaxSI(value, low)), high))


def pre_range(j: ProjectionLowering, k: Kernel) -> tuple[Value, Value]:
    """The first pre neuron, and the one after the last."""
    if j.op.pattern != "block":
        return k.constant(0), k.count(j.pre.name, SIZE)
    first = k.count(j.name, "pre_first")
    return first, k.add(first, k.count(j.name, "pre_count"))


@frozen(eq=False)
class Blocks:
    """Blocks of post neurons, with their pre neurons. The blocks go from ``first`` to ``last``.

    ``posts`` are the first and the end of the range of post neurons (None: all of them).
    """

    j: ProjectionLowering
    k: Kernel
    first: Value
    last: Value
    pre_first: Value
    pre_end: Value
    posts: tuple[Value, Value] | None

    @contextmanager
    def lanes(self, number: Value) -> Iterator[Column]:
        """A loop over the post neurons of a block."""
        k, block = self.k, _block(self.k)
        row, base = number, k.mul(number, block)
        if self.posts is not None:
            row = k(arith.SubI(number, k(arith.DivUI(self.posts[0], block), "first_block")))
        count = k(arith.SubI(self.pre_end, self.pre_first))
        row = k(arith.SubI(k.mul(row, count), self.pre_first), "row")
        with k.loop(k.constant(0), block, "lane", parallel=True) as lane:
            post, inside = k.add(base, lane, "post"), None
            if self.posts is not None:
                after = k.compare("sge", post, self.posts[0])
                inside = k(arith.AndI(after, k.compare("slt", post, self.posts[1])), "inside")
            pres = self.pre_first, self.pre_end
            yield Column(self.j, k, post, base, *pres, row=row, lane=lane, inside=inside)


def blocks(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> Blocks:
    """The blocks with synapses between two borders of blocks."""
    block, posts = _block(k), None
    first, last = k(arith.DivUI(low, block)), k(arith.DivUI(high, block))
    if j.op.pattern == "block":
        begin = k.count(j.name, "post_first")
        end = k.add(begin, k.count(j.name, "post_count"))
        beyond = k(arith.DivUI(k.add(end, k.constant(k.target.block - 1)), block))
        first = k(arith.MaxSI(first, k(arith.DivUI(begin, block))))
        last, posts = k(arith.MinSI(last, beyond)), (begin, end)
    return Blocks(j, k, first, last, *pre_range(j, k), posts)


@contextmanager
def columns(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> Iterator[Column]:
    """A loop over post neurons that have synapses, from ``low``.

    It ends at ``high``, and takes whole blocks.
    """
    found = blocks(j, k, low, high)
    with k.loop(found.first, found.last, "block") as number, found.lanes(number) as column:
        yield column
