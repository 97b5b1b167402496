"""Diagnostics: errors that point at the user's own text.

They print like those of any compiler::

    model.py:12:17: error: unknown name 'ta'; did you mean 'tau'?
          dv/dt = -v/ta
                     ^^
    note: in neuron 'LIF' (model.py:10)

A location with a name (``dv/dt``) adds a note with that name; one that stands for several places
lists the others. :class:`Diagnostics` collects, so that a user sees all errors at once.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Iterable
from types import TracebackType
from typing import Literal, NoReturn

from attrs import field

from .attrs_classes import define, frozen
from .location import Fused, Loc, Named, spot

Severity = Literal["error", "warning", "note"]


@frozen
class Note:
    """An extra line under a diagnostic, with an optional location."""

    text: str
    loc: Loc | None = None


@define
class Diagnostic:
    """One message for the user.

    ``line_text`` is the source line where no file holds it.
    """

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
        for note in [*self.notes, *_explained(self.loc)]:
            where = spot(note.loc) if note.loc else None
            lines.append(f"note: {note.text}" + (f" ({where.file}:{where.line})" if where else ""))
        return "\n".join(lines)


def _explained(loc: Loc | None) -> list[Note]:
    """Notes on a location beyond its first position: names, further places."""
    if isinstance(loc, Named):
        return [Note(f"in '{loc.name}'"), *_explained(loc.inner)]
    if isinstance(loc, Fused):
        found = [(inner, spot(inner)) for inner in loc.locs]
        places = [(inner, place) for inner, place in found if place is not None]
        first = _explained(places[0][0]) if places else []
        others = dict.fromkeys(place for _, place in places[1:] if place != places[0][1])
        return [*first, *[Note(f"merged by '{loc.reason}' with", place) for place in others]]
    return []


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics sorted by file and position.

    Those without a position come last, in the order in which they were found.
    """

    def place(diagnostic: Diagnostic) -> tuple[bool, str, int, int]:
        at = spot(diagnostic.loc) if diagnostic.loc else None
        return (False, at.file, at.line, at.col) if at else (True, "", 0, 0)

    return sorted(diagnostics, key=place)


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """The text of several diagnostics, in order, each once."""
    return "\n".join(dict.fromkeys(map(str, in_order(diagnostics))))


@define
class Diagnostics:
    """A collection of diagnostics.

    ``error`` and ``warning`` return the diagnostic that they add, so that it can take notes.
    """

    found: list[Diagnostic] = field(factory=list)

    def add(self, diagnostic: Diagnostic) -> Diagnostic:
        """Add an existing diagnostic and return it."""
        self.found.append(diagnostic)
        return diagnostic

    def error(self, text: str, loc: Loc | None = None) -> Diagnostic:
        """Add an error and return it."""
        return self.add(Diagnostic("error", text, loc))

    def warning(self, text: str, loc: Loc | None = None) -> Diagnostic:
        """Add a warning and return it."""
        return self.add(Diagnostic("warning", text, loc))

    @property
    def errors(self) -> list[Diagnostic]:
        """The errors, in order of their places."""
        return [d for d in in_order(self.found) if d.severity == "error"]

    def raise_errors(self) -> None:
        """Raise a :class:`ModelError` with all errors, if there are any."""
        if self.errors:
            raise ModelError(*self.errors)

    def __str__(self) -> str:
        return render(self.found)


class RanvierError(Exception):
    """Base class of every error that Ranvier raises on purpose."""


class ModelError(RanvierError):
    """Refusal of a user's model; ``diagnostics`` say where and why."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("\n".join(map(str, diagnostics)))
        self.diagnostics = diagnostics
        _install_excepthook()


class NoMemory(ModelError, MemoryError):  # noqa: N818 - reads as the name of the mistake
    """Refusal of a model that does not fit into memory."""


class NoDeviceMemory(NoMemory):
    """Refusal of a model that does not fit into a device.

    It says how much of the device's memory is free.
    """


def error(text: str, loc: Loc | None = None, line_text: str | None = None) -> Diagnostic:
    """A diagnostic of severity error, not raised yet."""
    return Diagnostic("error", text, loc, line_text=line_text)


def fail(text: str, loc: Loc | None = None, *notes: str) -> NoReturn:
    """Raise a :class:`ModelError` with one diagnostic."""
    raise ModelError(Diagnostic("error", text, loc, [Note(n) for n in notes]))


def _install_excepthook() -> None:
    """Print an uncaught :class:`ModelError` as a compiler message, without traceback."""
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
