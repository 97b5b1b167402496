"""A place among tokens, for the parser."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define

from .errors import Place, PtxError
from .lexer import Token
from .syntax import Function


@define
class Cursor:
    """The tokens of a text and the next one of them.

    ``function`` and ``model`` are those of the statement that is read.
    """

    words: list[Token]
    source: list[str]
    at: int = 0
    function: Function | None = None
    model: str = ""

    def peek(self) -> Token:
        if self.at >= len(self.words):
            raise PtxError("the text ends in the middle of a statement")
        return self.words[self.at]

    def next(self) -> Token:
        found = self.peek()
        self.at += 1
        return found

    def accept(self, text: str) -> bool:
        found = self.at < len(self.words) and self.words[self.at].text == text
        self.at += found
        return found

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.unknown(f"expected '{text}'")

    def place(self, line: int) -> Place:
        name = self.function.name if self.function is not None else "the module"
        return Place(name, line, self.source[line - 1].strip(), self.model)

    def unknown(self, why: str) -> PtxError:
        place = self.place(self.words[min(self.at, len(self.words) - 1)].line)
        error = PtxError(why)
        error.at("", place, None)
        return error

    def integer(self) -> int:
        sign = -1 if self.accept("-") else 1
        return sign * int(self.next().text.removesuffix("U"), 0)

    def commas(self, end: str) -> Iterator[None]:
        """A turn for each element of a list."""
        while not self.accept(end):
            yield
            self.accept(",")
