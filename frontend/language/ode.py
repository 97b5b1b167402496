"""The derivative in an ODE, which enters it linearly.

Every step from the equation's side to the derivative must be linear: through ``+``, ``-``, a
product with something else, or the numerator of a quotient, as in ``tau*dv/dt + v = E``.
"""

from __future__ import annotations

from itertools import pairwise

from .syntax import Binary, Derivative, Expr, IfElse, Unary, children, walk


def contains_derivative(node: Expr) -> bool:
    """Whether a derivative occurs in an expression."""
    return any(isinstance(found, Derivative) for found in walk(node))


def derivatives(node: Expr) -> list[Derivative]:
    """All derivatives of an expression, left to right."""
    return [found for found in walk(node) if isinstance(found, Derivative)]


def path_to_derivative(node: Expr) -> list[Expr]:
    """The way from ``node`` down to its derivative, empty without one.

    Both ends are included.
    """
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
    path = path_to_derivative(node)
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
