"""Rewrite patterns: functions on operations, with declarations for tools.

A pattern is called with an operation of one of its root classes and the rewriter. It changes the IR
through the rewriter, or says why it does not apply and changes nothing::

    @pattern(arith.SubF, examples=["subf(x, 0.0)"])
    def subtract_zero(op, rw):
        "x - 0.0 -> x"
        if not is_const(op.rhs, 0.0):
            return rw.skip("the right side is not 0.0")
        rw.replace(op, op.lhs)

The first line of the docstring is the algebra. ``examples`` are terms that the pattern rewrites;
its property test runs them before and after (see ``RULES.md``).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from attrs import field

from .attrs_classes import frozen
from .core import Op

if TYPE_CHECKING:
    from .rewriter import Rewriter

Function = Callable[[Any, "Rewriter"], None]


@frozen(eq=False)
class Pattern:
    """A pattern function and its declaration.

    ``ulps`` is the largest error in units in the last place; 0 says that every bit stays. A pattern
    with an error must name the flag that allows it in ``flag``.
    """

    function: Function
    roots: tuple[type[Op], ...]
    examples: tuple[str, ...] = ()
    ulps: int = 0
    flag: str | None = None
    name: str = field(init=False)
    algebra: str = field(init=False)
    place: str = field(init=False)

    @name.default
    def _name(self) -> str:
        return self.function.__name__

    @algebra.default
    def _algebra(self) -> str:
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @place.default
    def _place(self) -> str:
        code: Any = self.function
        path = code.__code__.co_filename.replace("\\", "/").split("/")
        return f"{'/'.join(path[-3:])}:{code.__code__.co_firstlineno}"

    @property
    def exact(self) -> bool:
        """Whether the pattern keeps every bit."""
        return self.ulps == 0

    def __call__(self, op: Any, rw: Rewriter) -> None:
        """Try the pattern on one operation."""
        self.function(op, rw)

    def __str__(self) -> str:
        return f"{self.name} ({self.place})"


Table = dict[type[Op], tuple[Pattern, ...]]


def pattern(
    *roots: type[Op], examples: Sequence[str] = (), ulps: int = 0, flag: str | None = None
) -> Callable[[Function], Pattern]:
    """Decorator that declares a pattern for operations of the classes ``roots``.

    Raises ValueError for one with an error in ``ulps`` and no ``flag``.
    """
    if ulps and flag is None:
        raise ValueError("a pattern that changes rounding must name the flag that allows it")

    def declare(function: Function) -> Pattern:
        return Pattern(function, roots, tuple(examples), ulps, flag)

    return declare


def table(patterns: Iterable[Pattern]) -> Table:
    """Patterns by root, in the same order for each root."""
    out: Table = {}
    for item in patterns:
        for root in item.roots:
            out[root] = (*out.get(root, ()), item)
    return out


def patterns_in(module: ModuleType) -> tuple[Pattern, ...]:
    """The patterns that a Python module defines, in order."""
    return tuple(
        item
        for item in vars(module).values()
        if isinstance(item, Pattern) and item.function.__module__ == module.__name__
    )
