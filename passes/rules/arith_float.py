"""Float arithmetic. Every rule keeps every bit, also of infinities, NaN and the sign of zero.

``x + 0.0`` is not ``x`` (it turns -0.0 into 0.0), ``x - x`` is not 0.0 (infinity), and
``-(x - y)`` is not ``y - x`` (where x equals y).
"""

from __future__ import annotations

import math
from typing import Any

from ...ir.core import Op, Value
from ...ir.dialects import arith
from ...ir.rewriter import Rewriter, pattern
from ...ir.types import FloatType, scalar_of
from .match import const_value, constant, defined_by, is_const


@pattern(arith.AddF, examples=["addf(x, -0.0)"])
def add_negative_zero(op: Any, rw: Rewriter) -> None:
    """x + -0.0 -> x"""
    if not is_const(op.rhs, -0.0):
        return rw.skip("the right side is not -0.0")
    rw.replace(op, op.lhs)


@pattern(arith.AddF, examples=["addf(x, negf(y))", "addf(negf(x), y)"])
def add_negation(op: Any, rw: Rewriter) -> None:
    """x + (-y) -> x - y; (-x) + y -> y - x"""
    right, left = defined_by(op.rhs, arith.NegF), defined_by(op.lhs, arith.NegF)
    if right:
        rw.replace(op, arith.SubF(op.lhs, right.operand))
    elif left:
        rw.replace(op, arith.SubF(op.rhs, left.operand))
    else:
        rw.skip("neither side is a negation")


@pattern(arith.SubF, examples=["subf(x, 0.0)"])
def subtract_zero(op: Any, rw: Rewriter) -> None:
    """x - 0.0 -> x"""
    if not is_const(op.rhs, 0.0):
        return rw.skip("the right side is not 0.0")
    rw.replace(op, op.lhs)


@pattern(arith.SubF, examples=["subf(x, negf(y))"])
def subtract_negation(op: Any, rw: Rewriter) -> None:
    """x - (-y) -> x + y"""
    right = defined_by(op.rhs, arith.NegF)
    if not right:
        return rw.skip("the right side is not a negation")
    rw.replace(op, arith.AddF(op.lhs, right.operand))


@pattern(arith.SubF, examples=["subf(-0.0, x)"])
def subtract_from_negative_zero(op: Any, rw: Rewriter) -> None:
    """-0.0 - x -> -x"""
    if not is_const(op.lhs, -0.0):
        return rw.skip("the left side is not -0.0")
    rw.replace(op, arith.NegF(op.rhs))


@pattern(arith.NegF, examples=["negf(negf(x))"])
def negate_twice(op: Any, rw: Rewriter) -> None:
    """-(-x) -> x"""
    inner = defined_by(op.operand, arith.NegF)
    if not inner:
        return rw.skip("the operand is not a negation")
    rw.replace(op, inner.operand)


@pattern(arith.MulF, arith.DivF, examples=["mulf(x, 1.0)", "divf(x, 1.0)"])
def unit_factor(op: Any, rw: Rewriter) -> None:
    """x * 1.0, x / 1.0 -> x"""
    if not is_const(op.rhs, 1.0):
        return rw.skip("the right side is not 1.0")
    rw.replace(op, op.lhs)


@pattern(arith.MulF, arith.DivF, examples=["mulf(x, -1.0)", "divf(x, -1.0)"])
def negative_unit_factor(op: Any, rw: Rewriter) -> None:
    """x * -1.0, x / -1.0 -> -x"""
    if not is_const(op.rhs, -1.0):
        return rw.skip("the right side is not -1.0")
    rw.replace(op, arith.NegF(op.lhs))


@pattern(arith.MulF, arith.DivF, examples=["mulf(negf(x), negf(y))", "divf(negf(x), negf(y))"])
def two_negations(op: Any, rw: Rewriter) -> None:
    """(-x) * (-y) -> x * y; (-x) / (-y) -> x / y"""
    left, right = defined_by(op.lhs, arith.NegF), defined_by(op.rhs, arith.NegF)
    if not (left and right):
        return rw.skip("the sides are not both negations")
    rw.replace(op, type(op)(left.operand, right.operand))


@pattern(
    arith.MulF,
    arith.DivF,
    examples=["mulf(negf(x), 3.0)", "divf(negf(x), 3.0)", "divf(3.0, negf(x))"],
)
def negation_into_constant(op: Any, rw: Rewriter) -> None:
    """(-x) * c -> x * -c; (-x) / c -> x / -c; c / (-x) -> -c / x"""
    for i, other in ((0, 1), (1, 0)):
        inner, known = defined_by(op.operands[i], arith.NegF), const_value(op.operands[other])
        if inner and known is not None:
            rw.set_operand(op, other, _negated(op, known, rw))
            return rw.set_operand(op, i, inner.operand)
    rw.skip("no negation meets a constant")


@pattern(arith.NegF, examples=["negf(mulf(x, 3.0))", "negf(divf(x, 3.0))", "negf(divf(3.0, x))"])
def negate_product(op: Any, rw: Rewriter) -> None:
    """-(x * c) -> x * -c; -(x / c) -> x / -c; -(c / x) -> -c / x"""
    inner = defined_by(op.operand, arith.MulF, arith.DivF)
    if not inner:
        return rw.skip("the operand is neither product nor quotient")
    if len(op.operand.uses) > 1:
        return rw.skip("the product is used elsewhere")
    for i in (1, 0):
        known = const_value(inner.operands[i])
        if known is not None:
            sides = list(inner.operands)
            sides[i] = _negated(op, known, rw)
            return rw.replace(op, type(inner)(*sides))
    rw.skip("no side is constant")


def _negated(op: Op, known: float, rw: Rewriter) -> Value:
    made: Value = rw.insert_before(op, constant(-known, op.results[0].type))
    return made


@pattern(arith.DivF, examples=["divf(x, 4.0)", "divf(x, -0.125)"])
def divide_by_power_of_two(op: Any, rw: Rewriter) -> None:
    """x / 2**k -> x * 2**-k"""
    known = const_value(op.rhs)
    if known is None or not math.isfinite(known) or abs(math.frexp(known)[0]) != 0.5:
        return rw.skip("the divisor is not a power of two")
    kind = scalar_of(op.rhs.type)
    least = -1022 if kind == FloatType(64) else -126
    if not least < math.frexp(known)[1] < -least:
        return rw.skip("the reciprocal is not a normal number")
    rw.replace(op, arith.MulF(op.lhs, rw.insert_before(op, constant(1.0 / known, op.rhs.type))))


@pattern(arith.MaximumF, arith.MinimumF, examples=["maximumf(x, x)", "minimumf(x, x)"])
def same_extreme(op: Any, rw: Rewriter) -> None:
    """max(x, x), min(x, x) -> x"""
    if op.lhs is not op.rhs:
        return rw.skip("the sides differ")
    rw.replace(op, op.lhs)


@pattern(arith.MaximumF, arith.MinimumF, examples=["maximumf(x, -inf)", "minimumf(x, inf)"])
def neutral_extreme(op: Any, rw: Rewriter) -> None:
    """max(x, -inf), min(x, inf) -> x"""
    neutral = -math.inf if isinstance(op, arith.MaximumF) else math.inf
    if not is_const(op.rhs, neutral):
        return rw.skip("the right side is not the neutral infinity")
    rw.replace(op, op.lhs)
