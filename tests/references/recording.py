"""The definition of recordings: samples on a grid of steps.

And intervals of the clock.

Steps are sampled whose number differs from that of the start by a multiple of the period. Where the
clock is set, an interval ends at the step that was reached and another begins at the new one; what
was recorded stays in the order in which it was.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

Array = NDArray[Any]


@define(eq=False)
class Recorded:
    """Samples of one variable, and ``[start, stop]`` of every interval.

    None: it still runs.
    """

    samples: list[Any] = field(factory=list)
    intervals: list[list[int | None]] = field(factory=list)

    def begin(self, clock: int) -> None:
        """Begin an interval, unless one runs."""
        if not self.runs:
            self.intervals.append([clock, None])

    def end(self, clock: int) -> None:
        """End the interval that runs."""
        if self.runs:
            self.intervals[-1][1] = clock

    @property
    def runs(self) -> bool:
        """Whether an interval runs."""
        return bool(self.intervals) and self.intervals[-1][1] is None

    def clear(self, clock: int) -> None:
        """Drop all; an interval that runs begins anew."""
        again = self.runs
        self.samples, self.intervals = [], []
        if again:
            self.begin(clock)


@define(eq=False)
class MonitorReference:
    """A monitor of variables of some neurons.

    The ``period`` and the ``offset`` are in steps.
    """

    population: str
    variables: list[str]
    ranks: Array
    period: int = 1
    offset: int = 0
    active: bool = False
    base: int = 0
    recorded: dict[str, Recorded] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.recorded = {name: Recorded() for name in self.variables}

    def start(self, clock: int) -> None:
        """Record from now on, with a sample now."""
        self.base = clock
        self.resume(clock)

    def resume(self, clock: int) -> None:
        """Record on the grid that there was."""
        self.active = True
        for each in self.recorded.values():
            each.begin(clock)

    def pause(self, clock: int) -> None:
        """Record no more."""
        self.active = False
        for each in self.recorded.values():
            each.end(clock)

    def stop(self, clock: int) -> None:
        """Record no more, and drop what there is."""
        self.pause(clock)
        for each in self.recorded.values():
            each.clear(clock)

    def reset(self, clock: int) -> None:
        """Drop what there is.

        Record on if it did, with a sample now.
        """
        self.base = clock
        for each in self.recorded.values():
            each.clear(clock)

    def jump(self, before: int, after: int) -> None:
        """The clock was set."""
        for each in self.recorded.values():
            if each.runs:
                each.end(before)
                if each.intervals[-1][0] == before:
                    each.intervals.pop()  # nothing happened in it
                each.begin(after)

    def sample(self, clock: int, inputs: bool, values: dict[str, Array], fired: Array) -> None:
        """Sample at the end of the step.

        Inputs are seen earlier, before neurons are updated.
        """
        due = self.active and (clock - self.base - self.offset) % self.period == 0
        for name, each in self.recorded.items():
            if name == "spike":
                if self.active and not inputs:
                    each.samples += [(clock, int(r)) for r in fired if r in self.ranks]
            elif due and name.startswith(("g_", "sum(")) == inputs:
                each.samples.append(values[name][self.ranks])

    def get(self, name: str, clock: int, keep: bool) -> tuple[Any, dict[str, list[int]]]:
        """The data of a variable, and when it was recorded."""
        found = self.recorded[name]
        stops = [clock if stop is None else stop for _, stop in found.intervals]
        times = {"start": [start for start, _ in found.intervals], "stop": stops}
        if name == "spike":
            data: Any = {int(r): [k for k, rank in found.samples if rank == r] for r in self.ranks}
        else:
            data = np.array(found.samples).reshape(-1, self.ranks.size)
        if not keep:
            found.clear(clock)
        return data, times  # type: ignore[return-value]
