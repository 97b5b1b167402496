"""Tokens -> syntax tree, by recursive descent with Python's precedences.

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
"""

from __future__ import annotations

from typing import Literal, cast

from attrs import evolve

from .cursor import Cursor
from .draws import arranged
from .functions import DISTRIBUTIONS
from .lexer import Token
from .source import Span
from .syntax import (
    Attribute,
    Binary,
    Boolean,
    Call,
    Compare,
    Derivative,
    Expr,
    IfElse,
    Logic,
    Name,
    Number,
    Random,
    Side,
    Sum,
    Unary,
)

_COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!=", "is"})


class ExpressionParser(Cursor):
    """Parses expressions: one method per level of precedence, loosest first."""

    def expression(self) -> Expr:
        """Any expression."""
        if self._next.text == "if" and self._next.kind == "keyword":
            return self._conditional()
        value = self._or()
        if self._next.kind == "keyword" and self._next.text == "if":
            raise self._next.span.fail("write 'if condition: a else: b', the condition first")
        return value

    def _conditional(self) -> Expr:
        start = self._advance().span
        cond = self.expression()
        self._expect(":", "expected ':' after the condition of 'if'")
        then = self.expression()
        if self._next.text != "else":
            raise self._next.span.fail("expected 'else:' here, every 'if' needs one")
        self._at += 1
        self._expect(":", "expected ':' after 'else'")
        other = self.expression()
        return IfElse(cond, then, other, span=start.to(other.span))

    def _or(self) -> Expr:
        left = self._and()
        while self._next.text in ("or", "|"):
            self._at += 1
            right = self._and()
            left = Logic("or", left, right, span=left.span.to(right.span))
        return left

    def _and(self) -> Expr:
        left = self._not()
        while self._next.text in ("and", "&"):
            self._at += 1
            right = self._not()
            left = Logic("and", left, right, span=left.span.to(right.span))
        return left

    def _not(self) -> Expr:
        if self._next.kind == "keyword" and self._next.text == "not":
            start = self._advance().span
            value = self._not()
            return Unary("not", value, span=start.to(value.span))
        return self._comparison()

    def _comparison(self) -> Expr:
        left = self._sum_of_terms()
        chain: Expr | None = None
        while self._next.text in _COMPARISONS:
            op = self._advance().text
            if op == "is":
                op = "=="
                if self._next.text == "not":
                    self._at += 1
                    op = "!="
            right = self._operand_of_comparison()
            span = left.span.to(right.span)
            link = Compare(
                cast(Literal["<", "<=", ">", ">=", "==", "!="], op), left, right, span=span
            )
            chain = link if chain is None else Logic("and", chain, link, span=chain.span.to(span))
            left = right
        return left if chain is None else chain

    def _operand_of_comparison(self) -> Expr:
        if self._next.kind == "keyword" and self._next.text == "not":
            raise self._next.span.fail("put 'not ...' in parentheses here")
        return self._sum_of_terms()

    def _sum_of_terms(self) -> Expr:
        left = self._term()
        while self._next.kind == "op" and self._next.text in ("+", "-"):
            op = cast(Literal["+", "-"], self._advance().text)
            right = self._term()
            left = Binary(op, left, right, span=left.span.to(right.span))
        return left

    def _term(self) -> Expr:
        left = self._unary()
        while self._next.kind == "op" and self._next.text in ("*", "/", "%"):
            op = cast(Literal["*", "/", "%"], self._advance().text)
            right = self._unary()
            left = Binary(op, left, right, span=left.span.to(right.span))
        return left

    def _unary(self) -> Expr:
        if self._next.kind == "op" and self._next.text in ("-", "+"):
            token = self._advance()
            value = self._unary()
            return Unary(cast(Literal["-", "+"], token.text), value, span=token.span.to(value.span))
        return self._power()

    def _power(self) -> Expr:
        base = self._atom()
        if self._next.text in ("**", "^"):
            self._at += 1
            exponent = self._unary()
            return Binary("**", base, exponent, span=base.span.to(exponent.span))
        return base

    def _atom(self) -> Expr:
        token = self._next
        if token.kind == "number":
            self._at += 1
            whole = token.text.isdigit()
            return Number(
                int(token.text) if whole else float(token.text),
                span=token.span,
                type="int" if whole else "float",
            )
        if token.kind == "derivative":
            self._at += 1
            return Derivative(token.text, span=token.span)
        if token.kind == "name":
            return self._name()
        if token.kind == "keyword" and token.text in ("True", "False"):
            self._at += 1
            return Boolean(token.text == "True", span=token.span, type="bool")
        if token.text == "(":
            self._at += 1
            inner = self.expression()
            return evolve(inner, span=token.span.to(self._close(token)))
        raise self._no_operand(token)

    def _name(self) -> Expr:
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
            return self._draw(token)
        args, end = self._arguments()
        span = token.span.to(end)
        return Call(token.text, args, span=span, name_span=token.span)

    def _attribute(self, side: Token) -> Expr:
        self._at += 1
        name = self._expect_name(f"an attribute after '{side.text}.'")
        which = cast(Side, side.text)
        if name.text == "sum" and self._next.text == "(":
            return self._sum(side, which)
        return Attribute(which, name.text, span=side.span.to(name.span))

    def _sum(self, start: Token, side: Side | None) -> Expr:
        opening = self._advance()
        target = None
        if self._next.text != ")":
            target = self._expect_name("the name of a target, as in 'sum(exc)'").text
        end = self._close(opening)
        return Sum(target, side, span=start.span.to(end))

    def _draw(self, name: Token) -> Random:
        """A distribution, whose arguments may have names: ``Normal(0, 1, max=2)``."""
        opening = self._advance()
        positional: list[Expr] = []
        named: list[tuple[Token, Expr]] = []
        while self._next.text != ")":
            if self._next.kind == "name" and self._tokens[self._at + 1].text == "=":
                key = self._advance()
                self._at += 1
                named.append((key, self.expression()))
            elif named:
                raise self._next.span.fail("arguments without a name come before those with one")
            else:
                positional.append(self.expression())
            if self._next.text != ",":
                break
            self._at += 1
        span = name.span.to(self._close(opening))
        return arranged(name.text, positional, named, span)

    def _arguments(self) -> tuple[tuple[Expr, ...], Span]:
        opening = self._advance()
        found: list[Expr] = []
        while self._next.text != ")":
            found.append(self.expression())
            if self._next.text != ",":
                break
            self._at += 1
        return tuple(found), self._close(opening)
