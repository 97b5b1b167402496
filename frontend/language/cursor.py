"""Walking over the tokens of a statement, with located errors."""

from __future__ import annotations

from ...ir.diagnostics import ModelError
from .lexer import Token
from .source import Span

ASSIGNMENTS = frozenset({"=", "+=", "-=", "*=", "/="})
_FOREIGN = {
    "&&": "write 'and'",
    "||": "write 'or'",
    "!": "write 'not'",
    "//": "write 'floor(a/b)'",
    "[": "indices do not exist: an equation holds for every neuron or synapse",
    "?": "write 'if condition: a else: b'",
    "**=": "write 'x = x**n'",
}


class TokenCursor:
    """A position in the tokens of one statement. The last token is the "end"."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _peek(self, offset: int) -> Token:
        return self._tokens[min(self._at + offset, len(self._tokens) - 1)]

    def _advance(self) -> Token:
        token = self._next
        self._at += 1
        return token

    def _expect(self, text: str, message: str) -> Token:
        if self._next.text != text:
            raise self._next.span.fail(message)
        return self._advance()

    def _expect_name(self, what: str) -> Token:
        if self._next.kind != "name":
            raise self._next.span.fail(f"expected {what}")
        return self._advance()

    def _close(self, opening: Token) -> Span:
        token = self._next
        if token.text == ")":
            self._at += 1
            return token.span
        last = self._tokens[self._at - 1].span
        between = token.span.source.text[last.end : token.span.start]
        if token.kind == "end" or "\n" in between:
            raise opening.span.fail("this '(' is never closed")
        raise self._unexpected(token)

    def _unexpected(self, token: Token) -> ModelError:
        """The error for a token after a complete expression."""
        if token.text in _FOREIGN:
            return token.span.fail(f"'{token.text}' is not part of the language; "
                                   f"{_FOREIGN[token.text]}")  # fmt: skip
        if token.text == ")":
            return token.span.fail("this ')' closes nothing")
        if token.text in ASSIGNMENTS:
            hint = "; to compare, write '=='" if token.text == "=" else ""
            return token.span.fail(f"'{token.text}' cannot stand inside an expression{hint}")
        if token.kind in ("number", "name", "derivative") or token.text == "(":
            return token.span.fail(f"expected an operator before '{token.span.text}'")
        return token.span.fail(f"unexpected '{token.span.text}'")

    def _no_operand(self, token: Token) -> ModelError:
        """The error for the lack of an operand."""
        if token.kind == "end":
            before = self._tokens[self._at - 1]
            return before.span.fail(f"expected an expression after '{before.span.text}'")
        if token.text in _FOREIGN:
            return self._unexpected(token)
        if token.text in ("'", '"'):
            return token.span.fail("text in quotes has no place in an equation")
        return token.span.fail(f"expected an expression before '{token.span.text}'")
