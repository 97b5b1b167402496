"""canonicalize: fold constants and apply algebra that keeps every bit.

    %y = "arith.mulf"(%x, %one)     ->  %x
    %z = "arith.addf"(%a, %minus_b) ->  %z = "arith.subf"(%a, %b)

Constants of commutative operations move to the right. No rule changes rounding: ``x + 0.0`` stays
(it turns -0.0 into 0.0), ``x - 0.0`` goes.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ..ir.core import Op
from ..ir.dialects import arith, scf
from ..ir.rewriter import Rewriter, pattern, table
from ..ir.types import FloatType, IndexType, IntegerType, Type, scalar_of
from .core import RewritePass, const_value, is_const, register

_FLOAT: dict[type[Op], Callable[[Any, Any], Any]] = {
    arith.AddF: operator.add,
    arith.SubF: operator.sub,
    arith.MulF: operator.mul,
    arith.DivF: operator.truediv,
}
_INTEGER: dict[type[Op], Callable[[int, int], int]] = {
    arith.AddI: operator.add,
    arith.SubI: operator.sub,
    arith.MulI: operator.mul,
    arith.AndI: operator.and_,
    arith.OrI: operator.or_,
    arith.XOrI: operator.xor,
    arith.MinSI: min,
    arith.MaxSI: max,
}
_COMPARE = {
    "eq": operator.eq,
    "ne": operator.ne,
    "slt": operator.lt,
    "sle": operator.le,
    "sgt": operator.gt,
    "sge": operator.ge,
}


def _wrap(number: int, type_: Type) -> int:
    """``number`` modulo the width of the type, signed (i1: 0 or 1)."""
    bits = 64 if isinstance(type_, IndexType) else type_.bits  # type: ignore[attr-defined]
    number &= (1 << bits) - 1
    return number - (1 << bits) if bits > 1 and number >> (bits - 1) else number


@pattern(*_FLOAT)
def fold_float(op: Op, rw: Rewriter) -> None:
    """c1 op c2 -> c, in the precision of the type."""
    lhs, rhs = (const_value(v) for v in op.operands)
    if lhs is None or rhs is None:
        return
    type_ = op.results[0].type
    wide = scalar_of(type_) == FloatType(64)
    kind: Any = np.float64 if wide else np.float32
    with np.errstate(all="ignore"):
        value = _FLOAT[type(op)](kind(lhs), kind(rhs))
    rw.replace(op, arith.constant(float(value), type_))


@pattern(*_INTEGER)
def fold_integer(op: Op, rw: Rewriter) -> None:
    """c1 op c2 -> c, modulo the width."""
    lhs, rhs = (const_value(v) for v in op.operands)
    if lhs is None or rhs is None:
        return
    type_ = op.results[0].type
    rw.replace(op, arith.constant(_wrap(_INTEGER[type(op)](lhs, rhs), scalar_of(type_)), type_))


@pattern(arith.CmpI)
def fold_compare(op: Any, rw: Rewriter) -> None:
    """c1 < c2 -> true or false (signed comparisons)."""
    name = arith.CMPI[op.predicate]
    lhs, rhs = const_value(op.lhs), const_value(op.rhs)
    if lhs is None or rhs is None or name not in _COMPARE:
        return
    rw.replace(op, arith.constant(int(_COMPARE[name](lhs, rhs)), op.results[0].type))


@pattern(arith.NegF)
def fold_negation(op: Any, rw: Rewriter) -> None:
    """-c -> constant; -(-x) -> x."""
    number = const_value(op.operand)
    if number is not None:
        rw.replace(op, arith.constant(-number, op.results[0].type))
    elif isinstance(op.operand.op, arith.NegF):
        rw.replace(op, op.operand.op.operand)


@pattern(arith.IndexCast, arith.SIToFP)
def fold_cast(op: Any, rw: Rewriter) -> None:
    """Conversion of a constant; conversion there and back."""
    number, target = const_value(op.operand), op.results[0].type
    inner = op.operand.op
    if number is not None:
        rw.replace(op, arith.constant(number, target))
    elif (
        type(op) is type(inner) is arith.IndexCast
        and inner.operand.type is target
        and inner.results[0].type == IntegerType(64)
    ):
        rw.replace(op, inner.operand)


@pattern(arith.TruncI)
def fold_truncation(op: Any, rw: Rewriter) -> None:
    """A truth value stored as a byte and read back."""
    inner = op.operand.op
    if isinstance(inner, arith.ExtUI) and inner.operands[0].type is op.results[0].type:
        rw.replace(op, inner.operands[0])


@pattern(*(cls for cls in (*_FLOAT, *_INTEGER) if cls.commutative))
def constant_right(op: Op, rw: Rewriter) -> None:
    """c + x -> x + c"""
    lhs, rhs = op.operands
    if const_value(lhs) is None or const_value(rhs) is not None:
        return
    rw.set_operand(op, 0, rhs)
    rw.set_operand(op, 1, lhs)


@pattern(arith.AddF)
def add_float(op: Any, rw: Rewriter) -> None:
    """x + -0.0 -> x; x + (-y) -> x - y; (-x) + y -> y - x"""
    if is_const(op.rhs, -0.0):
        rw.replace(op, op.lhs)
    elif isinstance(op.rhs.op, arith.NegF):
        rw.replace(op, arith.SubF(op.lhs, op.rhs.op.operand))
    elif isinstance(op.lhs.op, arith.NegF):
        rw.replace(op, arith.SubF(op.rhs, op.lhs.op.operand))


@pattern(arith.SubF)
def subtract_float(op: Any, rw: Rewriter) -> None:
    """x - 0.0 -> x; x - (-y) -> x + y"""
    if is_const(op.rhs, 0.0):
        rw.replace(op, op.lhs)
    elif isinstance(op.rhs.op, arith.NegF):
        rw.replace(op, arith.AddF(op.lhs, op.rhs.op.operand))


@pattern(arith.MulF, arith.DivF)
def unit_factor(op: Any, rw: Rewriter) -> None:
    """x * 1.0, x / 1.0 -> x; x * -1.0, x / -1.0 -> -x"""
    if is_const(op.rhs, 1.0):
        rw.replace(op, op.lhs)
    elif is_const(op.rhs, -1.0):
        rw.replace(op, arith.NegF(op.lhs))


@pattern(arith.AddI, arith.SubI, arith.OrI, arith.XOrI)
def add_zero(op: Any, rw: Rewriter) -> None:
    """x + 0, x - 0, x | 0, x ^ 0 -> x"""
    if is_const(op.rhs, 0):
        rw.replace(op, op.lhs)


@pattern(arith.MulI, arith.DivUI, arith.DivSI)
def multiply_one(op: Any, rw: Rewriter) -> None:
    """x * 1, x / 1 -> x; x * 0 -> 0"""
    if is_const(op.rhs, 1):
        rw.replace(op, op.lhs)
    elif isinstance(op, arith.MulI) and is_const(op.rhs, 0):
        rw.replace(op, op.rhs)


@pattern(arith.AndI, arith.OrI)
def truth(op: Any, rw: Rewriter) -> None:
    """x & true -> x; x & false -> false; x | true -> true"""
    if op.results[0].type != IntegerType(1):
        return
    conjunction = isinstance(op, arith.AndI)
    if is_const(op.rhs, 1):
        rw.replace(op, op.lhs if conjunction else op.rhs)
    elif conjunction and is_const(op.rhs, 0):
        rw.replace(op, op.rhs)


@pattern(arith.Select)
def select(op: Any, rw: Rewriter) -> None:
    """select of a known condition, or of twice the same value"""
    known = const_value(op.condition)
    if op.true_value is op.false_value or known == 1:
        rw.replace(op, op.true_value)
    elif known == 0:
        rw.replace(op, op.false_value)


@pattern(scf.If)
def known_branch(op: Any, rw: Rewriter) -> None:
    """scf.if of a known condition -> the branch"""
    known = const_value(op.condition)
    if known is None:
        return
    branch = op.regions[0 if known else 1]
    results = rw.inline_before(op, branch.block, ()) if branch.blocks else []
    rw.replace(op, *results)


@register
class Canonicalize(RewritePass):
    """Fold constants and simplify; see the module."""

    name = "canonicalize"
    table = table(
        [
            fold_float,
            fold_integer,
            fold_compare,
            fold_negation,
            fold_cast,
            fold_truncation,
            constant_right,
            add_float,
            subtract_float,
            unit_factor,
            add_zero,
            multiply_one,
            truth,
            select,
            known_branch,
        ]
    )
