"""Recordings of one item of a monitor."""

from __future__ import annotations

from typing import Any

from attrs import define, evolve, field
from numpy.typing import NDArray

from ..ir.recorded import SPIKES, Recorded


@define
class Interval:
    """Steps between which a variable was recorded; ``stop`` None: it still is.

    ``first`` is the number of its first chunk. The clock was not set within a ``stretch``: its
    intervals follow one another in time.
    """

    start: int
    stop: int | None = None
    first: int = 0
    stretch: int = 0

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.stop is None


@define
class RecordedItem:
    """Data of one item of a monitor: chunks as they came, and when it was recorded."""

    item: Recorded
    chunks: list[NDArray[Any]] = field(factory=list)
    ranks: list[NDArray[Any]] = field(factory=list)
    intervals: list[Interval] = field(factory=list)
    bytes: int = 0
    stretch: int = 0

    @property
    def holds_spikes(self) -> bool:
        """Whether spikes are recorded, not samples."""
        return self.item.kind == SPIKES

    @property
    def runs(self) -> bool:
        """Whether the last interval has not ended."""
        return bool(self.intervals) and self.intervals[-1].runs

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
        runs = self.runs
        self.chunks, self.ranks, self.intervals, self.bytes = [], [], [], 0
        if runs:
            self.resume(step)

    def pause(self, step: int) -> None:
        """End the running interval."""
        if self.runs:
            self.intervals[-1].stop = step

    def resume(self, step: int) -> None:
        """Begin an interval, unless one runs."""
        if not self.runs:
            self.intervals.append(Interval(step, None, len(self.chunks), self.stretch))

    def jump(self, before: int, after: int) -> None:
        """The clock showed ``before`` and shows ``after``: an interval that runs goes on anew."""
        self.stretch += 1
        if self.runs:
            self.pause(before)
            if self.intervals[-1].start == before:
                self.intervals.pop()
            self.resume(after)

    def ended(self, step: int) -> list[Interval]:
        """The intervals, one that runs up to ``step``."""
        return [evolve(each, stop=step) if each.runs else each for each in self.intervals]
