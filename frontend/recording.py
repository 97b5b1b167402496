"""What a monitor holds of one variable."""

from __future__ import annotations

from typing import Any

from attrs import define, field
from numpy.typing import NDArray

SPIKE = "spike"
"""The name under which spikes are recorded."""


@define
class Interval:
    """Steps between which a variable was recorded; ``stop`` None: it still is."""

    start: int
    stop: int | None = None


@define
class Recording:
    """What a monitor holds of one variable: chunks as they came, and when it was recorded."""

    chunks: list[NDArray[Any]] = field(factory=list)
    ranks: list[NDArray[Any]] = field(factory=list)
    intervals: list[Interval] = field(factory=list)
    bytes: int = 0

    def add(self, chunk: NDArray[Any], ranks: NDArray[Any] | None = None) -> None:
        """Take a chunk: samples, or the steps of spikes and the ``ranks`` that fired."""
        self.chunks.append(chunk)
        self.bytes += chunk.nbytes
        if ranks is not None:
            self.ranks.append(ranks)
            self.bytes += ranks.nbytes

    def take_back(self, samples: NDArray[Any], intervals: list[Interval]) -> None:
        """Hold again what was handed over, and what was recorded since."""
        if samples.size:
            self.chunks.insert(0, samples.reshape(len(samples), -1))
            self.bytes += samples.nbytes
        self.intervals = intervals

    def clear(self, step: int) -> None:
        """Drop the data; an interval that runs starts anew at ``step``."""
        running = bool(self.intervals) and self.intervals[-1].stop is None
        self.chunks, self.ranks, self.bytes = [], [], 0
        self.intervals = [Interval(step)] if running else []

    def pause(self, step: int) -> None:
        """End the running interval."""
        if self.intervals and self.intervals[-1].stop is None:
            self.intervals[-1].stop = step

    def resume(self, step: int) -> None:
        """Begin an interval, unless one runs."""
        if not self.intervals or self.intervals[-1].stop is not None:
            self.intervals.append(Interval(step))
