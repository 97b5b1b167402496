"""``delay_queues``: rows as in ``by_pre``, and delays beyond the shortest.

They say how much later than others a synapse is reached.

``extra_delay`` is the number of steps by which each delay is longer than the shortest one,
``first_delay``. What is going to arrive waits in ``slots`` places, one for each step from the
shortest delay to the longest. See ``passes/kernels/layouts/delay_queues.py``.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ...ir.attrs_classes import define
from ...ir.layouts import DELAY_QUEUES, QUEUED, Layout
from .base import Array, StructureValues
from .by_pre import ByPre

_CHUNK = 1 << 20
"""Synapses that are worked on at a time."""


@define
class DelayQueues(ByPre):
    """Synapses by pre rank, then by post rank."""

    layout: ClassVar[Layout] = DELAY_QUEUES

    def arrange(self) -> StructureValues:
        """Rows, and how much later each synapse is reached."""
        self.rows.turn("pre")
        if not _ascending(self.rows.ranks, self.rows.offsets):  # another storage divided them
            self.rows.turn("post")
            self.rows.turn("pre")
        self._starts, self._posts, self._distinct_delays = self.rows.offsets, self.rows.buffer, 1
        steps = np.broadcast_to(np.asarray(self.delays), self.size)
        first, last = (int(steps.min()), int(steps.max())) if self.size else (1, 1)
        extra = self.memory(self.size, np.uint16)
        self.rows.from_drawn(steps - first, extra)
        self.delays, self.slots = 1, last - first + 1
        return {
            "post": self._posts,
            "extra_delay": extra,
            "first_delay": first,
            "slots": self.slots,
            "slot_row": self.target.padded(self.slots),
        }

    def room(self, kind: str, threads: int) -> int:
        """Elements of a buffer of the extent ``kind``. At most so many threads find room in it."""
        if kind == "slots":
            return threads * self.target.padded(self.slots)
        ring = (self.slots + 1) * self.target.padded(self.n_post)
        return ring if kind == "rings" else ring // QUEUED


def _ascending(ranks: Array, offsets: Array) -> bool:
    """Whether ranks ascend within each row."""
    for low in range(0, len(ranks) - 1, _CHUNK):
        part = ranks[low : low + _CHUNK + 1]
        falls = np.flatnonzero(part[1:] < part[:-1]) + low + 1
        if not np.isin(falls, offsets).all():
            return False
    return True
