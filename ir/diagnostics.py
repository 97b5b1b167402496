"""Diagnostics: errors that point at the user's own text.

A diagnostic prints as a compiler's would::

    model.py:12:17: error: unknown name 'ta'; did you mean 'tau'?
          dv/dt = -v/ta
                     ^^
    note: in neuron 'LIF' (model.py:10)
"""

from __future__ import annotations

import linecache
import sys
from types import TracebackType
from typing import Literal, NoReturn

from attrs import field, frozen, mutable

from .location import Loc, spot

Severity = Literal["error", "warning", "note"]


@frozen
class Note:
    """An extra line under a diagnostic, with a location where one helps."""

    text: str
    loc: Loc | None = None


@mutable
class Diagnostic:
    """One message. ``line_text`` is the source line when no file holds it."""

    severity: Severity
    text: str
    loc: Loc | None = None
    notes: list[Note] = field(factory=list)
    line_text: str | None = None

    def note(self, text: str, loc: Loc | None = None) -> Diagnostic:
        """Add a note and return the diagnostic, for chaining."""
        self.notes.append(Note(text, loc))
        return self

    def __str__(self) -> str:
        place = spot(self.loc) if self.loc else None
        if place is None:
            lines = [f"{self.severity}: {self.text}"]
        else:
            lines = [f"{place.file}:{place.line}:{place.col}: {self.severity}: {self.text}"]
            source = self.line_text
            if source is None:
                source = linecache.getline(place.file, place.line).rstrip("\n")
            if source:
                source = source.expandtabs(1)
                width = max(1, min(place.end_col, len(source) + 1) - place.col)
                lines += ["  " + source, "  " + " " * (place.col - 1) + "^" * width]
        for note in self.notes:
            where = spot(note.loc) if note.loc else None
            lines.append(f"note: {note.text}" + (f" ({where.file}:{where.line})" if where else ""))
        return "\n".join(lines)


class RanvierError(Exception):
    """Base class of every error that Ranvier raises on purpose."""


class ModelError(RanvierError):
    """The user's model cannot be accepted; ``diagnostics`` says where and why."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("\n".join(map(str, diagnostics)))
        self.diagnostics = diagnostics
        _install_excepthook()


def error(text: str, loc: Loc | None = None, line_text: str | None = None) -> Diagnostic:
    """A diagnostic of severity error, not raised yet."""
    return Diagnostic("error", text, loc, line_text=line_text)


def fail(text: str, loc: Loc | None = None, *notes: str) -> NoReturn:
    """Raise a :class:`ModelError` with one diagnostic."""
    raise ModelError(Diagnostic("error", text, loc, [Note(n) for n in notes]))


def _install_excepthook() -> None:
    """Let an uncaught :class:`ModelError` print as a compiler message, without our own frames."""
    previous = sys.excepthook
    if getattr(previous, "ranvier", False):
        return

    def hook(
        kind: type[BaseException], value: BaseException, traceback: TracebackType | None
    ) -> None:
        if isinstance(value, ModelError):
            print(value, file=sys.stderr)
        else:
            previous(kind, value, traceback)

    hook.ranvier = True  # type: ignore[attr-defined]
    sys.excepthook = hook
