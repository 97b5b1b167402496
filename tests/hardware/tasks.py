"""Tasks of the run on hardware, and their outcomes."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from importlib import import_module
from typing import Any

from attrs import define, field, frozen

Facts = dict[str, Any]
"""Findings of a task by name, as JSON has them."""

WORDS = {
    "ok": "as it should be",
    "differs": "other bits",
    "failed": "an error",
    "crashed": "the process ended",
    "hung": "no answer in time",
    "not there": "nothing to try here",
    "not reached": "no time was left",
}
"""Outcomes, in words."""

BAD = ("differs", "failed", "crashed", "hung")


@frozen
class Task:
    """A task of a part: a function and its arguments.

    ``call`` is ``module:function`` in this folder. ``limit`` are the seconds after which it hangs.
    ``package`` is the one that is asked for the GPU. With ``reproduced`` it is repeated step by
    step if it differs or fails, so that a file of it is left.
    """

    part: int
    name: str
    call: str
    arguments: Facts = field(factory=dict)
    package: str = ""
    limit: float = 60.0
    reproduced: bool = False

    def follow_up(self) -> Task:
        """The task that leaves a file of this one."""
        name, call = f"reproducer of {self.name}", "reproducing_tasks:reproduce"
        return Task(self.part, name, call, {"task": self.arguments}, self.package, 120.0)


@define
class Outcome:
    """An outcome, its reason and facts. ``lost``: the GPU is lost to the process."""

    status: str
    said: str = ""
    facts: Facts = field(factory=dict)
    seconds: float = 0.0
    lost: bool = False


class Differs(Exception):  # noqa: N818 - says what happened
    """Other bits than they should be, with facts about them."""

    def __init__(self, said: str, facts: Facts | None = None) -> None:
        super().__init__(said)
        self.facts = facts or {}


class NotThere(Exception):  # noqa: N818
    """A thing that this machine or this version does not have."""


def function_of(call: str) -> Callable[..., Facts | None]:
    """The function of a task."""
    module, _, name = call.partition(":")
    found: Callable[..., Facts | None] = getattr(import_module(f"hardware.{module}"), name)
    return found


def performed(task: Task, here: Any) -> Outcome:
    """The outcome of a task, done here and now. Only what ends the process goes through."""
    start, outcome = time.monotonic(), Outcome("ok")
    try:
        outcome.facts = function_of(task.call)(here, **task.arguments) or {}
    except NotThere as reason:
        outcome.status, outcome.said = "not there", str(reason)
    except Differs as problem:
        outcome.status, outcome.said, outcome.facts = "differs", str(problem), problem.facts
    except (Exception, KeyboardInterrupt) as problem:
        outcome.status = "failed"
        outcome.said = f"{type(problem).__name__}: {problem}".strip()
        outcome.facts = {"traceback": traceback.format_exc()}
    outcome.seconds = round(time.monotonic() - start, 3)
    outcome.lost = bool(here.lost)
    return outcome
