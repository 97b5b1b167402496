"""Kernels that apply one elementary function to whole arrays.

They test and measure it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import frozen

from ranvier.codegen_llvm.jit import NativeModule, compile_module
from ranvier.ir.builder import Builder
from ranvier.ir.dialects import func, math, memref, scf, special, vector
from ranvier.ir.dialects.arith import constant
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.interpreter import run
from ranvier.ir.types import Type, f32, f64, index, lanes_of, with_lanes
from ranvier.ir.types import memref as buffer
from ranvier.ir.verifier import verify
from ranvier.passes.framework.manager import PassManager

DTYPES = {64: np.float64, 32: np.float32}


@frozen
class MathKernel:
    """``name`` in a loop; ``lanes`` of 0 means scalars."""

    name: str
    bits: int
    lanes: int
    module: Module
    native: NativeModule

    def __call__(self, *arguments: np.ndarray[Any, Any], repeats: int = 1) -> Any:
        """The function of arrays, natively."""
        arrays, count = self._buffers(arguments)
        table = (ctypes.c_void_p * len(arrays))(*[a.ctypes.data for a in arrays])
        self.native.entry(0, len(arrays[0]), 0, repeats, table)
        return arrays[-1][:count]

    def interpret(self, *arguments: np.ndarray[Any, Any]) -> Any:
        """The function of arrays in the interpreter."""
        arrays, count = self._buffers(arguments)
        run(self.module, "step_range", 0, len(arrays[0]), 0, 1, *arrays)
        return arrays[-1][:count]

    def _buffers(self, arguments: Sequence[np.ndarray[Any, Any]]) -> tuple[list[Any], int]:
        """Arguments and a result, filled up to whole vectors."""
        count = len(arguments[0])
        padded = count + -count % max(self.lanes, 1)
        arrays = [np.resize(np.asarray(a, DTYPES[self.bits]), padded) for a in arguments]
        return [*arrays, np.empty(padded, DTYPES[self.bits])], count


def math_module(name: str, bits: int, lanes: int) -> Module:
    """The module before any pass.

    It computes all elements ``t1 - t0`` times.

    The number of elements takes the place of the number of threads.
    """
    cls = (math.OPERATIONS | special.OPERATIONS | special.BOUNDED)[name]
    operands = len(cls.defn.operands)
    scalar = {64: f64, 32: f32}[bits]
    module = Module()
    top = Builder(module.body.block)
    buffers = [buffer(scalar)] * (operands + 1)
    function = top(func.definition("step_range", (*[index] * 4, *buffers)))
    b = Builder(function.body.block)
    _, count, t0, t1, *arrays = function.body.block.args
    zero, one = b(constant(0, index)), b(constant(1, index))
    repeat = scf.For(t0, t1, one)
    repeat.body.block.add_arg(index, "t")
    b(repeat)
    with b.inside(repeat.body.block):
        loop = scf.For(zero, count, b(constant(max(lanes, 1), index)))
        i = loop.body.block.add_arg(index, "i")
        b(loop)
        with b.inside(loop.body.block):
            _apply(b, cls, arrays, i, with_lanes(scalar, lanes))
            b(scf.Yield())
        b(scf.Yield())
    b(func.Return())
    return module


def _apply(b: Builder, cls: Any, arrays: list[Any], i: Any, type_: Type) -> None:
    """One element, or one vector."""
    if lanes_of(type_):
        values = [b(vector.Load(a, i, result_type=type_)) for a in arrays[:-1]]
        b(vector.Store(b(cls(*values)), arrays[-1], i))
    else:
        values = [b(memref.Load(a, i)) for a in arrays[:-1]]
        b(memref.Store(b(cls(*values)), arrays[-1], i))


def math_kernel(
    name: str,
    bits: int,
    lanes: int,
    *,
    expand: bool = True,
    flush: bool = False,
    cpu: str | None = None,
) -> MathKernel:
    """Compile a kernel.

    The formulas are those of ``expand-math`` or of the C library.
    """
    module = math_module(name, bits, lanes)
    verify(module)
    if expand:
        PassManager("expand-math").run(module)
        verify(module)
    native = compile_module(module, flush=flush, cpu=cpu)
    return MathKernel(name, bits, lanes, module, native)
