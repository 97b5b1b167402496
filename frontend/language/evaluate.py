"""Values of expressions of known names: constants, parameters, initial values.

Scalars are computed with Python's own arithmetic (so that a division by zero is an error that
points), names may also stand for numpy arrays, then everything is elementwise.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...ir.depth import Step, complete
from .functions import COMPUTE, CONSTANTS
from .syntax import (
    Binary,
    Boolean,
    Call,
    Cast,
    Compare,
    Expr,
    IfElse,
    Logic,
    Name,
    NumberLiteral,
    Unary,
)


def evaluate(node: Expr, values: Mapping[str, Any]) -> Any:
    """The value of a checked expression. Raises a ModelError where it has none."""
    try:
        with np.errstate(all="ignore"):
            return complete(_evaluate(node, values))
    except ZeroDivisionError:
        raise node.span.fail("division by zero") from None
    except OverflowError:
        raise node.span.fail("the value is too large") from None


def _evaluate(node: Expr, values: Mapping[str, Any]) -> Step[Any]:
    match node:
        case NumberLiteral() | Boolean():
            return node.value
        case Name(name=name):
            known = CONSTANTS if node.scope == "constant" else values
            if name not in known:
                raise node.span.fail(f"'{name}' has no value before the simulation runs")
            return known[name]
        case Unary(op=op):
            return _UNARY[op]((yield _evaluate(node.value, values)))
        case Binary(op=op) | Compare(op=op) | Logic(op=op):
            left, right = (
                (yield _evaluate(node.left, values)),
                (yield _evaluate(node.right, values)),
            )
            value = _BINARY[op](left, right)
            if isinstance(value, complex):
                raise node.span.fail("the value is not a real number")
            return value
        case IfElse():
            return (yield from _choose(node, values))
        case Call(function=function):
            given = []
            for argument in node.args:
                given.append((yield _evaluate(argument, values)))
            value = COMPUTE[function](*given)
            return value if np.ndim(value) else np.asarray(value).item()
        case Cast():
            return _cast(node, (yield _evaluate(node.value, values)))
        case _:
            raise node.span.fail(f"'{node.span.text}' has no value before the simulation runs")


def _choose(node: IfElse, values: Mapping[str, Any]) -> Step[Any]:
    cond = yield _evaluate(node.cond, values)
    if np.ndim(cond) == 0:
        return (yield _evaluate(node.then if cond else node.other, values))
    then, other = (yield _evaluate(node.then, values)), (yield _evaluate(node.other, values))
    return np.where(cond, then, other)


def _cast(node: Cast, value: Any) -> Any:
    if np.ndim(value):
        return np.asarray(value).astype({"int": np.int64, "float": np.float64}[node.type])
    if node.type == "int" and not math.isfinite(value):
        raise node.span.fail("the value is not finite")
    return int(value) if node.type == "int" else float(value)


def _remainder(left: Any, right: Any) -> Any:
    """C's remainder: it has the sign of the dividend."""
    if np.ndim(left) or np.ndim(right):
        return np.fmod(left, right)
    if right == 0:
        raise ZeroDivisionError
    if isinstance(left, int) and isinstance(right, int):
        return abs(left) % abs(right) * (-1 if left < 0 else 1)
    return math.fmod(left, right)


def _power(left: Any, right: Any) -> Any:
    if isinstance(left, int) and isinstance(right, int) and right > 64 and abs(left) > 1:
        raise OverflowError  # rather than minutes of computing an enormous integer
    return left**right


_UNARY: dict[str, Callable[[Any], Any]] = {
    "-": operator.neg,
    "+": operator.pos,
    "not": np.logical_not,
}
_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": _remainder,
    "**": _power,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "and": np.logical_and,
    "or": np.logical_or,
}
