"""Meaning of the ``arith`` dialect."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import Op
from ..dialects import arith
from ..types import VectorType
from .core import RULES, Env, Interpreter, InterpreterError, Rule, interprets
from .values import bits_of, convert, dtype_of, lanewise, signed, unsigned, wrap


def maximum(a: Any, b: Any) -> Any:
    """The larger number; NaN if one is NaN.

    0.0 is larger than -0.0.
    """
    return np.where(a == b, np.where(np.signbit(a), b, a), np.maximum(a, b))[()]


def minimum(a: Any, b: Any) -> Any:
    """The smaller number; NaN if one is NaN.

    -0.0 is smaller than 0.0.
    """
    return np.where(a == b, np.where(np.signbit(a), a, b), np.minimum(a, b))[()]


FLOATS: dict[type[Op], Callable[[Any, Any], Any]] = {
    arith.AddF: operator.add,
    arith.SubF: operator.sub,
    arith.MulF: operator.mul,
    arith.DivF: operator.truediv,
    arith.RemF: np.fmod,
    arith.MaximumF: maximum,
    arith.MinimumF: minimum,
}
"""Functions of floats, on NumPy numbers and arrays alike."""

BITS: dict[type[Op], Callable[[Any, Any], Any]] = {
    arith.AddI: operator.add,
    arith.SubI: operator.sub,
    arith.MulI: operator.mul,
    arith.AndI: operator.and_,
    arith.OrI: operator.or_,
    arith.XOrI: operator.xor,
}
"""Functions of bits, on unsigned numbers.

The result is wrapped, so that the sign does not matter.
"""


def _quotient(a: int, b: int) -> int:
    """The quotient rounded to zero, as machines divide."""
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def _remainder(a: int, b: int) -> int:
    """The remainder with the sign of the dividend."""
    return a - b * _quotient(a, b)


DIVISIONS: dict[type[Op], tuple[Callable[[int, int], int], Any]] = {
    arith.DivSI: (_quotient, signed),
    arith.DivUI: (operator.floordiv, unsigned),
    arith.RemSI: (_remainder, signed),
    arith.RemUI: (operator.mod, unsigned),
    arith.MaxSI: (max, signed),
    arith.MinSI: (min, signed),
}
"""Functions of Python integers, with functions that read these from bits."""


def _on_floats(function: Callable[[Any, Any], Any]) -> Rule:
    def rule(op: Any, env: Env, interpreter: Interpreter) -> Any:
        return function(env[op.lhs], env[op.rhs])

    return rule


def _on_bits(function: Callable[[Any, Any], Any]) -> Rule:
    def rule(op: Any, env: Env, interpreter: Interpreter) -> Any:
        type_ = op.lhs.type
        return wrap(function(unsigned(env[op.lhs], type_), unsigned(env[op.rhs], type_)), type_)

    return rule


def _on_integers(function: Callable[[int, int], int], read: Any) -> Rule:
    def rule(op: Any, env: Env, interpreter: Interpreter) -> Any:
        type_ = op.lhs.type
        try:
            return lanewise(function, type_, read(env[op.lhs], type_), read(env[op.rhs], type_))
        except ZeroDivisionError:
            raise InterpreterError("an integer is divided by zero", op.loc) from None

    return rule


RULES.update({cls: _on_floats(function) for cls, function in FLOATS.items()})
RULES.update({cls: _on_bits(function) for cls, function in BITS.items()})
RULES.update({cls: _on_integers(*row) for cls, row in DIVISIONS.items()})


@interprets(arith.ShLI, arith.ShRUI)
def shift(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Shift bits.

    By the width of the type or more the result is zero.
    """
    type_ = op.lhs.type
    left, bits = isinstance(op, arith.ShLI), bits_of(type_)

    def one(a: int, b: int) -> int:
        return 0 if b >= bits else (a << b if left else a >> b)

    return lanewise(one, type_, unsigned(env[op.lhs], type_), unsigned(env[op.rhs], type_))


