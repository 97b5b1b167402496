"""Parts of a network that differ in their properties only are emitted once and then copied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from ...ir.attributes import Attribute
from ...ir.copyable import Copyable
from ..description import PopulationDescription, ProjectionDescription

_PROPERTIES = ("name", "pre", "post", "size", "synapses", "pairs", "loc")
"""Fields of descriptions that stand in properties of the operation, never in its equations."""


class Copies:
    """The first operation of every kind of part."""

    def __init__(self) -> None:
        self._first: dict[Any, Copyable] = {}

    def __call__(
        self,
        part: PopulationDescription | ProjectionDescription,
        emit: Callable[[], Copyable],
        own: dict[str, Attribute],
    ) -> Copyable:
        """``emit()``; or a copy of what was emitted for its like, with properties of its ``own``.

        Models count as equal only where they are the same object, so that locations agree too.
        """
        key = _key(part)
        first = self._first.get(key)
        if first is None:
            first = self._first[key] = emit()
            return first
        return first.copied({**first.props, **own})


_FIELDS: dict[type[Any], tuple[tuple[str, bool], ...]] = {}


def _key(part: Any) -> tuple[Any, ...]:
    cls = type(part)
    if cls not in _FIELDS:
        fields = [(each.name, bool(each.eq)) for each in attrs.fields(cls)]
        _FIELDS[cls] = tuple(pair for pair in fields if pair[0] not in _PROPERTIES)
    values = [(getattr(part, name), equal) for name, equal in _FIELDS[cls]]
    return (cls, *[value if equal else id(value) for value, equal in values])
