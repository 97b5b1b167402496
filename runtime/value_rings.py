"""Rings of earlier values of a variable."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..ir.attrs_classes import define
from .device import Device, DeviceBuffer

Array = NDArray[Any]


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


def turn(device: Device, buffer: DeviceBuffer, slots: int, row: int, by: int) -> None:
    """Move the rows of a ring forward by so many slots."""
    values = device.view(buffer, slots * row)
    device.upload(buffer, np.roll(values, by % slots * row))
