"""Rows of synapses: neurons' lists of partners, two bytes each.

Rows of pre neurons list post ranks, or rows of post neurons list pre ranks; one of the two is kept,
and ``turn`` makes the other of it. What the user sees is *dendrite order*: by post rank, then by
pre rank. A row of a pre neuron has each post neuron once, so the place of a synapse in dendrite
order follows by counting, in whatever order the rows themselves are: no permutation is kept. *Draw
order* (see ``patches.py``) is that of the rows in which synapses were drawn first.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

import numpy as np
from attrs import field
from numpy.typing import NDArray

from ..ir.attrs_classes import define
from ..ir.target import CPU
from .patches import Array, DrawOrder, Side, in_rows
from .workers import in_order

CHUNK = 1 << 18
"""Synapses to work on at a time. So the memory for numbers in between is bounded."""
SERIAL = 1 << 20
"""Synapses up to which one thread is as fast as several."""
_ALIGNMENT = 64


@define(eq=False)
class SynapseRows:
    """Rows of synapses of the neurons of a side.

    ``ranks[offsets[i]:offsets[i + 1]]`` are the partners of neuron i of the side ``of``.
    ``offsets`` has the shape ``(n + 1,)`` for the n neurons of that side. ``listed`` is the buffer
    of the ranks (see ``rank_buffer``), or None where every pre neuron is connected to every post
    neuron; then it is made when it is first needed. Partners in a row are all different.
    """

    of: Side
    n_pre: int
    n_post: int
    offsets: NDArray[np.int64]
    listed: Array | None
    complete: bool = False
    order: DrawOrder | None = field(default=None, init=False)
    _other: NDArray[np.int64] | None = field(default=None, init=False)
    _classes: Array | None = field(default=None, init=False)
    _count: int = field(default=1, init=False)
    _starts: NDArray[np.int64] | None = field(default=None, init=False)

    @staticmethod
    def all_pairs(n_pre: int, n_post: int) -> SynapseRows:
        """Every pre neuron with every post neuron. Takes no memory until it is listed."""
        offsets = np.arange(n_post + 1, dtype=np.int64) * n_pre
        return SynapseRows("post", n_pre, n_post, offsets, None, complete=True)

    @property
    def size(self) -> int:
        """Number of synapses."""
        return int(self.offsets[-1])

    @property
    def buffer(self) -> Array:
        """The ranks as kernels read them: aligned, in whole blocks."""
        if self.listed is None:
            partners = self.n_post if self.of == "pre" else self.n_pre
            self.listed = rank_buffer(self.size, partners)
            rows = self.listed[: self.size].reshape(-1, max(1, partners))
            rows[:] = np.arange(partners)
        return self.listed

    @property
    def ranks(self) -> Array:
        """The partners, row by row."""
        return self.buffer[: self.size]

    @property
    def dendrite_offsets(self) -> NDArray[np.int64]:
        """Offsets of the post neurons in dendrite order, ``(n_post + 1,)``."""
        return self.offsets if self.of == "post" else self._other_offsets()

    def span(self, of: Side) -> slice:
        """The range of a side's neurons that have synapses. All if it is complete."""
        offsets = self.offsets if of == self.of else self._other_offsets()
        if self.complete or not self.size:
            return slice(0, len(offsets) - 1)
        first = int(np.searchsorted(offsets, 0, side="right")) - 1
        return slice(first, int(np.searchsorted(offsets, self.size)))

    @property
    def is_diagonal(self) -> bool:
        """Whether the n-th neurons of two ranges are connected, no others."""
        found = self.span(self.of)
        counts = np.diff(self.offsets[found.start : found.stop + 1])
        return bool((counts == 1).all() and (np.diff(self.ranks.astype(np.int32)) == 1).all())

    @property
    def has_loops(self) -> bool:
        """Whether a synapse joins two neurons of the same rank."""
        parts = self._chunks(0)
        return any((self.ranks[part] == self._row_numbers(part)).any() for part in parts)

    # ------------------------------------------------------------------ order

    @property
    def draw_order(self) -> DrawOrder:
        """The place of each patch of synapses. Blocks of post neurons if nothing else is known."""
        if self.order is None:
            patches = in_rows("post", np.arange(self.n_post), self.n_post, self.n_pre, self.size)
            self.order = DrawOrder(patches, [None] * patches.shape[0])
        return self.order

    @property
    def drawn_of(self) -> Side:
        """The neurons in whose rows synapses were drawn."""
        return "post" if self.order is None else self.order.patches.of

    def offsets_of(self, of: Side) -> NDArray[np.int64]:
        """Offsets of the rows of the neurons of a side."""
        return self.offsets if of == self.of else self._other_offsets()

    def turn(self, of: Side) -> None:
        """Keep rows of the side ``of`` from now on. In rows of post neurons ranks ascend."""
        if of == self.of:
            return
        offsets = self._other_offsets()
        if self.complete:
            self.listed = None
        else:
            partners = self.n_pre if of == "post" else self.n_post
            turned = rank_buffer(self.size, partners)
            for part, order, places in self._turning():
                turned[places] = self._row_numbers(part)[order]
            self.listed = turned
        self.of, self.offsets, self._other = of, offsets, self.offsets
        self._classes, self._starts = None, None

    def divide(self, classes: Array, count: int) -> NDArray[np.int64]:
        """Sort rows of pre neurons by ``classes``, numbers below ``count``.

        ``classes`` come in draw order. Gives where each class starts, ``(n_pre * count + 1,)``:
        that of class c of neuron i at ``i * count + c``.
        """
        again = self._classes is not None and np.array_equal(self._classes, classes)
        if self._classes is not None and not again:
            self.turn("post")
        self.turn("pre")
        if self.drawn_of == "post":
            classes = self.from_dendrites(classes)
        divided = self.buffer if again else rank_buffer(self.size, self.n_post)
        sizes = np.zeros(self.n_pre * count + 1, np.int64)

        def keyed(part: slice) -> tuple[slice, int, Array, Array | None]:
            first, key = self._keys(part, classes, count)
            found = np.bincount(key)
            return part, first * count + 1, found, None if again else stable_order(key, len(found))

        ranks = self.ranks
        for part, first, found, order in in_order(keyed, self._whole_rows(), self._threads):
            if order is not None:
                divided[part] = ranks[part][order]
            sizes[first : first + len(found)] += found
        self.listed = divided
        if self.drawn_of == "pre":
            self._classes, self._count = classes, count
        self._starts = np.cumsum(sizes)
        return self._starts

    def _keys(self, part: slice, classes: Array, count: int) -> tuple[int, Array]:
        """First row and sort keys of a part of the synapses. They are sorted by row, then class."""
        row = self._row_numbers(part)
        first = int(row[0])
        row -= first
        row *= count
        row += classes[part]
        return first, row

    def from_drawn(self, values: Array, out: Array) -> Array:
        """``values`` in draw order, rearranged as the rows list synapses."""
        if self.drawn_of == "post":
            return self.from_dendrites(values, out)
        if self.of == "post":
            return self._gathered(values, out)
        if self._classes is None:
            out[: self.size] = values
            return out
        for part in self._whole_rows():
            out[part] = values[part][_class_order(self, part)]
        return out

    @property
    def is_divided(self) -> bool:
        """Whether rows are sorted by classes after they were drawn."""
        return self._classes is not None

    def drawn_to_dendrites(self, values: Array) -> Array:
        """``values`` in draw order, rearranged in dendrite order."""
        if self.drawn_of == "post":
            return values
        listed = values
        if self.of == "post" or self.is_divided:
            listed = self.from_drawn(values, np.empty(self.size, values.dtype))
        return listed if self.of == "post" else self.to_dendrites(listed)

    def to_dendrites(self, values: Array) -> Array:
        """``values`` as the rows list synapses, copied in dendrite order."""
        if self.of == "post":
            return values.copy()
        out = np.empty_like(values)
        for part, order, places in self._turning():
            out[places] = values[part][order]
        return out

    def from_dendrites(self, values: Array, out: Array | None = None) -> Array:
        """``values`` in dendrite order, rearranged as the rows list synapses."""
        out = np.empty(self.size, values.dtype) if out is None else out
        if self.of == "post":
            out[: self.size] = values
            return out
        return self._gathered(values, out)

    def _gathered(self, values: Array, out: Array) -> Array:
        """``values`` of the other side's rows, rearranged as these list synapses."""
        for part, order, places in self._turning():
            out[part][order] = values[places]
        return out

    @staticmethod
    def first_from(ranks: Array, low: Array, high: Array, border: int) -> NDArray[np.int64]:
        """First places of ranks from ``border`` on, in ascending ranges.

        The ranges are ``low`` to ``high`` of ``ranks``, and are halved together.
        """
        low, high = low.astype(np.int64), high.astype(np.int64)
        while (open_ := np.flatnonzero(low < high)).size:
            middle = (low[open_] + high[open_]) // 2
            below = ranks[middle] < border
            low[open_] = np.where(below, middle + 1, low[open_])
            high[open_] = np.where(below, high[open_], middle)
        return low

    def columns(self) -> tuple[NDArray[np.int64], Array, Array]:
        """Synapses of each post neuron: offsets, places in rows, pre ranks.

        The latter two are in dendrite order.
        """
        at = np.empty(self.size, np.int32 if self.size < 1 << 31 else np.int64)
        pre = np.empty(self.size, rank_type(self.n_pre))
        if self.of == "post":
            at[:], pre[:] = np.arange(self.size), self.ranks
        else:
            for part, order, places in self._turning():
                at[places] = order + part.start
                pre[places] = self._row_numbers(part)[order]
        return self.dendrite_offsets, at, pre

    def pre_ranks(self) -> NDArray[np.int32]:
        """The pre rank of every synapse in dendrite order."""
        if self.of == "post":
            return self.ranks.astype(np.int32)
        return self.columns()[2].astype(np.int32)

    def partners_of(self, post: int) -> NDArray[np.int32]:
        """The pre ranks of the synapses of one post neuron."""
        if self.of == "post":
            return self.ranks[self.offsets[post] : self.offsets[post + 1]].astype(np.int32)
        found = np.flatnonzero(self.ranks == post)
        return (np.searchsorted(self.offsets, found, side="right") - 1).astype(np.int32)

    def post_ranks(self) -> NDArray[np.int32]:
        """The post rank of every synapse in dendrite order."""
        return np.repeat(np.arange(self.n_post, dtype=np.int32), np.diff(self.dendrite_offsets))

    # ------------------------------------------------------------------ counting

    def _other_offsets(self) -> NDArray[np.int64]:
        if self._other is None:
            owners, partners = self.n_pre, self.n_post
            if self.of == "post":
                owners, partners = partners, owners
            counts = np.zeros(partners + 1, np.int64)
            if self.complete:
                counts[1:] = owners
            else:
                for part in self._chunks(partners):
                    counts[1:] += np.bincount(self.ranks[part], minlength=partners)
            self._other = np.cumsum(counts)
        return self._other

    def _turning(self) -> Iterator[tuple[slice, Array, Array]]:
        """Parts of the ranks, their sorting, and places after turning."""
        yield from in_order(partial(_turned, self.ranks), self._counted(), self._threads)

    def _counted(self) -> Iterator[tuple[slice, Array, Array]]:
        """Parts of the ranks, counts of each, and shifts when turned."""
        cursor = self._other_offsets()[:-1].copy()
        for part in self._chunks(len(cursor)):
            counts = np.bincount(self.ranks[part], minlength=len(cursor))
            yield part, counts, cursor - (np.cumsum(counts) - counts)
            cursor += counts

    @property
    def _threads(self) -> int | None:
        return 1 if self.size < SERIAL else None

    def _chunks(self, partners: int) -> Iterator[slice]:
        """Parts of the synapses. None is smaller than the counts of its ``partners``."""
        step = max(CHUNK, partners)
        for start in range(0, self.size, step):
            yield slice(start, min(start + step, self.size))

    def _whole_rows(self, start: int = 0, stop: int | None = None) -> Iterator[slice]:
        """Parts of whole rows between two borders of rows. None is empty."""
        stop = self.size if stop is None else stop
        while start < stop:
            row = np.searchsorted(self.offsets, start + CHUNK, side="right") - 1
            end = int(self.offsets[row])
            if end <= start:  # a row longer than a chunk
                end = int(self.offsets[np.searchsorted(self.offsets, start, side="right")])
            end = min(end, stop)
            yield slice(start, end)
            start = end

    def _row_numbers(self, part: slice) -> Array:
        """The row that each synapse of a part is in."""
        first = int(np.searchsorted(self.offsets, part.start, side="right")) - 1
        last = int(np.searchsorted(self.offsets, part.stop, side="left"))
        cuts = np.clip(self.offsets[first : last + 1], part.start, part.stop)
        return np.repeat(np.arange(first, last, dtype=np.int32), np.diff(cuts))


