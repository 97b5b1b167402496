"""The cursor over the tokens of a text, with its errors."""

from __future__ import annotations

from typing import NoReturn

from ..diagnostics import Diagnostic
from ..location import FileLineCol
from .lexer import tokens
from .source import Source, SyntaxStopError

DEEPEST = 120
"""The largest depth of nested regions, attributes and types."""

_ESCAPES = {"n": b"\n", "t": b"\t", '"': b'"', "\\": b"\\"}


class Cursor:
    """A position in the list of tokens: ``at``, the next one."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.matches = tokens(source.text)
        self.matches += [self.matches[-1]] * 3  # room to look ahead
        self.texts = [match[1] for match in self.matches]
        self.at = 0
        self.depth = 0

    def accept(self, token: str) -> bool:
        """Step over ``token`` if it is next."""
        if self.texts[self.at] == token:
            self.at += 1
            return True
        return False

    def expect(self, token: str, where: str = "") -> None:
        """Step over ``token``, which must be next."""
        if self.texts[self.at] != token:
            self.fail(f"'{token}'{where}")
        self.at += 1

    def fail(self, expected: str, at: int | None = None) -> NoReturn:
        """Raise an error at a token: another was expected.

        It is the next token where none is given.
        """
        at = self.at if at is None else at
        self.stop(f"expected {expected}, found {self.described(at)}", at)

    def stop(self, text: str, at: int | None = None) -> NoReturn:
        """Note an error and give up this part of the text.

        Raises :class:`SyntaxStopError`.
        """
        self.problem(text, self.at if at is None else at)
        raise SyntaxStopError

    def problem(self, text: str, at: int) -> Diagnostic:
        """Note an error at a token."""
        match = self.matches[at]
        return self.source.problem(text, match.start(1), _end(match[1], match.start(1)))

    def place(self, at: int) -> FileLineCol:
        """The location of a token."""
        match = self.matches[at]
        return self.source.location(match.start(1), _end(match[1], match.start(1)))

    def described(self, at: int) -> str:
        """A token in words."""
        text = self.texts[at]
        if not text:
            return "the end of the text"
        if text == '"':
            return "a string without an end"
        text = text if len(text) <= 40 else text[:37] + "..."
        return repr(text) if text.isprintable() and "'" not in text else ascii(text)

    def enter(self) -> None:
        """Go one level deeper.

        A text that nests deeper than ``DEEPEST`` is refused.
        """
        self.depth += 1
        if self.depth > DEEPEST:
            self.stop(f"nested more than {DEEPEST} levels deep")

    def leave(self) -> None:
        """Go one level up."""
        self.depth -= 1

    def whole_number(self, what: str, most: int = 2**63) -> int:
        """Parse a decimal number below ``most``."""
        text = self.texts[self.at]
        if not (text.isdecimal() and text.isascii()):
            self.fail(what)
        if len(text) > 20 or int(text) >= most:
            self.stop(f"{what} is too large")
        self.at += 1
        return int(text)

    def string(self, what: str) -> str:
        """Parse a string literal."""
        text = self.texts[self.at]
        if text[:1] != '"' or len(text) < 2:
            self.fail(what)
        self.at += 1
        return self.unquoted(text, self.at - 1)

    def unquoted(self, text: str, at: int) -> str:
        """The text of a string literal, which is token ``at``."""
        if "\\" not in text:
            return text[1:-1]
        out, i, end = bytearray(), 1, len(text) - 1
        while i < end:
            char = text[i]
            if char != "\\":
                out += char.encode("utf-8", "surrogatepass")
                i += 1
                continue
            pair = text[i + 1 : i + 3]
            if pair[:1] in _ESCAPES:
                out += _ESCAPES[pair[:1]]
                i += 2
            elif len(pair) == 2 and i + 2 < end and all(c in _HEX for c in pair):
                out.append(int(pair, 16))
                i += 3
            else:
                self.stop(f"a string knows no escape '\\{pair[:1]}'", at)
        return out.decode("utf-8", "surrogateescape")


_HEX = frozenset("0123456789abcdefABCDEF")


def _end(text: str, start: int) -> int:
    """The end of a token, within the line where it starts."""
    return start + len(text.partition("\n")[0].rstrip())
