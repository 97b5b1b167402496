"""Public names, found by introspection, and their places in a world."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

import ranvier as rv
from ranvier.compiler import Compiled

from .calls import CALLS
from .world import World

PROTOCOLS = ("__getitem__", "__iter__", "__len__", "__add__")

# Networks so large that there is no room for them are refused elsewhere.
HUGE = 2**70
LEFT_OUT = {("geometry", HUGE), ("steps", HUGE)}


def left_out(name: str, value: object) -> bool:
    """Whether a value would only show how much memory or time."""
    return isinstance(value, int) and (name, value) in LEFT_OUT


def public_classes() -> list[type]:
    found = [value for name in rv.__all__ if isinstance(value := getattr(rv, name), type)]
    return [*(c for c in dict.fromkeys(found) if not issubclass(c, BaseException)), Compiled]


def members(kind: type, wanted: type) -> Iterator[tuple[str, str, Any]]:
    """Class that defines it, name, object; of ours only."""
    for name in sorted(dir(kind)):
        if name.startswith("_") and name not in PROTOCOLS:
            continue
        home = next((c for c in kind.__mro__ if name in vars(c)), object)
        if home.__module__.startswith("ranvier") and isinstance(vars(home)[name], wanted):
            yield home.__name__, name, vars(home)[name]


def public_calls() -> list[tuple[str, str, str]]:
    """Public calls ``(key of the table, class, method)``.

    The class is empty for functions.
    """
    found = []
    for name in rv.__all__:
        if isinstance(getattr(rv, name), FunctionType):
            found.append((name, "", name))
    for kind in public_classes():
        if kind is not Compiled:
            found.append((kind.__name__, kind.__name__, "__init__"))
        for home, name, _ in members(kind, FunctionType):
            key = next(
                (f"{c.__name__}.{name}" for c in kind.__mro__ if f"{c.__name__}.{name}" in CALLS),
                f"{home}.{name}",
            )
            found.append((key, kind.__name__, name))
    return found


def callee(world: World, kind: str, method: str) -> Callable[..., Any]:
    if not kind:
        return getattr(rv, method)  # type: ignore[no-any-return]
    if method == "__init__":
        return getattr(rv, kind)  # type: ignore[no-any-return]
    if kind in ("Projection", "DecodingProjection") and is_connector(method):
        return getattr(world.unconnected(), method)  # type: ignore[no-any-return]
    return getattr(world.of[kind], method)  # type: ignore[no-any-return]


def is_connector(method: str) -> bool:
    return f"ConnectorMethods.{method}" in CALLS
