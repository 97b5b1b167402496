"""``by_post``: rows of post neurons; ``row[post]`` to ``row[post + 1]`` index ``pre``."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ...ir.attrs_classes import define
from ...ir.layouts import BY_POST, Layout
from .base import Array, Storage, StructureValues


@define
class ByPost(Storage):
    """Synapses lie in dendrite order."""

    layout: ClassVar[Layout] = BY_POST

    def arrange(self) -> StructureValues:
        """Rows, pre ranks and delays. Synapses have one delay each, or one for all."""
        self.rows.turn("post")
        rows = np.full(self.target.padded(self.n_post) + 1, self.size)
        rows[: self.n_post + 1] = self.rows.offsets
        return {
            "row": self.copied(rows, self.offset_type),
            "pre": self.rows.buffer,
            "delay": self.copied(self.dendrite_delays(), np.int32),
        }

    def place(self, values: Array) -> tuple[Array, int]:
        """The values as they come."""
        values = np.asarray(values).reshape(-1)
        return self.copied(values, values.dtype), 0 if len(values) == 1 != self.size else 1

    def dendrite(self, stored: Array, stride: int, post: int) -> Array:
        """``(synapses of post,)`` or ``(1,)``."""
        return stored[self.part(post) if stride else slice(1)].copy()

    def values(self, stored: Array, stride: int) -> Array:
        """``(synapses,)`` or ``(1,)``."""
        return stored[: self.size if stride else 1].copy()
