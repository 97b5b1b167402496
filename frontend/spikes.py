"""Recorded spikes: a dict from rank to steps, with its intervals.

Setting the clock, loading a state or pausing a monitor ends an interval of a recording. The steps
of a neuron are in the order of recording, so they may begin again in the next one::

    spikes = monitor.get("spike")      # {0: [3, 8, 2, 9], ...}: clock set back after step 8
    spikes.intervals.of(spikes)        # [0, 0, 1, 1, ...]: the interval of each spike
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..ir.attrs_classes import frozen
from .recording import Interval, RecordedItem

SpikeMap = Mapping[int, Sequence[int]]
Steps = NDArray[np.int64]


@frozen(eq=False)
class Intervals:
    """The intervals of a recording, and that of every spike.

    ``numbers`` are those of the spikes by rank, ``recorded`` their steps; ``places`` says between
    which of them a rank has its own.
    """

    each: tuple[Interval, ...]
    numbers: NDArray[np.int32]
    places: dict[int, tuple[int, int]]
    recorded: Steps

    @property
    def steps(self) -> int:
        """Length of all intervals together, in steps."""
        return sum((interval.stop or 0) - interval.start for interval in self.each)

    @property
    def stretches(self) -> list[tuple[int, int]]:
        """First steps and ends of stretches, between jumps of the clock."""
        found = []
        for _, group in groupby(self.each, lambda interval: interval.stretch):
            several = list(group)
            found.append((several[0].start, several[-1].stop or 0))
        return found

    def stretch_of(self, numbers: NDArray[np.int32]) -> NDArray[Any]:
        """The number of the stretch of each interval."""
        own = np.array([interval.stretch for interval in self.each], np.int64)
        return np.unique(own, return_inverse=True)[1].reshape(-1)[numbers]

    def holds(self, spikes: SpikeMap) -> bool:
        """Whether these are the spikes of some of the neurons."""
        found = {rank: self.recorded[slice(*self.places.get(rank, (0, 0)))] for rank in spikes}
        return all(np.array_equal(found[rank], steps) for rank, steps in spikes.items())

    def of(self, spikes: SpikeMap) -> NDArray[np.int32] | None:
        """The interval of each spike, by rank.

        None if these are not all the spikes of some neurons.
        """
        if len(self.each) == 1:
            return np.zeros(sum(map(len, spikes.values())), np.int32)
        found = [np.empty(0, np.int32)]
        for rank in sorted(spikes):
            start, end = self.places.get(rank, (0, -1))
            if end - start != len(spikes[rank]):
                return None
            found.append(self.numbers[start:end])
        return np.concatenate(found)


class RecordedSpikes(dict[int, list[int]]):
    """Steps of spikes by rank, in the order of recording. ``intervals`` says when that was."""

    intervals: Intervals | None

    @classmethod
    def of(cls, spikes: Mapping[int, list[int]], intervals: Intervals | None) -> RecordedSpikes:
        """Spikes that were recorded in these intervals."""
        found = cls(spikes)
        found.intervals = intervals
        return found


def recorded_spikes(
    recording: RecordedItem, intervals: Sequence[Interval], ranks: NDArray[Any]
) -> RecordedSpikes:
    """The recorded spikes of some neurons. The intervals of the recording have ended."""
    fired = np.concatenate([np.empty(0, dtype=np.int64), *recording.ranks])
    steps = np.concatenate([np.empty(0, dtype=np.int64), *recording.chunks])
    order = np.argsort(fired, kind="stable")
    whole, numbers = _joined(intervals)
    own = _number_of_each(recording, intervals, numbers)[order]
    fired, steps = fired[order], steps[order]
    first = np.searchsorted(fired, ranks, side="left")
    last = np.searchsorted(fired, ranks, side="right")
    places = {int(rank): (int(i), int(j)) for rank, i, j in zip(ranks, first, last, strict=True)}
    spikes = {rank: steps[i:j].tolist() for rank, (i, j) in places.items()}
    known = Intervals(tuple(whole), own, places, steps) if whole else None
    return RecordedSpikes.of(spikes, known)


def _number_of_each(
    recording: RecordedItem, intervals: Sequence[Interval], numbers: list[int]
) -> NDArray[np.int32]:
    """The number of the interval of each spike, as it came."""
    first = [interval.first for interval in intervals]
    places = np.searchsorted(first, np.arange(len(recording.chunks)), side="right") - 1
    own = np.array([*numbers, 0], np.int32)[np.maximum(places, 0)]
    return np.repeat(own, [len(chunk) for chunk in recording.chunks])


def _joined(intervals: Sequence[Interval]) -> tuple[list[Interval], list[int]]:
    """Intervals, joined where one goes on where another stopped.

    With them comes, for each interval, the number of the joined one that it is in.
    """
    found: list[Interval] = []
    numbers = []
    for each in intervals:
        last = found[-1] if found else None
        if last is not None and (last.stop, last.stretch) == (each.start, each.stretch):
            found[-1] = Interval(last.start, each.stop, last.first, last.stretch)
        else:
            found.append(each)
        numbers.append(len(found) - 1)
    return found, numbers


@frozen(eq=False)
class Stretch:
    """Spikes between two jumps of the clock.

    They are by neuron and then by time: ``steps``, ``rows`` of their neurons, and ``intervals``.
    ``first`` and ``after`` are the steps it is looked at from and up to.
    """

    first: int
    after: int
    steps: Steps
    rows: NDArray[np.int64]
    intervals: NDArray[np.int32]

    @property
    def gaps(self) -> tuple[Steps, NDArray[np.int64]]:
        """Steps between spikes, and the place of the first.

        The spikes follow one another in one interval.
        """
        gaps = np.diff(self.steps)
        same = (np.diff(self.rows) == 0) & (np.diff(self.intervals) == 0)
        places = np.flatnonzero(same)
        return gaps[places], places


def stretches(
    spikes: SpikeMap, window: tuple[int, int] | None = None, *, whole: bool = False
) -> list[Stretch]:
    """The spikes between each two jumps of the clock.

    They are all in one with a ``window`` of steps. With ``whole`` they are looked at while they
    were recorded, else from the first to the last.
    """
    intervals: Intervals | None = getattr(spikes, "intervals", None)
    ranks = sorted(spikes)
    counts = [len(spikes[rank]) for rank in ranks]
    steps = np.array([step for rank in ranks for step in spikes[rank]], dtype=np.int64)
    rows = np.repeat(np.arange(len(ranks)), counts)
    numbers = None if intervals is None else intervals.of(spikes)
    if intervals is None or numbers is None:
        numbers, own, bounds = np.zeros(len(steps), np.int32), np.zeros(len(steps), np.int64), None
    else:
        own, bounds = intervals.stretch_of(numbers), intervals.stretches
    if window is not None:
        return [Stretch(*window, steps, rows, numbers)]
    found = []
    for number, bound in enumerate([(0, 0)] if bounds is None else bounds):
        mine = own == number
        first, after = bound if whole and bounds is not None else _span(steps[mine])
        found.append(Stretch(first, after, steps[mine], rows[mine], numbers[mine]))
    return found


def _span(steps: Steps) -> tuple[int, int]:
    """The step of the first spike, and the end.

    That is the step after the last spike; ``(0, 0)`` without spikes.
    """
    return (int(steps.min()), int(steps.max()) + 1) if steps.size else (0, 0)
