"""Room for spikes that arrive in one step, in buckets.

A bucket that is too small loses nothing: its neuron finds what arrives in another, slow way. The
kernels tell how much room was wanted; there is that much when they run again.
"""

from __future__ import annotations

import numpy as np
from attrs import field

from ..ir.attrs_classes import define
from ..ir.buffer_names import OVERFLOW, ROOM
from ..ir.buffers import STRUCTURE, Buffer, Key
from .arguments import Arguments, KeyedBuffers
from .device import Device
from .extents import Extents

FIRST_ROOM = 8
"""The room of a bucket at first.

A thousand synapses onto a neuron at 10 Hz bring one spike in 0.1 ms.
"""


@define
class BucketRooms:
    """Buckets of those projections that have some. ``rooms`` are their sizes by projection."""

    arguments: Arguments
    buffers: KeyedBuffers
    device: Device
    rooms: dict[str, int] = field(factory=dict, init=False)
    overflows: dict[str, int] = field(factory=dict, init=False)
    _of: dict[str, list[Buffer]] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        for buffer in self.arguments.of_role(STRUCTURE):
            if buffer.name == ROOM:
                self.rooms[buffer.owner] = FIRST_ROOM
                self.buffers[buffer.key] = self.device.allocate(1, np.int64)
                self.device.upload(self.buffers[buffer.key], [FIRST_ROOM])
        for buffer in self.arguments.of_extent("buckets"):
            self._of.setdefault(buffer.owner, []).append(buffer)

    def grow(self, extents: Extents) -> None:
        """Give those more room that wanted some in the last run.

        Where there is no memory for it, they go on in their slow way.
        """
        for projection, before in self.rooms.items():
            found = self.buffers.get(Key(projection, OVERFLOW))
            wanted = 0 if found is None else int(self.device.view(found, 1)[0])
            if not wanted or found is None:
                continue
            self.device.fill(found, 0)
            self.overflows[projection] = self.overflows.get(projection, 0) + 1
            self.rooms[projection] = 1 << wanted.bit_length()
            try:
                self._make(projection, extents)
            except MemoryError:
                self.rooms[projection] = before

    def _make(self, projection: str, extents: Extents) -> None:
        """Make larger buckets."""
        made = {
            buffer.key: self.device.allocate(
                extents.elements(buffer.extent), self.buffers[buffer.key].dtype
            )
            for buffer in self._of.get(projection, ())
        }
        self.buffers |= made
        self.device.upload(self.buffers[Key(projection, ROOM)], [self.rooms[projection]])
