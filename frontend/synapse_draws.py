"""Random values of synapses: weights, delays, and initial values of variables.

They are drawn patch by patch, in draw order (see ``patches.py``), each patch from a block of its
own: the value of a synapse depends on its patch and on its place there, on nothing that was drawn
before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..ir.attrs_classes import frozen
from .patches import Array
from .random_streams import Stream, is_in_order, whole
from .synapse_rows import SERIAL, SynapseRows, dendrite_places, divided_places
from .workers import in_order

Checked = Callable[[Array], Array]


@frozen(eq=False)
class SynapseDraws:
    """The draws of a distribution for the synapses of rows.

    They are the same whenever they are made. ``checked`` refuses numbers, and gives those that are
    kept.
    """

    given: Any
    rows: SynapseRows
    stream: Stream
    checked: Checked

    @property
    def size(self) -> int:
        """Number of synapses."""
        return self.rows.size

    def __call__(self) -> Array:
        """The draws of all synapses, in dendrite order."""
        if is_in_order(self.given):
            return self.checked(whole(self.given, self.size))
        drawn = np.empty(self.size)
        self._fill(drawn)
        return self.rows.drawn_to_dendrites(drawn)

    def listed(self, out: Array) -> None:
        """Fill a buffer in the order in which rows list synapses."""
        rows = self.rows
        if is_in_order(self.given) or (rows.of == "post" != rows.drawn_of):
            rows.from_dendrites(self(), out)
        elif rows.of == rows.drawn_of:
            self._fill(out, rows.is_divided)
        else:
            self._scattered(out)

    def by_row(self, place: Callable[[int, Array], None], least: int) -> bool:
        """Hand over whole rows of post neurons.

        They come in dendrite order, from several threads. ``place`` gets the rank of the first
        neuron and the values, of ``least`` ranks or more at a time but for the last. False if the
        synapses were not drawn so.
        """
        if is_in_order(self.given) or self.rows.drawn_of != "post":
            return False
        borders = self.rows.draw_order.patches.rows
        step = max(1, -(-least // int(np.median(np.diff(borders)))))
        work = partial(self._place_blocks, place, borders, step)
        for _ in in_order(work, range(0, len(borders) - 1, step), self._threads):
            pass
        return True

    def _place_blocks(
        self, place: Callable[[int, Array], None], borders: Array, step: int, first: int
    ) -> None:
        last = min(first + step, len(borders) - 1)
        start, stop = _block_range(self.rows, first)[0], _block_range(self.rows, last - 1)[1]
        if start == stop:
            return
        drawn = np.empty(stop - start)
        for block in range(first, last):
            self._fill_block(drawn, False, block, start)
        place(int(borders[first]), drawn)

    def _scattered(self, out: Array) -> None:
        """Fill rows of pre neurons with draws of post rows."""
        patches = self.rows.draw_order.patches
        for first, last, places in dendrite_places(self.rows, patches.rows):
            start, _ = _block_range(self.rows, first)
            numbers = [(i, j) for i in range(first, last) for j in range(patches.shape[1])]
            for found, drawn in in_order(self._patch, numbers, self._threads):
                if isinstance(found, slice):
                    found = slice(found.start - start, found.stop - start)
                else:
                    found -= start
                with np.errstate(over="ignore"):  # the program checks narrow types
                    out[places[found]] = drawn

    def parts(self) -> Iterator[tuple[slice | Array, Array]]:
        """Places in draw order and the draws there, part by part.

        Together the parts are all synapses.
        """
        if is_in_order(self.given):
            yield slice(0, self.size), self.checked(whole(self.given, self.size))
            return
        rows, columns = self.rows.draw_order.patches.shape
        numbers = [(row, column) for row in range(rows) for column in range(columns)]
        yield from in_order(self._patch, numbers, self._threads)

    @property
    def _threads(self) -> int | None:
        return 1 if self.size < SERIAL else None

    def _patch(self, number: tuple[int, int]) -> tuple[slice | Array, Array]:
        block, column = number
        start, stop = _block_range(self.rows, block)
        places = self.rows.draw_order.places(block)
        count = places.count(column, stop - start)
        drawn = self.checked(self.stream.numbers(self.given, count, block, column))
        found = places.of(column, stop - start)
        if isinstance(found, slice):
            return slice(start, stop), drawn
        found += start
        return found, drawn

    def _fill(self, out: Array, divided: bool = False) -> None:
        blocks = range(self.rows.draw_order.patches.shape[0])
        work = partial(self._fill_block, out, divided)
        for _ in in_order(work, blocks, self._threads):
            pass

    def _fill_block(self, out: Array, divided: bool, block: int, begin: int = 0) -> None:
        """Draw a block. ``out`` begins with the synapse ``begin`` in draw order."""
        start, stop = _block_range(self.rows, block)
        order = self.rows.draw_order
        places, part = order.places(block), out[start - begin : stop - begin]
        moved = divided_places(self.rows, slice(start, stop)) if divided and stop > start else None
        for column in range(order.patches.shape[1]):
            found = places.of(column, stop - start)
            in_place = isinstance(found, slice) and moved is None and part.dtype == np.float64
            drawn = part if in_place else np.empty(places.count(column, stop - start))
            self.stream.fill(drawn, self.given, block, column)
            drawn = self.checked(drawn)
            if drawn is part:
                continue
            with np.errstate(over="ignore"):  # the program checks narrow types
                part[found if moved is None else moved[found]] = drawn


def _block_range(rows: SynapseRows, block: int) -> tuple[int, int]:
    """Start and end of a block's synapses in draw order."""
    patches = rows.draw_order.patches
    first, last = patches.row_range(block)
    offsets = rows.offsets_of(patches.of)
    return int(offsets[first]), int(offsets[last])


@frozen(eq=False)
class SameForAll:
    """The same value for each synapse."""

    value: float
    rows: SynapseRows

    @property
    def size(self) -> int:
        """Number of synapses."""
        return self.rows.size

    def __call__(self) -> NDArray[np.float64]:
        """The value for each synapse."""
        return np.full(self.size, self.value)

    def listed(self, out: Array) -> None:
        """Fill a buffer in the order in which rows list synapses."""
        out[: self.size] = self.value

    def by_row(self, place: Callable[[int, Array], None], least: int) -> bool:
        """Nothing is drawn row by row."""
        return False
