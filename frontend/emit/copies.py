"""Parts of a network that differ in their properties only are emitted once and then copied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from ...ir.core import Op
from ...ir.location import UNKNOWN
from ..description import PopulationDescription, ProjectionDescription

_PROPERTIES = ("name", "pre", "post", "size", "synapses", "pairs", "loc")
"""Fields of descriptions that stand in properties of the operation, never in its equations."""


class Copies:
    """The first operation of every kind of part."""

    def __init__(self, copied: Callable[[Op, Op], None] | None = None) -> None:
        self._first: dict[Any, Op] = {}
        self._copied = copied

    def __call__(
        self,
        part: PopulationDescription | ProjectionDescription,
        emit: Callable[[], Op],
        head: Callable[[], Op],
    ) -> Op:
        """``emit()``; or a copy of what was emitted for its like, with properties of ``head()``.

        Models count as equal only where they are the same object, so that locations agree too.
        """
        key = _key(part)
        first = self._first.get(key)
        if first is None:
            first = self._first[key] = emit()
            return first
        copy = first.clone({})
        copy.props = head().props
        copy.loc = UNKNOWN
        if self._copied is not None:
            self._copied(copy, first)
        return copy


def _key(part: Any) -> tuple[Any, ...]:
    return (
        type(part),
        *(
            getattr(part, each.name) if each.eq else id(getattr(part, each.name))
            for each in attrs.fields(type(part))
            if each.name not in _PROPERTIES
        ),
    )
