"""Walks over trees of any depth, without Python's own recursion.

A step is a generator. It yields other steps, and is sent the result of each::

    def height(node):
        found = 0
        for child in children(node):
            found = max(found, (yield height(child)))
        return found + 1

    complete(height(tree))

So the depth of an equation is bounded by memory only, and not by how deep its caller stands.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar

Result = TypeVar("Result")

Step = Generator[Any, Any, Result]
"""A generator that yields steps and returns a result."""


def complete(step: Step[Result]) -> Result:
    """Run a step, and all that it yields, to its result."""
    waiting: list[Step[Any]] = []
    current: Step[Any] = step
    value: Any = None
    while True:
        try:
            asked = current.send(value)
        except StopIteration as done:
            value = done.value
            if not waiting:
                found: Result = value
                return found
            current = waiting.pop()
        except BaseException as problem:
            _fail(waiting, problem)
        else:
            waiting.append(current)
            current, value = asked, None


def _fail(waiting: list[Step[Any]], problem: BaseException) -> None:
    """Raise the exception of a step in waiting steps, innermost first.

    Each may raise another in its place. The traceback does not grow on the way, for it would be as
    long as the equation is deep.
    """
    while waiting:
        trace = problem.__traceback__
        try:
            waiting.pop().throw(problem)
        except BaseException as changed:
            problem = changed.with_traceback(trace)
        else:
            raise AssertionError("a step must not go on after a problem")
    raise problem
