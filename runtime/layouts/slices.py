"""``slices``: rows of ``block`` post neurons beside one another. Padding fills the shorter rows.

``slice[b]`` to ``slice[b + 1]`` are the levels of block b of post neurons; level l holds one
synapse of each, at ``l * block + post % block``, as far as there are ``count[post]``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from attrs import field

from ...ir.attrs_classes import define
from ...ir.layouts import SLICES, Layout
from .base import Array, Storage, StructureValues

_PART = 1 << 20
"""Synapses that are placed at a time."""


@define
class Slices(Storage):
    """Synapses by block of post neurons, place in row, neuron.

    A block has a level for each place.
    """

    layout: ClassVar[Layout] = SLICES
    _levels: Array = field(init=False)
    _counts: Array = field(init=False)

    def arrange(self) -> StructureValues:
        """Levels, counts, pre ranks and delays. Synapses have one delay each, or one for all."""
        self.rows.turn("post")
        counts = np.zeros(self.target.padded(self.n_post), np.int64)
        counts[: self.n_post] = np.diff(self.rows.offsets)
        levels = counts.reshape(-1, self.target.block).max(axis=1)
        starts = np.concatenate(([0], np.cumsum(levels)))
        self._levels = self.copied(starts, self.offset_type)
        self._counts = self.copied(counts, np.int32)
        delays, one = self.dendrite_delays(), self.has_one_delay
        return {
            "slice": self._levels,
            "count": self._counts,
            "pre": self._spread(self.rows.buffer[: self.size]),
            "delay": self.copied(delays, np.int32) if one else self._spread(delays, 1),
        }

    def place(self, values: Array) -> tuple[Array, int]:
        """One value per synapse, also where all are the same."""
        return self._spread(np.asarray(values).reshape(-1)), 1

    def values(self, stored: Array, stride: int) -> Array:
        """``(synapses,)``."""
        out = np.empty(self.size, stored.dtype)
        for part, places in self._places():
            out[part] = stored[places]
        return out

    def dendrite(self, stored: Array, stride: int, post: int) -> Array:
        """``(synapses of post,)`` or ``(1,)``."""
        if not stride:
            return stored[:1].copy()
        block = self.target.block
        start = int(self._levels[post // block]) * block + post % block
        return stored[start : start + int(self._counts[post]) * block : block].copy()

    def _places(self) -> Iterator[tuple[slice, Array]]:
        """Parts of the synapses in dendrite order, with their places."""
        offsets, block, low = self.rows.offsets, self.target.block, 0
        while low < self.n_post:
            high = int(np.searchsorted(offsets, offsets[low] + _PART, side="right")) - 1
            high = min(max(high, low + 1), self.n_post)
            posts, first = np.arange(low, high), offsets[low]
            starts = self._levels[posts // block].astype(np.int64)
            lanes = starts * block + posts % block - (offsets[low:high] - first) * block
            places = np.repeat(lanes, np.diff(offsets[low : high + 1]))
            places += np.arange(len(places)) * block
            yield slice(int(first), int(offsets[high])), places
            low = high

    def _spread(self, values: Array, unused: int = 0) -> Array:
        """The values where the synapses lie; ``unused`` where rows have none.

        Kernels that learn compute there, too: a delay has to be one that there is.
        """
        block = self.target.block
        levels = int(self._levels[self.target.padded(self.n_post) // block])
        out = self.memory(levels * block, values.dtype)
        if unused:
            out[:] = unused
        for part, places in self._places():
            out[places] = values if len(values) == 1 else values[part]
        return out
