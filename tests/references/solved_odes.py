"""ODEs solved for their derivative, to compare with the language's.

Solving undoes one by one the steps from a side of the equation to the derivative::

    tau*dv/dt + v = E    ->    dv/dt = (E - v)/tau
"""

from __future__ import annotations

from itertools import pairwise

from ranvier.frontend.language.model import OdeStatement
from ranvier.frontend.language.ode import path_to_derivative
from ranvier.frontend.language.syntax import Binary, Expr, Unary


def isolate_derivative(ode: OdeStatement) -> Expr:
    """The right-hand side f of ``dx/dt = f``."""
    path, other = path_to_derivative(ode.lhs), ode.rhs
    if not path:
        path, other = path_to_derivative(ode.rhs), ode.lhs
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
