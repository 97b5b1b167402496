"""Choices between two values."""

from __future__ import annotations

from typing import Any

from ...ir.dialects import arith
from ...ir.rewriter import Rewriter, pattern
from .match import const_value, defined_by, is_const, is_ones


@pattern(arith.Select, examples=["select(1, x, y)", "select(0, a, b)"])
def select_known(op: Any, rw: Rewriter) -> None:
    """select(true, x, y) -> x; select(false, x, y) -> y"""
    known = const_value(op.condition)
    if known is None:
        return rw.skip("the condition is not constant")
    rw.replace(op, op.true_value if known else op.false_value)


@pattern(arith.Select, examples=["select(p, x, x)"])
def select_same(op: Any, rw: Rewriter) -> None:
    """select(p, x, x) -> x"""
    if op.true_value is not op.false_value:
        return rw.skip("the values differ")
    rw.replace(op, op.true_value)


@pattern(
    arith.Select,
    examples=[
        "select(p, 1[i1], 0[i1])",
        "select(p, 0[i1], 1[i1])",
        "select(p, q, 0)",
        "select(p, 1, q)",
    ],
)
def select_truth(op: Any, rw: Rewriter) -> None:
    """select(p, true, q) -> p | q; select(p, q, false) -> p & q; and with both known p or not p"""
    if op.condition.type is not op.results[0].type:
        return rw.skip("the values are no truth values")
    one, other = op.true_value, op.false_value
    if is_const(one, 1) and is_const(other, 0):
        rw.replace(op, op.condition)
    elif is_const(one, 0) and is_const(other, 1):
        rw.replace(op, arith.XOrI(op.condition, other))
    elif is_const(other, 0):
        rw.replace(op, arith.AndI(op.condition, one))
    elif is_const(one, 1):
        rw.replace(op, arith.OrI(op.condition, other))
    else:
        rw.skip("no value is known")


@pattern(arith.Select, examples=["select(xori(p, 1), x, y)"])
def select_negated(op: Any, rw: Rewriter) -> None:
    """select(not p, x, y) -> select(p, y, x)"""
    inner = defined_by(op.condition, arith.XOrI)
    if not inner or not is_ones(inner.rhs):
        return rw.skip("the condition is not a negation")
    rw.replace(op, arith.Select(inner.lhs, op.false_value, op.true_value))


@pattern(arith.Select, examples=["select(p, select(p, x, y), z)", "select(p, x, select(p, y, z))"])
def select_again(op: Any, rw: Rewriter) -> None:
    """select(p, select(p, x, y), z) -> select(p, x, z); the same on the other side"""
    for i in (1, 2):
        inner = defined_by(op.operands[i], arith.Select)
        if inner and inner.condition is op.condition:
            return rw.set_operand(op, i, inner.operands[i])
    rw.skip("no value is chosen by the same condition")
