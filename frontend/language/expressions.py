"""Tokens -> syntax tree, by Python's precedences.

From loosest to tightest::

    if c: a else: b
    or |
    and &
    not
    < <= > >= == != is, is not   (chains mean "and": a < b < c)
    + -
    * / %
    unary - +
    ** ^                         (from the right: 2^3^2 is 2^9, -x^2 is -(x^2))
    numbers, names, pre.x, calls, sum(target), (...)

What an operator takes is decided when the next one is met: operators that bind less tightly wait,
with what stands to their left. Parentheses, arguments and conditions are expressions of their own.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from attrs import evolve

from ...ir.attrs_classes import frozen
from ...ir.depth import Step, complete
from .cursor import TokenCursor
from .draws import arranged
from .functions import DISTRIBUTIONS
from .lexer import Token
from .source import Span
from .syntax import (
    Binary,
    Boolean,
    Call,
    Compare,
    Derivative,
    Expr,
    IfElse,
    Logic,
    Name,
    NeuronAttribute,
    NumberLiteral,
    Random,
    Side,
    Sum,
    Unary,
)


class _Rank(IntEnum):
    """Binding strength of operators, the loosest first."""

    OR = 1
    AND = 2
    NOT = 3
    COMPARE = 4
    PLUS = 5
    TIMES = 6
    SIGN = 7
    POWER = 8


_RANKS = {
    **dict.fromkeys(("or", "|"), _Rank.OR),
    **dict.fromkeys(("and", "&"), _Rank.AND),
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!=", "is"), _Rank.COMPARE),
    **dict.fromkeys(("+", "-"), _Rank.PLUS),
    **dict.fromkeys(("*", "/", "%"), _Rank.TIMES),
    **dict.fromkeys(("**", "^"), _Rank.POWER),
}
_CANONICAL = {"|": "or", "&": "and", "^": "**"}


@frozen
class _Open:
    """An operator that waits for its right side.

    ``left`` is a Span where there is nothing to its left: that of a sign or ``not``. ``chain``
    holds the comparisons before it, as in ``a < b < c``.
    """

    rank: _Rank
    op: Any
    left: Any
    chain: Expr | None = None

    def closed(self, right: Expr) -> Expr:
        """The operation, now that its right side is complete."""
        left = self.left
        if isinstance(left, Span):
            return Unary(self.op, right, span=left.to(right.span))
        span = left.span.to(right.span)
        if self.rank is _Rank.COMPARE:
            link = Compare(self.op, left, right, span=span)
            if self.chain is None:
                return link
            return Logic("and", self.chain, link, span=self.chain.span.to(span))
        kind: Any = Logic if self.rank <= _Rank.AND else Binary
        found: Expr = kind(self.op, left, right, span=span)
        return found


class ExpressionParser(TokenCursor):
    """Parser of the expressions of a text."""

    def expression(self) -> Expr:
        """Any expression."""
        return complete(self._expression())

    def _expression(self) -> Step[Expr]:
        if self._at_if():
            return (yield from self._conditional())
        value: Expr = yield from self._operations()
        if self._at_if():
            raise self._next.span.fail("write 'if condition: a else: b', the condition first")
        return value

    def _at_if(self) -> bool:
        return self._next.text == "if" and self._next.kind == "keyword"

    def _conditional(self) -> Step[Expr]:
        """``if c: a else: if d: b else: e``, read to its end before the innermost is made."""
        branches: list[tuple[Span, Expr, Expr]] = []
        while self._at_if():
            start = self._advance().span
            cond = yield self._expression()
            self._expect(":", "expected ':' after the condition of 'if'")
            then = yield self._expression()
            if self._next.text != "else":
                raise self._next.span.fail("expected 'else:' here, every 'if' needs one")
            self._at += 1
            self._expect(":", "expected ':' after 'else'")
            branches.append((start, cond, then))
        other: Expr = yield self._expression()
        for start, cond, then in reversed(branches):
            other = IfElse(cond, then, other, span=start.to(other.span))
        return other

    def _operations(self) -> Step[Expr]:
        """Operands and the operators between them."""
        waiting: list[_Open] = []
        while True:
            self._prefixes(waiting)
            value = yield from self._atom()
            rank = _RANKS.get(self._next.text)
            value, chain = _close(waiting, rank, value)
            if rank is None:
                return value
            waiting.append(_Open(rank, self._operator(), value, chain))

    def _prefixes(self, waiting: list[_Open]) -> None:
        """Take in signs, and ``not`` where it may stand."""
        while True:
            token = self._next
            last = waiting[-1].rank if waiting else _Rank.OR
            if token.kind == "keyword" and token.text == "not":
                if last is _Rank.COMPARE:
                    raise token.span.fail("put 'not ...' in parentheses here")
                if last > _Rank.NOT:
                    return  # no operand starts with it
                rank = _Rank.NOT
            elif token.kind == "op" and token.text in ("-", "+"):
                rank = _Rank.SIGN
            else:
                return
            self._at += 1
            waiting.append(_Open(rank, token.text, token.span))

    def _operator(self) -> str:
        """The operator that comes next, in its one spelling."""
        op = self._advance().text
        if op == "is":
            op = "=="
            if self._next.text == "not":
                self._at += 1
                op = "!="
        return _CANONICAL.get(op, op)

    def _atom(self) -> Step[Expr]:
        token = self._next
        if token.kind == "number":
            self._at += 1
            whole = token.text.isdigit()
            return NumberLiteral(
                int(token.text) if whole else float(token.text),
                span=token.span,
                type="int" if whole else "float",
            )
        if token.kind == "derivative":
            self._at += 1
            return Derivative(token.text, span=token.span)
        if token.kind == "name":
            return (yield from self._name())
        if token.kind == "keyword" and token.text in ("True", "False"):
            self._at += 1
            return Boolean(token.text == "True", span=token.span, type="bool")
        if token.text == "(":
            self._at += 1
            inner: Expr = yield self._expression()
            return evolve(inner, span=token.span.to(self._close(token)))
        raise self._no_operand(token)

    def _name(self) -> Step[Expr]:
        token = self._advance()
        if token.text in ("pre", "post") and self._next.text == ".":
            return self._attribute(token)
        if self._next.text != "(":
            if self._next.text == ".":
                raise token.span.fail("only 'pre' and 'post' have attributes ('pre.r')")
            return Name(token.text, span=token.span)
        if token.text == "sum":
            return self._sum(token, None)
        if token.text in DISTRIBUTIONS:
            return (yield from self._draw(token))
        args, end = yield from self._arguments()
        span = token.span.to(end)
        return Call(token.text, args, span=span, name_span=token.span)

    def _attribute(self, side: Token) -> Expr:
        self._at += 1
        name = self._expect_name(f"an attribute after '{side.text}.'")
        which: Any = side.text
        if name.text == "sum" and self._next.text == "(":
            return self._sum(side, which)
        return NeuronAttribute(which, name.text, span=side.span.to(name.span))

    def _sum(self, start: Token, side: Side | None) -> Expr:
        opening = self._advance()
        target = None
        if self._next.text != ")":
            target = self._expect_name("the name of a target, as in 'sum(exc)'").text
        end = self._close(opening)
        return Sum(target, side, span=start.span.to(end))

    def _draw(self, name: Token) -> Step[Random]:
        """A distribution, whose arguments may have names: ``Normal(0, 1, max=2)``."""
        opening = self._advance()
        positional: list[Expr] = []
        named: list[tuple[Token, Expr]] = []
        while self._next.text != ")":
            if self._next.kind == "name" and self._tokens[self._at + 1].text == "=":
                key = self._advance()
                self._at += 1
                named.append((key, (yield self._expression())))
            elif named:
                raise self._next.span.fail("arguments without a name come before those with one")
            else:
                positional.append((yield self._expression()))
            if self._next.text != ",":
                break
            self._at += 1
        span = name.span.to(self._close(opening))
        return arranged(name.text, positional, named, span)

    def _arguments(self) -> Step[tuple[tuple[Expr, ...], Span]]:
        opening = self._advance()
        found: list[Expr] = []
        while self._next.text != ")":
            found.append((yield self._expression()))
            if self._next.text != ",":
                break
            self._at += 1
        return tuple(found), self._close(opening)


def _close(waiting: list[_Open], rank: _Rank | None, value: Expr) -> tuple[Expr, Expr | None]:
    """Complete operations that bind at least as tightly as ``rank``.

    That is the next operator; all are completed if there is none. Returns the left side of the next
    operator, and the comparisons that it goes on.
    """
    while waiting:
        last = waiting[-1]
        if rank is not None and (last.rank < rank or last.rank is rank is _Rank.POWER):
            break
        waiting.pop()
        if last.rank is rank is _Rank.COMPARE:
            return value, last.closed(value)
        value = last.closed(value)
    return value, None
