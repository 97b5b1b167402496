"""Texts of equations and their places in the user's file.

A `SourceText` is one string that the user gave (``equations``, ``spike``, ...). A `Span` is a
piece of it. Only when an error is reported (or a location is asked for) is the string looked up in
the caller's file, through `literals.find_literal`, so that a position is that of the user's own
line and column. A string that stands in no file (built at run time) gets the file name
``<equations>`` and positions within itself.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property

from attrs import field

from ...ir.attrs_classes import define, frozen
from ...ir.diagnostics import Diagnostic, ModelError, error
from ...ir.location import FileLineCol, Loc, file_loc
from .literals import Position, find_literal


@define(eq=False, slots=False)
class SourceText:
    """A text of the argument ``what`` of a user's call. The call is at ``file``:``line``."""

    text: str
    what: str = "equations"
    file: str = ""
    line: int = 0

    @cached_property
    def _positions(self) -> list[Position] | None:
        """Positions of every character in the file, None if not found.

        The last is that of the end.
        """
        return find_literal(self.file, self.line, self.what, self.text)

    @cached_property
    def _newlines(self) -> list[int]:
        """Ends of lines, found once for all positions.

        Texts may be long, and every operation of them has a place.
        """
        return [at for at, character in enumerate(self.text) if character == "\n"]

    def position(self, offset: int) -> Position:
        """Line and column (from 1) of a character.

        They are those in the file, or else in the text.
        """
        offset = max(0, min(offset, len(self.text)))
        if self._positions is not None:
            return self._positions[offset]
        line = bisect_left(self._newlines, offset)
        return line + 1, offset - (self._newlines[line - 1] if line else -1)

    def loc(self, start: int, end: int) -> FileLineCol:
        """The location of ``text[start:end]``. It is cut at the end of its first line."""
        line, col = self.position(start)
        found = self._positions is not None
        at = bisect_left(self._newlines, start)
        newline = self._newlines[at] if at < len(self._newlines) else end
        last = max(start, min(newline, end) - 1)
        end_line, end_col = self.position(last)
        end_col = end_col + 1 if end_line == line and end > start else col + 1
        return file_loc(self.file if found else f"<{self.what}>", line, col, end_col)

    def line_text(self, offset: int) -> str | None:
        """The line of the text around ``offset``. None if the file shows it better."""
        if self._positions is not None:
            return None
        start = self.text.rfind("\n", 0, offset) + 1
        end = self.text.find("\n", offset)
        return self.text[start : end if end >= 0 else len(self.text)]


@frozen
class Span:
    """``source.text[start:end]``."""

    source: SourceText = field(repr=False)
    start: int
    end: int

    @property
    def text(self) -> str:
        """The text itself."""
        return self.source.text[self.start : self.end]

    @property
    def loc(self) -> Loc:
        """The location in the user's file."""
        return self.source.loc(self.start, self.end)

    def to(self, other: Span) -> Span:
        """The span from this one's start to another's end. Both are of the same source."""
        return Span(self.source, min(self.start, other.start), max(self.end, other.end))

    def diagnostic(self, text: str) -> Diagnostic:
        """An error that points here."""
        return error(text, self.loc, self.source.line_text(self.start))

    def fail(self, text: str, *notes: str) -> ModelError:
        """The exception for an error here. The caller raises it, so that type checkers see it."""
        diagnostic = self.diagnostic(text)
        for note in notes:
            diagnostic.note(note)
        return ModelError(diagnostic)
