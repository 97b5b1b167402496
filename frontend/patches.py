"""Patches: pairs of neurons in parts that are drawn alone.

Pairs are cut into blocks of *rows* (of pre or of post neurons, whichever the connection rule lists)
and each of these into *columns* of partners. A patch has a block of random numbers of its own in
every stream, so any of them can be drawn without the others. How large they are depends on the
sizes of the network only.

In *draw order* synapses lie row by row, in each row by ascending rank of the partner. A patch holds
a piece of some rows: its synapses are in this order, too.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from attrs import field
from numpy.typing import NDArray

from ..ir.attrs_classes import define, frozen

Array = NDArray[Any]
Side = Literal["pre", "post"]

PATCH = 1 << 16
"""Synapses in a patch, about.

There are fewer in small networks; another number would draw others.
"""
_LONGEST = 1 << 25
"""Most neurons along a side of a patch. So numbers of pairs are exact in double precision."""


@frozen(eq=False)
class Patches:
    """Borders between blocks of rows, and between columns.

    They are ranks, from 0 to the population's size. Rows are those of neurons of the side ``of``.
    """

    of: Side
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]

    @property
    def shape(self) -> tuple[int, int]:
        """Number of blocks of rows, and of columns."""
        return len(self.rows) - 1, len(self.columns) - 1

    def row_range(self, block: int) -> tuple[int, int]:
        """The first rank of a block of rows, and its end."""
        return int(self.rows[block]), int(self.rows[block + 1])


@frozen(eq=False)
class Patch:
    """Synapses of a patch.

    It has the ranks of neurons with a row, the length of each row, and the partners.
    """

    row_ranks: Array
    sizes: Array
    partners: Array


@define(eq=False)
class DrawOrder:
    """Places of the synapses of each patch, in draw order.

    ``sizes`` has for each block of rows how many synapses each row has in each column, ``(columns,
    rows)``; None where there is one column only.
    """

    patches: Patches
    sizes: list[Array | None] = field(factory=list)

    def places(self, block: int) -> PlacesOfBlock:
        """Places of a block's synapses, relative to the first."""
        return PlacesOfBlock(self.sizes[block])


@frozen(eq=False)
class PlacesOfBlock:
    """Places of the columns among the synapses of a block."""

    sizes: Array | None
    starts: Array = field(init=False)

    def __attrs_post_init__(self) -> None:
        if self.sizes is not None:
            by_row = self.sizes.T.astype(np.int64)
            starts = np.cumsum(by_row).reshape(by_row.shape) - by_row
            object.__setattr__(self, "starts", starts.T)

    def count(self, column: int, total: int) -> int:
        """Number of synapses in a column of a block of ``total``."""
        return total if self.sizes is None else int(self.sizes[column].sum())

    def of(self, column: int, total: int) -> slice | Array:
        """The places of the synapses of a column."""
        if self.sizes is None:
            return slice(0, total)
        sizes = self.sizes[column].astype(np.int64)
        ends = np.cumsum(sizes)
        places = np.repeat(self.starts[column] - (ends - sizes), sizes)
        places += np.arange(len(places))
        return places


def square(
    of: Side,
    row_ranks: Array,
    partners: Array,
    *,
    sizes: tuple[int, int],
    expected: float,
    most: int,
) -> Patches:
    """Patches with about as many columns as blocks of rows.

    There are at most ``most`` columns. ``row_ranks`` and ``partners`` are ascending ranks in
    populations of ``sizes``.
    """
    parts = max(1.0, expected / PATCH)
    most = min(most, len(partners))
    columns = min(parts**0.5, most)
    rows = min(parts / max(1.0, columns), len(row_ranks))
    columns = min(parts / max(1.0, rows), most)  # more of them where there are few rows
    steps = _step(len(row_ranks), rows), _step(len(partners), columns)
    if most == 1:
        steps = steps[0], len(partners)
    cuts = [borders(*each) for each in zip((row_ranks, partners), steps, sizes, strict=True)]
    return Patches(of, *cuts)


def in_rows(of: Side, row_ranks: Array, size: int, partners: int, expected: float) -> Patches:
    """Patches that are blocks of rows with all their partners.

    A population has ``partners`` of these.
    """
    rows = min(max(1.0, expected / PATCH), len(row_ranks))
    step = _step(len(row_ranks), rows)
    return Patches(of, borders(row_ranks, step, size), np.array([0, partners], np.int64))


def borders(ranks: Array, step: int, size: int) -> NDArray[np.int64]:
    """Borders between blocks of ``step`` ascending ranks. ``size`` is that of their population."""
    return np.concatenate(([0], ranks[step::step], [size])).astype(np.int64)


def _step(count: int, parts: float) -> int:
    """Neurons in a block, a power of two.

    ``count`` neurons make about ``parts`` blocks, and a single one where that is 1.
    """
    fewest = count if parts <= 1.0 else count / 1.5
    step = 1
    while step * parts < fewest and step < _LONGEST:
        step *= 2
    return step
