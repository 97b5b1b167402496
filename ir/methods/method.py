"""The record of a numerical method: names, coupling and meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..attrs_classes import frozen

if TYPE_CHECKING:
    from ..interpreter.methods import SystemStep

Meaning = Callable[["SystemStep", Sequence[Any]], list[Any]]
"""A function from equations (``eq.equation``) to values after the step.

It computes them from the values before the step.
"""


@frozen
class Method:
    """A numerical method for ordinary differential equations.

    ``meaning`` is its definition, run by the interpreter: it gets all equations of a system whose
    methods have the same ``family``. Equations of a family with ``joint``, of which one depends on
    the other, advance together wherever they stand, and assignments between them are evaluated
    within the step. ``by_event``: for synapses, over the time since their last event.
    ``aliases`` are further names in the language; ``order`` is that of its global error, None
    where there is no error.
    """

    name: str
    meaning: Meaning
    family: str = ""
    joint: bool = False
    by_event: bool = False
    order: int | None = 1
    aliases: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        """The name of its family, or its own name without one."""
        return self.family or self.name


def alone(advance: Callable[[SystemStep, Any], Any]) -> Meaning:
    """The meaning of a method that advances each equation by itself."""
    return lambda system, ops: [advance(system, op) for op in ops]
