"""Rules of ``math`` and ``special``: CPU instructions or library calls.

The C library is called where the CPU has no instruction.

Library functions are called lane by lane and declared ``nobuiltin``: LLVM must neither replace
``pow(x, 2.0)`` by a product nor compute constants itself, so that results equal the library's bits.
"""

from __future__ import annotations

from typing import Any

from ...ir.dialects import math, special
from ...ir.types import FloatType, Type, i1, lanes_of, scalar_of, with_lanes
from .lowering import RULES, Ref, Rule, Writer, intrinsic, lowers
from .types import llvm_type, overload

INTRINSICS = {
    "absf": "fabs", "sqrt": "sqrt", "floor": "floor", "ceil": "ceil", "trunc": "trunc",
    "round": "round", "roundeven": "roundeven", "copysign": "copysign",
}  # fmt: skip
"""Operations that LLVM turns into instructions, exactly rounded."""

LIBRARY = {
    name: {"powf": "pow"}.get(name, name)
    for name in (*math.UNARY, *math.BINARY)
    if name not in INTRINSICS and name != "rsqrt"
}
"""Operations with their functions in the C library, in double precision."""

PURE = " nobuiltin nounwind willreturn memory(none)"


def _library(name: str) -> Rule:
    def rule(op: Any, write: Writer) -> Ref:
        type_ = op.results[0].type
        symbol = name + ("f" if scalar_of(type_) == FloatType(32) else "")
        args = [write[v] for v in op.operands]
        if not lanes_of(type_):
            return write.call(symbol, llvm_type(type_), args, PURE)
        return _lane_by_lane(symbol, type_, args, write)

    return rule


def _lane_by_lane(symbol: str, type_: Type, args: list[Ref], write: Writer) -> Ref:
    scalar, vector = llvm_type(scalar_of(type_)), llvm_type(type_)
    out = Ref(vector, "poison")
    for lane in range(lanes_of(type_)):
        lanes = [write.new(scalar, f"extractelement {arg}, i64 {lane}") for arg in args]
        value = write.call(symbol, scalar, lanes, PURE)
        out = write.new(vector, f"insertelement {out}, {value}, i64 {lane}")
    return out


RULES.update({math.OPERATIONS[op]: intrinsic(name) for op, name in INTRINSICS.items()})
# One instruction where the CPU has it, else the C library's exact function.
RULES[math.Fma] = intrinsic("fma")
RULES[math.CountOnes] = intrinsic("ctpop")
RULES.update({math.OPERATIONS[op]: _library(name) for op, name in LIBRARY.items()})
RULES.update({cls: _library(name) for name, cls in special.OPERATIONS.items()})


def _bounded(name: str) -> Rule:
    library = _library(name.removeprefix("bounded_"))

    def rule(op: Any, write: Writer) -> Ref:
        type_ = op.results[0].type
        found = library(op, write)
        bits = "0x7FEFFFFFFFFFFFFF" if scalar_of(type_) == FloatType(64) else "0x47EFFFFFE0000000"
        largest = _filled(bits, type_)
        above = write.new(
            llvm_type(with_lanes(i1, lanes_of(type_))), f"fcmp ogt {found}, {largest.name}"
        )
        most = write.new(llvm_type(type_), f"select {above}, {largest}, {found}")
        return write.result(op, f"fadd {most}, {_filled('0.0', type_).name}")

    return rule


def _filled(number: str, type_: Type) -> Ref:
    """A float literal in every lane of ``type_``."""
    literal = f"splat ({llvm_type(scalar_of(type_))} {number})" if lanes_of(type_) else number
    return Ref(llvm_type(type_), literal)


RULES.update({cls: _bounded(name) for name, cls in special.BOUNDED.items()})


@lowers(math.OPERATIONS["rsqrt"])
def reciprocal_square_root(op: Any, write: Writer) -> Ref:
    """Two exactly rounded steps, not the CPU's estimate."""
    type_ = op.operand.type
    root = write.call(f"llvm.sqrt.{overload(type_)}", llvm_type(type_), [write[op.operand]])
    return write.result(op, f"fdiv {_filled('1.0', type_)}, {root.name}")


@lowers(math.OPERATIONS["isnan"])
def is_nan(op: Any, write: Writer) -> Ref:
    """Unordered with itself."""
    x = write[op.operand]
    return write.result(op, f"fcmp uno {x}, {x.name}")


@lowers(math.OPERATIONS["isfinite"])
def is_finite(op: Any, write: Writer) -> Ref:
    """Ordered and smaller than infinity in size."""
    type_ = op.operand.type
    size = write.call(f"llvm.fabs.{overload(type_)}", llvm_type(type_), [write[op.operand]])
    infinity = _filled("0x7FF0000000000000", type_)
    return write.result(op, f"fcmp olt {size}, {infinity.name}")


@lowers(math.TrailingZeros)
def trailing_zeros(op: Any, write: Writer) -> Ref:
    """Defined for zero, too."""
    type_ = op.operand.type
    args = [write[op.operand], Ref("i1", "false")]
    return write.call(f"llvm.cttz.{overload(type_)}", llvm_type(type_), args)
