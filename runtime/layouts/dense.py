"""``dense``: all pairs of two ranges, autapses perhaps excepted.

Every neuron of a range of pre is connected with every one of a range of post.

The synapse from ``pre`` to ``post`` lies at ``[((post / block - first_block) * pre_count + pre -
pre_first) * block + post % block]``, where ``first_block`` is that of the first post neuron. What
belongs to no synapse is padding and zero.
"""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

import numpy as np
from attrs import field

from ...ir.attrs_classes import define
from ...ir.layouts import DENSE, Layout
from .base import Array, Draws, Storage, StructureValues


@define
class Dense(Storage):
    """Blocks of post neurons: each has a vector lane."""

    layout: ClassVar[Layout] = DENSE
    _pre: slice = field(init=False)
    _post: slice = field(init=False)

    def arrange(self) -> StructureValues:
        """The ranges and the delays. Pairs have one delay each, or one for all."""
        self._pre, self._post = self.rows.span("pre"), self.rows.span("post")
        found: dict[str, Array | int] = {}
        for name, part in (("pre", self._pre), ("post", self._post)):
            found |= {f"{name}_first": part.start, f"{name}_count": part.stop - part.start}
        delays = self.dendrite_delays()
        if self.has_one_delay:
            return {**found, "delay": self.copied(delays, np.int32)}
        placed = self._blocks(delays)
        # Kernels that learn compute with padding, too: it has a delay that there is.
        return {**found, "delay": np.maximum(placed, 1, out=placed)}

    def place(self, values: Array) -> tuple[Array, int]:
        """One value per pair, also where all are the same."""
        return self._blocks(np.asarray(values).reshape(-1)), 1

    def draw(self, draws: Draws, dtype: Any) -> Array | None:
        """The values in their places. None also where they may all be the same."""
        rows, sources = self._shape
        out = self.memory(rows * sources, dtype)
        if not draws.by_row(partial(self._place_rows, out), self.target.block):
            return None
        some = self.dendrite(out, 1, self._post.start)
        return None if (some == some[:1]).all() else out

    def _place_rows(self, stored: Array, first: int, values: Array) -> None:
        """Put values of some post neurons in their places. ``first`` is the rank of the first."""
        matrix = self._rows_of(max(first, self._post.start), values)
        at = max(first - self._post.start, 0) + self._rows.start
        with np.errstate(over="ignore"):  # the program checks narrow types
            self._set_rows(stored, at, matrix)

    def _rows_of(self, first: int, values: Array) -> Array:
        """The values by post neuron and pre neuron.

        Autapses that there are not have zeros.
        """
        sources = self._shape[1]
        if self._is_whole:
            return values.reshape(-1, sources)
        offsets = self.rows.dendrite_offsets
        last = int(np.searchsorted(offsets, offsets[first] + len(values)))
        pres = np.arange(self._pre.start, self._pre.stop)
        matrix = np.zeros((last - first, sources), values.dtype)
        matrix[np.arange(first, last)[:, None] != pres] = values
        return matrix

    def _set_rows(self, stored: Array, at: int, matrix: Array) -> None:
        """Write values of post neurons from ``at`` on in the blocks."""
        (rows, sources), block = self._shape, self.target.block
        blocks = stored[: rows * sources].reshape(-1, sources, block)
        done = 0
        while done < len(matrix):
            number, lane = divmod(at + done, block)
            part = matrix[done : done + block - lane]
            blocks[number, :, lane : lane + len(part)] = part.T
            done += len(part)

    def values(self, stored: Array, stride: int) -> Array:
        """``(synapses,)``."""
        rows, sources = self._shape
        blocks = stored[: rows * sources].reshape(-1, sources, self.target.block)
        matrix = blocks.transpose(0, 2, 1).reshape(rows, sources)[self._rows]
        return np.array(matrix[self._pairs].reshape(-1))

    def dendrite(self, stored: Array, stride: int, post: int) -> Array:
        """``(synapses of post,)``."""
        if not stride:
            return stored[:1].copy()
        row = self._row(stored, post - self._post.start + self._rows.start)
        itself = post - self._pre.start
        if self._is_whole or not 0 <= itself < len(row):
            return row.copy()
        return np.delete(row, itself)

    def _row(self, stored: Array, at: int) -> Array:
        """Stored values of one post neuron in the blocks."""
        rows, sources = self._shape
        block = self.target.block
        blocks = stored[: rows * sources].reshape(-1, sources, block)
        row: Array = blocks[at // block, :, at % block]
        return row

    @property
    def _shape(self) -> tuple[int, int]:
        """Number of post neurons in whole blocks, and of pre neurons."""
        first = self._post.start // self.target.block * self.target.block
        return self.target.padded(self._post.stop) - first, self._pre.stop - self._pre.start

    @property
    def _rows(self) -> slice:
        """The post neurons of the range among those in the blocks."""
        before = self._post.start % self.target.block
        return slice(before, before + self._post.stop - self._post.start)

    @property
    def _is_whole(self) -> bool:
        """Whether no pair of the ranges is left out."""
        rows, sources = self._rows, self._shape[1]
        return bool(self.size == (rows.stop - rows.start) * sources)

    @property
    def _pairs(self) -> Array | slice:
        """The pairs that are synapses: all, or all but autapses."""
        if self._is_whole:
            return slice(None)
        posts = np.arange(self._post.start, self._post.stop)
        pres = np.arange(self._pre.start, self._pre.stop)
        different: Array = posts[:, None] != pres
        return different

    def _matrix(self, values: Array) -> Array:
        """The values by post neuron (in whole blocks) and pre neuron."""
        matrix = np.zeros(self._shape, values.dtype)
        part, pairs = matrix[self._rows], self._pairs
        whole = isinstance(pairs, slice) and len(values) > 1
        part[pairs] = values.reshape(part.shape) if whole else values
        return matrix

    def _blocks(self, values: Array) -> Array:
        (rows, sources), block = self._shape, self.target.block
        matrix = self._matrix(values)
        out = self.memory(rows * sources, values.dtype)
        blocks = out[: rows * sources].reshape(-1, sources, block)
        blocks[:] = matrix.reshape(-1, block, sources).transpose(0, 2, 1)
        return out
