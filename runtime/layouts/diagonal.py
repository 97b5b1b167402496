"""``diagonal``: one synapse for each post neuron of a range. It lies at the rank of that neuron.

Its pre neuron is ``shift`` ranks further on, for all of them.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from attrs import field

from ...ir.attrs_classes import define
from ...ir.layouts import DIAGONAL, Layout
from .base import Array, Storage, StructureValues


@define
class Diagonal(Storage):
    """Values lie as those of post neurons do."""

    layout: ClassVar[Layout] = DIAGONAL
    _first: int = field(init=False)

    def arrange(self) -> StructureValues:
        """The range, the shift and the delays. Synapses have one delay each, or one for all."""
        pre, post = self.pairs()
        self._first = int(post[0])
        delays = self.dendrite_delays()
        return {
            "post_first": self._first,
            "post_count": len(post),
            "shift": int(pre[0]) - self._first,
            "delay": self.copied(delays, np.int32) if self.has_one_delay else self._spread(delays),
        }

    def place(self, values: Array) -> tuple[Array, int]:
        """One value per synapse, also where all are the same."""
        return self._spread(np.asarray(values).reshape(-1)), 1

    def values(self, stored: Array, stride: int) -> Array:
        """``(synapses,)``."""
        return stored[self._first : self._first + self.size].copy()

    def _spread(self, values: Array) -> Array:
        out = self.memory(self.n_post, values.dtype)
        out[self._first : self._first + self.size] = values
        return out
