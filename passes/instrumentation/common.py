"""Help for instrumentations: choice of passes and functions, and printing."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from ...ir.core import Op, symbol_name
from ...ir.diagnostics import fail
from ...ir.dialects.builtin import Module
from ...ir.printer import print_custom
from ..framework.registry import UnknownPassError, find_pass
from ..framework.settings import variable


def say(text: str) -> None:
    """Print for the developer, on stderr. IR on stdout stays clean."""
    print(text, file=sys.stderr)


def chosen(names: Sequence[str], option: str) -> frozenset[str] | None:
    """The passes of an option, None for ``all``. An error names a pass that does not exist."""
    if "all" in names:
        return None
    for name in names:
        try:
            find_pass(name)
        except UnknownPassError as problem:
            fail(f"'{option}' ({variable(option)}): {problem}")
    return frozenset(names)


def visible(op: Op, only: Sequence[str]) -> Iterator[Op]:
    """The operations to look at: ``op``, or symbols in it.

    The symbols are those that ``only`` names, if any.
    """
    if not only:
        yield op
    elif isinstance(op, Module):
        yield from (each for each in op.ops if symbol_name(each) in only)
    elif symbol_name(op) in only:
        yield op


def text_of(op: Op, only: Sequence[str] = ()) -> str:
    """The text of the visible part of ``op``. It is empty if nothing is visible."""
    return "\n".join(print_custom(each) for each in visible(op, only))


def target(op: Op) -> str:
    """``op`` in a headline."""
    name = symbol_name(op)
    return f" @{name}" if name is not None else ""
