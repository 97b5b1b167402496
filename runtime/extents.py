"""How many elements buffers have, from what kernels say of them (``ranvier.extent``)."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from ..ir.interface import LINE
from .buffers import padded
from .storage import Storage


@frozen
class Extents:
    """Lengths for a network with these sizes of populations, slots of their rings, and threads."""

    populations: Mapping[str, int]
    slots: Mapping[str, int]
    storages: Mapping[str, Storage]
    threads: int

    def elements(self, extent: str) -> int:
        """The number of elements; see :mod:`ranvier.ir.interface` for what there is."""
        kind, _, owner = extent.partition(":")
        line = LINE * max(2, self.threads)
        if kind in ("rings", "queues", "slots"):
            return self.storages[owner].room(kind, self.threads)
        if kind in ("threads", "stale"):
            return line
        if kind == "pair":
            return 2
        if kind == "borders":
            return self.threads + 1
        if kind == "neurons":
            return self.populations[owner]
        if kind == "private":
            return self.threads * padded(int(owner))
        if kind == "copies":
            return self.threads * padded(self.populations[owner])
        if kind == "past":
            return self.slots[owner] * padded(self.populations[owner])
        if kind == "past-threads":
            return self.slots[owner] * padded(line)
        if kind == "rows":
            population, times = owner.rsplit(":", 1)
            return int(times) * padded(self.populations[population])
        return 1
