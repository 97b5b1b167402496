"""Tokens -> statements: equations with flags, single expressions, definitions of functions."""

from __future__ import annotations

from collections.abc import Container
from typing import Literal, cast

from ...ir.diagnostics import Diagnostic, ModelError
from .cursor import ASSIGNMENTS
from .expressions import ExpressionParser
from .lexer import statements
from .source import SourceText, Span
from .syntax import Compare, Equation, Expr, Flag, FunctionDefinition


def parse_equations(source: SourceText, names: Container[str] = ()) -> list[Equation]:
    """All statements of a text. ``names`` are those that the model declares elsewhere."""
    equations: list[Equation] = []
    problems: list[Diagnostic] = []
    for tokens in statements(source, names):
        try:
            equations.append(StatementParser(tokens).equation())
        except ModelError as wrong:
            problems += wrong.diagnostics
    if problems:
        raise ModelError(*problems)
    return equations


def parse_expression(
    source: SourceText, names: Container[str] = (), flags: bool = False
) -> tuple[Expr, tuple[Flag, ...]]:
    """The one expression of a text, with flags if allowed. ``flags`` allows them."""
    found = statements(source, names)
    if not found:
        raise Span(source, 0, 1).fail(f"'{source.what}' is empty: an expression is expected")
    if len(found) > 1:
        raise found[1][0].span.fail(f"'{source.what}' takes a single expression")
    parser = StatementParser(found[0])
    expr = parser.expression()
    given = parser.flags() if flags else ()
    parser.finish(of_equation=False)
    return expr, given


def parse_functions(source: SourceText) -> list[FunctionDefinition]:
    """The definitions ``f(x, y) = ...`` of a text."""
    return [StatementParser(tokens).function() for tokens in statements(source)]


class StatementParser(ExpressionParser):
    """Parser of the tokens of one statement."""

    def equation(self) -> Equation:
        """``lhs = rhs : flags``."""
        first = self._next.span
        lhs = self.expression()
        op = self._next
        if op.text not in ASSIGNMENTS:
            raise self._no_assignment(lhs)
        self._at += 1
        rhs = self.expression()
        span = first.to(self._tokens[self._at - 1].span)
        flags = self.flags()
        self.finish(of_equation=True)
        return Equation(
            lhs,
            cast(Literal["=", "+=", "-=", "*=", "/="], op.text),
            rhs,
            flags,
            span=span,
            op_span=op.span,
        )

    def function(self) -> FunctionDefinition:
        """``f(x, y) = body``."""
        name = self._expect_name("the name of a function")
        self._expect("(", f"expected '(' and the arguments of '{name.text}'")
        arguments: list[str] = []
        while self._next.text != ")":
            argument = self._expect_name("the name of an argument")
            if argument.text in arguments:
                raise argument.span.fail(f"argument '{argument.text}' appears twice")
            arguments.append(argument.text)
            if self._next.text != ")":
                self._expect(",", "expected ',' or ')'")
        self._at += 1
        self._expect("=", f"expected '=' and the value of '{name.text}'")
        body = self.expression()
        self.finish(of_equation=True)
        return FunctionDefinition(name.text, tuple(arguments), body, span=name.span)

    def flags(self) -> tuple[Flag, ...]:
        """``: population, init=0.0``, or nothing."""
        if self._next.text != ":":
            return ()
        self._at += 1
        found = [self._flag()]
        while self._next.text == ",":
            self._at += 1
            found.append(self._flag())
        return tuple(found)

    def finish(self, of_equation: bool) -> None:
        """Refuse tokens behind a complete statement."""
        token = self._next
        if token.kind == "end":
            return
        if token.text == "=" and not of_equation:
            raise token.span.fail("'=' assigns; to compare, write '=='")
        if token.text == "=":
            raise token.span.fail("a second '=' in one equation; to compare, write '=='")
        raise self._unexpected(token)

    def _flag(self) -> Flag:
        token = self._next
        if token.kind != "name":
            raise token.span.fail("expected a flag such as 'init=0.0' or 'population'")
        self._at += 1
        name, span = token.text, token.span
        while self._next.text == "-" and self._peek(1).kind == "name":  # event-driven
            name += "-" + self._peek(1).text
            span = span.to(self._peek(1).span)
            self._at += 2
        if self._next.text != "=":
            return Flag(name, None, span=span)
        self._at += 1
        return Flag(name, self.expression(), span=span)

    def _no_assignment(self, lhs: Expr) -> ModelError:
        """The error for a statement without an assignment."""
        token = self._next
        if token.kind == "end":
            if isinstance(lhs, Compare) and lhs.op == "==":
                equals = next(t for t in self._tokens if t.text in ("==", "is"))
                return equals.span.fail("'==' compares; to assign, write '='")
            return lhs.span.fail("expected an equation 'name = expression', found no '='")
        if token.text == ":":
            return token.span.fail("expected '=' and a value before the flags")
        return self._unexpected(token)
