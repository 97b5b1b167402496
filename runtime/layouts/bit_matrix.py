"""``bit_matrix``: rows as in ``by_pre``, and bits of the connected.

The rows are those of pre neurons; a matrix of bits says who is connected.

Bit ``(pre - pre_first) * length + post - group_first * GROUP`` of ``bits`` says whether there is a
synapse; the lowest bit of a byte is the first. Rows are those of the range of pre neurons that have
synapses, of the range of post neurons in whole groups. In ``counts`` a thread counts spikes, a
group at a time, in ``found`` it lists those that have a row.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from attrs import field

from ...ir.attrs_classes import define
from ...ir.layouts import BIT_MATRIX, GROUP, Layout
from .base import StructureValues
from .by_pre import ByPre

_ROWS = 256
"""Rows that are made at once, as bytes."""


@define
class BitMatrix(ByPre):
    """Synapses by pre rank, then by post rank."""

    layout: ClassVar[Layout] = BIT_MATRIX

    _pre_count: int = field(init=False)

    def arrange(self) -> StructureValues:
        """The rows, and the matrix."""
        found = ByPre.arrange(self)
        pre, post = self.rows.span("pre"), self.rows.span("post")
        first, last = post.start // GROUP, -(-post.stop // GROUP)
        length, count = (last - first) * GROUP, pre.stop - pre.start
        self._pre_count = count
        numbers = {
            "pre_first": pre.start, "pre_count": count,
            "group_first": first, "group_count": last - first, "length": length,
        }  # fmt: skip
        bits = self.memory(count * length // 8, np.int8)
        matrix = bits[: count * length // 8].view(np.uint8)
        matrix = matrix.reshape(count, length // 8)
        for row in range(0, count, _ROWS):
            rows = matrix[row : row + _ROWS]
            starts = self.rows.offsets[pre.start + row :][: len(rows) + 1]
            connected = np.zeros(rows.size * 8, bool)
            at = np.repeat(np.arange(len(rows)) * length - first * GROUP, np.diff(starts))
            at += self._posts[starts[0] : starts[-1]]
            connected[at] = True
            rows[:] = np.packbits(connected, bitorder="little").reshape(rows.shape)
        return {**found, **numbers, "bits": bits}

    def split(self, threads: int) -> StructureValues:
        """Room for each thread. One place more than rows takes spikes that have none."""
        return {
            **ByPre.split(self, threads),
            "counts": self.memory(threads * GROUP, np.uint16),
            "found": self.memory(threads * (self._pre_count + 1), np.int64),
        }
