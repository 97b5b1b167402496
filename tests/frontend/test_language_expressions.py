"""Expressions: precedence and values against Python's own, for random expressions."""

from __future__ import annotations

import ast
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ranvier.frontend.language.check import ExpressionChecker
from ranvier.frontend.language.evaluate import evaluate
from ranvier.frontend.language.parser import parse_expression
from ranvier.frontend.language.scope import EQUATIONS, ModelScope, Symbol
from ranvier.frontend.language.source import SourceText
from ranvier.frontend.language.syntax import (
    Binary,
    Boolean,
    Call,
    Compare,
    Expr,
    IfElse,
    Logic,
    Name,
    NumberLiteral,
    Unary,
)
from ranvier.ir.diagnostics import ModelError

VALUES = {"x": 1.5, "y": -0.25, "tau": 10.0, "n": 3}
_BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%", ast.Pow: "**"}
_UNARY = {ast.USub: "-", ast.UAdd: "+", ast.Not: "not"}
_COMPARE = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}


def parse(text: str) -> Expr:
    """The tree of a text."""
    return parse_expression(SourceText(text, "spike"))[0]


def check(text: str) -> Expr:
    """The typed tree of a text about VALUES."""
    scope = ModelScope("neuron", spiking=False)
    for name, value in VALUES.items():
        kind = "int" if isinstance(value, int) else "float"
        scope.declare(Symbol(name, kind, "local", "parameter"))  # type: ignore[arg-type]
    return ExpressionChecker(scope, EQUATIONS).check(parse(text))


def ours(node: Expr) -> object:
    """Our tree as nested tuples."""
    match node:
        case NumberLiteral() | Boolean():
            return node.value
        case Name():
            return node.name
        case Unary():
            return node.op, ours(node.value)
        case Binary() | Compare() | Logic():
            return node.op, ours(node.left), ours(node.right)
        case IfElse():
            return "if", ours(node.cond), ours(node.then), ours(node.other)
        case Call():
            return "call", node.function, *map(ours, node.args)
    raise AssertionError(node)


def pythons(node: Any) -> object:
    """Python's tree as the same tuples."""
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return node.id
        case ast.UnaryOp():
            return _UNARY[type(node.op)], pythons(node.operand)
        case ast.BinOp():
            return _BINARY[type(node.op)], pythons(node.left), pythons(node.right)
        case ast.BoolOp():
            return chain("and" if isinstance(node.op, ast.And) else "or",
                         [pythons(value) for value in node.values])  # fmt: skip
        case ast.Compare():
            sides = [pythons(side) for side in (node.left, *node.comparators)]
            return chain("and", [
                (_COMPARE[type(op)], left, right)
                for op, left, right in zip(node.ops, sides, sides[1:], strict=False)
            ])  # fmt: skip
        case ast.IfExp():
            return "if", pythons(node.test), pythons(node.body), pythons(node.orelse)
        case ast.Call(func=ast.Name(id=name)):
            return "call", name, *map(pythons, node.args)
    raise AssertionError(ast.dump(node))


def chain(op: str, parts: list[object]) -> object:
    """A chain nested to the left.

    So we parse ``a and b and c``.
    """
    whole = parts[0]
    for part in parts[1:]:
        whole = (op, whole, part)
    return whole


def atoms() -> st.SearchStrategy[str]:
    """Numbers and names."""
    numbers = st.sampled_from(["0", "1", "2", "3", "1.0", ".5", "2.", "1e-3", "12.5E+1"])
    return numbers | st.sampled_from(list(VALUES))


def arithmetic(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Text without regard for precedence: parentheses appear at random only."""
    ops = st.sampled_from([" + ", "-", "*", " / ", "%", "**"])
    return (
        st.tuples(inner, ops, inner).map("".join)
        | inner.map("({})".format)
        | inner.map("-{}".format)
        | inner.map("+{}".format)
        | inner.map("abs({})".format)
        | st.tuples(inner, inner).map(lambda pair: "max({}, {})".format(*pair))
    )


NUMBERS = st.recursive(atoms(), arithmetic, max_leaves=12)


def logic(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Conditions joined without regard for precedence."""
    return (
        st.tuples(inner, st.sampled_from([" and ", " or "]), inner).map("".join)
        | inner.map("not {}".format)
        | inner.map("({})".format)
    )


COMPARISONS = st.lists(
    st.tuples(st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), NUMBERS), min_size=1, max_size=3
)
CONDITIONS = st.recursive(
    st.tuples(NUMBERS, COMPARISONS).map(
        lambda parts: parts[0] + "".join(f" {op} {side}" for op, side in parts[1])
    )
    | st.sampled_from(["True", "False"]),
    logic,
    max_leaves=6,
)


@settings(max_examples=400, deadline=None)
@given(NUMBERS | CONDITIONS)
def test_random_expressions_have_pythons_tree(text: str) -> None:
    assert ours(parse(text)) == pythons(ast.parse(text, mode="eval").body)


@settings(max_examples=100, deadline=None)
@given(NUMBERS)
def test_hat_is_a_power(text: str) -> None:
    assert ours(parse(text.replace("**", "^"))) == ours(parse(text))


