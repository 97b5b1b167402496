"""Logs of spikes for a monitor, as lists or as masks.

A log serves one event. Kernels append the spikes of each worker to a list, with their number per
step; or they leave the mask of every step behind that of the step before.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import field
from numpy.typing import NDArray

from ..ir.attrs_classes import define
from ..ir.buffer_names import COUNTS, SPIKE_MASK, SPIKES, USED
from ..ir.buffers import Key
from ..ir.events import item_of
from .arguments import KeyedBuffers
from .device import Device, DeviceBuffer
from .extents import words
from .spike_masks import mask_of, places

Array = NDArray[Any]


_PASSING = 64
"""Bytes for each spike on the way to a monitor.

Spikes are put in order, and picked out for a view.
"""


@define
class SpikeLog:
    """Spikes of an ``event`` for a monitor.

    It is one of so many neurons, on at most so many ``threads``; ``ranks`` are those of the neurons
    of a view, None: all. ``buffers`` are the monitor's, by key.
    """

    monitor: str
    event: str
    device: Device
    population: int
    ranks: Array | None
    threads: int
    buffers: KeyedBuffers

    @property
    def per_step(self) -> int:
        """Bytes for a step, which bound the number of steps."""
        raise NotImplementedError

    @property
    def passing(self) -> int:
        """Bytes to hand over a step, at most."""
        raise NotImplementedError

    def room_for(self, steps: int) -> dict[Key, DeviceBuffer]:
        """Buffers for so many steps. They are in use once they are among the monitor's."""
        raise NotImplementedError

    def begin(self) -> None:
        """Forget what is in the log."""

    def collect(self, step: int, steps: int, threads: int) -> tuple[Array, Array]:
        """Steps and ranks of the spikes of some steps. They are ascending."""
        raise NotImplementedError

    def _key(self, name: str) -> Key:
        return Key(self.monitor, name, item_of(self.event))

    def _buffer(self, name: str) -> DeviceBuffer:
        return self.buffers[self._key(name)]


@define
class ListLog(SpikeLog):
    """Lists of spikes, one of each thread. They hold those of all neurons."""

    def __attrs_post_init__(self) -> None:
        lines = self.device.target.line * max(2, self.threads)
        self.buffers[self._key(USED)] = self.device.allocate(lines, np.int64)

    @property
    def per_step(self) -> int:
        """Bytes for a step: a rank of each neuron."""
        return 4 * self.device.target.padded(self.population)

    @property
    def passing(self) -> int:
        """Bytes to hand over a step, at most."""
        return _PASSING * self.population

    def room_for(self, steps: int) -> dict[Key, DeviceBuffer]:
        """Buffers for so many steps."""
        make, padded = self.device.allocate, self.device.target.padded
        room = padded(steps)  # what one thread writes begins with a cache line of its own
        return {
            self._key(SPIKES): make(padded(self.population) * room, np.int32),
            self._key(COUNTS): make(room * self.threads, np.int32),
        }

    def begin(self) -> None:
        """Forget what is in the lists."""
        self.device.fill(self._buffer(USED), 0)

    def collect(self, step: int, steps: int, threads: int) -> tuple[Array, Array]:
        """Steps and ranks of the spikes of some steps. They are ascending."""
        view, target = self.device.view, self.device.target
        used, counts, listed = map(self._buffer, (USED, COUNTS, SPIKES))
        room = counts.size // self.threads
        each = view(counts, room * threads).reshape(threads, room)[:, :steps]
        times = np.repeat(np.tile(np.arange(step, step + steps), threads), each.reshape(-1))
        numbers = view(used, target.line * threads)[:: target.line].tolist()
        begins = zip(target.borders(self.population, threads), numbers, strict=False)
        # lists are nearly empty as a rule: no more of them is copied than is used
        ranks = [view(listed, number, low * room) for low, number in begins if number]
        together = np.concatenate([np.empty(0, np.int32), *ranks])
        if threads == 1:
            return times, together
        order = np.argsort(times, kind="stable")
        return times[order], together[order]


@define
class MaskLog(SpikeLog):
    """Masks of spikes, one of each step."""

    _view: Array | None = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._view = None if self.ranks is None else mask_of(self.ranks, self._words)

    @property
    def _words(self) -> int:
        return words(self.device.target, self.population)

    @property
    def _most(self) -> int:
        """The most spikes that a step hands over."""
        return self.population if self.ranks is None else len(self.ranks)

    @property
    def per_step(self) -> int:
        """Bytes for a step: a mask, or one of each neuron.

        Masks are small. All neurons of so many steps may have fired, though, whose ranks are then
        on their way.
        """
        return max(4 * self._words, self._most)

    @property
    def passing(self) -> int:
        """Bytes to hand over a step, at most. Copies of its mask are among them."""
        return _PASSING * self._most + 2 * 4 * self._words

    def room_for(self, steps: int) -> dict[Key, DeviceBuffer]:
        """A buffer for so many steps."""
        return {self._key(SPIKE_MASK): self.device.allocate(steps * self._words, np.int32)}

    def collect(self, step: int, steps: int, threads: int) -> tuple[Array, Array]:
        """Steps and ranks of the spikes of some steps. They are ascending."""
        masks = self.device.view(self._buffer(SPIKE_MASK), steps * self._words)
        if self._view is not None:
            masks = masks.reshape(steps, -1) & self._view
        after, ranks = np.divmod(places(masks), self.device.target.padded(self.population))
        return after + step, ranks.astype(np.int32)


LOGS: dict[str, type[SpikeLog]] = {SPIKES: ListLog, SPIKE_MASK: MaskLog}
"""The logs by the name of the buffer that kernels fill."""
