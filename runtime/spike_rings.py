"""Rings of the spikes of earlier steps: lists or masks.

Programs of several workers list spikes; a program whose only worker is a whole grid has masks. What
is read, saved and restored is the same for both: ranks by age.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import field
from numpy.typing import NDArray

from ..ir.attrs_classes import define
from .device import Device, DeviceBuffer
from .extents import words
from .spike_masks import mask_of, places
from .value_rings import turn

Array = NDArray[Any]


@define
class SpikeRing:
    """The spikes of a population by step, in so many ``slots``. ``history`` ages of them count."""

    device: Device
    size: int
    history: int
    slots: int

    @property
    def _rows(self) -> Sequence[tuple[DeviceBuffer, int]]:
        """The buffers with the lengths of their rows. Every slot has one row of each."""
        raise NotImplementedError

    def read(self, step: int, age: int = 1) -> Array:
        """Ranks that fired ``age`` steps before ``step``, ascending."""
        raise NotImplementedError

    def write(self, step: int, age: int, fired: Array) -> None:
        """Set the ranks that fired ``age`` steps before ``step``."""
        raise NotImplementedError

    def repartition(self, step: int, threads: int) -> None:
        """Give the spikes of the past to another number of threads."""

    def clear(self) -> None:
        """Forget all spikes."""
        raise NotImplementedError

    def move(self, by: int) -> None:
        """Add ``by`` to the number of the step. Ages stay what they are."""
        for buffer, row in self._rows:
            turn(self.device, buffer, self.slots, row, by)

    def state(self, step: int) -> tuple[Array, Array]:
        """Ranks by age, one age behind the other, and their numbers. Each age has a number."""
        ages = [self.read(step, age) for age in range(1, self.history + 1)]
        return np.concatenate(ages), np.array([len(a) for a in ages], np.int64)

    def restore(self, step: int, ranks: Array, lengths: Array) -> None:
        """Take over what ``state`` gave; ages beyond the history are forgotten."""
        self.clear()
        ends = np.cumsum(lengths)
        for age in range(1, min(self.history, len(lengths)) + 1):
            self.write(step, age, ranks[ends[age - 1] - lengths[age - 1] : ends[age - 1]])


@define
class ListRing(SpikeRing):
    """Lists of spikes, by step and thread.

    They are ``ranks``; ``counts`` says how many each holds. The list of a thread begins at its
    first neuron in a row of ``ranks``.
    """

    ranks: DeviceBuffer
    counts: DeviceBuffer
    threads: int
    _borders: Array = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._deal()

    def _deal(self) -> None:
        """Find where lists begin, and the end of a row."""
        self._borders = np.array(self.device.target.borders(self.size, self.threads))

    @property
    def _rows(self) -> Sequence[tuple[DeviceBuffer, int]]:
        target = self.device.target
        lines = target.line * self.threads
        return (self.ranks, target.padded(self.size)), (self.counts, lines)

    def read(self, step: int, age: int = 1) -> Array:
        """Ranks that fired ``age`` steps before ``step``, ascending."""
        slot, (row, lines) = (step - age) % self.slots, [length for _, length in self._rows]
        counts = self.device.view(self.counts, lines, slot * lines)[:: self.device.target.line]
        listed = self.device.view(self.ranks, row, slot * row)
        return listed[self._places(counts)].astype(np.int64)

    def _places(self, counts: Array) -> Array:
        """The places of spikes in a row, from the lists' lengths."""
        before = np.cumsum(counts) - counts
        return np.repeat(self._borders[:-1] - before, counts) + np.arange(counts.sum())

    def write(self, step: int, age: int, fired: Array) -> None:
        """Set the ranks that fired ``age`` steps before ``step``."""
        slot, (row, lines) = (step - age) % self.slots, [length for _, length in self._rows]
        each = np.diff(np.searchsorted(fired, self._borders))
        listed, counts = np.zeros(row, self.ranks.dtype), np.zeros(lines, self.counts.dtype)
        listed[self._places(each)] = fired
        counts[:: self.device.target.line] = each
        self.device.upload(self.ranks, listed, slot * row)
        self.device.upload(self.counts, counts, slot * lines)

    def repartition(self, step: int, threads: int) -> None:
        """Give the lists of the past to another number of threads."""
        if threads != self.threads:
            ranks, lengths = self.state(step)
            self.threads = threads
            self._deal()
            self.restore(step, ranks, lengths)

    def clear(self) -> None:
        """Forget all spikes."""
        self.device.fill(self.counts, 0)


@define
class MaskRing(SpikeRing):
    """Masks of spikes, by step. All threads share them."""

    masks: DeviceBuffer

    @property
    def _words(self) -> int:
        return words(self.device.target, self.size)

    @property
    def _rows(self) -> Sequence[tuple[DeviceBuffer, int]]:
        return ((self.masks, self._words),)

    def read(self, step: int, age: int = 1) -> Array:
        """Ranks that fired ``age`` steps before ``step``, ascending."""
        row = self._words
        return places(self.device.view(self.masks, row, (step - age) % self.slots * row))

    def write(self, step: int, age: int, fired: Array) -> None:
        """Set the ranks that fired ``age`` steps before ``step``."""
        row = self._words
        self.device.upload(self.masks, mask_of(fired, row), (step - age) % self.slots * row)

    def clear(self) -> None:
        """Forget all spikes."""
        self.device.fill(self.masks, 0)
