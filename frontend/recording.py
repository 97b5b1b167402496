"""Recordings of one item of a monitor."""

from __future__ import annotations

from typing import Any

from attrs import evolve, field
from numpy.typing import NDArray

from ..ir.attrs_classes import define
from ..ir.recorded import Recorded


@define
class Interval:
    """Steps between which a variable was recorded.

    ``stop`` is None as long as it is. ``first`` is the number of its first chunk. The clock was not
    set within a ``stretch``: its intervals follow one another in time.
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
    """Recorded chunks of one item of a monitor, and their intervals.

    Chunks are in the order in which they came. ``carried`` are totals of the sample to come, with
    the moment to which they belong.
    """

    item: Recorded
    chunks: list[NDArray[Any]] = field(factory=list)
    ranks: list[NDArray[Any]] = field(factory=list)
    intervals: list[Interval] = field(factory=list)
    bytes: int = 0
    stretch: int = 0
    carried: tuple[tuple[bool, int, int], NDArray[Any]] | None = None

    @property
    def holds_spikes(self) -> bool:
        """Whether spikes are recorded, not samples."""
        return self.item.holds_spikes

    @property
    def runs(self) -> bool:
        """Whether the last interval has not ended."""
        return bool(self.intervals) and self.intervals[-1].runs

    def add(self, chunk: NDArray[Any], ranks: NDArray[Any] | None = None) -> None:
        """Add samples, or steps of spikes and the ``ranks`` that fired."""
        self.chunks.append(chunk)
        self.bytes += chunk.nbytes
        if ranks is not None:
            self.ranks.append(ranks)
            self.bytes += ranks.nbytes

    def take_back(self, samples: NDArray[Any], intervals: list[Interval]) -> None:
        """Put back samples that were taken out, before newer ones.

        ``intervals`` are those of all.
        """
        if samples.size:
            self.chunks.insert(0, samples.reshape(len(samples), -1))
            self.bytes += samples.nbytes
        self.intervals = intervals

    def clear(self, step: int) -> None:
        """Drop the data. An interval that runs starts again at ``step``."""
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
        """Begin a new interval if one runs: the clock was set.

        It showed ``before`` and shows ``after``.
        """
        self.stretch += 1
        if self.runs:
            self.pause(before)
            if self.intervals[-1].start == before:
                self.intervals.pop()
            self.resume(after)

    def ended(self, step: int) -> list[Interval]:
        """The intervals, of which a running one ends at ``step``."""
        return [evolve(each, stop=step) if each.runs else each for each in self.intervals]
