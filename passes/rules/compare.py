"""Comparisons: known answers, constants on the right, negations of answers."""

from __future__ import annotations

from typing import Any

from ...ir.dialects import arith
from ...ir.rewriter import Rewriter, pattern
from .match import bits_of, const_value, constant, defined_by, is_ones, is_truth, unsigned

MIRRORED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}
"""The comparison with its sides exchanged.

Names are without the letter that says how to read the numbers.
"""

OPPOSITE = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}


def _mirrored(name: str) -> str:
    return name[0] + MIRRORED[name[1:]] if name[1:] in MIRRORED else name


def _opposite_float(name: str) -> str:
    fixed = {"false": "true", "true": "false", "ord": "uno", "uno": "ord"}
    return fixed.get(name) or ("u" if name[0] == "o" else "o") + OPPOSITE[name[1:]]


def _opposite_integer(name: str) -> str:
    return OPPOSITE[name] if name in OPPOSITE else name[0] + OPPOSITE[name[1:]]


@pattern(arith.CmpI, arith.CmpF, examples=["cmpi('slt', 3, a)", "cmpf('oge', 2.0, x)"])
def compare_constant_right(op: Any, rw: Rewriter) -> None:
    """c < x -> x > c"""
    if const_value(op.lhs) is None or const_value(op.rhs) is not None:
        return rw.skip("the left side is not the only constant")
    if isinstance(op, arith.CmpI):
        name = _mirrored(arith.CMPI[op.predicate])
        rw.replace(op, arith.cmpi(name, op.rhs, op.lhs))
    else:
        name = _mirrored(arith.CMPF[op.predicate])
        rw.replace(op, arith.cmpf(name, op.rhs, op.lhs))


@pattern(arith.CmpI, examples=["cmpi('sle', a, a)", "cmpi('ne', a, a)", "cmpi('ult', p, p)"])
def compare_with_itself(op: Any, rw: Rewriter) -> None:
    """a == a, a <= a -> true; a != a, a < a -> false"""
    if op.lhs is not op.rhs:
        return rw.skip("the sides differ")
    holds = arith.CMPI[op.predicate] in ("eq", "sle", "sge", "ule", "uge")
    rw.replace(op, constant(int(holds), op.results[0].type))


@pattern(
    arith.CmpF,
    examples=["cmpf('oeq', x, x)", "cmpf('olt', x, x)", "cmpf('uge', x, x)", "cmpf('une', x, x)"],
)
def compare_float_with_itself(op: Any, rw: Rewriter) -> None:
    """x < x -> false; x == x -> x is not NaN; and their unordered counterparts"""
    name = arith.CMPF[op.predicate]
    if op.lhs is not op.rhs:
        return rw.skip("the sides differ")
    if name in ("ord", "uno", "false", "true"):
        return rw.skip("it asks for NaN only")
    holds = name[1:] in ("eq", "le", "ge")
    if (name[0] == "u") == holds:
        rw.replace(op, constant(int(holds), op.results[0].type))
    else:
        rw.replace(op, arith.cmpf("ord" if holds else "uno", op.lhs, op.rhs))


@pattern(arith.CmpF, examples=["cmpf('false', x, y)", "cmpf('true', x, y)"])
def compare_not_at_all(op: Any, rw: Rewriter) -> None:
    """the predicates true and false -> true, false"""
    name = arith.CMPF[op.predicate]
    if name not in ("true", "false"):
        return rw.skip("the answer is open")
    rw.replace(op, constant(int(name == "true"), op.results[0].type))


@pattern(
    arith.CmpI,
    examples=[
        "cmpi('ult', a, 0)", "cmpi('uge', a, 0)", "cmpi('sgt', a[i8], 127)",
        "cmpi('sle', a[i8], 127)", "cmpi('slt', a[i8], -128)", "cmpi('ugt', a, -1)",
    ],
)  # fmt: skip
def compare_with_limit(op: Any, rw: Rewriter) -> None:
    """a < least, a > greatest -> false; a >= least, a <= greatest -> true"""
    name, known, bits = arith.CMPI[op.predicate], unsigned(op.rhs), bits_of(op.rhs.type)
    if known is None or name in ("eq", "ne"):
        return rw.skip("the right side is not constant")
    half = 1 << (bits - 1)
    least, greatest = (half, half - 1) if name[0] == "s" else (0, (1 << bits) - 1)
    limit = least if name[1:] in ("lt", "ge") else greatest
    if known != limit:
        return rw.skip("the right side is not the limit of its type")
    rw.replace(op, constant(int(name[1:] in ("ge", "le")), op.results[0].type))


