"""Kernels that draw one number per neuron, to test ``expand-rng``.

The distribution is a standard one.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from attrs import frozen

from ranvier.codegen_llvm.jit import NativeModule, compile_module
from ranvier.ir.builder import Builder
from ranvier.ir.dialects import func, memref, rng, scf, vector
from ranvier.ir.dialects.arith import constant
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.interpreter import run
from ranvier.ir.types import f32, f64, i64, index, lanes_of, with_lanes
from ranvier.ir.types import memref as buffer
from ranvier.ir.verifier import verify
from ranvier.passes.framework.manager import PassManager

DTYPES = {64: np.float64, 32: np.float32}
PARAMETERS = {"uniform": 0, "normal": 0, "exponential": 0, "gamma": 1, "binomial": 2}
CLASSES: dict[str, Any] = {
    "uniform": rng.Uniform,
    "normal": rng.Normal,
    "exponential": rng.Exponential,
    "gamma": rng.Gamma,
    "binomial": rng.Binomial,
}
EXPANDED = "expand-rng{{words={words}}},expand-math,canonicalize,cse,licm,dce"


def draw_module(name: str, bits: int, lanes: int, stream: int = 3, draw: int = 0) -> Module:
    """A ``step_range`` that draws numbers.

    Its buffers: seed, step, id and parameters, then the numbers.

    The number of elements takes the place of the number of threads. ``lanes`` of 0: scalars.
    """
    scalar = {64: f64, 32: f32}[bits]
    buffers = [*[buffer(i64)] * 3, *[buffer(scalar)] * (PARAMETERS[name] + 1)]
    module = Module()
    function = Builder(module.body.block)(func.definition("step_range", (*[index] * 4, *buffers)))
    b = Builder(function.body.block)
    _, count, _, _, *arrays = function.body.block.args
    loop = scf.For(b(constant(0, index)), count, b(constant(max(lanes, 1), index)))
    i = loop.body.block.add_arg(index, "i")
    b(loop)
    type_ = with_lanes(scalar, lanes)
    with b.inside(loop.body.block):
        values = [_load(b, array, i, lanes) for array in arrays[:-1]]
        given: dict[str, Any] = {"stream": stream}
        given |= {"draw": draw} if name == "uniform" else {}
        given |= {} if PARAMETERS[name] else {"result_type": type_}
        number = b(CLASSES[name](*values, **given))
        b((vector.Store if lanes_of(type_) else memref.Store)(number, arrays[-1], i))
        b(scf.Yield())
    b(func.Return())
    verify(module)
    return module


def _load(b: Builder, array: Any, i: Any, lanes: int) -> Any:
    if not lanes:
        return b(memref.Load(array, i))
    return b(vector.Load(array, i, result_type=with_lanes(array.type.element, lanes)))


@frozen
class DrawKernel:
    """A module for whole arrays, natively and in the interpreter."""

    name: str
    bits: int
    lanes: int
    module: Module
    native: NativeModule | None

    def __call__(
        self,
        count: int,
        *parameters: Any,
        seed: Any = 12345,
        step: Any = 0,
        first: int = 0,
        ids: Any = None,
    ) -> Any:
        """``count`` numbers, of the neurons from ``first`` on."""
        arrays = self._arrays(count, parameters, seed, step, first, ids)
        assert self.native is not None
        table = (ctypes.c_void_p * len(arrays))(*[a.ctypes.data for a in arrays])
        self.native.entry(0, len(arrays[0]), 0, 1, table)
        return arrays[-1][:count]

    def interpret(self, count: int, *parameters: Any, seed: Any = 12345, step: Any = 0) -> Any:
        """The same in the interpreter."""
        arrays = self._arrays(count, parameters, seed, step, 0, None)
        run(self.module, "step_range", 0, len(arrays[0]), 0, 1, *arrays)
        return arrays[-1][:count]

    def _arrays(
        self, count: int, parameters: Sequence[Any], seed: Any, step: Any, first: int, ids: Any
    ) -> list[Any]:
        padded = count + -count % max(self.lanes, 1)
        ids = np.arange(first, first + padded) if ids is None else np.resize(ids, padded)
        whole = [np.resize(np.asarray(v, np.int64), padded) for v in (seed, step, ids)]
        dtype = DTYPES[self.bits]
        given = [np.resize(np.asarray(p, dtype), padded) for p in parameters]
        return [*whole, *given, np.empty(padded, dtype)]


@cache
def draw_kernel(
    name: str,
    bits: int = 64,
    lanes: int = 8,
    *,
    stream: int = 3,
    draw: int = 0,
    expand: bool = True,
    words: int = 64,
    cpu: str | None = None,
) -> DrawKernel:
    """A kernel with draws, compiled, or for the interpreter only.

    Draws are expanded where it is compiled, with random words in so many bits.
    """
    module = draw_module(name, bits, lanes, stream, draw)
    native = None
    if expand:
        PassManager(EXPANDED.format(words=words)).run(module)
        verify(module)
        native = compile_module(module, flush=False, cpu=cpu)
    return DrawKernel(name, bits, lanes, module, native)
