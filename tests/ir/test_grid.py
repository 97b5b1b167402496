"""Grids of threads in the interpreter."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from ranvier.codegen_llvm.call import call
from ranvier.ir.interpreter import InterpreterError, run
from ranvier.ir.interpreter.grid import run_grid
from ranvier.ir.parser import parse
from ranvier.ir.verifier import verify

MEET = """
func.func @f(%thread: index, %threads: index, %a: memref<?xi64>, %n: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  scf.for %k = %zero to %n step %one {
    %next = arith.addi %thread, %one : index
    %last = arith.cmpi eq, %next, %threads : index
    %at = arith.select %last, %zero, %next : index
    %x = memref.load %a[%at] : memref<?xi64>
    gpu.barrier
    memref.store %x, %a[%thread] : memref<?xi64>
    gpu.barrier
  }
  return
}"""


def module_of(text: str) -> Any:
    """A verified module."""
    module = parse(text)
    verify(module)
    return module


def test_threads_take_turns() -> None:
    """All read, then all write, seven times."""
    module, values = module_of(MEET), np.arange(20)
    before = threading.active_count()
    run_grid(module, "f", 1, 20, values, 7)
    assert values.tolist() == [*range(7, 20), *range(7)]
    assert threading.active_count() == before


def test_a_thread_alone_waits_for_nobody() -> None:
    for function in (run, call):
        values = np.array([5])
        function(module_of(MEET), "f", 0, 1, values, 3)
        assert values.tolist() == [5]


ENDS = """
func.func @f(%thread: index, %threads: index) {
  %one = arith.constant 1 : index
  %first = arith.cmpi ult, %thread, %one : index
  scf.if %first {
    gpu.barrier
  }
  return
}"""


def test_a_thread_that_ends_while_others_wait() -> None:
    module = module_of(ENDS)
    run_grid(module, "f", 3, 1)
    with pytest.raises(InterpreterError, match="do not meet at one barrier"):
        run_grid(module, "f", 1, 4)


def test_errors_of_threads_are_those_of_the_grid() -> None:
    """All other threads end with the one that fails."""
    before = threading.active_count()
    with pytest.raises(
        InterpreterError, match=r"'memref.load': index 20 beyond dimension 0 \(20\)"
    ):
        run_grid(module_of(MEET), "f", 1, 21, np.arange(20), 1)
    assert threading.active_count() == before


CALLS = """
func.func @box(%x: f64, %set: i1) -> f64 {
  %t = memref.alloc() : memref<2xf64, 3>
  %zero = arith.constant 0 : index
  scf.if %set {
    memref.store %x, %t[%zero] : memref<2xf64, 3>
  }
  gpu.barrier
  %y = memref.load %t[%zero] : memref<2xf64, 3>
  return %y : f64
}
func.func @f(%thread: index, %threads: index, %a: memref<?xf64>) {
  %zero = arith.constant 0 : index
  %two = arith.constant 2 : index
  %last = arith.constant 3 : index
  %is = arith.cmpi eq, %thread, %last : index
  %seven = arith.constant 7.0 : f64
  %x = func.call @box(%seven, %is) : (f64, i1) -> f64
  memref.store %x, %a[%thread] : memref<?xf64>
  %no = arith.constant false
  %y = func.call @box(%x, %no) : (f64, i1) -> f64
  %at = arith.addi %thread, %threads : index
  memref.store %y, %a[%at] : memref<?xf64>
  return
}"""


def test_memory_is_that_of_a_call() -> None:
    """All threads get the same; the next call finds garbage."""
    values = np.zeros(8)
    run_grid(module_of(CALLS), "f", 1, 4, values)
    assert values[:4].tolist() == [7.0] * 4 and np.isnan(values[4:]).all()


def test_a_thread_alone_has_memory() -> None:
    text = CALLS.partition("func.func @f")[0]
    for function in (run, call):
        assert function(module_of(text), "box", 2.5, True) == 2.5
