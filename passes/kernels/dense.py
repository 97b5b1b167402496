"""Loops over dense blocks: every neuron of a range of pre with every one of a range of post.

The ranges are whole populations (``all_to_all``) or parts of them (``block``); weights lie in
blocks of post neurons: ``w[((post / BLOCK - first_block) * pre_count + pre - pre_first) * BLOCK
+ post % BLOCK]``, where ``first_block`` is the block of the first post neuron of the range.
Lanes beyond the range of post neurons, and a neuron's own place where ``no_self`` is set, hold
padding that reaches no sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from attrs import frozen

from ...ir.buffers import STRUCTURE, Buffer
from ...ir.core import Value
from ...ir.dialects import arith
from ...ir.interface import BLOCK
from ...ir.types import i1, i64
from .active import Active, find_active
from .kernel import Kernel
from .projection import ProjectionLowering

Body = Callable[[Value, Sequence[Value]], Sequence[Value]]


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

    def synapse(self, pre: Value) -> Value:
        """The place of the synapse from ``pre``."""
        k, block = self.k, self.k.constant(BLOCK)
        found: Value = k.add(k.mul(k.add(self.row, pre), block), self.lane, "synapse")
        return found

    def reduce(self, initial: Sequence[Value], body: Body, skip: int = 0) -> list[Value]:
        """Carry values over all pre neurons in ascending order; a neuron's own place is skipped.

        Only the pre neurons of the own block are compared with the post neuron. With ``skip = 1``
        those before the own block are left out.
        """
        values = list(initial)
        for low, high, own in self._pieces()[skip:]:
            with self.k.reduce(low, high, values, "pre") as (pre, carried, out):
                out.extend(self._but_own(pre, carried, body) if own else body(pre, carried))
            values = list(out)
        return values

    def reduce_active(self, initial: Sequence[Value], body: Body, active: Active) -> list[Value]:
        """Carry values over the active pre neurons only."""
        with self.k.reduce(self.k.constant(0), active.count, initial, "n") as (n, carried, out):
            pre = active.rank(n)
            own = bool(self.j.op.no_self)
            out.extend(self._but_own(pre, carried, body) if own else body(pre, carried))
        return list(out)

    def _but_own(self, pre: Value, carried: Sequence[Value], body: Body) -> list[Value]:
        """The next values, unless ``pre`` is the post neuron itself."""
        same = self.k.compare("eq", pre, self.post)
        pairs = zip(carried, body(pre, carried), strict=True)
        return [self.k(arith.Select(same, old, value)) for old, value in pairs]

    def _pieces(self) -> list[tuple[Value, Value, bool]]:
        if not self.j.op.no_self:
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
        if self.j.op.no_self:
            after = k.compare("sge", self.post, self.first)
            own = k(arith.AndI(after, k.compare("slt", self.post, self.end)))
            fewer = k(arith.SubI(count, k.constant(1)))
            count = k(arith.Select(own, fewer, count))
        return count

    def add_to(self, buffer: Value, at: Value, total: Value, before: Value | None = None) -> None:
        """Add to an element that stands for this post neuron, if it is inside.

        ``before`` is what to add to, if it is not what is there.
        """
        k = self.k
        before = k.load(buffer, at) if before is None else before
        after = k(arith.AddF(before, total))
        if self.inside is not None:
            after = k(arith.Select(self.inside, after, before))
        k.store(after, buffer, at)


def _block(k: Kernel) -> Any:
    return k.constant(BLOCK)


def clamp(k: Kernel, value: Value, low: Value, high: Value) -> Any:
    """``value``, but no less than ``low`` and no more than ``high``."""
    return k(arith.MinSI(k(arith.MaxSI(value, low)), high))


def pre_range(j: ProjectionLowering, k: Kernel) -> tuple[Value, Value]:
    """The first pre neuron, and the one after the last."""
    if j.op.pattern != "block":
        return k.constant(0), k.count(j.pre.name, "size")
    first = k.count(j.name, "pre_first")
    return first, k.add(first, k.count(j.name, "pre_count"))


@frozen(eq=False)
class Blocks:
    """The blocks of post neurons from ``first`` to ``last`` and their pre neurons.

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
            yield Column(self.j, k, post, base, *pres, row, lane, inside)