def _turned(ranks: Array, counted: tuple[slice, Array, Array]) -> tuple[slice, Array, Array]:
    """A part of the ranks, its sorting, and places after turning."""
    part, counts, shift = counted
    places = np.repeat(shift, counts)
    places += np.arange(len(places))
    return part, stable_order(ranks[part], len(counts)), places


def dendrite_places(rows: SynapseRows, borders: Array) -> Iterator[tuple[int, int, Array]]:
    """Places of synapses in pre rows, post neurons in dendrite order.

    They come by blocks of post neurons. ``borders`` are those of the blocks. Gives the first block,
    the one after the last, and the places of their synapses in dendrite order.
    """
    starts = rows.offsets if rows._starts is None else rows._starts
    cuts = _cuts(rows.dendrite_offsets[borders], max(CHUNK, 16 * len(starts)))
    counts = _counts(rows, starts, borders[cuts])
    low, ranks = starts[:-1].copy(), rows.ranks
    for number, (first, last) in enumerate(pairwise(cuts)):
        count = counts[:, number]
        places = np.repeat(low - (np.cumsum(count) - count), count)
        places += np.arange(len(places))
        posts = ranks[places].astype(np.int32)
        posts -= np.int32(borders[first])
        yield first, last, places[stable_order(posts, int(borders[last] - borders[first]))]
        low += count


