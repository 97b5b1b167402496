"""``dense_rows``: all pairs of two ranges, for spikes.

Every neuron of a range of pre is connected with every one of a range of post.

The synapse from ``pre`` to ``post`` lies at ``(pre - pre_first) * length + post - first_block *
block``: rows of pre neurons.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ...ir.attrs_classes import define
from ...ir.layouts import DENSE_ROWS, Layout
from .base import Array, StructureValues
from .dense import Dense


@define
class DenseRows(Dense):
    """Rows with a place for each post neuron of the blocks."""

    layout: ClassVar[Layout] = DENSE_ROWS

    def arrange(self) -> StructureValues:
        """The ranges; one delay for all."""
        ranges = dict(Dense.arrange(self))
        delays = np.asarray(ranges.pop("delay"), np.int64)
        return {**ranges, "delays": delays, "length": self._shape[0]}

    def place(self, values: Array) -> tuple[Array, int]:
        """One value per pair, also where all are the same."""
        matrix = self._matrix(np.asarray(values).reshape(-1))
        return self.copied(matrix.T.reshape(-1), matrix.dtype), 1

    def _set_rows(self, stored: Array, at: int, matrix: Array) -> None:
        rows, sources = self._shape
        by_pre = stored[: rows * sources].reshape(sources, rows)
        by_pre[:, at : at + len(matrix)] = matrix.T

    def values(self, stored: Array, stride: int) -> Array:
        """``(synapses,)``."""
        rows, sources = self._shape
        matrix = stored[: rows * sources].reshape(sources, rows).T[self._rows]
        return np.array(matrix[self._pairs].reshape(-1))

    def _row(self, stored: Array, at: int) -> Array:
        """Stored values of one post neuron in the blocks."""
        rows, sources = self._shape
        row: Array = stored[: rows * sources].reshape(sources, rows)[:, at]
        return row
