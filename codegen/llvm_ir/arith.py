"""Rules of the ``arith`` dialect. No fast-math flags, no contraction: computed as written."""

from __future__ import annotations

from typing import Any

from ...ir.core import Op
from ...ir.dialects import arith
from ...ir.types import lanes_of
from ..widths import bits_of
from .lowering import RULES, Ref, Rule, Writer, intrinsic, lowers
from .types import constant, llvm_type, overload

INSTRUCTIONS: dict[type[Op], str] = {
    arith.AddF: "fadd", arith.SubF: "fsub", arith.MulF: "fmul", arith.DivF: "fdiv",
    arith.RemF: "frem", arith.AddI: "add", arith.SubI: "sub", arith.MulI: "mul",
    arith.DivSI: "sdiv", arith.DivUI: "udiv", arith.RemSI: "srem", arith.RemUI: "urem",
    arith.AndI: "and", arith.OrI: "or", arith.XOrI: "xor", arith.ShLI: "shl", arith.ShRUI: "lshr",
}  # fmt: skip
"""Operations that are one instruction with two operands of one type."""

INTRINSICS: dict[type[Op], str] = {
    arith.MaximumF: "maximum", arith.MinimumF: "minimum", arith.MaxSI: "smax", arith.MinSI: "smin",
}  # fmt: skip
"""Operations that are one overloaded intrinsic."""

CASTS: dict[type[Op], str] = {
    arith.SIToFP: "sitofp", arith.UIToFP: "uitofp", arith.ExtUI: "zext", arith.ExtSI: "sext",
    arith.TruncI: "trunc", arith.ExtF: "fpext", arith.TruncF: "fptrunc", arith.Bitcast: "bitcast",
}  # fmt: skip
"""Operations that are one conversion."""


def _instruction(name: str) -> Rule:
    def rule(op: Any, write: Writer) -> Ref:
        lhs, rhs = op.operands
        return write.result(op, f"{name} {write[lhs]}, {write[rhs].name}")

    return rule


def _cast(name: str) -> Rule:
    def rule(op: Any, write: Writer) -> Ref:
        return write.result(op, f"{name} {write[op.operand]} to {llvm_type(op.results[0].type)}")

    return rule


RULES.update({cls: _instruction(name) for cls, name in INSTRUCTIONS.items()})
RULES.update({cls: intrinsic(name) for cls, name in INTRINSICS.items()})
RULES.update({cls: _cast(name) for cls, name in CASTS.items()})


@lowers(arith.Constant)
def literal(op: Any, write: Writer) -> Ref:
    """No instruction: constants are operands."""
    type_ = op.results[0].type
    return Ref(llvm_type(type_), constant(op.props["value"], type_))


@lowers(arith.NegF)
def negate(op: Any, write: Writer) -> Ref:
    """Change the sign bit, also of NaN and zero."""
    return write.result(op, f"fneg {write[op.operand]}")


@lowers(arith.CmpF)
def compare_floats(op: Any, write: Writer) -> Ref:
    """Compare floats: MLIR and LLVM call the predicates alike."""
    name = arith.CMPF[op.predicate]
    return write.result(op, f"fcmp {name} {write[op.lhs]}, {write[op.rhs].name}")


@lowers(arith.CmpI)
def compare_integers(op: Any, write: Writer) -> Ref:
    """Compare integers: MLIR and LLVM call the predicates alike."""
    name = arith.CMPI[op.predicate]
    return write.result(op, f"icmp {name} {write[op.lhs]}, {write[op.rhs].name}")


@lowers(arith.Select)
def select(op: Any, write: Writer) -> Ref:
    """Per lane where the condition is a vector."""
    condition, one, other = (write[v] for v in op.operands)
    return write.result(op, f"select {condition}, {one}, {other}")


@lowers(arith.IndexCast)
def cast_index(op: Any, write: Writer) -> Ref:
    """Convert an index of 64 bits by sign extension or truncation.

    To and from 64 bits there is nothing to do.
    """
    source, target = op.operands[0].type, op.results[0].type
    if bits_of(source) == bits_of(target):
        return write[op.operand]
    name = "sext" if bits_of(source) < bits_of(target) else "trunc"
    return write.result(op, f"{name} {write[op.operand]} to {llvm_type(target)}")


@lowers(arith.FPToSI)
def float_to_integer(op: Any, write: Writer) -> Ref:
    """Convert a float to an integer that saturates.

    NaN gives 0. MLIR leaves the result open: so the bits are the same everywhere.
    """
    source, target = op.operands[0].type, op.results[0].type
    name = f"llvm.fptosi.sat.{overload(target)}.{overload(source)}"
    return write.call(name, llvm_type(target), [write[op.operand]])


@lowers(arith.MulUIExtended)
def multiply_wide(op: Any, write: Writer) -> tuple[Ref, Ref]:
    """One product of twice the width, split into halves."""
    type_ = op.lhs.type
    bits, lanes = bits_of(type_), lanes_of(type_)
    narrow = llvm_type(type_)
    wide = f"<{lanes} x i{2 * bits}>" if lanes else f"i{2 * bits}"
    lhs = write.new(wide, f"zext {write[op.lhs]} to {wide}")
    rhs = write.new(wide, f"zext {write[op.rhs]} to {wide}")
    product = write.new(wide, f"mul nuw {lhs}, {rhs.name}")
    distance = f"splat (i{2 * bits} {bits})" if lanes else str(bits)
    upper = write.new(wide, f"lshr {product}, {distance}")
    low = write.new(narrow, f"trunc {product} to {narrow}", op.results[0].name)
    return low, write.new(narrow, f"trunc {upper} to {narrow}", op.results[1].name)
