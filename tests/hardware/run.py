"""The run on hardware: its time, its parts, its report. ``python -m hardware.run`` is the same.

It ends by itself after nine and a half minutes. Run it in the folder of the tests.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

from attrs import define, evolve, field

from ranvier.runtime.device.cuda.choose import ADAPTERS

from .children import do
from .here import Setting, surroundings
from .parts import PARTS, Part, Plan
from .report import Report
from .tasks import BAD, Outcome, Task, performed

SECONDS = 570.0
"""Seconds after which nothing is begun."""

REPRODUCERS, EACH = 6, 45.0
"""Files of launches at most, and seconds for each."""

Done = list[tuple[Task, Outcome]]


@define(eq=False)
class Run:
    """A run. ``emulated``: everything in small, on an emulated GPU.

    ``inline``: tasks are done here, not in processes. ``say`` gets a line for each task.
    """

    folder: Path
    say: Callable[[str], None] = print
    emulated: bool = False
    inline: bool = False
    seconds: float = SECONDS
    plan: Plan = field(factory=lambda: Plan(()))
    report: Report = field(init=False)
    start: float = field(factory=time.monotonic)
    _reproducers: int = 0
    _lock: threading.Lock = field(factory=threading.Lock)

    def __attrs_post_init__(self) -> None:
        self.report = Report(self.folder)

    def discover(self) -> str:
        """Look for packages and a GPU. Why there is none; empty where there is one."""
        tasks = [Task(1, "device", "device_tasks:device", package=each) for each in ADAPTERS]
        found: Done = []
        for task in tasks:
            self._do([task], self.start + 2 * tasks[0].limit, lambda *each: found.append(each))
        there = [task.package for task, outcome in found if outcome.status == "ok"]
        if not there:
            return "; ".join(f"{task.package}: {_first(outcome.said)}" for task, outcome in found)
        self.plan = Plan(there, self.emulated)
        for task, outcome in found:
            missing = outcome.status == "failed"
            self._tell(task, evolve(outcome, status="not there") if missing else outcome)
        return ""

    def part(self, part: Part) -> Done:
        """Do a part. Its tasks with their outcomes."""
        before = sum(each.seconds for each in PARTS[: PARTS.index(part)])
        end = self.start + min(self.seconds, (before + part.seconds) * self.seconds / SECONDS)
        tasks, found = list(part.tasks(self.plan)), Done()

        def tell(task: Task, outcome: Outcome) -> None:
            found.append((task, outcome))
            self._tell(task, outcome)
            if outcome.facts.get("alone"):
                self.plan = evolve(self.plan, alone=True)

        if part.together and self.plan.processes > 1:
            self._together(tasks, end, tell)
        else:
            self._do(tasks, end, tell)
        self._reproduce(found, tell)
        return found

    def _together(self, tasks: Sequence[Task], end: float, tell: Callable[..., None]) -> None:
        """Do tasks in several processes at once."""
        count = self.plan.processes
        with ThreadPoolExecutor(count) as pool:
            for each in [pool.submit(self._do, tasks[i::count], end, tell) for i in range(count)]:
                each.result()

    def _do(self, tasks: Sequence[Task], end: float, tell: Callable[..., None]) -> None:
        for package, group in groupby(tasks, lambda task: task.package):
            setting = Setting(package, self.emulated, str(self.folder))
            if self.inline:
                _inline(list(group), setting, end, tell)
            else:
                do(list(group), setting, end, tell)

    def _reproduce(self, found: Done, tell: Callable[..., None]) -> None:
        """Leave files of what differs or fails."""
        for task, outcome in list(found):
            if task.reproduced and outcome.status in BAD and self._reproducers < REPRODUCERS:
                self._reproducers += 1
                end = min(self.start + self.seconds, time.monotonic() + EACH)
                self._do([task.follow_up()], end, tell)

    def _tell(self, task: Task, outcome: Outcome) -> None:
        """Put an outcome into the report, and say it."""
        with self._lock:
            self.report.add(task, outcome, time.monotonic() - self.start)
            if outcome.status != "not reached":
                said = f": {_first(outcome.said)}" if outcome.said else ""
                self.say(f"{outcome.seconds:6.1f} s  {task.package:14}{task.name}: "
                         f"{outcome.status}{said}")  # fmt: skip


def _inline(tasks: Sequence[Task], setting: Setting, end: float, tell: Callable[..., None]) -> None:
    """Do tasks here. A lost GPU is followed by a new one, as by a new process."""
    left = list(tasks)
    while left:
        with surroundings(setting) as here:
            lost = False
            while left and not lost:
                task = left.pop(0)
                late = time.monotonic() >= end
                outcome = Outcome("not reached") if late else performed(task, here)
                tell(task, outcome)
                lost = outcome.lost


def _first(said: str) -> str:
    """The first line of a text, not too much of it."""
    line = said.strip().splitlines()[0] if said.strip() else ""
    return line if len(line) <= 200 else f"{line[:197]}..."


def bad(found: Done) -> list[str]:
    """The tasks that did not go well, with the reason."""
    return [
        f"{task.name} ({task.package}) {outcome.status}: {outcome.said}"
        for task, outcome in found
        if outcome.status in BAD
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all parts. ``--emulated``: in small, without a GPU; ``--inline``: in this process."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    run = Run(Path.cwd(), emulated="--emulated" in given, inline="--inline" in given)
    reason = run.discover()
    if reason:
        print(f"there is no GPU: {reason}")
        return 2
    wrong = [each for part in PARTS for each in bad(run.part(part))]
    print(run.report.summary())
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
