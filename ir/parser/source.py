"""The text being parsed: positions, and errors that point into it."""

from __future__ import annotations

from bisect import bisect_right

from ..diagnostics import Diagnostic, RanvierError, error
from ..location import FileLineCol

MOST_ERRORS = 20
"""After so many errors the parser gives up."""


class ParseError(RanvierError):
    """The text is no module; ``diagnostics`` says where and why."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        super().__init__("\n".join(map(str, diagnostics)))
        self.diagnostics = diagnostics


class SyntaxStopError(Exception):
    """What stands here fits no rule: unwinds to a place where parsing can go on."""


class Source:
    """A text with the name of its file, and the errors found in it so far."""

    def __init__(self, text: str, filename: str) -> None:
        self.text = text
        self.filename = filename
        self.problems: list[Diagnostic] = []
        self._lines = [0]
        at = text.find("\n")
        while at >= 0:
            self._lines.append(at + 1)
            at = text.find("\n", at + 1)

    def location(self, start: int, end: int) -> FileLineCol:
        """The place of ``text[start:end]``, which lies within one line."""
        line = bisect_right(self._lines, start)
        column = start - self._lines[line - 1] + 1
        return FileLineCol(self.filename, line, column, column + end - start)

    def line(self, number: int) -> str:
        """A line of the text, without its end."""
        start = self._lines[number - 1]
        end = self._lines[number] - 1 if number < len(self._lines) else len(self.text)
        return self.text[start:end].rstrip("\r")

    def problem(self, text: str, start: int, end: int) -> Diagnostic:
        """Note an error and go on; return it for notes."""
        place = self.location(start, end)
        found = error(text, place, self.line(place.line))
        self.problems.append(found)
        if len(self.problems) >= MOST_ERRORS:
            raise ParseError(self.problems)
        return found
