"""Buffers and lanes: the interpreter and native code agree."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from differential.harness import program

from ranvier.codegen.errors import CodegenError
from ranvier.ir.attributes import DenseArrayAttr, DenseElementsAttr
from ranvier.ir.builder import Builder
from ranvier.ir.dialects import arith, memref, vector
from ranvier.ir.dialects.arith import Constant
from ranvier.ir.interpreter.values import dtype_of
from ranvier.ir.types import MemRefType, Type, f32, f64, i1, i8, i32, i64, index
from ranvier.ir.types import memref as buffer
from ranvier.ir.types import vector as vector_of

GENERATOR = np.random.default_rng(3)


def some(type_: Type, *shape: int) -> np.ndarray[Any, Any]:
    """An array of arbitrary values."""
    return (GENERATOR.normal(size=shape) * 50).astype(dtype_of(type_))


@pytest.mark.parametrize("kind", [f32, f64, i8, i32, i64, index], ids=str)
@pytest.mark.parametrize("lanes", [0, 4, 8, 16])
def test_load_and_store(kind: Type, lanes: int) -> None:
    """Loads and stores at any position, aligned or not."""

    def build(b: Builder, args: list[Any]) -> None:
        t0, t1, x, y = args[2:6]
        if lanes:
            value = b(vector.Load(x, t0, result_type=vector_of(lanes, kind)))
            b(vector.Store(value, y, t1))
        else:
            b(memref.Store(b(memref.Load(x, t0)), y, t1))

    kernel = program([buffer(kind), buffer(kind)], build)
    for t0, t1 in ((0, 0), (3, 5), (16, 1)):
        kernel.agree(some(kind, 32), some(kind, 32), t0=t0, t1=t1)


@pytest.mark.parametrize("lanes", [0, 4])
def test_several_dimensions(lanes: int) -> None:
    """Rows of known length.

    A vector may run on into the next row.
    """
    type_ = buffer(f64, None, 3, 4)

    def build(b: Builder, args: list[Any]) -> None:
        i, j, x, y = args[2:6]
        k = b(arith.constant(1, index))
        if lanes:
            b(vector.Store(b(vector.Load(x, i, j, k, result_type=vector_of(4, f64))), y, j, i, k))
        else:
            b(memref.Store(b(memref.Load(x, i, j, k)), y, j, i, k))

    kernel = program([type_, type_], build)
    kernel.agree(some(f64, 5, 3, 4), some(f64, 5, 3, 4), t0=2, t1=1)


def test_only_the_first_dimension_may_be_unknown() -> None:
    def build(b: Builder, args: list[Any]) -> None:
        t0, t1, x = args[2:5]
        b(memref.Store(b(memref.Load(x, t0, t1)), x, t1, t0))

    with pytest.raises(CodegenError, match="only the first dimension may be unknown"):
        program([MemRefType((None, None), f64)], build)


def test_vectors_of_truth_values_are_not_kept_in_memory() -> None:
    def build(b: Builder, args: list[Any]) -> None:
        t0, _, x = args[2:5]
        b(vector.Store(b(vector.Load(x, t0, result_type=vector_of(8, i1))), x, t0))

    with pytest.raises(CodegenError, match="extend them to i8"):
        program([buffer(i1)], build)


@pytest.mark.parametrize("kind", [i32, i64, index], ids=str)
@pytest.mark.parametrize("element", [f32, f64, i32], ids=str)
def test_gather(kind: Type, element: Type) -> None:
    """Lanes that the mask leaves out may point anywhere."""
    lanes = vector_of(8, element)

    def build(b: Builder, args: list[Any]) -> None:
        offset, _, base, at, mask, out = args[2:8]
        zero = b(arith.constant(0, index))
        indices = b(vector.Load(at, zero, result_type=vector_of(8, kind)))
        flags = b(vector.Load(mask, zero, result_type=vector_of(8, i8)))
        chosen = b(arith.TruncI(flags, result_type=vector_of(8, i1)))
        rest = b(vector.Load(out, zero, result_type=lanes))
        b(vector.Store(b(vector.Gather(base, offset, indices, chosen, rest)), out, zero))

    kernel = program([buffer(element), buffer(kind), buffer(i8), buffer(element)], build)
    at = np.array([0, 3, -2, 1 << 30, 7, 7, 1, 0], dtype_of(kind))
    mask = np.array([1, 1, 1, 0, 1, 0, 1, 1], np.int8)
    kernel.agree(some(element, 16), at, mask, some(element, 8), t0=4)


@pytest.mark.parametrize("kind", [f32, f64, i32, i64, index], ids=str)
def test_lanes(kind: Type) -> None:
    """Broadcast, step and extract, at positions known early and late."""

    def build(b: Builder, args: list[Any]) -> None:
        t0, t1, x, y, counts = args[2:7]
        zero, eight = (b(arith.constant(n, index)) for n in (0, 8))
        value = b(memref.Load(x, t0))
        b(vector.Store(b(vector.broadcast(value, 8)), y, zero))
        lanes = b(vector.Load(x, zero, result_type=vector_of(8, kind)))
        b(memref.Store(b(vector.extract(lanes, t1)), y, eight))
        fixed = b(vector.Extract(lanes, static_position=DenseArrayAttr((5,))))
        b(memref.Store(fixed, y, b(arith.constant(9, index))))
        b(vector.Store(b(vector.Step(result_type=vector_of(8, index))), counts, zero))

    kernel = program([buffer(kind), buffer(kind), buffer(index)], build)
    kernel.agree(some(kind, 16), some(kind, 16), np.zeros(8, np.int64), t0=3, t1=6)


INTEGER_KINDS = ["add", "mul", "and", "or", "xor", "maxsi", "minsi", "maxui", "minui"]


@pytest.mark.parametrize("lanes", [4, 8])
@pytest.mark.parametrize("kind", INTEGER_KINDS)
@pytest.mark.parametrize("type_", [i8, i32, i64], ids=str)
def test_integer_reductions(kind: str, type_: Type, lanes: int) -> None:
    _reduce(kind, type_, lanes, some(type_, 8))


@pytest.mark.parametrize("kind", ["maximumf", "minimumf"])
@pytest.mark.parametrize("type_", [f32, f64], ids=str)
@pytest.mark.parametrize("special", [None, np.nan, -0.0])
def test_float_reductions(kind: str, type_: Type, special: float | None) -> None:
    values = some(type_, 8)
    if special is not None:
        values = values * 0
        values[3] = special
    _reduce(kind, type_, 8, values)


@pytest.mark.parametrize("bits", [0x00, 0x01, 0x80, 0xFF, 0x5A])
@pytest.mark.parametrize("kind", ["or", "and", "xor"])
def test_truth_reductions(kind: str, bits: int) -> None:
    flags = np.array([bits >> i & 1 for i in range(8)], np.int8)
    expected = {"or": flags.any(), "and": flags.all(), "xor": flags.sum() % 2 == 1}[kind]

    def build(b: Builder, args: list[Any]) -> None:
        t0, x, out = args[2], args[4], args[5]
        lanes = b(vector.Load(x, t0, result_type=vector_of(8, i8)))
        truth = b(arith.TruncI(lanes, result_type=vector_of(8, i1)))
        whole = b(vector.reduction(kind, truth))
        b(memref.Store(b(arith.ExtUI(whole, result_type=i8)), out, t0))

    found = program([buffer(i8), buffer(i8)], build).agree(flags, np.zeros(1, np.int8))
    assert bool(found[1][0]) == bool(expected)


def _reduce(kind: str, type_: Type, lanes: int, values: np.ndarray[Any, Any]) -> None:
    def build(b: Builder, args: list[Any]) -> None:
        t0, x, out = args[2], args[4], args[5]
        loaded = b(vector.Load(x, t0, result_type=vector_of(lanes, type_)))
        b(memref.Store(b(vector.reduction(kind, loaded)), out, t0))

    program([buffer(type_), buffer(type_)], build).agree(values, np.zeros(1, values.dtype))


def test_inexact_reductions_are_refused() -> None:
    with pytest.raises(CodegenError, match="is not exact"):
        _reduce("add", f64, 8, some(f64, 8))


def test_vector_constants_with_different_lanes() -> None:
    type_ = vector_of(4, i32)

    def build(b: Builder, args: list[Any]) -> None:
        numbers = DenseElementsAttr((1, -2, 3, 2**31 - 1), type_)
        b(vector.Store(b(Constant(value=numbers, result_type=type_)), args[4], args[2]))

    found = program([buffer(i32)], build).agree(np.zeros(4, np.int32))
    assert found[0].tolist() == [1, -2, 3, 2**31 - 1]


def test_scalar_truth_values_in_memory() -> None:
    def build(b: Builder, args: list[Any]) -> None:
        t0, t1, x = args[2:5]
        b(memref.Store(b(memref.Load(x, t0)), x, t1))

    found = program([buffer(i1)], build).agree(np.array([True, False]), t0=0, t1=1)
    assert found[0].tolist() == [True, True]
