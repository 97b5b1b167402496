"""Processes that do tasks, and what becomes of them.

A process that crashes, hangs or loses its GPU is followed by another one, which goes on with the
task behind. Nothing that one does keeps the others from being tried.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from attrs import asdict, define, field

from .here import Setting
from .tasks import Outcome, Task

Tell = Callable[[Task, Outcome], None]

LOOK = 0.02
"""Seconds between looks at a process."""

ENDING = 15.0
"""Seconds for a process to end after its last task."""

STARTING = 60.0
"""Seconds for a process to begin its first task."""

MOST_CRASHES = 8
"""Processes in a row that may end in their first task."""

TAIL = 3000
"""Characters of the last words of a process."""


@define(eq=False)
class Child:
    """A process, outcomes of its tasks, the task under way."""

    process: subprocess.Popen[bytes]
    results: Path
    errors: Path
    begun: int | None = None
    since: float = field(factory=time.monotonic)
    done: dict[int, Outcome] = field(factory=dict)
    _read: int = 0

    def look(self) -> None:
        """Read what it has written since the last look."""
        text = self.results.read_bytes() if self.results.exists() else b""
        whole = text[: text.rfind(b"\n") + 1]
        for line in whole[self._read :].splitlines():
            said = json.loads(line)
            if "begin" in said:
                self.begun, self.since = said["begin"], time.monotonic()
            else:
                self.done[said["end"]], self.begun = Outcome(**said["outcome"]), None
                self.since = time.monotonic()
        self._read = len(whole)

    def kill(self) -> None:
        """End it."""
        self.process.kill()
        with suppress(subprocess.TimeoutExpired):  # the driver holds it; nobody can do more
            self.process.wait(ENDING)

    @property
    def last_words(self) -> str:
        """The end of what it said."""
        said = self.errors.read_text(encoding="utf-8", errors="replace")
        return said[-TAIL:].strip()


def do(tasks: Sequence[Task], setting: Setting, deadline: float, tell: Tell) -> None:
    """Do tasks in processes, one after the other.

    Nothing goes on after the deadline, a moment of ``time.monotonic()``.
    """
    left, crashes = list(tasks), 0

    def count(task: Task, outcome: Outcome) -> None:
        nonlocal crashes
        crashes = crashes + 1 if outcome.status == "crashed" else 0
        tell(task, outcome)

    while left:
        if time.monotonic() >= deadline or crashes >= MOST_CRASHES:
            said = "no process gets through a task" if crashes >= MOST_CRASHES else ""
            for task in left:
                tell(task, Outcome("not reached", said))
            return
        with tempfile.TemporaryDirectory(prefix="ranvier-gpu-", ignore_cleanup_errors=True) as name:
            left = left[_one(left, setting, deadline, count, Path(name)) :]


def _one(tasks: Sequence[Task], setting: Setting, deadline: float, tell: Tell, folder: Path) -> int:
    """Do tasks in one process. The number of tasks with an outcome."""
    with open(folder / "errors", "wb") as errors:
        child = _start(tasks, setting, folder, errors)
        told = 0
        try:
            while True:
                ended = child.process.poll() is not None
                child.look()
                while told in child.done:
                    tell(tasks[told], child.done[told])
                    told += 1
                if ended or (told and child.done[told - 1].lost) or told == len(tasks):
                    break
                if (late := _late(child, tasks, told, deadline)) is not None:
                    child.kill()
                    tell(tasks[told], late)
                    return told + 1
                time.sleep(LOOK)
            return _ended(child, tasks, told, tell)
        finally:
            if child.process.poll() is None:
                child.kill()


def _start(tasks: Sequence[Task], setting: Setting, folder: Path, errors: IO[bytes]) -> Child:
    given = folder / "tasks.json"
    said: dict[str, Any] = {"setting": asdict(setting), "tasks": [asdict(each) for each in tasks]}
    given.write_text(json.dumps(said), encoding="utf-8")
    results = folder / "results"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([each for each in sys.path if each])}
    command = [sys.executable, "-m", "hardware.child", str(given), str(results)]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors, env=environment
    )
    return Child(process, results, folder / "errors")


def _late(child: Child, tasks: Sequence[Task], told: int, deadline: float) -> Outcome | None:
    """The outcome of a task that takes too long. None before."""
    now = time.monotonic()
    spent = now - child.since
    limit = STARTING if child.begun is None else tasks[told].limit
    if spent > limit:
        said = f"{spent:.0f} s without an answer\n{child.last_words}".strip()
        return Outcome("hung", said, seconds=spent)
    if now > deadline:
        return Outcome("not reached", f"the time was over after {spent:.0f} s of it", seconds=spent)
    return None


def _ended(child: Child, tasks: Sequence[Task], told: int, tell: Tell) -> int:
    """The end of a process. The number of tasks with an outcome."""
    try:
        code = child.process.wait(ENDING)
    except subprocess.TimeoutExpired:
        child.kill()
        code = None
    lost = bool(told) and child.done[told - 1].lost
    if told < len(tasks) and not lost:
        said = f"the process ended with {code}\n{child.last_words}"
        tell(tasks[told], Outcome("crashed", said))
        return told + 1
    if code != 0 and not lost:
        said = "the process did not end" if code is None else f"the process ended with {code}"
        task = tasks[told - 1]
        name = f"the end of the process of {task.name}"
        tell(Task(task.part, name, task.call, package=task.package),
             Outcome("crashed", f"{said} after its last task\n{child.last_words}"))  # fmt: skip
    return told
