"""Conversions: there and back, twice in a row, known to fit."""

from __future__ import annotations

from typing import Any

from ...ir.dialects import arith
from ...ir.rewriter import Rewriter, pattern
from ...ir.types import FloatType, IndexType, scalar_of
from .match import bits_of, defined_by


@pattern(
    arith.IndexCast,
    examples=[
        "index_cast(index_cast(a[index], i64), index)",
        "index_cast(index_cast(a[i32], index), i32)",
        "index_cast(index_cast(a[i64], index), i32)",
        "index_cast(index_cast(a[i8], index), i64)",
    ],
)  # fmt: skip
def index_cast_twice(op: Any, rw: Rewriter) -> None:
    """index and back -> the number itself, or one conversion between the outer types"""
    inner = defined_by(op.operand, arith.IndexCast)
    if not inner:
        return rw.skip("the operand is not cast")
    source, target = inner.operand.type, op.results[0].type
    if isinstance(scalar_of(source), IndexType) and bits_of(op.operand.type) < 64:
        return rw.skip("the number was cut in between")
    if source is target:
        rw.replace(op, inner.operand)
    elif isinstance(scalar_of(target), IndexType):
        rw.skip("the number was no index")
    else:
        narrower = bits_of(target) < bits_of(source)
        cast = arith.TruncI if narrower else arith.ExtSI
        rw.replace(op, cast(inner.operand, result_type=target))


@pattern(
    arith.ExtUI, arith.ExtSI,
    examples=[
        "extui(extui(a[i8], i32), i64)", "extsi(extsi(a[i8], i32), i64)",
        "extsi(extui(p, i8), i64)",
    ],
)  # fmt: skip
def extend_twice(op: Any, rw: Rewriter) -> None:
    """a wider and wider -> wide at once; what was filled with zeros has no sign"""
    inner = defined_by(op.operand, arith.ExtUI, arith.ExtSI)
    if not inner:
        return rw.skip("the operand is not extended")
    if isinstance(inner, arith.ExtSI) and isinstance(op, arith.ExtUI):
        return rw.skip("the sign was extended first")
    rw.replace(op, type(inner)(inner.operand, result_type=op.results[0].type))


@pattern(arith.TruncI, examples=["trunci(trunci(a[i64], i32), i8)"])
def truncate_twice(op: Any, rw: Rewriter) -> None:
    """a narrower and narrower -> narrow at once"""
    inner = defined_by(op.operand, arith.TruncI)
    if not inner:
        return rw.skip("the operand is not truncated")
    rw.replace(op, arith.TruncI(inner.operand, result_type=op.results[0].type))


@pattern(
    arith.TruncI,
    examples=[
        "trunci(extui(p, i8), i1)", "trunci(extsi(a[i32], i64), i8)",
        "trunci(extui(a[i8], i64), i32)", "trunci(extsi(a[i8], i64), i32)",
    ],
)  # fmt: skip
def truncate_extension(op: Any, rw: Rewriter) -> None:
    """a wider, then narrower -> a itself, or one conversion"""
    inner = defined_by(op.operand, arith.ExtUI, arith.ExtSI)
    if not inner:
        return rw.skip("the operand is not extended")
    source, target = inner.operand.type, op.results[0].type
    if source is target:
        rw.replace(op, inner.operand)
    else:
        cast = arith.TruncI if bits_of(target) < bits_of(source) else type(inner)
        rw.replace(op, cast(inner.operand, result_type=target))


@pattern(arith.TruncF, examples=["truncf(extf(x[f32], f64), f32)"])
def float_there_and_back(op: Any, rw: Rewriter) -> None:
    """f32 as f64 and back -> the number itself"""
    inner = defined_by(op.operand, arith.ExtF)
    if not inner or inner.operand.type is not op.results[0].type:
        return rw.skip("the operand was not of this type before")
    rw.replace(op, inner.operand)


@pattern(
    arith.SIToFP, arith.UIToFP,
    examples=[
        "sitofp(extsi(a[i8], i64), f64)", "sitofp(extui(p, i32), f32)",
        "uitofp(extui(a[i32], i64), f32)",
    ],
)  # fmt: skip
def convert_extension(op: Any, rw: Rewriter) -> None:
    """float(a wider) -> float(a)"""
    inner = defined_by(op.operand, arith.ExtUI, arith.ExtSI)
    if not inner:
        return rw.skip("the operand is not extended")
    if isinstance(inner, arith.ExtSI) and isinstance(op, arith.UIToFP):
        return rw.skip("the sign would be read as a large number")
    cast = arith.UIToFP if isinstance(inner, arith.ExtUI) else arith.SIToFP
    rw.replace(op, cast(inner.operand, result_type=op.results[0].type))


@pattern(
    arith.FPToSI, examples=["fptosi(sitofp(a[i32], f64), i32)", "fptosi(sitofp(a[i8], f32), i8)"]
)
def integer_there_and_back(op: Any, rw: Rewriter) -> None:
    """int(float(a)) -> a, where every such integer is a float"""
    inner = defined_by(op.operand, arith.SIToFP)
    if not inner or inner.operand.type is not op.results[0].type:
        return rw.skip("the operand was not of this type before")
    digits = 53 if scalar_of(op.operand.type) == FloatType(64) else 24
    if bits_of(inner.operand.type) > digits:
        return rw.skip("not every such integer is a float")
    rw.replace(op, inner.operand)
