"""``by_pre``: rows of pre neurons, cut by delay and by thread.

The cuts lie at the borders of the threads' ranges.

The row of a pre neuron is cut at ``split[(pre * distinct_delays + c) * (threads + 1) + thread]``
for the delay ``delays[c]``; the cuts index ``post`` and attributes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
from attrs import field

from ...ir.attrs_classes import define
from ...ir.layouts import BY_PRE, COLUMN_AHEAD, Layout
from .base import Array, Draws, Storage, StructureValues
from .row_cuts import row_cuts

_PART = 1 << 20
"""Synapses that are looked at at a time."""


@define
class ByPre(Storage):
    """Synapses by pre rank, then by delay, then by post rank."""

    layout: ClassVar[Layout] = BY_PRE
    _starts: Array = field(init=False)
    _posts: Array = field(init=False)
    _distinct_delays: int = field(init=False)

    def arrange(self) -> StructureValues:
        """Sort the synapses; ``delays`` holds the different ones."""
        self.rows.turn("pre")
        distinct, self._starts = np.asarray([self.delays]), self.rows.offsets
        if isinstance(self.delays, np.ndarray):
            distinct, numbers = _numbered(self.delays)
            if len(distinct) > 1:
                self._starts = self.rows.divide(numbers, len(distinct))
        self.delays, self._distinct_delays, self._posts = 1, len(distinct), self.rows.buffer
        return {
            "delays": self.copied(distinct, np.int64),
            "distinct_delays": self._distinct_delays,
            "post": self._posts,
        }

    def split(self, threads: int) -> StructureValues:
        """Cut rows of pre neurons at the borders of threads.

        Each thread has a range of post neurons.
        """
        shape = len(self._starts) - 1, threads + 1
        split = self.memory(shape[0] * shape[1], self.offset_type)
        table = split[: shape[0] * shape[1]].reshape(shape)
        for part, cuts in self._cuts(threads):
            table[part] = cuts
        return {"split": split}

    def _cuts(self, threads: int) -> Iterator[tuple[slice, Array]]:
        """Parts of the pieces of rows, with their cuts."""
        borders, halve = self.target.borders(self.n_post, threads), self.rows.first_from
        return row_cuts(self._posts, self._starts, borders, halve, self._distinct_delays)

    def column_index(self) -> StructureValues:
        """``column[post]`` to ``column[post + 1]`` index ``column_at`` and ``column_pre``."""
        columns, at, pre = self.rows.columns()
        places = self.memory(len(at) + COLUMN_AHEAD, self.offset_type)
        places[: len(at)] = at
        return {
            "column": self.copied(columns, self.offset_type),
            "column_at": places,
            "column_pre": self.copied(pre, np.uint16 if self.n_pre <= 1 << 16 else np.int32),
        }

    def place(self, values: Array) -> tuple[Array, int]:
        """The values in the order of the rows."""
        values = np.asarray(values).reshape(-1)
        if len(values) == 1 and self.size != 1:
            return self.copied(values, values.dtype), 0
        if values.strides == (0,):
            return self.copied(values, values.dtype), 1
        return self.rows.from_dendrites(values, self.memory(self.size, values.dtype)), 1

    def draw(self, draws: Draws, dtype: Any) -> Array:
        """The values in the order of the rows, made in place."""
        out = self.memory(self.size, dtype)
        draws.listed(out)
        return out

    def values(self, stored: Array, stride: int) -> Array:
        """``(synapses,)`` or ``(1,)``."""
        return self.rows.to_dendrites(stored[: self.size]) if stride else stored[:1].copy()

    def dendrite(self, stored: Array, stride: int, post: int) -> Array:
        """``(synapses of post,)`` or ``(1,)``."""
        if not stride:
            return stored[:1].copy()
        posts, ends = self._posts, self._starts[1:]
        found = self.rows.first_from(posts, self._starts[:-1], ends, post)
        found = found[found < ends]
        part: Array = stored[found[posts[found] == post]]
        return part


def _numbered(delays: Array) -> tuple[Array, Array]:
    """The distinct delays, and the number of each delay. They ascend, and there is one at least."""
    parts = [slice(start, start + _PART) for start in range(0, len(delays), _PART)]
    found = np.zeros(int(delays.max(initial=1)) + 1, bool)
    for part in parts:
        found[delays[part]] = True
    distinct = np.flatnonzero(found) if parts else np.array([1])
    numbers = np.empty(len(delays), np.min_scalar_type(len(distinct)))
    number_of = np.cumsum(found) - 1
    for part in parts:
        numbers[part] = number_of[delays[part]]
    return distinct, numbers
