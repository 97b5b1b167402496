"""Where the derivative stands in an ODE, and the ODE solved for it.

Every step from the equation's side to the derivative must be linear: through ``+``, ``-``, a
product with something else, or the numerator of a quotient. Solving undoes the steps one by one::

    tau*dv/dt + v = E    ->    dv/dt = (E - v)/tau
"""

from __future__ import annotations

from .model import Ode
from .syntax import Binary, Derivative, Expr, IfElse, Unary, children


def contains_derivative(node: Expr) -> bool:
    """Whether a derivative occurs in an expression."""
    return isinstance(node, Derivative) or any(map(contains_derivative, children(node)))


def derivatives(node: Expr) -> list[Derivative]:
    """All derivatives of an expression, left to right."""
    if isinstance(node, Derivative):
        return [node]
    return [found for child in children(node) for found in derivatives(child)]


def check_linear(node: Expr) -> None:
    """Raise where the one derivative inside ``node`` does not enter linearly."""
    while not isinstance(node, Derivative):
        inner = next(child for child in children(node) if contains_derivative(child))
        match node:
            case Unary(op="-" | "+") | Binary(op="+" | "-" | "*"):
                pass
            case Binary(op="/") if inner is node.left:
                pass
            case IfElse():
                raise derivatives(node)[0].span.fail(
                    "a derivative cannot stand inside 'if'; write 'dx/dt = if ...: ... else: ...'"
                )
            case _:
                raise node.span.fail("the equation is not linear in the derivative")
        node = inner


def isolate_derivative(ode: Ode) -> Expr:
    """The right-hand side f of ``dx/dt = f``."""
    side, other = ode.lhs, ode.rhs
    if not contains_derivative(side):
        side, other = other, side
    while not isinstance(side, Derivative):
        side, other = _undo(side, other)
    return other


def _undo(side: Expr, other: Expr) -> tuple[Expr, Expr]:
    """One step nearer to the derivative: ``a + s = other`` becomes ``s = other - a``."""
    span = side.span
    match side:
        case Unary(op="+"):
            return side.value, other
        case Unary(op="-"):
            return side.value, Unary("-", other, span=span)
        case Binary(op=op, left=left, right=right):
            on_left = contains_derivative(left)
            inner, rest = (left, right) if on_left else (right, left)
            if op == "-" and not on_left:  # rest - inner = other
                return inner, Binary("-", rest, other, span=span)
            inverse = {"+": "-", "-": "+", "*": "/", "/": "*"}
            if op in inverse:
                return inner, _binary(inverse[op], other, rest)
    raise AssertionError("check_linear accepted a derivative that is not linear")


def _binary(op: str, left: Expr, right: Expr) -> Binary:
    match op:
        case "+" | "-" | "*" | "/":
            return Binary(op, left, right, span=left.span)
    raise AssertionError(op)
