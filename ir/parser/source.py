"""The text being parsed: positions, and errors that point into it."""

from __future__ import annotations

from bisect import bisect_right

from ..diagnostics import Diagnostic, RanvierError, error
from ..location import FileLineCol

MOST_ERRORS = 20
"""The number of errors after which the parser gives up."""


class ParseError(RanvierError):
    """Refusal of a text that is no module; ``diagnostics`` say why."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        super().__init__("\n".join(map(str, diagnostics)))
        self.diagnostics = diagnostics


class SyntaxStopError(Exception):
    """A syntax error that unwinds to where parsing can go on."""


class Source:
    """A text with its file name and the errors so far."""

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
        """The location of ``text[start:end]``, which lies within one line."""
        line = bisect_right(self._lines, start)
        column = start - self._lines[line - 1] + 1
        return FileLineCol(self.filename, line, column, column + end - start)

    def line(self, number: int) -> str:
        """A line of the text, without its end."""
        start = self._lines[number - 1]
        end = self._lines[number] - 1 if number < len(self._lines) else len(self.text)
        return self.text[start:end].rstrip("\r")

    def problem(self, text: str, start: int, end: int) -> Diagnostic:
        """Note an error and return it, for notes on it.

        Raises :class:`ParseError` after ``MOST_ERRORS``.
        """
        place = self.location(start, end)
        found = error(text, place, self.line(place.line))
        self.problems.append(found)
        if len(self.problems) >= MOST_ERRORS:
            raise ParseError(self.problems)
        return found
