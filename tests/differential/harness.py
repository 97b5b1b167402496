"""Running the same kernel in the interpreter and as native code."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from attrs import frozen

from ranvier.codegen_llvm.jit import NativeModule, compile_module
from ranvier.ir.builder import Builder
from ranvier.ir.core import Value
from ranvier.ir.dialects import arith, func, memref, scf, vector
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.interpreter import run
from ranvier.ir.interpreter.values import dtype_of
from ranvier.ir.types import Type, i1, i8, i64, index, with_lanes
from ranvier.ir.types import memref as buffer_of
from ranvier.ir.types import vector as vector_of
from ranvier.ir.verifier import verify

LANES = (0, 4, 8)
"""Every kernel computes with scalars and with vectors of these lanes."""

COUNT = 8
"""Elements that every kernel computes."""

BARRIER = (buffer_of(i64), index)

Body = Callable[[Builder, list[Any], int], Sequence[Value]]


def stored(type_: Type) -> Type:
    """Truth values lie in memory as bytes."""
    return i8 if type_ is i1 else type_


@frozen(eq=False)
class Kernel:
    """A module and its machine code."""

    module: Module
    native: NativeModule

    def interpret(self, *buffers: np.ndarray[Any, Any], t0: int = 0, t1: int = 1) -> None:
        """Run the steps in the interpreter."""
        run(self.module, "step_range", 0, 1, t0, t1, *buffers)

    def execute(self, *buffers: np.ndarray[Any, Any], t0: int = 0, t1: int = 1) -> None:
        """Run the steps natively."""
        self.native.entry(0, 1, t0, t1, table(buffers))

    def agree(self, *buffers: np.ndarray[Any, Any], t0: int = 0, t1: int = 1) -> list[Any]:
        """Run both ways on copies of the buffers.

        They are returned when all their bits agree.
        """
        one, other = ([b.copy() for b in buffers] for _ in range(2))
        self.interpret(*one, t0=t0, t1=t1)
        self.execute(*other, t0=t0, t1=t1)
        for i, (expected, found) in enumerate(zip(one, other, strict=True)):
            assert_same_bits(expected, found, f"buffer {i}")
        return one


def table(buffers: Sequence[np.ndarray[Any, Any]]) -> Any:
    """The addresses of the buffers."""
    return (ctypes.c_void_p * len(buffers))(*[b.ctypes.data for b in buffers])


def assert_same_bits(expected: Any, found: Any, what: str = "") -> None:
    """All bits are the same; NaN is NaN, whatever its payload."""
    assert expected.dtype == found.dtype and expected.shape == found.shape
    differs = expected.view(f"u{expected.itemsize}") != found.view(f"u{found.itemsize}")
    if expected.dtype.kind == "f":
        differs &= ~(np.isnan(expected) & np.isnan(found))
    where = np.flatnonzero(differs)
    assert not len(where), f"{what} at {where}: {expected[where]} is not {found[where]}"


def program(
    buffers: Sequence[Type], build: Callable[[Builder, list[Any]], None], barrier: bool = False
) -> Kernel:
    """A ``@step_range`` with buffers of these types.

    All its arguments go to ``build``.
    """
    module = Module()
    top = Builder(module.body.block)
    if barrier:
        top(func.declaration("ranvier_barrier", BARRIER))
    function = top(func.definition("step_range", (*[index] * 4, *buffers)))
    inside = Builder(function.body.block)
    build(inside, function.body.block.args)
    inside(func.Return())
    return compiled(module)


def compiled(module: Module) -> Kernel:
    """Verify and compile.

    Denormals are not flushed, since the interpreter keeps them.
    """
    verify(module)
    return Kernel(module, compile_module(module, flush=False))


def elementwise(inputs: Sequence[Type], results: Sequence[Type], body: Body) -> Kernel:
    """Computes ``COUNT`` elements with each number of lanes.

    Buffers: one per input, then one per result and number of lanes. ``body`` gets a builder, its
    operands and the number of lanes.
    """
    types = [buffer_of(stored(t)) for t in inputs]
    types += [buffer_of(stored(t)) for _ in LANES for t in results]

    def build(b: Builder, args: list[Any]) -> None:
        sources, targets = args[4 : 4 + len(inputs)], args[4 + len(inputs) :]
        for n, lanes in enumerate(LANES):
            bounds = [b(arith.constant(x, index)) for x in (0, COUNT, lanes or 1)]
            loop = scf.For(*bounds)
            i = loop.body.block.add_arg(index, "i")
            b(loop)
            with b.inside(loop.body.block):
                operands = [_load(b, m, i, t, lanes) for m, t in zip(sources, inputs, strict=True)]
                values = body(b, operands, lanes)
                for value, target in zip(values, targets[n * len(results) :], strict=False):
                    _store(b, value, target, i, lanes)
                b(scf.Yield())

    return program(types, build)


def _load(b: Builder, buffer: Any, i: Any, type_: Type, lanes: int) -> Any:
    kind = stored(type_)
    if lanes:
        value = b(vector.Load(buffer, i, result_type=vector_of(lanes, kind)))
    else:
        value = b(memref.Load(buffer, i))
    if type_ is i1:
        value = b(arith.TruncI(value, result_type=with_lanes(i1, lanes)))
    return value


def _store(b: Builder, value: Any, buffer: Any, i: Any, lanes: int) -> None:
    if value.type is with_lanes(i1, lanes):
        value = b(arith.ExtUI(value, result_type=with_lanes(i8, lanes)))
    b(vector.Store(value, buffer, i) if lanes else memref.Store(value, buffer, i))


def outputs(results: Sequence[Type]) -> list[np.ndarray[Any, Any]]:
    """Result buffers of an elementwise kernel."""
    return [np.zeros(COUNT, dtype_of(stored(t))) for _ in LANES for t in results]