@pattern(arith.CmpI, examples=["cmpi('eq', addi(a, 3), 10)", "cmpi('ne', addi(a, -1), 7)"])
def compare_sum(op: Any, rw: Rewriter) -> None:
    """a + c1 == c2 -> a == c2 - c1; the same for !="""
    inner = defined_by(op.lhs, arith.AddI)
    if arith.CMPI[op.predicate] not in ("eq", "ne") or not inner:
        return rw.skip("it is not a sum that is tested for equality")
    first, second = const_value(inner.rhs), const_value(op.rhs)
    if first is None or second is None:
        return rw.skip("there are no two constants")
    other = rw.insert_before(op, constant(second - first, op.rhs.type))
    rw.replace(op, arith.CmpI(inner.lhs, other, predicate=op.predicate))


@pattern(
    arith.CmpI,
    examples=[
        "cmpi('ne', extui(p, i8), 0)", "cmpi('eq', extui(p, i32), 1)",
        "cmpi('eq', extui(p, i8), 0)",
    ],
)  # fmt: skip
def compare_truth(op: Any, rw: Rewriter) -> None:
    """p as a number != 0, == 1 -> p; == 0, != 1 -> not p"""
    inner = defined_by(op.lhs, arith.ExtUI)
    name = arith.CMPI[op.predicate]
    if not inner or not is_truth(inner.operand.type) or name not in ("eq", "ne"):
        return rw.skip("it is not a truth value that is tested for equality")
    known = const_value(op.rhs)
    if known not in (0, 1):
        return rw.skip("the right side is neither 0 nor 1")
    if known == (name == "eq"):
        rw.replace(op, inner.operand)
    else:
        true = rw.insert_before(op, constant(1, inner.operand.type))
        rw.replace(op, arith.XOrI(inner.operand, true))


@pattern(arith.CmpF, examples=["cmpf('olt', negf(x), negf(y))", "cmpf('uge', negf(x), 2.0)"])
def compare_negations(op: Any, rw: Rewriter) -> None:
    """-x < -y -> x > y; -x < c -> x > -c"""
    left, right = defined_by(op.lhs, arith.NegF), defined_by(op.rhs, arith.NegF)
    known = const_value(op.rhs)
    if not left or not (right or known is not None):
        return rw.skip("the sides are no negations")
    name = _mirrored(arith.CMPF[op.predicate])
    other = right.operand if right else rw.insert_before(op, constant(-known, op.rhs.type))
    rw.replace(op, arith.cmpf(name, left.operand, other))


@pattern(
    arith.XOrI,
    examples=[
        "xori(cmpi('slt', a, b), 1)",
        "xori(cmpf('olt', x, y), 1)",
        "xori(cmpf('uno', x, y), 1)",
    ],
)
def opposite_comparison(op: Any, rw: Rewriter) -> None:
    """not (a < b) -> a >= b; of floats the unordered opposite"""
    inner = defined_by(op.lhs, arith.CmpI, arith.CmpF)
    if not inner or not is_ones(op.rhs):
        return rw.skip("it is not the negation of a comparison")
    if len(op.lhs.uses) > 1:
        return rw.skip("the comparison is used elsewhere")
    if isinstance(inner, arith.CmpI):
        name = _opposite_integer(arith.CMPI[inner.predicate])
        rw.replace(op, arith.cmpi(name, inner.lhs, inner.rhs))
    else:
        name = _opposite_float(arith.CMPF[inner.predicate])
        rw.replace(op, arith.cmpf(name, inner.lhs, inner.rhs))
