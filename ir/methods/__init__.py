"""Numerical methods: their names, coupled equations and meaning."""

from __future__ import annotations

from .method import Method
from .table import METHODS

NAMES: dict[str, str] = {
    name: method.name for method in METHODS.values() for name in (method.name, *method.aliases)
}
"""The name of a method for each name in the language."""

JOINT = frozenset(name for name, method in METHODS.items() if method.joint)
"""Methods that advance dependent equations together, wherever they stand."""

BY_EVENT = frozenset(name for name, method in METHODS.items() if method.by_event)
"""Methods over the time since the last event of a synapse."""

__all__ = ["BY_EVENT", "JOINT", "METHODS", "NAMES", "Method"]
