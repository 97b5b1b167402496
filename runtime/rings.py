"""Rings of the past: spike lists and values of earlier steps. Delayed synapses read them.

Kernels write step k into the slot ``k mod slots``. Here the past is seen by age instead (1: the
last step), so that it can be carried to another number of threads, to a longer history or to
another number of the step. Rings have more slots than ages that anybody reads, since one thread may
write while another still reads. Before the first step no spike is in them, whatever its number is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import field
from numpy.typing import NDArray

from ..ir.attrs_classes import define
from ..ir.buffers import Key
from .device import Device, DeviceBuffer

Array = NDArray[Any]


@define
class SpikeRing:
    """The spike lists of a population, by step and thread.

    Each slot has ``ranks`` and ``counts`` of all threads.
    """

    device: Device
    ranks: DeviceBuffer
    counts: DeviceBuffer
    size: int
    threads: int
    history: int
    slots: int

    @property
    def _borders(self) -> list[int]:
        """Begins of the threads' lists in a row, and its end. Rows are those of ``ranks``."""
        return self.device.target.borders(self.size, self.threads)

    @property
    def _lengths(self) -> tuple[int, int]:
        """The lengths of the rows of ``ranks`` and of ``counts``.

        Every slot has one row of each.
        """
        target = self.device.target
        return target.padded(self.size), target.line * self.threads

    def read(self, step: int, age: int = 1) -> Array:
        """Ranks that fired ``age`` steps before ``step``, ascending."""
        slot, (row, lines) = (step - age) % self.slots, self._lengths
        counts = self.device.view(self.counts, lines, slot * lines)[:: self.device.target.line]
        parts = [
            self.device.view(self.ranks, count, slot * row + start)
            for start, count in zip(self._borders, counts.tolist(), strict=False)
        ]
        return np.concatenate(parts).astype(np.int64)

    def write(self, step: int, age: int, fired: Array) -> None:
        """Set the ranks that fired ``age`` steps before ``step``."""
        slot, (row, lines), line = (step - age) % self.slots, self._lengths, self.device.target.line
        cuts = np.searchsorted(fired, self._borders)
        counts = np.zeros(lines, self.counts.dtype)
        for thread, start in enumerate(self._borders[:-1]):
            mine = fired[cuts[thread] : cuts[thread + 1]]
            self.device.upload(self.ranks, mine, slot * row + start)
            counts[thread * line] = len(mine)
        self.device.upload(self.counts, counts, slot * lines)

    def repartition(self, step: int, threads: int) -> None:
        """Give the lists of the past to another number of threads."""
        if threads != self.threads:
            ranks, lengths = self.state(step)
            self.threads = threads
            self.restore(step, ranks, lengths)

    def clear(self) -> None:
        """Forget all spikes."""
        self.device.fill(self.counts, 0)

    def move(self, by: int) -> None:
        """Add ``by`` to the number of the step. Ages stay what they are."""
        for buffer, row in zip((self.ranks, self.counts), self._lengths, strict=True):
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
class ValueRing:
    """Earlier values of a variable, one row of neurons per slot."""

    device: Device
    values: DeviceBuffer
    size: int
    history: int
    slots: int

    def _write(self, slot: int, current: Array) -> None:
        row = self.device.target.padded(self.size)
        self.device.upload(self.values, np.broadcast_to(current, self.size), slot * row)

    def fill(self, current: Array) -> None:
        """Fill the past with the initial values, before the first step."""
        for slot in range(self.slots):
            self._write(slot, current)

    def set_last(self, step: int, current: Array) -> None:
        """Set values that the user changed after the last step."""
        self._write((step - 1) % self.slots, current)

    def move(self, by: int) -> None:
        """Add ``by`` to the number of the step. Ages stay what they are."""
        turn(self.device, self.values, self.slots, self.device.target.padded(self.size), by)

    def state(self, step: int) -> Array:
        """``(history, size)``: values by age, the last step first."""
        rows = self.device.view(self.values, self.slots * self.device.target.padded(self.size))
        slots = (step - np.arange(1, self.history + 1)) % self.slots
        out: Array = rows.reshape(self.slots, -1)[slots, : self.size]
        return out

    def restore(self, step: int, by_age: Array) -> None:
        """Take over a former ``state``. A longer history goes on with the oldest values."""
        for age in range(1, self.slots + 1):
            self._write((step - age) % self.slots, by_age[min(age, len(by_age)) - 1])


def spikes_of(ranks: Key) -> tuple[Key, Key]:
    """Keys of a spike list in a state.

    One is for the ranks, one for how many there are of each age.
    """
    return ranks, Key(ranks.owner, "spikes_per_step", ranks.item)


@define
class Rings:
    """All rings of a network. ``spikes`` and ``values`` have them by the key of their buffer."""

    spikes: dict[Key, SpikeRing] = field(factory=dict)
    values: dict[Key, ValueRing] = field(factory=dict)

    def move(self, by: int) -> None:
        """Add ``by`` to the number of the step. Ages stay what they are."""
        for spikes in self.spikes.values():
            spikes.move(by)
        for values in self.values.values():
            values.move(by)

    def state(self, step: int) -> dict[Key, Array]:
        """The past by age, for any number of threads."""
        out: dict[Key, Array] = {}
        for key, ring in self.spikes.items():
            out |= zip(spikes_of(key), ring.state(step), strict=True)
        return out | {key: values.state(step) for key, values in self.values.items()}

    def restore(self, step: int, state: Mapping[str, Array]) -> None:
        """Take over a former ``state``. Rings that it does not know keep what they hold."""
        for key, ring in self.spikes.items():
            ranks, lengths = map(str, spikes_of(key))
            if ranks in state:
                ring.restore(step, state[ranks], state[lengths])
        for key, values in self.values.items():
            if str(key) in state:
                values.restore(step, state[str(key)])


def turn(device: Device, buffer: DeviceBuffer, slots: int, row: int, by: int) -> None:
    """Move the rows of a ring forward by so many slots."""
    values = device.view(buffer, slots * row)
    device.upload(buffer, np.roll(values, by % slots * row))
