"""The derivative in an ODE, and the ODE solved for it.

Every step from the equation's side to the derivative must be linear: through ``+``, ``-``, a
product with something else, or the numerator of a quotient. Solving undoes the steps one by one::

    tau*dv/dt + v = E    ->    dv/dt = (E - v)/tau
"""

from __future__ import annotations

from itertools import pairwise

from .model import OdeStatement
from .syntax import Binary, Derivative, Expr, IfElse, Unary, children, walk


def contains_derivative(node: Expr) -> bool:
    """Whether a derivative occurs in an expression."""
    return any(isinstance(found, Derivative) for found in walk(node))


def derivatives(node: Expr) -> list[Derivative]:
    """All derivatives of an expression, left to right."""
    return [found for found in walk(node) if isinstance(found, Derivative)]


def _path(node: Expr) -> list[Expr]:
    """The way from ``node`` down to its derivative, empty without one. Both ends are included."""
    path: list[Expr] = []
    waiting = [(node, 0)]
    while waiting:
        last, depth = waiting.pop()
        del path[depth:]
        path.append(last)
        if isinstance(last, Derivative):
            return path
        waiting += [(child, depth + 1) for child in reversed(children(last))]
    return []


def check_linear(node: Expr) -> None:
    """Refuse a derivative that does not enter ``node`` linearly."""
    path = _path(node)
    for node, inner in pairwise(path):
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


def isolate_derivative(ode: OdeStatement) -> Expr:
    """The right-hand side f of ``dx/dt = f``."""
    path, other = _path(ode.lhs), ode.rhs
    if not path:
        path, other = _path(ode.rhs), ode.lhs
    for side, inner in pairwise(path):
        other = _undo(side, inner, other)
    return other


def _undo(side: Expr, inner: Expr, other: Expr) -> Expr:
    """One step nearer to the derivative in ``inner``: ``a + s = other`` gives ``other - a``."""
    span = side.span
    match side:
        case Unary(op="+"):
            return other
        case Unary(op="-"):
            return Unary("-", other, span=span)
        case Binary(op=op, left=left, right=right):
            on_left = inner is left
            rest = right if on_left else left
            if op == "-" and not on_left:  # rest - inner = other
                return Binary("-", rest, other, span=span)
            inverse = {"+": "-", "-": "+", "*": "/", "/": "*"}
            if op in inverse:
                return _binary(inverse[op], other, rest)
    raise AssertionError("check_linear accepted a derivative that is not linear")


def _binary(op: str, left: Expr, right: Expr) -> Binary:
    match op:
        case "+" | "-" | "*" | "/":
            return Binary(op, left, right, span=left.span)
    raise AssertionError(op)
