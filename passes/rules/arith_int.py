"""Integer arithmetic, modulo the width. Truth values are integers of one bit."""

from __future__ import annotations

from typing import Any

from ...ir.core import Op
from ...ir.declare import OPS
from ...ir.dialects import arith
from ...ir.rewriter import Rewriter, pattern
from .match import bits_of, const_value, constant, defined_by, is_const, is_ones, ones, unsigned

COMMUTATIVE = tuple(
    cls for name, cls in OPS.items() if cls.commutative and name.startswith("arith.")
)
ASSOCIATIVE = (
    arith.AddI, arith.MulI, arith.AndI, arith.OrI, arith.XOrI, arith.MaxSI, arith.MinSI,
    arith.MaximumF, arith.MinimumF,
)  # fmt: skip
"""Operations with the same bits in any grouping. Float sums are not among them."""


@pattern(*COMMUTATIVE, examples=["addf(2.5, x)", "muli(3, a)", "maximumf(0.0, x)"])
def constant_right(op: Op, rw: Rewriter) -> None:
    """c . x -> x . c"""
    if const_value(op.operands[0]) is None:
        return rw.skip("the left side is not constant")
    if const_value(op.operands[1]) is not None:
        return rw.skip("both sides are constant")
    rw.swap_operands(op)


@pattern(
    *ASSOCIATIVE,
    examples=[
        "addi(addi(a, 3), 5)", "muli(muli(a, -7), 9)", "andi(andi(a, 12), 10)",
        "xori(xori(a, 5), 5)", "maxsi(maxsi(a, -3), 4)", "maximumf(maximumf(x, 0.0), -0.0)",
        "minimumf(minimumf(x, 2.0), 1.0)", "ori(ori(p, 0), 1)",
    ],
)  # fmt: skip
def join_constants(op: Any, rw: Rewriter) -> None:
    """(x . c1) . c2 -> x . (c1 . c2), where grouping changes no bit"""
    inner = defined_by(op.lhs, type(op))
    if not inner or const_value(op.rhs) is None or const_value(inner.rhs) is None:
        return rw.skip("there are no two constants in a row")
    if const_value(inner.lhs) is not None:
        return rw.skip("the inner operation is constant altogether")
    joined = rw.insert_before(op, type(op)(inner.rhs, op.rhs))
    rw.replace(op, type(op)(inner.lhs, joined))


@pattern(
    arith.AddI, arith.SubI, arith.OrI, arith.XOrI, arith.ShLI, arith.ShRUI,
    examples=["addi(a, 0)", "subi(a, 0)", "ori(a, 0)", "xori(a, 0)", "shli(a, 0)", "shrui(a, 0)"],
)  # fmt: skip
def neutral_zero(op: Any, rw: Rewriter) -> None:
    """a + 0, a - 0, a | 0, a ^ 0, a << 0, a >> 0 -> a"""
    if not is_const(op.rhs, 0):
        return rw.skip("the right side is not 0")
    rw.replace(op, op.lhs)


@pattern(
    arith.MulI, arith.DivUI, arith.DivSI, examples=["muli(a, 1)", "divui(a, 1)", "divsi(a[i32], 1)"]
)
def neutral_one(op: Any, rw: Rewriter) -> None:
    """a * 1, a / 1 -> a"""
    if not is_const(op.rhs, 1) or (bits_of(op.rhs.type) == 1 and isinstance(op, arith.DivSI)):
        return rw.skip("the right side is not 1")
    rw.replace(op, op.lhs)


@pattern(arith.MulI, arith.AndI, examples=["muli(a, 0)", "andi(a, 0)", "andi(p, 0)"])
def absorbing_zero(op: Any, rw: Rewriter) -> None:
    """a * 0, a & 0 -> 0"""
    if not is_const(op.rhs, 0):
        return rw.skip("the right side is not 0")
    rw.replace(op, op.rhs)


@pattern(arith.AndI, arith.OrI, examples=["andi(a, -1)", "andi(p, 1)", "ori(a, -1)", "ori(p, 1)"])
def all_ones(op: Any, rw: Rewriter) -> None:
    """a & -1 -> a; a | -1 -> -1"""
    if not is_ones(op.rhs):
        return rw.skip("the right side is not all ones")
    rw.replace(op, op.lhs if isinstance(op, arith.AndI) else op.rhs)


@pattern(arith.RemUI, arith.RemSI, examples=["remui(a, 1)", "remsi(a[i64], 1)"])
def remainder_of_one(op: Any, rw: Rewriter) -> None:
    """a % 1 -> 0"""
    if not is_const(op.rhs, 1) or bits_of(op.rhs.type) == 1:
        return rw.skip("the divisor is not 1")
    rw.replace(op, constant(0, op.lhs.type))


