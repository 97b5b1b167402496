"""Compiling and calling native code.

The entry point, the floating-point mode, what a module shows.
"""

from __future__ import annotations

import platform
import threading
import time
from typing import Any

import numpy as np
import pytest
from differential.harness import BARRIER, program, table

from ranvier.codegen.errors import CodegenError
from ranvier.codegen_llvm.barrier import STATE_ELEMENTS
from ranvier.codegen_llvm.jit import compile_module
from ranvier.ir.builder import Builder
from ranvier.ir.core import Op
from ranvier.ir.dialects import arith, func, memref, scf, syn
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.types import Type, f64, i1, i32, i64, index
from ranvier.ir.types import memref as buffer

X86 = platform.machine().lower() in ("x86_64", "amd64")


def halving() -> Module:
    """``x[t0] = x[t0] * 0.5``."""

    def build(b: Builder, args: list[Any]) -> None:
        t0, x = args[2], args[4]
        half = b(arith.constant(0.5, f64))
        b(memref.Store(b(arith.MulF(b(memref.Load(x, t0)), half)), x, t0))

    return program([buffer(f64)], build).module


@pytest.mark.skipif(not X86, reason="only x86 has MXCSR")
def test_denormals_are_flushed_and_the_mode_comes_back() -> None:
    native = compile_module(halving())
    x = np.array([1e-310, 8.0])
    for i in range(2):
        native.entry(0, 1, i, i + 1, table([x]))
    assert x.tolist() == [0.0, 4.0]
    assert np.float64(1e-310) * np.float64(0.5) > 0.0


def test_denormals_stay_without_flushing() -> None:
    native = compile_module(halving(), flush=False)
    x = np.array([1e-310])
    native.entry(0, 1, 0, 1, table([x]))
    assert x[0] == 1e-310 * 0.5


def test_a_module_shows_all_its_stages() -> None:
    native = compile_module(halving())
    assert "define internal void @step_range" in native.listings.llvm
    assert "fmul double" in native.listings.llvm_optimized
    assert "ranvier_entry" in native.listings.asm
    assert "alias.scope" not in native.listings.llvm  # nothing to tell apart from a single buffer


@pytest.mark.skipif(not X86, reason="names a cpu of x86")
def test_another_cpu() -> None:
    plain = compile_module(halving(), cpu="x86-64")
    assert "vmulsd" not in plain.listings.asm and "mulsd" in plain.listings.asm


def test_compiling_twice_gives_the_same_text() -> None:
    assert compile_module(halving()).listings.llvm == compile_module(halving()).listings.llvm


def test_the_gil_is_released() -> None:
    """Another Python thread runs while native code spins.

    That thread tells the native code to stop.
    """

    def build(b: Builder, args: list[Any]) -> None:
        state, threads, stop = args[4], args[1], args[5]
        zero = b(arith.constant(0, index))
        wait = scf.While()
        b(wait)
        with b.inside(wait.before.block):
            b(func.Call(state, threads, callee="ranvier_barrier"))
            flag = b(memref.Load(stop, zero))
            b(scf.Condition(b(arith.cmpi("eq", flag, b(arith.constant(0, i64))))))
        with b.inside(wait.after.block):
            b(scf.Yield())

    kernel = program([buffer(i64), buffer(i64)], build, barrier=True)
    stop = np.zeros(1, np.int64)

    def tell() -> None:
        time.sleep(0.05)
        stop[0] = 1

    teller = threading.Thread(target=tell)
    teller.start()
    kernel.execute(np.zeros(STATE_ELEMENTS, np.int64), stop)
    teller.join()


def step_range(inputs: list[Type], op: Op | None = None) -> Module:
    """A module whose ``@step_range`` takes these arguments."""
    module = Module()
    top = Builder(module.body.block)
    top(func.declaration("ranvier_barrier", BARRIER))
    made = top(func.definition("step_range", inputs))
    Builder(made.body.block)(func.Return())
    return module


def test_wrong_entry_points_are_refused() -> None:
    with pytest.raises(CodegenError, match="must take four indices, then buffers"):
        compile_module(step_range([index, index, buffer(f64)]))
    with pytest.raises(CodegenError, match="must take four indices, then buffers"):
        compile_module(step_range([*[index] * 4, f64]))


def test_a_module_without_entry_point_is_refused() -> None:
    with pytest.raises(CodegenError, match="no @step_range"):
        compile_module(Module())


def test_operations_of_higher_levels_are_named() -> None:
    def build(b: Builder, args: list[Any]) -> None:
        t0, ranks, count = args[2], args[4], args[5]
        one, hit = b(arith.constant(1, index)), b(arith.constant(1, i1))
        b(syn.Append(hit, t0, ranks, t0, count, t0, one))

    with pytest.raises(CodegenError, match=r"no LLVM instructions for 'syn.append'"):
        program([buffer(i32), buffer(i64)], build)
