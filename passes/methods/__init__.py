"""Numerical methods as arithmetic: one module each, found by name.

The module of a method (that of its family, if it has one; see ``ir/methods``) has a function
``advance(scheme, odes)``: the new values of all equations of a system with the method.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import cast

from ...ir.core import Value
from .scheme import Ode, Scheme

Advance = Callable[[Scheme, Sequence[Ode]], list[Value]]


def advancing(group: str) -> Advance:
    """The function that advances equations of a method or a family."""
    module = import_module(f".{group.replace('-', '_')}", __name__)
    return cast("Advance", module.advance)
