"""Conversions between float, int and bool: explicit, or an error.

They are `Cast` nodes; the error says how to convert.

Numbers never become conditions and bools never become numbers by themselves; an int becomes a
float where one is needed; a float becomes an int only through ``int()``, ``floor()``, ``ceil()``
or ``round()``.
"""

from __future__ import annotations

from attrs import evolve

from ...ir.depth import Step, complete
from .syntax import Binary, Call, Cast, Expr, IfElse, NumberLiteral, Type, Unary

# Whole literals beyond this are floats: an int has 32 bits.
_INT_LIMIT = 2**31 - 1
_ROUNDING = frozenset({"floor", "ceil", "round"})


def integer(value: int, like: Expr) -> NumberLiteral:
    """An int literal in place of ``like``. A float one if it does not fit."""
    if abs(value) > _INT_LIMIT:
        return NumberLiteral(float(value), span=like.span, type="float")
    return NumberLiteral(value, span=like.span, type="int")


def fold(node: Expr) -> Expr:
    """The value of arithmetic of whole literals, as a literal.

    The sign of a literal is folded, too.
    """
    match node:
        case Unary(op="-", value=NumberLiteral(value=value, type=type)):
            return NumberLiteral(-value, span=node.span, type=type)
        case Unary(op="+", value=NumberLiteral(value=value, type=type)):
            return NumberLiteral(value, span=node.span, type=type)
        case Binary(
            op="+" | "-" | "*", left=NumberLiteral(value=int(a)), right=NumberLiteral(value=int(b))
        ):
            return integer({"+": a + b, "-": a - b, "*": a * b}[node.op], node)
        case _:
            return node


def to_float(node: Expr) -> Expr:
    """The same number as a float."""
    return node if node.type == "float" else complete(_to_float(node))


def _to_float(node: Expr) -> Step[Expr]:
    if node.type == "float":
        return node
    if node.type == "bool":
        raise node.span.fail("a number is expected here, this is a condition; write 'float(...)'")
    match node:
        case NumberLiteral(value=value):
            return NumberLiteral(float(value), span=node.span, type="float")
        case Unary():
            return evolve(node, value=(yield _to_float(node.value)), type="float")
        case IfElse():
            then, other = (yield _to_float(node.then)), (yield _to_float(node.other))
            return evolve(node, then=then, other=other, type="float")
        case _:
            return Cast(node, span=node.span, type="float")


def number(node: Expr) -> Expr:
    """The node, if it is an int or a float."""
    return to_float(node) if node.type == "bool" else node


def same_type(*nodes: Expr) -> tuple[Expr, ...]:
    """Numbers brought to one type: int if all are, else float."""
    numbers = tuple(number(node) for node in nodes)
    if all(node.type == "int" for node in numbers):
        return numbers
    return tuple(to_float(node) for node in numbers)


def condition(node: Expr) -> Expr:
    """The node, if it is a bool."""
    if node.type != "bool":
        text = " ".join(node.span.text.split())
        simple = text if len(text) < 20 and text.isidentifier() else "x"
        raise node.span.fail(
            f"a condition is expected here, this is a number; write '{simple} > 0' or"
            f" '{simple} != 0'"
        )
    return node


def assigned(node: Expr, type: Type, name: str) -> Expr:
    """A value converted to the type of the variable ``name``."""
    if type == node.type:
        return node
    if type == "bool":
        raise node.span.fail(f"'{name}' is a bool, this is a number; write 'x != 0'")
    if node.type == "bool":
        raise node.span.fail(
            f"'{name}' is a{'n int' if type == 'int' else ' float'}, this is a condition;"
            f" write '{type}(...)' or declare '{name}' with ': bool'"
        )
    if type == "float":
        return to_float(node)
    if isinstance(node, NumberLiteral) and float(node.value).is_integer():
        whole = integer(int(node.value), node)
        if whole.type != "int":
            raise node.span.fail(f"this number is too large for the int '{name}'")
        return whole
    if isinstance(node, Call) and node.function in _ROUNDING:
        return Cast(node, span=node.span, type="int")
    raise node.span.fail(f"'{name}' is an int, this is a float; use floor(...) or round(...)")


def cast(node: Expr, type: Type) -> Expr:
    """The explicit conversions ``int(x)`` and ``float(x)``."""
    if node.type == type:
        return node
    return to_float(node) if node.type == "int" else Cast(node, span=node.span, type=type)
