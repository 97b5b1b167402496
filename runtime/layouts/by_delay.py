"""``by_delay``: rows of pre neurons, sorted by delay and post rank. The delay comes first.

The row of a pre neuron begins at ``start[pre]``; of its synapses come
``cut[pre * (distinct_delays * threads + 1) + c * threads + thread]`` before those with the delay
``delays[c]`` onto neurons of a thread.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ...ir.attrs_classes import define
from ...ir.layouts import BY_DELAY, Layout
from .base import StructureValues
from .by_pre import ByPre


@define
class ByDelay(ByPre):
    """Synapses by pre rank, then by delay, then by post rank."""

    layout: ClassVar[Layout] = BY_DELAY

    def arrange(self) -> StructureValues:
        """Sort the synapses."""
        found = ByPre.arrange(self)  # first: it turns the rows
        return {**found, "start": self.copied(self.rows.offsets, self.offset_type)}

    def split(self, threads: int) -> StructureValues:
        """Cut pieces with one delay at the borders of threads.

        Each thread has a range of post neurons.
        """
        distinct, type_ = self._distinct_delays, np.uint16 if self.n_post < 1 << 16 else np.int32
        shape = self.n_pre, distinct * threads + 1
        found = self.memory(shape[0] * shape[1], type_)
        table = found[: shape[0] * shape[1]].reshape(shape)
        begins = self._starts[::distinct]
        table[:, -1] = np.diff(begins)
        for part, cuts in self._cuts(threads):
            rows = slice(part.start // distinct, part.stop // distinct)
            pieces = cuts[:, :-1].reshape(-1, distinct * threads)
            table[rows, :-1] = pieces - begins[rows, None]
        return {"cut": found}