def reference(node: Any) -> Any:
    """Python's evaluation of Python's tree, with C's remainder and real arithmetic."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return math.fmod(reference(node.left), reference(node.right))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        power = float(reference(node.left)) ** float(reference(node.right))
        if isinstance(power, complex):
            raise ValueError("no real number")
        return power
    copy = {
        name: ast.Constant(reference(child)) if isinstance(child, ast.expr) else child
        for name, child in ast.iter_fields(node)
        if name != "func"
    }
    if isinstance(node, ast.Call):
        values = [reference(argument) for argument in node.args]
        return (abs if len(values) == 1 else max)(*values)
    for name, child in ast.iter_fields(node):
        if isinstance(child, list):
            copy[name] = [
                ast.Constant(reference(item)) if isinstance(item, ast.expr) else item
                for item in child
            ]
    expression = ast.fix_missing_locations(ast.Expression(type(node)(**copy)))
    return eval(compile(expression, "<reference>", "eval"), {}, dict(VALUES))


@settings(max_examples=400, deadline=None)
@given(NUMBERS | CONDITIONS)
def test_random_expressions_have_pythons_value(text: str) -> None:
    try:
        expected = reference(ast.parse(text, mode="eval").body)
    except (ZeroDivisionError, OverflowError, ValueError, TypeError):
        return  # what has no value in Python is tested below
    try:
        got = evaluate(check(text), VALUES)
    except ModelError as error:
        # Python stops at the first false part of a chain, we compute all.
        assert any(op in text for op in ("and", "or", "<", ">", "=")), error
        return
    assert got == expected or math.isclose(got, expected, rel_tol=1e-12)


@settings(max_examples=100, deadline=None)
@given(CONDITIONS, NUMBERS, NUMBERS)
def test_conditionals_are_pythons_conditionals(cond: str, then: str, other: str) -> None:
    pythonic = ast.parse(f"({then}) if ({cond}) else ({other})", mode="eval").body
    assert ours(parse(f"if {cond}: {then} else: {other}")) == pythons(pythonic)


TREES = {
    "-x^2": "-(x**2)",
    "2^-1": "2**(-1)",
    "2^3^2": "2**(3**2)",
    "a and b | c & d": "(a and b) or (c and d)",
    "not a == b": "not (a == b)",
    "a < b < c": "(a < b) and (b < c)",
    "a is b or a is not c": "(a == b) or (a != c)",
    "x>1 and y>2": "(x > 1) and (y > 2)",
    "a +\n b": "a + b",
    "a\n + b": "a + b",
    "(a\n)": "a",
}


@pytest.mark.parametrize("text", TREES)
def test_precedence(text: str) -> None:
    expected = pythons(ast.parse(TREES[text], mode="eval").body)
    assert ours(parse(text)) == expected


def test_conditionals_nest_without_parentheses() -> None:
    flat = ours(parse("if a: if b: 1 else: 2 else: if c: 3 else: 4"))
    assert flat == ours(parse("if a: (if b: 1 else: 2) else: (if c: 3 else: 4)"))
    assert ours(parse("1 + (if a: 2 else: 3)")) == ("+", 1, ("if", "a", 2, 3))


TYPES = {
    "1": "int", "1.0": "float", "n + 1": "int", "n/2": "float", "n % 2": "int", "n * x": "float",
    "n^2": "int", "n^-1": "float", "n^n": "float", "x > 1": "bool", "not x > 1": "bool",
    "abs(n)": "int", "max(n, 1)": "int", "max(n, x)": "float", "exp(n)": "float",
    "ite(x > 1, 1, 2)": "int", "if x > 1: 1 else: 2.0": "float", "int(x)": "int",
    "float(n)": "float", "modulo(x, 3)": "int", "pos(n)": "int", "clip(x, 0, 1)": "float",
    "floor(x)": "float", "isnan(x)": "bool", "t": "float", "pi": "float", "3000000000": "float",
}  # fmt: skip


@pytest.mark.parametrize("text", TYPES)
def test_types(text: str) -> None:
    assert check(text).type == TYPES[text]


VALUE = {
    "1/2": 0.5, "7 % 4": 3, "-7 % 4": -3, "-7.5 % 4": -3.5, "2^3^2": 512, "-2^2": -4,
    "ln(exp(1))": 1.0, "pos(-3)": 0, "neg(-3)": -3, "clip(5, 0, 2)": 2, "clip(-5, 0, 2)": 0,
    "modulo(7.9, 4.2)": 3, "round(2.5)": 3.0, "round(-2.5)": -3.0, "round(0.49999999999999994)": 0,
    "sign(-2.5)": -1, "Heaviside(0)": 0.5, "Heaviside(2)": 1.0, "power(2, 3)": 8, "cbrt(27)": 3.0,
    "ite(1 < 2, 3, 4)": 3, "if 1 > 2: 3 else: 4": 4, "erf(0)": 0.0, "atan2(1, 1)": math.pi / 4,
    "int(2.9)": 2, "floor(-0.5)": -1.0, "ceiling(0.5)": 1.0, "fabs(-2)": 2, "log2(8)": 3.0,
    "True and not False": True, "1 < 2 < 3": True, "1 < 2 < 2": False, "isfinite(1.0)": True,
}  # fmt: skip


@pytest.mark.parametrize("text", VALUE)
def test_values(text: str) -> None:
    assert evaluate(check(text), VALUES) == pytest.approx(VALUE[text], rel=1e-14)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1/0", "division by zero"),
        ("5 % 0", "division by zero"),
        ("10.0^400", "the value is too large"),
        ("(-8)^0.5", "the value is not a real number"),
        ("7^7^7^7", "the value is too large"),
        ("int(1e308*10)", "the value is not finite"),
        ("t + 1", "'t' has no value before the simulation runs"),
    ],
)
def test_expressions_without_a_value(text: str, message: str) -> None:
    with pytest.raises(ModelError) as caught:
        evaluate(check(text), {})
    assert caught.value.diagnostics[0].text == message


def test_evaluation_is_elementwise_on_arrays() -> None:
    import numpy as np

    values = {**VALUES, "x": np.array([-1.0, 2.0])}
    assert evaluate(check("if x > 0: pos(x)*n else: int(-x) + 0.5"), values).tolist() == [1.5, 6.0]
    assert evaluate(check("x % 2 > -1 and not x == 5"), values).tolist() == [False, True]
