"""Loops, branches, calls: the interpreter and native code agree."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from differential.harness import Kernel, compiled, program

from ranvier.ir.builder import Builder
from ranvier.ir.core import Region
from ranvier.ir.dialects import arith, func, memref, scf, vector
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.types import f64, i32, i64, index
from ranvier.ir.types import memref as buffer
from ranvier.ir.types import vector as vector_of


def constants(b: Builder, *numbers: int) -> list[Any]:
    """Constants of type index."""
    return [b(arith.constant(n, index)) for n in numbers]


def carried_loop() -> Kernel:
    """Sum and count of every third element from t0 to t1.

    They go into out[0] and out[1].
    """

    def build(b: Builder, args: list[Any]) -> None:
        t0, t1, x, out = args[2:6]
        three, zero, one = constants(b, 3, 0, 1)
        total = b(arith.constant(0.5, f64))
        loop = scf.For(t0, t1, three, total, zero, result_types=(f64, index))
        i, so_far, count = (loop.body.block.add_arg(t) for t in (index, f64, index))
        b(loop)
        with b.inside(loop.body.block):
            more = b(arith.AddF(so_far, b(memref.Load(x, i))))
            b(scf.Yield(more, b(arith.AddI(count, one))))
        b(memref.Store(loop.results[0], out, zero))
        counted = b(arith.IndexCast(loop.results[1], result_type=i64))
        b(memref.Store(b(arith.SIToFP(counted, result_type=f64)), out, one))

    return program([buffer(f64), buffer(f64)], build)


@pytest.mark.parametrize(("t0", "t1"), [(0, 0), (0, 1), (0, 16), (5, 4), (2, 15), (9, -5)])
def test_carried_values(t0: int, t1: int) -> None:
    x = np.random.default_rng(1).normal(size=16)
    found = carried_loop().agree(x, np.zeros(2), t0=t0, t1=t1)
    chosen = list(range(t0, t1, 3))
    assert found[1][1] == len(chosen)


def test_loops_swap_carried_values() -> None:
    """Values carried crosswise are exchanged at once.

    They do not change one after the other.
    """

    def build(b: Builder, args: list[Any]) -> None:
        t0, t1, out = args[2:5]
        one, zero = constants(b, 1, 0)
        first, second = (b(arith.constant(x, f64)) for x in (1.0, 2.0))
        loop = scf.For(t0, t1, one, first, second, result_types=(f64, f64))
        _, x, y = (loop.body.block.add_arg(t) for t in (index, f64, f64))
        b(loop)
        with b.inside(loop.body.block):
            b(scf.Yield(y, x))
        b(memref.Store(loop.results[0], out, zero))
        b(memref.Store(loop.results[1], out, one))

    kernel = program([buffer(f64)], build)
    assert kernel.agree(np.zeros(2), t0=0, t1=3)[0].tolist() == [2.0, 1.0]


def test_nested_loops_and_branches() -> None:
    """A triangular sum whose inner branch depends on both counters."""

    def build(b: Builder, args: list[Any]) -> None:
        t0, t1, x, out = args[2:6]
        (one,) = constants(b, 1)
        outer = scf.For(t0, t1, one)
        i = outer.body.block.add_arg(index)
        b(outer)
        with b.inside(outer.body.block):
            start = b(memref.Load(out, i))
            inner = scf.For(t0, i, one, start, result_types=(f64,))
            j, total = (inner.body.block.add_arg(t) for t in (index, f64))
            b(inner)
            with b.inside(inner.body.block):
                value = b(memref.Load(x, j))
                choice = scf.If(
                    b(arith.cmpf("ogt", value, total)), result_types=(f64,)
                )  # fmt: skip
                b(choice)
                with b.inside(choice.then.block):
                    b(scf.Yield(b(arith.AddF(total, value))))
                with b.inside(choice.otherwise.block):
                    b(scf.Yield(b(arith.MulF(total, value))))
                b(scf.Yield(choice.results[0]))
            b(memref.Store(inner.results[0], out, i))
            b(scf.Yield())

    kernel = program([buffer(f64), buffer(f64)], build)
    generator = np.random.default_rng(2)
    kernel.agree(generator.normal(size=20), generator.normal(size=20), t0=0, t1=20)


@pytest.mark.parametrize("t1", [0, 5])
def test_branch_without_else(t1: int) -> None:
    def build(b: Builder, args: list[Any]) -> None:
        t0, t1, out = args[2:5]
        choice = scf.If(b(arith.cmpi("slt", t0, t1)), otherwise=Region())
        b(choice)
        with b.inside(choice.then.block):
            b(memref.Store(b(arith.constant(7.0, f64)), out, t0))
            b(scf.Yield())

    found = program([buffer(f64)], build).agree(np.zeros(1), t0=0, t1=t1)
    assert found[0][0] == (7.0 if t1 else 0.0)


@pytest.mark.parametrize("t1", [1, 2, 27, 97])
def test_while(t1: int) -> None:
    """Collatz: the loop passes other values on than it was given."""

    def build(b: Builder, args: list[Any]) -> None:
        start, out = args[3:5]
        zero, one, three = constants(b, 0, 1, 3)
        loop = scf.While(start, zero, result_types=(index,))
        x, n = (loop.before.block.add_arg(index) for _ in range(2))
        m = loop.after.block.add_arg(index)
        b(loop)
        with b.inside(loop.before.block):
            b(memref.Store(x, out, zero))
            b(scf.Condition(b(arith.cmpi("sgt", x, one)), n))
        with b.inside(loop.after.block):
            y = b(memref.Load(out, zero))
            odd = b(arith.cmpi("eq", b(arith.AndI(y, one)), one))
            triple = b(arith.AddI(b(arith.MulI(y, three)), one))
            following = b(arith.Select(odd, triple, b(arith.ShRUI(y, one))))
            b(scf.Yield(following, b(arith.AddI(m, one))))
        b(memref.Store(loop.results[0], out, one))

    found = program([buffer(index)], build).agree(np.zeros(2, np.int64), t0=0, t1=t1)
    assert found[0].tolist() == [1, {1: 0, 2: 1, 27: 111, 97: 118}[t1]]


def test_calls_with_several_results() -> None:
    module = Module()
    top = Builder(module.body.block)
    split = top(func.definition("split", [f64, buffer(f64)], [f64, i32, vector_of(4, f64)]))
    b = Builder(split.body.block)
    x, values = split.body.block.args
    whole = b(arith.FPToSI(x, result_type=i32))
    rest = b(arith.SubF(x, b(arith.SIToFP(whole, result_type=f64))))
    lanes = b(vector.Load(values, b(arith.constant(1, index)), result_type=vector_of(4, f64)))
    b(func.Return(rest, whole, lanes))
    step = top(func.definition("step_range", [*[index] * 4, buffer(f64), buffer(i32)]))
    b = Builder(step.body.block)
    t0, _, floats, integers = step.body.block.args[2:]
    value = b(memref.Load(floats, t0))
    call = b(func.Call(value, floats, callee="split", result_types=split.function_type.results))
    b(memref.Store(call.results[0], floats, t0))
    b(memref.Store(call.results[1], integers, t0))
    b(vector.Store(call.results[2], floats, b(arith.constant(8, index))))
    b(func.Return())
    found = compiled(module).agree(np.linspace(-3.7, 8.3, 12), np.zeros(1, np.int32))
    assert found[1][0] == -3
