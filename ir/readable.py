"""The text of values for people who debug."""

from __future__ import annotations

from typing import Any

from attrs import fields


class Readable:
    """Base class of frozen values that print as their call.

    One method serves all of them: ``attrs`` would compile one for each, half of what a class costs
    when it is loaded. Subclasses are declared with ``repr=False``.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        cls: Any = type(self)
        shown = [f"{f.name}={getattr(self, f.name)!r}" for f in fields(cls) if f.repr]
        return f"{cls.__qualname__}({', '.join(shown)})"
