"""Sizes for kernels that test their indices, and their faults.

Such kernels are made by ``check-bounds``.

Such a kernel touches nothing outside of its buffers; it notes the access and goes on with zeros, so
that the run ends after the stretch of steps in which that happened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import field

from ..ir.attrs_classes import define, frozen
from ..ir.buffers import CLAIMED, FAULTS, SIZES, Key
from ..ir.diagnostics import RanvierError
from .arguments import Arguments
from .device import Device, DeviceBuffer


@frozen
class Fault:
    """An access outside of a buffer. ``access`` is its number in the kernels."""

    access: int
    index: int
    buffer: str
    size: int
    thread: int

    def __str__(self) -> str:
        return f"index {self.index} of '{self.buffer}', which has {self.size} elements"


class OutOfBounds(RanvierError):  # noqa: N818 - reads as the name of the mistake
    """Accesses of kernels outside of their buffers. No model, of any user, may cause them.

    ``faults`` has the first of each thread, of a grid the first of one. What the network holds
    means nothing from then on.
    """

    def __init__(self, text: str, *faults: Fault) -> None:
        super().__init__(text)
        self.faults = faults


@define
class Checks:
    """Sizes for kernels that test indices, and their notes.

    Notes are read when kernels have stopped.

    ``describe`` makes the text of an error.
    """

    arguments: Arguments
    buffers: Mapping[Key, DeviceBuffer]
    device: Device
    describe: Callable[[Fault], str] = str
    _sizes: list[int] = field(factory=list, init=False)

    def begin(self, found: Sequence[Any]) -> None:
        """Tell kernels the sizes of the buffers ``found`` for the arguments."""
        self._sizes = _sizes(found)
        self.device.upload(self.buffers[SIZES.key], self._sizes)
        self.device.fill(self.buffers[FAULTS.key], 0)

    def end(self) -> None:
        """Raise OutOfBounds where threads noted accesses."""
        faults = self.buffers[FAULTS.key]
        noted = self.device.view(faults, faults.size)
        notes = noted.reshape(-1, self.device.target.line).tolist()
        found = [
            self._fault(note[CLAIMED + 1] if note[CLAIMED] else worker, *note[:3])
            for worker, note in enumerate(notes)
            if note[0]
        ]
        if found:
            raise OutOfBounds("\n".join(map(self.describe, found)), *found)

    def _fault(self, thread: int, access: int, index: int, place: int) -> Fault:
        return Fault(access, index, str(self.arguments.keys[place]), self._sizes[place], thread)


def _sizes(found: Sequence[Any]) -> list[int]:
    """The number of elements of each argument's buffer. A table has them row by row."""
    rows = [each if isinstance(each, list) else [each] for each in found]
    return [0 if buffer is None else buffer.size for each in rows for buffer in each]
