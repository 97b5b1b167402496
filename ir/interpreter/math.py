"""Meaning of ``math`` and ``special``, by the C library and NumPy.

The exact functions are those of NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..dialects import math, special
from ..methods.propagators import LinearPattern, propagator
from ..types import FloatType, VectorType, scalar_of
from .core import RULES, Env, Interpreter, Rule, interprets
from .fused import fused_f32, fused_f64
from .libm import library_function
from .values import bits_of, lanewise, unsigned

EXACT: dict[str, Callable[..., Any]] = {
    "absf": np.abs,
    "sqrt": np.sqrt,
    "rsqrt": lambda x: x.dtype.type(1) / np.sqrt(x),
    "floor": np.floor,
    "ceil": np.ceil,
    "trunc": np.trunc,
    "roundeven": np.rint,
    "copysign": np.copysign,
}
"""Functions that are exact, or exactly rounded, as those of NumPy."""

SPELLING = {"powf": "pow"}
"""Names in the C library, for functions that have another there."""


def _exact(function: Callable[..., Any]) -> Rule:
    def rule(op: Any, env: Env, interpreter: Interpreter) -> Any:
        return function(*[env[v] for v in op.operands])

    return rule


def _library(name: str) -> Rule:
    def rule(op: Any, env: Env, interpreter: Interpreter) -> Any:
        type_ = op.results[0].type
        kind = scalar_of(type_)
        assert isinstance(kind, FloatType)
        operands = [env[v] for v in op.operands]
        return lanewise(library_function(name, len(operands), kind.bits), type_, *operands)

    return rule


def _test(function: Callable[[Any], Any]) -> Rule:
    def rule(op: Any, env: Env, interpreter: Interpreter) -> Any:
        found = function(env[op.operand])
        return found if isinstance(found, np.ndarray) else bool(found)

    return rule


def _rule(name: str) -> Rule:
    if name in math.TESTS:
        return _test({"isnan": np.isnan, "isfinite": np.isfinite}[name])
    if name in EXACT:
        return _exact(EXACT[name])
    return _library(SPELLING.get(name, name))


RULES.update({cls: _rule(name) for name, cls in math.OPERATIONS.items()})
RULES.update({cls: _library(name) for name, cls in special.OPERATIONS.items()})


def _bounded(name: str) -> Rule:
    library = _library(name.removeprefix("bounded_"))

    def rule(op: Any, env: Env, interpreter: Interpreter) -> Any:
        found = library(op, env, interpreter)
        zero = found.dtype.type(0)
        return np.minimum(found, np.finfo(found.dtype).max) + zero

    return rule


RULES.update({cls: _bounded(name) for name, cls in special.BOUNDED.items()})


@interprets(special.Propagator)
def propagators(op: Any, env: Env, interpreter: Interpreter) -> tuple[Any, ...]:
    """Compute the matrices, lane by lane."""
    pattern = LinearPattern(op.size, tuple(op.places))
    operands = [np.atleast_1d(env[v]) for v in op.operands]
    lanes = [_propagated(pattern, elements) for elements in zip(*operands, strict=True)]
    columns = np.array(lanes).T
    if isinstance(op.results[0].type, VectorType):
        return tuple(columns)
    return tuple([np.float64(column[0]) for column in columns])


def _propagated(pattern: LinearPattern, elements: Sequence[Any]) -> list[Any]:
    found = propagator(pattern, elements)
    matrices = (found.change, found.mean, found.power)
    return [0.0 if x is None else x for matrix in matrices for row in matrix for x in row]


@interprets(math.Fma)
def fused(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Round the exact product and sum once."""
    type_ = op.results[0].type
    operands = [env[v] for v in op.operands]
    if scalar_of(type_) == FloatType(32):
        return fused_f32(*operands)
    return lanewise(fused_f64, type_, *operands)


@interprets(math.CountOnes)
def count_ones(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Count the bits that are set."""
    type_ = op.operand.type
    return lanewise(int.bit_count, type_, unsigned(env[op.operand], type_))


@interprets(math.TrailingZeros)
def trailing_zeros(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Find the lowest set bit.

    Returns the width of the type for zero.
    """
    type_, width = op.operand.type, bits_of(op.operand.type)

    def one(bits: int) -> int:
        return (int(bits) & -int(bits)).bit_length() - 1 if bits else width

    return lanewise(one, type_, unsigned(env[op.operand], type_))
