"""Lengths of buffers, from the extents in their descriptors."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field

from ..ir.attrs_classes import frozen
from ..ir.buffer_names import HISTORY, PADDED, SIZE
from ..ir.buffers import MASK_BITS, Extent, Key
from ..ir.diagnostics import fail
from ..ir.target import Target
from .layouts import Storage


@frozen
class Extents:
    """Lengths for a network. Given are sizes of populations, slots of their rings, and threads.

    ``rooms`` are the sizes of buckets of projections.
    """

    populations: Mapping[str, int]
    slots: Mapping[str, int]
    storages: Mapping[str, Storage]
    threads: int
    target: Target
    rooms: Mapping[str, int] = field(factory=dict)

    def numbers(self) -> dict[Key, int]:
        """The numbers of which each population has one."""
        padded, sizes = self.target.padded, self.populations.items()
        found = {Key(name, SIZE): size for name, size in sizes}
        found |= {Key(name, PADDED): padded(size) for name, size in sizes}
        return found | {Key(name, HISTORY): number for name, number in self.slots.items()}

    def elements(self, extent: Extent) -> int:
        """The number of elements; see :mod:`ranvier.ir.buffers` for extents."""
        kind, of, padded = extent.kind, extent.of, self.target.padded
        line = self.target.line * max(2, self.threads)
        if kind in ("rings", "queues", "slots"):
            return self.storages[of].room(kind, self.threads)
        if kind in ("workers", "stale"):
            return line
        if kind == "buckets":
            return self.rooms[of] * padded(self.storages[of].n_post)
        if kind == "pair":
            return 2
        if kind == "borders":
            return self.threads + 1
        if kind == "neurons":
            return self.populations[of]
        if kind == "private":
            return self.threads * padded(extent.times)
        if kind == "neurons_per_worker":
            return self.threads * padded(self.populations[of])
        if kind == "past":
            return self.slots[of] * padded(self.populations[of])
        if kind in ("words", "past_words"):
            rows = self.slots[of] if kind == "past_words" else 1
            return rows * words(self.target, self.populations[of])
        if kind == "past_workers":
            return self.slots[of] * padded(line)
        if kind == "rows":
            return extent.times * padded(self.populations[of])
        if kind != "one":
            fail(f"the run time knows no length of buffers of the extent '{kind}'")
        return 1


def words(target: Target, size: int) -> int:
    """The words of a spike mask of so many neurons. Padded neurons fill whole words."""
    if target.block % MASK_BITS:
        fail(f"spike masks need blocks of a multiple of {MASK_BITS} neurons, not of {target.block}")
    return target.padded(size) // MASK_BITS
