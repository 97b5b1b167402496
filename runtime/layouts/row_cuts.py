"""Cuts of rows at the borders of workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from .base import Array

Halve = Callable[[Array, Array, Array, int], Array]
"""First places of ranks from a border on (``Rows.first_from``)."""

_PART = 1 << 16
"""Synapses and cuts of a part. A longer row is a part alone."""


def row_cuts(
    posts: Array, starts: NDArray[np.int64], borders: list[int], halve: Halve, together: int = 1
) -> Iterator[tuple[slice, Array]]:
    """Parts of the rows with their cuts, ``(rows, workers + 1)``.

    Row i is ``posts[starts[i]:starts[i + 1]]``, ranks that ascend. Its cut w is the first place of
    a rank from ``borders[w]`` on; the last one is its end. The last border is beyond all ranks.
    Every ``together`` rows, one after the other, are in the same part.

    Few borders are searched for, each in all rows at once. Where there are many, it is faster to
    count the synapses of each worker.
    """
    rows, size, different = len(starts) - 1, int(starts[-1]), len({*borders[1:-1]} - {0})
    steps = rows * different * (1 + size // max(1, rows)).bit_length()
    if 4 * steps <= size:  # a step of halving takes four times as long as to count a synapse
        cut, most = partial(_searched, halve), size
    else:
        number = np.repeat(np.arange(1, len(borders)), np.diff(borders))
        cut, most = partial(_counted, number), _PART
    for part in _parts(starts, together, most, _PART // len(borders)):
        yield part, cut(posts, starts[part.start : part.stop + 1], borders)


def _parts(starts: NDArray[np.int64], together: int, synapses: int, rows: int) -> Iterator[slice]:
    """Parts of at most so many synapses and rows.

    Rows that stay together may have more.
    """
    low, end = 0, len(starts) - 1
    while low < end:
        high = min(low + rows, end)
        if starts[high] - starts[low] > synapses:
            high = int(np.searchsorted(starts, starts[low] + synapses, side="right")) - 1
        high = low + max(1, (high - low) // together) * together
        yield slice(low, high)
        low = high


def _searched(halve: Halve, posts: Array, starts: NDArray[np.int64], borders: list[int]) -> Array:
    """Cuts, border by border."""
    cuts = np.empty((len(starts) - 1, len(borders)), np.int64)
    cuts[:, 0], cuts[:, -1] = starts[:-1], starts[1:]
    for worker in range(1, len(borders) - 1):
        before = cuts[:, worker - 1]
        if borders[worker] > borders[worker - 1]:  # else there are more workers than blocks
            before = halve(posts, before, cuts[:, -1], borders[worker])
        cuts[:, worker] = before
    return cuts


def _counted(
    number: NDArray[np.int64], posts: Array, starts: NDArray[np.int64], borders: list[int]
) -> Array:
    """Cuts, by counting. A worker's number is one more than its place, and 0 is nobody's."""
    rows, length = len(starts) - 1, len(borders)
    keys = np.repeat(np.arange(0, rows * length, length), np.diff(starts))
    keys += number[posts[starts[0] : starts[-1]]]
    counts = np.bincount(keys, minlength=rows * length)
    counts[0] = starts[0]
    return np.cumsum(counts, out=counts).reshape(rows, length)