def blocks(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> Blocks:
    """The blocks with synapses between two borders of blocks."""
    block, posts = _block(k), None
    first, last = k(arith.DivUI(low, block)), k(arith.DivUI(high, block))
    if j.op.pattern == "block":
        begin = k.count(j.name, "post_first")
        end = k.add(begin, k.count(j.name, "post_count"))
        beyond = k(arith.DivUI(k.add(end, k.constant(BLOCK - 1)), block))
        first = k(arith.MaxSI(first, k(arith.DivUI(begin, block))))
        last, posts = k(arith.MinSI(last, beyond)), (begin, end)
    return Blocks(j, k, first, last, *pre_range(j, k), posts)


@contextmanager
def columns(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> Iterator[Column]:
    """A loop over the post neurons from ``low`` to ``high`` (whole blocks) that have synapses."""
    found = blocks(j, k, low, high)
    with k.loop(found.first, found.last, "block") as number, found.lanes(number) as column:
        yield column


Add = Callable[[Value, Value, Value, Sequence[Value]], Sequence[Value]]
Keep = Callable[[Column, Sequence[Value]], None]


def take(
    j: ProjectionLowering,
    k: Kernel,
    span: tuple[Value, Value],
    initial: Sequence[Value],
    add: Add,
    keep: Keep,
) -> None:
    """Sums of the post neurons of ``span``, which starts and ends with a block.

    ``add(pre, post, synapse, totals)`` gives the totals with one synapse more, ``keep(column,
    totals)`` puts them where they belong. With one weight for all (``dense_one``) post neurons have
    totals in common, which are taken once, in the same order. Where pre neurons may be silent
    (``silent``), those that are not are listed first.
    """
    sums = _Sums(j, k, span, initial, add, keep)
    if j.op.storage != "dense_one":
        sums.of_each()
        return
    zero, stride = k.constant(0), k.count(j.name, "stride", "w")
    with k.when(k.compare("eq", stride, zero)):
        (sums.in_common_but_own if j.op.no_self else sums.in_common)()
    with k.when(k.compare("ne", stride, zero)):
        sums.of_each()


@frozen(eq=False)
class _Sums:
    j: ProjectionLowering
    k: Kernel
    span: tuple[Value, Value]
    initial: Sequence[Value]
    add: Add
    keep: Keep

    def of_each(self) -> None:
        """Every post neuron has weights of its own."""
        j, k = self.j, self.k
        if not j.op.silent:
            self._each(None)
            return
        active = find_active(j, k, *pre_range(j, k))
        told = k.scalar(Buffer(j.name, "finite", STRUCTURE, item="w"))
        finite = k.compare("ne", told, k.constant(0, i64))
        few = k(arith.AndI(active.few, finite), "few")
        with k.when(few):
            self._each(active)
        with k.when(k(arith.XOrI(few, k.constant(1, i1)))):
            self._each(None)

    def _each(self, active: Active | None) -> None:
        with columns(self.j, self.k, *self.span) as column:

            def body(pre: Value, totals: Sequence[Value]) -> Sequence[Value]:
                return self.add(pre, column.post, column.synapse(pre), totals)

            if active is None:
                self.keep(column, column.reduce(self.initial, body))
            else:
                self.keep(column, column.reduce_active(self.initial, body, active))

    def in_common(self) -> None:
        """One weight: one total for all post neurons."""
        totals = self._along(*pre_range(self.j, self.k), self.initial)
        with columns(self.j, self.k, *self.span) as column:
            self.keep(column, totals)

    def in_common_but_own(self) -> None:
        """One weight, no neuron with itself: the totals of what comes before a block are common."""
        k, block = self.k, _block(self.k)
        found, zero = blocks(self.j, k, *self.span), k.constant(0)
        pres = found.pre_first, found.pre_end
        start = clamp(k, k.mul(found.first, block), *pres)
        before = self._along(pres[0], start, self.initial)
        with k.reduce(found.first, found.last, before, "block") as (number, common, out):
            with found.lanes(number) as column:

                def body(pre: Value, totals: Sequence[Value]) -> Sequence[Value]:
                    return self.add(pre, zero, zero, totals)

                self.keep(column, column.reduce(common, body, skip=1))
            base = k.mul(number, block)
            low, high = (clamp(k, each, *pres) for each in (base, k.add(base, block)))
            out.extend(self._along(low, high, common))

    def _along(self, low: Value, high: Value, initial: Sequence[Value]) -> list[Value]:
        """Totals that no post neuron has a part in."""
        zero = self.k.constant(0)
        with self.k.reduce(low, high, initial, "pre") as (pre, carried, out):
            out.extend(self.add(pre, zero, zero, carried))
        return list(out)
