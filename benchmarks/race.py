"""Races: Ranvier, hand-written limits and other simulators take turns.

All run one workload. Times on a shared machine mean nothing by themselves: everyone runs once a
round, so that a busy machine hurts all alike, the best time of each counts, and ratios are
reported.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from attrs import define, field, frozen

from .kit import SkippedError

Kind = Literal["ranvier", "limit", "peer"]

PRECISIONS = {
    "double": {"dtype": "float64"},
    "float": {"dtype": "float32"},
    "stored": {"synapse_dtype": "float32"},
}
"""Settings of a network by the precision on the command line."""


@frozen
class Settings:
    """Choices of the command line, None for those of the workload.

    ``duration`` in ms. ``budget`` in seconds: a contestant whose runs took longer than that in all
    is not run again. With ``probe`` fresh processes measure compile times and memory.
    """

    neurons: int | None = None
    duration: float | None = None
    threads: tuple[int, ...] = (1,)
    precisions: tuple[str, ...] = ("double",)
    peer_threads: tuple[int, ...] = (1,)
    repeats: int = 5
    budget: float = 60.0
    peers: bool = True
    probe: bool = True


@frozen
class Outcome:
    """One run: seconds to simulate and to compile, and the activity."""

    seconds: float
    compiled: float | None = None
    activity: float | None = None


@frozen
class Contestant:
    """A system that runs the workload, with its number of threads."""

    name: str
    kind: Kind
    threads: int
    run: Callable[[], Outcome]


@define
class Result:
    """The outcomes of a contestant in all rounds. ``reason`` says why it left."""

    contestant: Contestant
    outcomes: list[Outcome] = field(factory=list)
    spent: float = 0.0
    reason: str | None = None

    @property
    def seconds(self) -> float:
        """The best time."""
        return min(outcome.seconds for outcome in self.outcomes)

    @property
    def compiled(self) -> float | None:
        """The best compile time."""
        known = [o.compiled for o in self.outcomes if o.compiled is not None]
        return min(known, default=None)

    @property
    def activity(self) -> float | None:
        """The activity in the last run."""
        return self.outcomes[-1].activity

    def run(self) -> None:
        """Run once more; a contestant that cannot run here leaves."""
        start = time.perf_counter()
        try:
            self.outcomes.append(self.contestant.run())
        except SkippedError as reason:
            self.reason = str(reason)
        self.spent += time.perf_counter() - start


def alternate(contestants: list[Contestant], repeats: int, budget: float) -> list[Result]:
    """The results of ``repeats`` rounds in which every contestant runs once.

    A contestant whose runs took longer than ``budget`` in all sits out.
    """
    results = [Result(contestant) for contestant in contestants]
    for _ in range(repeats):
        for result in results:
            if result.reason is None and result.spent < budget:
                result.run()
    return results