def _cuts(offsets: Array, least: int) -> list[int]:
    """Borders of blocks that cut synapses into parts. A part has about ``least``, or one block."""
    cuts = [0]
    while cuts[-1] < len(offsets) - 1:
        last = int(np.searchsorted(offsets, offsets[cuts[-1]] + least, side="right")) - 1
        cuts.append(min(max(last, cuts[-1] + 1), len(offsets) - 1))
    return cuts


def _counts(rows: SynapseRows, starts: Array, borders: Array) -> Array:
    """Counts of synapses, ``(pieces, parts)``.

    One for each piece of a row and each part of the ranks between two borders.
    """
    parts = len(borders) - 1
    number = np.repeat(np.arange(parts), np.diff(borders))
    counts = np.zeros((len(starts) - 1) * parts, np.int32)
    for part in rows._whole_rows():
        first = int(np.searchsorted(starts, part.start, side="right")) - 1
        last = int(np.searchsorted(starts, part.stop))
        key = np.repeat(np.arange(last - first) * parts, np.diff(starts[first : last + 1]))
        key += number[rows.ranks[part]]
        counts[first * parts : last * parts] = np.bincount(key, minlength=(last - first) * parts)
    return counts.reshape(-1, parts)


def _class_order(rows: SynapseRows, part: slice) -> NDArray[np.intp]:
    """The order that sorted some whole rows when they were divided."""
    assert rows._classes is not None
    _, key = rows._keys(part, rows._classes, rows._count)
    return stable_order(key, int(key.max()) + 1)


