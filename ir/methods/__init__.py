"""Numerical methods: their names, coupled equations and meaning."""

from __future__ import annotations

from .method import Method
from .table import METHODS

NAMES: dict[str, str] = {
    name: method.name for method in METHODS.values() for name in (method.name, *method.aliases)
}
"""The name of a method for each name in the language."""

JOINT = {name for name, method in METHODS.items() if method.joint}
"""Methods that advance dependent equations together, wherever they stand."""

BY_EVENT = {name for name, method in METHODS.items() if method.by_event}
"""Methods over the time since the last event of a synapse."""


def add_method(method: Method) -> None:
    """Enter a method into the table, from outside of this package."""
    METHODS[method.name] = method
    NAMES.update(dict.fromkeys((method.name, *method.aliases), method.name))
    for group, member in ((JOINT, method.joint), (BY_EVENT, method.by_event)):
        (group.add if member else group.discard)(method.name)


__all__ = ["BY_EVENT", "JOINT", "METHODS", "NAMES", "Method", "add_method"]
