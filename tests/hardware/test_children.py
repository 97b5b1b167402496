"""Processes of tasks that crash, hang or lose the GPU."""

from __future__ import annotations

import sys
import time
from typing import Any

import pytest

from . import children
from .here import Setting
from .tasks import Outcome, Task


def task(name: str, limit: float = 30.0, **arguments: Any) -> Task:
    return Task(1, name, f"rehearsed_tasks:{name}", arguments, "pycuda", limit)


def done(tasks: list[Task], seconds: float = 120.0, package: str = "pycuda") -> dict[str, Outcome]:
    """The outcomes of tasks by name."""
    found: dict[str, Outcome] = {}

    def tell(task: Task, outcome: Outcome) -> None:
        assert task.name not in found, "told twice"
        found[task.name] = outcome

    setting = Setting(package, emulated=True)
    children.do(tasks, setting, time.monotonic() + seconds, tell)
    return found


@pytest.mark.long
def test_all_outcomes() -> None:
    first, last = task("good", number=1), Task(1, "last", "rehearsed_tasks:good", {"number": 2})
    found = done(
        [
            first, task("differing"), task("missing"), task("wrong"), task("losing"),
            task("crashing"), task("hanging", 0.5), last,
        ]
    )  # fmt: skip
    assert {name: each.status for name, each in found.items()} == {
        "good": "ok", "differing": "differs", "missing": "not there", "wrong": "failed",
        "losing": "failed", "crashing": "crashed", "hanging": "hung", "last": "ok",
    }  # fmt: skip
    assert found["good"].facts["number"] == 1 and found["last"].facts["number"] == 2
    assert found["good"].facts["process"] != found["last"].facts["process"]
    assert (found["differing"].said, found["differing"].facts) == ("one bit", {"where": 3})
    assert "a wrong value" in found["wrong"].said and "rehearsed" in str(found["wrong"].facts)
    assert found["losing"].lost and not found["wrong"].lost
    assert "the process ended with 7\nlast words" in found["crashing"].said
    assert "without an answer" in found["hanging"].said


@pytest.mark.long
def test_the_end_of_a_process_is_looked_at() -> None:
    found = done([task("ending_badly")])
    assert found.pop("ending_badly").status == "ok"
    ((name, outcome),) = found.items()
    assert name == "the end of the process of ending_badly" and outcome.status == "crashed"
    assert "the process ended with 9 after its last task" in outcome.said


def test_the_time_is_over() -> None:
    """Nothing is begun then, and what is under way ends."""
    assert {each.status for each in done([task("good", number=1)], -1.0).values()} == {
        "not reached"
    }
    found = done([task("hanging"), task("good", number=1)], 1.5)
    assert [each.status for each in found.values()] == ["not reached", "not reached"]


def test_processes_that_never_get_through_a_task(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are given up. Here they do not even start."""
    monkeypatch.setattr(children, "MOST_CRASHES", 2)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    tasks = [Task(1, f"{number}", "rehearsed_tasks:good") for number in range(4)]
    found = done(tasks)
    assert [each.status for each in found.values()] == ["crashed"] * 2 + ["not reached"] * 2