@interprets(arith.Constant)
def constant(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Return the number, or the array of numbers."""
    return convert(op.props["value"].value, op.results[0].type)


@interprets(arith.NegF)
def negate(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Change the sign bit."""
    return -env[op.operand]


COMPARISONS = {
    "eq": operator.eq, "ne": operator.ne, "gt": operator.gt,
    "ge": operator.ge, "lt": operator.lt, "le": operator.le,
}  # fmt: skip


def _truth(value: Any) -> Any:
    return value if isinstance(value, np.ndarray) else bool(value)


@interprets(arith.CmpF)
def compare_floats(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Compare floats, ordered or unordered.

    ``o...``: neither is NaN and ...; ``u...``: one is NaN or ...
    """
    a, b, name = env[op.lhs], env[op.rhs], arith.CMPF[op.predicate]
    unordered = np.isnan(a) | np.isnan(b)
    if name in ("false", "true"):
        return _truth((unordered | True) == (name == "true"))
    if name in ("ord", "uno"):
        return _truth(unordered == (name == "uno"))
    holds = COMPARISONS[name[1:]](a, b)
    return _truth(holds & ~unordered if name[0] == "o" else holds | unordered)


@interprets(arith.CmpI)
def compare_integers(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Compare integers, signed (``s...``) or unsigned (``u...``)."""
    name = arith.CMPI[op.predicate]
    read = unsigned if name[0] == "u" else signed
    a, b = read(env[op.lhs], op.lhs.type), read(env[op.rhs], op.lhs.type)
    return _truth(COMPARISONS[name[-2:]](a, b))


@interprets(arith.Select)
def select(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Choose a value; by a vector condition, lane by lane."""
    condition, one, other = (env[v] for v in op.operands)
    if isinstance(condition, np.ndarray):
        return np.where(condition, one, other)
    return one if condition else other


@interprets(arith.SIToFP, arith.UIToFP)
def integer_to_float(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Round once, to nearest."""
    source, target = op.operand.type, op.results[0].type
    is_signed = isinstance(op, arith.SIToFP)
    number = (signed if is_signed else unsigned)(env[op.operand], source)
    if isinstance(target, VectorType):
        return number.astype(dtype_of(target))
    return (np.int64(number) if is_signed else np.uint64(number)).astype(dtype_of(target))


@interprets(arith.FPToSI)
def float_to_integer(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Round to zero, and saturate; NaN gives 0."""
    target = op.results[0].type
    low, high = -(1 << (bits_of(target) - 1)), (1 << (bits_of(target) - 1)) - 1

    def one(x: float) -> int:
        if math.isnan(x):
            return 0
        return int(min(max(x, low), high))

    return lanewise(one, target, env[op.operand])


@interprets(arith.IndexCast, arith.ExtSI, arith.TruncI)
def resize(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Fill with the sign, or cut."""
    return wrap(signed(env[op.operand], op.operand.type), op.results[0].type)


@interprets(arith.ExtUI)
def extend(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Fill with zeros."""
    return wrap(unsigned(env[op.operand], op.operand.type), op.results[0].type)


@interprets(arith.ExtF, arith.TruncF)
def resize_float(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Convert; a narrower result is rounded to nearest."""
    return env[op.operand].astype(dtype_of(op.results[0].type))


@interprets(arith.Bitcast)
def reinterpret(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Read the same bits as another type."""
    source = np.asarray(env[op.operand], dtype_of(op.operand.type))
    found = source.view(dtype_of(op.results[0].type))
    return found if found.ndim else convert(found[()], op.results[0].type)


@interprets(arith.MulUIExtended)
def multiply_wide(op: Any, env: Env, interpreter: Interpreter) -> tuple[Any, Any]:
    """Return the halves of the product, which has twice the width."""
    type_, bits = op.lhs.type, bits_of(op.lhs.type)
    a, b = unsigned(env[op.lhs], type_), unsigned(env[op.rhs], type_)
    low = lanewise(lambda x, y: x * y, type_, a, b)
    return low, lanewise(lambda x, y: (x * y) >> bits, type_, a, b)
