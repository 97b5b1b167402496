"""Rings of the past: spike lists and values of earlier steps, which delayed synapses read.

Kernels write step k into the slot ``k mod slots``. Here the past is seen by age instead (1: the
last step), so that it can be carried to another number of threads, to a longer history or to
another number of the step. Rings have more slots than ages that anybody reads, since one thread may
write while another still reads. Before the first step no spike is in them, whatever its number is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from ..ir.buffers import Key
from .buffers import LINE, bounds, padded

Array = NDArray[Any]


@define
class SpikeRing:
    """The spike lists of a population: ``ranks`` and ``counts`` per slot and thread."""

    ranks: Array
    counts: Array
    size: int
    threads: int
    history: int
    slots: int

    def _segments(self, slot: int) -> list[tuple[int, int]]:
        """Start of each thread's list in ``ranks``, and the index of its length in ``counts``."""
        row, lines = slot * padded(self.size), slot * self.threads
        starts = bounds(self.size, self.threads)[:-1]
        return [(row + int(start), LINE * (lines + t)) for t, start in enumerate(starts)]

    def read(self, step: int, age: int = 1) -> Array:
        """Ranks that fired ``age`` steps before ``step``, ascending."""
        parts = [
            self.ranks[start : start + int(self.counts[at])]
            for start, at in self._segments((step - age) % self.slots)
        ]
        return np.concatenate(parts).astype(np.int64)

    def write(self, step: int, age: int, fired: Array) -> None:
        """Set the ranks that fired ``age`` steps before ``step``."""
        cuts = np.searchsorted(fired, bounds(self.size, self.threads))
        for thread, (start, at) in enumerate(self._segments((step - age) % self.slots)):
            mine = fired[cuts[thread] : cuts[thread + 1]]
            self.ranks[start : start + len(mine)] = mine
            self.counts[at] = len(mine)

    def repartition(self, step: int, threads: int) -> None:
        """Give the lists of the past to another number of threads."""
        if threads != self.threads:
            ranks, lengths = self.state(step)
            self.threads = threads
            self.restore(step, ranks, lengths)

    def clear(self) -> None:
        """Nobody has fired lately."""
        self.counts[:] = 0

    def move(self, by: int) -> None:
        """The number of the step grows by ``by``; ages stay what they are."""
        for array, row in ((self.ranks, padded(self.size)), (self.counts, LINE * self.threads)):
            _turn(array, self.slots, row, by)

    def state(self, step: int) -> tuple[Array, Array]:
        """Ranks of all ages behind one another, and how many there are of each."""
        ages = [self.read(step, age) for age in range(1, self.history + 1)]
        return np.concatenate(ages), np.array([len(a) for a in ages], np.int64)

    def restore(self, step: int, ranks: Array, lengths: Array) -> None:
        """Take over what ``state`` gave; ages beyond the history are forgotten."""
        self.counts[:] = 0
        ends = np.cumsum(lengths)
        for age in range(1, min(self.history, len(lengths)) + 1):
            self.write(step, age, ranks[ends[age - 1] - lengths[age - 1] : ends[age - 1]])


@define
class ValueRing:
    """Earlier values of a variable, one row of neurons per slot."""

    values: Array
    size: int
    history: int
    slots: int

    @property
    def _rows(self) -> Array:
        return self.values[: self.slots * padded(self.size)].reshape(self.slots, -1)

    def fill(self, current: Array) -> None:
        """Before the first step the past holds the initial values."""
        self._rows[:, : self.size] = current

    def set_last(self, step: int, current: Array) -> None:
        """The user changed the values that the last step left."""
        self._rows[(step - 1) % self.slots, : self.size] = current

    def move(self, by: int) -> None:
        """The number of the step grows by ``by``; ages stay what they are."""
        _turn(self.values, self.slots, padded(self.size), by)

    def state(self, step: int) -> Array:
        """``(history, size)``: values by age, the last step first."""
        slots = (step - np.arange(1, self.history + 1)) % self.slots
        out: Array = self._rows[slots, : self.size]
        return out

    def restore(self, step: int, by_age: Array) -> None:
        """Take over what ``state`` gave; a longer history goes on with the oldest values."""
        ages = np.arange(1, self.slots + 1)
        rows = by_age[np.minimum(ages, len(by_age)) - 1]
        self._rows[(step - ages) % self.slots, : self.size] = rows


def spikes_of(ranks: Key) -> tuple[Key, Key]:
    """By what names a state has a list of spikes: the ranks, and how many there are of each age."""
    return ranks, Key(ranks.owner, "spikes_per_step", ranks.item)


@define
class Past:
    """All rings of a network: lists of ``spikes`` and ``values`` by the key of their buffer."""

    spikes: dict[Key, SpikeRing] = field(factory=dict)
    values: dict[Key, ValueRing] = field(factory=dict)

    def move(self, by: int) -> None:
        """The number of the step grows by ``by``; ages stay what they are."""
        for spikes in self.spikes.values():
            spikes.move(by)
        for values in self.values.values():
            values.move(by)

    def state(self, step: int) -> dict[Key, Array]:
        """The past by age, which does not depend on the number of threads."""
        out: dict[Key, Array] = {}
        for key, ring in self.spikes.items():
            out |= zip(spikes_of(key), ring.state(step), strict=True)
        return out | {key: values.state(step) for key, values in self.values.items()}

    def restore(self, step: int, state: Mapping[str, Array]) -> None:
        """Take over what ``state`` gave; rings that it does not know keep what they hold."""
        for key, ring in self.spikes.items():
            ranks, lengths = map(str, spikes_of(key))
            if ranks in state:
                ring.restore(step, state[ranks], state[lengths])
        for key, values in self.values.items():
            if str(key) in state:
                values.restore(step, state[str(key)])


def _turn(array: Array, slots: int, row: int, by: int) -> None:
    """Move the rows of a ring forward by so many slots."""
    rows = array[: slots * row].reshape(slots, row)
    rows[:] = np.roll(rows, by % slots, axis=0)