@pattern(
    arith.AndI, arith.OrI, arith.MaxSI, arith.MinSI,
    examples=["andi(a, a)", "ori(p, p)", "maxsi(a, a)", "minsi(a, a)"],
)  # fmt: skip
def same_sides(op: Any, rw: Rewriter) -> None:
    """a & a, a | a, max(a, a), min(a, a) -> a"""
    if op.lhs is not op.rhs:
        return rw.skip("the sides differ")
    rw.replace(op, op.lhs)


@pattern(arith.SubI, arith.XOrI, examples=["subi(a, a)", "xori(a, a)", "xori(p, p)"])
def cancel(op: Any, rw: Rewriter) -> None:
    """a - a, a ^ a -> 0"""
    if op.lhs is not op.rhs:
        return rw.skip("the sides differ")
    rw.replace(op, constant(0, op.lhs.type))


@pattern(arith.SubI, examples=["subi(a, 7)", "subi(a, -128)"])
def subtract_constant(op: Any, rw: Rewriter) -> None:
    """a - c -> a + -c"""
    known = const_value(op.rhs)
    if known is None:
        return rw.skip("the right side is not constant")
    rw.replace(op, arith.AddI(op.lhs, rw.insert_before(op, constant(-known, op.rhs.type))))


@pattern(arith.AndI, arith.OrI, examples=["andi(a, xori(a, -1))", "ori(xori(p, 1), p)"])
def complement(op: Any, rw: Rewriter) -> None:
    """a & ~a -> 0; a | ~a -> -1"""
    for one, other in ((op.lhs, op.rhs), (op.rhs, op.lhs)):
        inner = defined_by(other, arith.XOrI)
        if inner and inner.lhs is one and is_ones(inner.rhs):
            conjunction = isinstance(op, arith.AndI)
            return rw.replace(op, constant(0 if conjunction else ones(one.type), one.type))
    rw.skip("no side is the complement of the other")


@pattern(
    arith.AndI,
    arith.OrI,
    examples=["andi(p, ori(p, q))", "ori(andi(q, p), p)", "ori(a, andi(a, b))"],
)
def absorb(op: Any, rw: Rewriter) -> None:
    """a & (a | b) -> a; a | (a & b) -> a"""
    dual = arith.OrI if isinstance(op, arith.AndI) else arith.AndI
    for one, other in ((op.lhs, op.rhs), (op.rhs, op.lhs)):
        inner = defined_by(other, dual)
        if inner and one in inner.operands:
            return rw.replace(op, one)
    rw.skip("no side contains the other")


@pattern(arith.DivUI, examples=["divui(a, 16)", "divui(a[i8], -128)"])
def divide_by_power_of_two_unsigned(op: Any, rw: Rewriter) -> None:
    """a / 2**k -> a >> k, without a sign"""
    power = _power_of_two(op.rhs)
    if power is None:
        return rw.skip("the divisor is not a power of two beyond 1")
    rw.replace(op, arith.ShRUI(op.lhs, rw.insert_before(op, constant(power, op.rhs.type))))


@pattern(arith.RemUI, examples=["remui(a, 16)", "remui(a[i8], -128)"])
def remainder_of_power_of_two(op: Any, rw: Rewriter) -> None:
    """a % 2**k -> a & (2**k - 1), without a sign"""
    power = _power_of_two(op.rhs)
    if power is None:
        return rw.skip("the divisor is not a power of two beyond 1")
    mask = constant((1 << power) - 1, op.rhs.type)
    rw.replace(op, arith.AndI(op.lhs, rw.insert_before(op, mask)))


def _power_of_two(value: Any) -> int | None:
    number = unsigned(value)
    if number is None or number < 2 or number & (number - 1):
        return None
    return number.bit_length() - 1


@pattern(arith.ShLI, arith.ShRUI, examples=["shli(a[i32], 32)", "shrui(a[i8], 9)"])
def shift_out(op: Any, rw: Rewriter) -> None:
    """a << k, a >> k -> 0, where k is at least the width"""
    distance = unsigned(op.rhs)
    if distance is None or distance < bits_of(op.lhs.type):
        return rw.skip("the distance is not known to be at least the width")
    rw.replace(op, constant(0, op.lhs.type))


@pattern(arith.ShLI, arith.ShRUI, examples=["shli(shli(a, 3), 4)", "shrui(shrui(a, 1), 2)"])
def shift_twice(op: Any, rw: Rewriter) -> None:
    """(a << k) << l -> a << (k + l), while the sum is below the width"""
    inner = defined_by(op.lhs, type(op))
    if not inner:
        return rw.skip("the left side is not such a shift")
    first, second = unsigned(inner.rhs), unsigned(op.rhs)
    if first is None or second is None or first + second >= bits_of(op.lhs.type):
        return rw.skip("the distances are not known to add up to less than the width")
    distance = rw.insert_before(op, constant(first + second, op.rhs.type))
    rw.replace(op, type(op)(inner.lhs, distance))
