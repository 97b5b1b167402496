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
        posts, starts, distinct = self._posts, self.rows.offsets, self._distinct_delays
        type_ = np.uint16 if self.n_post < 1 << 16 else np.int32
        cuts = np.empty((self.n_pre, distinct * threads + 1), type_)
        for number in range(distinct):
            low, high = (self._starts[number + i :][::distinct][: self.n_pre] for i in (0, 1))
            first, borders = low, self.target.borders(self.n_post, threads)
            for thread in range(threads):
                if thread and borders[thread] > borders[thread - 1]:
                    first = self.rows.first_from(posts, first, high, borders[thread])
                cuts[:, number * threads + thread] = first - starts[:-1]
        cuts[:, -1] = np.diff(starts)
        return {"cut": self.copied(cuts.reshape(-1), type_)}