def divided_places(rows: SynapseRows, part: slice) -> NDArray[np.intp]:
    """Places after dividing of the synapses of some whole rows."""
    places = np.empty(part.stop - part.start, np.intp)
    for chunk in rows._whole_rows(part.start, part.stop):
        start = chunk.start - part.start
        order = _class_order(rows, chunk)
        order += start
        places[order] = np.arange(start, start + len(order))
    return places


def rank_type(size: int) -> type[np.uint16 | np.int32]:
    """The type of a rank in a population of ``size``."""
    return np.uint16 if size <= 1 << 16 else np.int32


def rank_buffer(count: int, population: int) -> Array:
    """Room for ranks of a population, aligned and in whole blocks.

    Elements of the last block beyond ``count`` ranks are 0, a rank that exists.
    """
    kind = np.dtype(rank_type(population))
    size = CPU.padded(count)
    memory = np.empty(size * kind.itemsize + _ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % _ALIGNMENT
    buffer = memory[start : start + size * kind.itemsize].view(kind)
    buffer[count:] = 0
    return buffer


def stable_order(keys: Array, limit: int) -> NDArray[np.intp]:
    """The stable sorting order of ``keys``, numbers below ``limit``.

    NumPy sorts 16 bits in linear time; more bits are sorted in turns, the low ones first.
    """
    low = keys if keys.dtype == np.uint16 else (keys & 0xFFFF).astype(np.uint16)
    order = np.argsort(low, kind="stable")
    shift = 16
    while limit > 1 << shift:
        digits = (keys[order] >> shift & 0xFFFF).astype(np.uint16)
        order = order[np.argsort(digits, kind="stable")]
        shift += 16
    return order


def offsets_of(owners: Array, counts: Array | int, size: int) -> NDArray[np.int64]:
    """Offsets of rows of a population. Of its ``size`` neurons ``owners`` have ``counts``."""
    out = np.zeros(size + 1, np.int64)
    out[1 + owners] = counts
    return np.cumsum(out, out=out)


def rows_of_pairs(pre: Array, post: Array, n_pre: int, n_post: int) -> tuple[SynapseRows, Array]:
    """Rows of post neurons from pairs, and the pairs' sorting. The pairs are in any order."""
    order = stable_order(pre, n_pre)
    order = order[stable_order(post[order], n_post)]
    listed = rank_buffer(len(pre), n_pre)
    listed[: len(pre)] = pre[order]
    offsets = np.zeros(n_post + 1, np.int64)
    np.cumsum(np.bincount(post, minlength=n_post), out=offsets[1:])
    return SynapseRows("post", n_pre, n_post, offsets, listed), order
