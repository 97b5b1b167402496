"""Stock MLIR accepts operations of its dialects as we print them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from differential.harness import program

from ranvier.ir.builder import Builder
from ranvier.ir.core import Region
from ranvier.ir.dialects import arith, func, math, memref, scf, vector
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.types import f64, i1, i32, i64, index
from ranvier.ir.types import memref as buffer
from ranvier.ir.types import vector as vector_of


def find_mlir_opt() -> str | None:
    """The tool, if it is installed."""
    usual = (Path(f"/usr/lib/llvm-{n}/bin/mlir-opt") for n in (22, 21, 20))
    return shutil.which("mlir-opt") or next((str(p) for p in usual if p.exists()), None)


MLIR_OPT = find_mlir_opt()


def sample() -> Module:
    """A kernel with at least one operation of every kind."""

    def build(b: Builder, args: list[Any]) -> None:
        state, values, places, threads, t0, t1 = args[4], args[5], args[6], *args[1:4]
        lanes, eight = vector_of(8, f64), b(arith.constant(8, index))
        loop = scf.For(t0, t1, eight, b(arith.constant(0, i64)), result_types=(i64,))
        i, count = (loop.body.block.add_arg(t) for t in (index, i64))
        b(loop)
        with b.inside(loop.body.block):
            x = b(vector.Load(values, i, result_type=lanes))
            at = b(vector.Load(places, i, result_type=vector_of(8, i32)))
            mask = b(arith.constant(1, vector_of(8, i1)))
            y = b(vector.Gather(values, t0, at, mask, x))
            y = b(math.OPERATIONS["exp"](b(arith.MaximumF(x, y))))
            b(vector.Store(y, values, i))
            hit = b(arith.cmpf("ogt", y, b(vector.broadcast(b(memref.Load(values, t0)), 8))))
            choice = scf.If(b(vector.reduction("or", hit)), otherwise=Region())
            b(choice)
            with b.inside(choice.then.block):
                b(memref.Store(b(vector.extract(x, t0)), values, i))
                b(scf.Yield())
            b(func.Call(state, threads, callee="ranvier_barrier"))
            b(scf.Yield(b(arith.AddI(count, b(arith.constant(1, i64))))))
        steps = b(vector.Step(result_type=vector_of(8, index)))
        b(vector.Store(b(arith.IndexCast(steps, result_type=vector_of(8, i64))), state, t0))

    return program([buffer(i64), buffer(f64), buffer(i32)], build, barrier=True).module


def elementary() -> Iterator[tuple[str, Module]]:
    """One kernel per ``math`` operation that MLIR has too."""
    for name in math.UNARY:

        def build(b: Builder, args: list[Any], name: str = name) -> None:
            t0, x = args[2], args[4]
            value = b(vector.Load(x, t0, result_type=vector_of(4, f64)))
            b(vector.Store(b(math.OPERATIONS[name](value)), x, t0))

        yield name, program([buffer(f64)], build).module


def accepted(module: Module) -> None:
    """Let MLIR parse and verify the module."""
    assert MLIR_OPT is not None
    answer = subprocess.run([MLIR_OPT], input=str(module), capture_output=True, text=True)
    assert answer.returncode == 0, f"{answer.stderr}\n{module}"


@pytest.mark.skipif(MLIR_OPT is None, reason="mlir-opt is not installed")
def test_mlir_accepts_a_kernel() -> None:
    accepted(sample())


@pytest.mark.skipif(MLIR_OPT is None, reason="mlir-opt is not installed")
def test_mlir_accepts_elementary_functions() -> None:
    for _, module in elementary():
        accepted(module)
