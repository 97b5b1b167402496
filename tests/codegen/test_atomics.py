"""Atomic operations, votes and shuffles: the interpreter and native code agree.

A thread of a CPU is the only lane of its subgroup.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from differential.harness import assert_same_bits, compiled

from ranvier.codegen_llvm.call import call
from ranvier.ir.dialects.memref import ATOMIC
from ranvier.ir.interpreter import run
from ranvier.ir.interpreter.values import dtype_of
from ranvier.ir.parser import parse
from ranvier.ir.types import Type, f32, f64, i32, i64
from ranvier.ir.verifier import verify
from ranvier.runtime.thread_pool import ThreadPool

INTEGERS = [0, 1, -1, 5, -7, 2**31 - 1, -(2**31), 77]
FLOATS = [0.0, -0.0, 1.5, -2.25, 1e30, -1e-30, np.inf, np.nan]
MEANT: dict[str, Any] = {
    "addi": lambda a, b: a + b, "addf": lambda a, b: a + b, "andi": lambda a, b: a & b,
    "ori": lambda a, b: a | b, "xori": lambda a, b: a ^ b, "maxs": np.maximum, "mins": np.minimum,
    "maxu": lambda a, b: np.maximum(a.view(f"u{a.itemsize}"), b.view(f"u{b.itemsize}")),
    "minu": lambda a, b: np.minimum(a.view(f"u{a.itemsize}"), b.view(f"u{b.itemsize}")),
}  # fmt: skip


def text(word: str, type_: Type) -> str:
    """A program that combines neighbours, and keeps what was there."""
    return f"""
func.func @step_range(%thread: index, %threads: index, %t0: index, %t1: index,
    %a: memref<?x{type_}>, %b: memref<?x{type_}>, %old: memref<?x{type_}>) {{
  %one = arith.constant 1 : index
  scf.for %i = %t0 to %t1 step %one {{
    %x = memref.load %b[%i] : memref<?x{type_}>
    %y = memref.atomic_rmw {word} %x, %a[%i] : ({type_}, memref<?x{type_}>) -> {type_}
    memref.store %y, %old[%i] : memref<?x{type_}>
  }}
  return
}}"""


@pytest.mark.parametrize("word", ATOMIC)
@pytest.mark.parametrize("bits", [32, 64])
def test_kinds(word: str, bits: int) -> None:
    """Both say what NumPy says."""
    is_float = word.endswith("f")
    type_ = {32: f32 if is_float else i32, 64: f64 if is_float else i64}[bits]
    kind = dtype_of(type_)
    grid = np.meshgrid(*[np.array(FLOATS if is_float else INTEGERS).astype(kind)] * 2)
    a, b = (each.ravel() for each in grid)
    with np.errstate(all="ignore"):
        expected = MEANT[word](a, b).view(kind)
    found = compiled(parse(text(word, type_))).agree(a, b, np.zeros_like(a), t1=len(a))
    assert_same_bits(expected, found[0])
    assert_same_bits(a, found[2])


def test_threads_of_a_cpu_lose_nothing() -> None:
    """Many threads count in one element."""
    counted = text("addi", i32).replace("%a[%i]", "%a[%zero]")
    counted = counted.replace("%one =", "%zero = arith.constant 0 : index\n  %one =")
    kernel, count = compiled(parse(counted)), 200_000
    total, ones = np.zeros(1, np.int32), np.ones(count, np.int32)
    old = [np.full(count, -1, np.int32) for _ in range(4)]
    pool = ThreadPool(4)

    def work(thread: int) -> None:
        kernel.execute(total, ones, old[thread], t1=count)

    pool.run(work)
    assert total[0] == 4 * count
    assert np.array_equal(np.sort(np.concatenate(old)), np.arange(4 * count))


LANES = """
func.func @f(%x: f64, %n: i64, %at: i32, %yes: i1)
    -> (index, index, f64, i1, i64, i32, i1, i1, i1) {
  %lane = gpu.lane_id
  %size = gpu.subgroup_size : index
  %width = arith.constant 32 : i32
  %all = arith.constant -1 : i32
  %y, %there = gpu.shuffle idx %x, %at, %width : f64
  %m, %near = gpu.shuffle up %n, %at, %width : i64
  nvvm.bar.warp.sync %all : i32
  %ballot = nvvm.vote.sync ballot %all, %yes -> i32
  %any = nvvm.vote.sync any %all, %yes -> i1
  %every = nvvm.vote.sync all %all, %yes -> i1
  %alike = nvvm.vote.sync uni %all, %yes -> i1
  return %lane, %size, %y, %there, %m, %ballot, %any, %every, %alike
      : index, index, f64, i1, i64, i32, i1, i1, i1
}"""


@pytest.mark.parametrize("yes", [False, True])
@pytest.mark.parametrize("at", [0, 1, 31])
def test_one_lane(at: int, yes: bool) -> None:
    """One lane answers for all, and no other is there."""
    module = parse(LANES)
    verify(module)
    expected: tuple[Any, ...] = (0, 1, 2.5, at == 0, -7, int(yes), yes, yes, True)
    assert run(module, "f", 2.5, -7, at, yes) == expected
    assert call(module, "f", 2.5, -7, at, yes) == expected
