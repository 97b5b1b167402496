"""Emission once for parts that differ in identity alone.

The first of such populations or projections is emitted, the others are copies of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from ...ir.attributes import Attribute
from ...ir.dialects import net
from ...ir.lazy_clone import LazyClone
from ..description import PopulationDescription, ProjectionDescription

Element = PopulationDescription | ProjectionDescription

_OPERATIONS: dict[type[Any], type[LazyClone]] = {
    PopulationDescription: net.Population,
    ProjectionDescription: net.Projection,
}


class CloneCache:
    """The first operation of every kind of population or projection."""

    def __init__(self) -> None:
        self._first: dict[Any, LazyClone] = {}

    def __call__(self, part: Element, emit: Callable[[], LazyClone]) -> LazyClone:
        """The operation of a part, emitted or copied with its identity.

        Models count as equal only where they are the same object, so that locations agree too.
        """
        key = _key(part)
        first = self._first.get(key)
        if first is None:
            first = self._first[key] = emit()
            return first
        return first.lazy_clone({**first.props, **identity(part)})


def identity(part: Element) -> dict[str, Attribute]:
    """The properties that are the identity of a population or projection."""
    props: Any = _OPERATIONS[type(part)].defn.props
    return {name: d.kind(getattr(part, _field(name))) for name, d in props if d.identity}


def _field(name: str) -> str:
    """The field of a description that stands in a property."""
    return "name" if name == "sym_name" else name


_FIELDS: dict[type[Any], tuple[tuple[str, bool], ...]] = {}


def _key(part: Any) -> tuple[Any, ...]:
    cls = type(part)
    if cls not in _FIELDS:
        own = {"loc", *map(_field, _OPERATIONS[cls].defn.identity)}
        fields = [(each.name, bool(each.eq)) for each in attrs.fields(cls)]
        _FIELDS[cls] = tuple(pair for pair in fields if pair[0] not in own)
    values = [(getattr(part, name), equal) for name, equal in _FIELDS[cls]]
    return (cls, *[value if equal else id(value) for value, equal in values])
