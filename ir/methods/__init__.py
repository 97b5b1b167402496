"""Numerical methods: one module each, with its record and its meaning.

A module of this folder makes a :class:`~.method.Method` under the name ``METHOD``, and the folder
``passes/methods`` has a module of the same name (that of its family, if it has one) which turns
it into arithmetic. Nothing else lists methods: the language, the coupling of equations, the
interpreter and ``discretize`` ask ``METHODS``.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from .method import Method


def _found() -> dict[str, Method]:
    modules = [import_module(f".{each.name}", __name__) for each in iter_modules(__path__)]
    methods = [module.METHOD for module in modules if hasattr(module, "METHOD")]
    return {method.name: method for method in methods}


METHODS: dict[str, Method] = _found()
"""All methods by name."""

NAMES: dict[str, str] = {
    name: method.name for method in METHODS.values() for name in (method.name, *method.aliases)
}
"""Names in the language, and the methods that they stand for."""

JOINT = frozenset(name for name, method in METHODS.items() if method.joint)
"""Methods whose equations advance together wherever they stand, if one depends on another."""

BY_EVENT = frozenset(name for name, method in METHODS.items() if method.by_event)
"""Methods over the time since the last event of a synapse."""

__all__ = ["BY_EVENT", "JOINT", "METHODS", "NAMES", "Method"]
