"""Faults of emulated programs. Each says where it happened, and in which thread."""

# ruff: noqa: N818 (each says what happened)
from __future__ import annotations

from attrs import frozen


@frozen
class Place:
    """A line of PTX, and of the model behind it.

    ``model`` is ``file:line`` of the nearest ``.loc``, empty without one.
    """

    function: str
    line: int
    text: str
    model: str = ""

    def __str__(self) -> str:
        model = f" (from {self.model})" if self.model else ""
        return f"{self.function}, PTX line {self.line}{model}: {self.text}"


class EmulatorError(Exception):
    """A program that does what no GPU defines.

    ``kernel``, ``place`` and ``thread`` say where; the last is a block and a thread in it.
    """

    kernel: str = ""
    place: Place | None = None
    thread: tuple[int, int] | None = None

    site: int = -1
    """The number of the access in its program."""
    lane: int = 0
    """The thread of the wave, until it has a block."""
    other: int | None = None
    """The stamp of the other access of a race (``races.py``)."""

    def on(self, site: int, lane: int, other: int | None = None) -> EmulatorError:
        """The error of an access of a thread."""
        self.site, self.lane, self.other = site, lane, other
        return self

    def at(self, kernel: str, place: Place | None, thread: tuple[int, int] | None) -> EmulatorError:
        """The error with its place, which its text tells, too."""
        self.kernel, self.place, self.thread = kernel, place, thread
        parts = [str(self.args[0]), *[f"kernel {kernel}"] * bool(kernel)]
        parts += [str(place)] if place is not None else []
        parts += [f"block {thread[0]}, thread {thread[1]}"] if thread is not None else []
        self.args = ("\n  ".join(parts),)
        return self


class PtxError(EmulatorError):
    """PTX text that the emulator does not know."""


class LaunchError(EmulatorError):
    """A launch that a driver refuses: parameters, sizes."""


class OutOfMemory(EmulatorError):
    """An allocation beyond the memory of the device."""


class OutOfBounds(EmulatorError):
    """An access beyond every allocation, or to constants that cannot change."""


class Misaligned(EmulatorError):
    """An address that is no multiple of the access's size."""


class Uninitialised(EmulatorError):
    """A read of memory that nobody has written."""


class Freed(EmulatorError):
    """An access to memory that was given back."""


class DataRace(EmulatorError):
    """Two threads at one address, one writing, in no order."""


class Deadlock(EmulatorError):
    """Threads that wait for others which never come."""


class DivergentWarp(EmulatorError):
    """A warp that takes apart an instruction for whole warps."""


class StepLimit(EmulatorError):
    """A launch that runs longer than allowed."""


class Trapped(EmulatorError):
    """A ``trap`` or ``brkpt``."""
