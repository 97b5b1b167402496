"""A tuner that never stays the same."""

from __future__ import annotations

from itertools import cycle
from typing import Any

from attrs import define, field

from ranvier.runtime.thread_tuner import ThreadTuner


@define
class Shifting(ThreadTuner):
    """Another number of threads in every stretch of a few steps."""

    numbers: Any = field(factory=lambda: cycle([1, 2, 4, 3, 1, 3]), kw_only=True)
    now: int = field(default=1, kw_only=True)

    @property
    def next(self) -> int:
        return self.now

    def steps(self, seconds: float) -> int:
        return 5

    def ran(self, steps: int, seconds: float) -> None:
        self.now = next(self.numbers)
