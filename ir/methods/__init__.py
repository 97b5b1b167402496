"""Numerical methods: what they are called, how their equations go together, what they mean."""

from __future__ import annotations

from .method import Method
from .table import METHODS

NAMES: dict[str, str] = {
    name: method.name for method in METHODS.values() for name in (method.name, *method.aliases)
}
"""Names in the language, and the methods that they stand for."""

JOINT = frozenset(name for name, method in METHODS.items() if method.joint)
"""Methods whose equations advance together wherever they stand, if one depends on another."""

BY_EVENT = frozenset(name for name, method in METHODS.items() if method.by_event)
"""Methods over the time since the last event of a synapse."""

__all__ = ["BY_EVENT", "JOINT", "METHODS", "NAMES", "Method"]
