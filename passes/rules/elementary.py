"""Functions of ``math``: rules that hold for every bit. No rule depends on the C library."""

from __future__ import annotations

from typing import Any

from ...ir.dialects import arith, math
from ...ir.rewriter import Rewriter, pattern
from .match import constant, defined_by, is_const

_ABS = math.OPERATIONS["absf"]
_ROUNDING = tuple(math.OPERATIONS[n] for n in ("floor", "ceil", "trunc", "round", "roundeven"))


@pattern(_ABS, examples=["absf(negf(x))", "absf(absf(x))"])
def absolute_of_negation(op: Any, rw: Rewriter) -> None:
    """|-x| -> |x|; ||x|| -> |x|"""
    inner = defined_by(op.operand, arith.NegF, _ABS)
    if not inner:
        return rw.skip("the operand is neither negation nor absolute value")
    rw.replace(op, inner.results[0] if isinstance(inner, _ABS) else _ABS(inner.operand))


@pattern(*_ROUNDING, examples=["floor(ceil(x))", "roundeven(trunc(x))", "ceil(round(x))"])
def round_twice(op: Any, rw: Rewriter) -> None:
    """floor(round(x)) -> round(x), for every way to round"""
    if not defined_by(op.operand, *_ROUNDING):
        return rw.skip("the operand is not rounded")
    rw.replace(op, op.operand)


@pattern(*_ROUNDING, examples=["floor(sitofp(a[i32], f64))", "round(uitofp(a[i64], f32))"])
def round_integer(op: Any, rw: Rewriter) -> None:
    """floor(float(a)) -> float(a), for every way to round an integer a"""
    if not defined_by(op.operand, arith.SIToFP, arith.UIToFP):
        return rw.skip("the operand was no integer")
    rw.replace(op, op.operand)


@pattern(math.OPERATIONS["powf"], examples=["powf(x, 1.0)", "powf(x, 0.0)", "powf(x, -0.0)"])
def trivial_power(op: Any, rw: Rewriter) -> None:
    """x ** 1.0 -> x; x ** 0.0 -> 1.0, as C says also of NaN"""
    if is_const(op.rhs, 1.0):
        rw.replace(op, op.lhs)
    elif is_const(op.rhs, 0.0) or is_const(op.rhs, -0.0):
        rw.replace(op, constant(1.0, op.lhs.type))
    else:
        rw.skip("the exponent is neither 0.0 nor 1.0")
