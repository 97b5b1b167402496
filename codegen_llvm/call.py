"""Calls of single functions as machine code, for tools and tests.

A function ``void @ranvier_call(ptr %arguments, ptr %results)`` around it loads the arguments from
where a table of pointers says and stores the results likewise; buffers are passed as they are.
"""

from __future__ import annotations

import ctypes
from typing import Any

import llvmlite.binding as llvm
import numpy as np

from ..codegen.errors import CodegenError
from ..codegen.llvm_ir.control import result_type
from ..codegen.llvm_ir.emit import emit
from ..codegen.llvm_ir.optimise import optimised
from ..codegen.llvm_ir.types import llvm_type, symbol
from ..codegen.widths import bytes_of
from ..ir.core import lookup_symbol
from ..ir.dialects.builtin import Module
from ..ir.dialects.func import Func
from ..ir.interpreter.values import convert, dtype_of
from ..ir.types import MemRefType, Type, VectorType, i1, i8, scalar_of
from .cpu import cpu_target
from .target import target_machine

NAME = "ranvier_call"


def call(module: Module, name: str, *args: Any) -> Any:
    """Call function ``name``; return its result. Several results are a tuple; None stands for none.

    Buffers are NumPy arrays, changed in place. Denormals are not flushed, as in the interpreter.
    """
    function = lookup_symbol(module, name)
    if not isinstance(function, Func) or function.is_declaration:
        raise CodegenError(f"there is no function @{name}")
    inputs, outputs = function.function_type.inputs, function.function_type.results
    if len(args) != len(inputs):
        raise CodegenError(f"@{name} takes {len(inputs)} arguments, got {len(args)}", function.loc)
    given = [_stored(a, t) for a, t in zip(args, inputs, strict=True)]
    results = [_empty(t) for t in outputs]
    machine = target_machine()
    text = emit(module, cpu_target(machine, flush=False), entry=False)
    text = "\n".join([text, *_wrapper(name, inputs, outputs)])
    with optimised(text, machine) as parsed, llvm.create_mcjit_compiler(parsed, machine) as engine:
        engine.finalize_object()
        native = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)(
            engine.get_function_address(NAME)
        )
        native(_table(given), _table(results))
    found = tuple(_loaded(r, t) for r, t in zip(results, outputs, strict=True))
    return found[0] if len(found) == 1 else found or None


def _dtype(type_: Type) -> Any:
    scalar = scalar_of(type_)
    return dtype_of(i8 if scalar is i1 else scalar)


def _stored(value: Any, type_: Type) -> Any:
    """The value as an array whose address can be handed over."""
    checked = convert(value, type_)
    if isinstance(type_, MemRefType):
        return checked
    return np.atleast_1d(np.asarray(checked)).astype(_dtype(type_))


def _empty(type_: Type) -> Any:
    if isinstance(type_, MemRefType):
        raise CodegenError("a function that returns a buffer cannot be called from outside")
    return np.zeros(type_.size if isinstance(type_, VectorType) else 1, _dtype(type_))


def _loaded(stored: Any, type_: Type) -> Any:
    if isinstance(type_, VectorType):
        return stored.astype(bool) if type_.element is i1 else stored
    return convert(stored[0], type_)


def _table(arrays: list[Any]) -> Any:
    return (ctypes.c_void_p * max(1, len(arrays)))(*[a.ctypes.data for a in arrays])


def _wrapper(name: str, inputs: tuple[Type, ...], outputs: tuple[Type, ...]) -> list[str]:
    """The text of ``@ranvier_call``."""
    lines = [f"define void @{NAME}(ptr %arguments, ptr %results) {{"]
    passed = []
    for i, type_ in enumerate(inputs):
        kind = llvm_type(type_)
        lines += _slot("argument", "arguments", i)
        if isinstance(type_, MemRefType):
            passed.append(f"ptr %argument.{i}")
        else:
            lines += _load(i, type_)
            passed.append(f"{kind} %value.{i}")
    kinds = [llvm_type(t) for t in outputs]
    arrow = "%out = " if kinds else ""
    lines.append(f"  {arrow}call {result_type(kinds)} {symbol(name)}({', '.join(passed)})")
    for i, type_ in enumerate(outputs):
        lines += _slot("result", "results", i)
        one = "%out"
        if len(kinds) > 1:
            one = f"%out.{i}"
            lines.append(f"  {one} = extractvalue {result_type(kinds)} %out, {i}")
        lines += _store(i, type_, one)
    return [*lines, "  ret void", "}", ""]


def _slot(what: str, table: str, i: int) -> list[str]:
    return [
        f"  %{what}.at.{i} = getelementptr inbounds ptr, ptr %{table}, i64 {i}",
        f"  %{what}.{i} = load ptr, ptr %{what}.at.{i}, align 8",
    ]


def _load(i: int, type_: Type) -> list[str]:
    kind, align = llvm_type(type_), bytes_of(type_)
    if scalar_of(type_) is not i1:
        return [f"  %value.{i} = load {kind}, ptr %argument.{i}, align {align}"]
    wide = kind.replace("i1", "i8")
    return [
        f"  %byte.{i} = load {wide}, ptr %argument.{i}, align 1",
        f"  %value.{i} = trunc {wide} %byte.{i} to {kind}",
    ]


def _store(i: int, type_: Type, value: str) -> list[str]:
    kind, align = llvm_type(type_), bytes_of(type_)
    if scalar_of(type_) is not i1:
        return [f"  store {kind} {value}, ptr %result.{i}, align {align}"]
    wide = kind.replace("i1", "i8")
    return [
        f"  %wide.{i} = zext {kind} {value} to {wide}",
        f"  store {wide} %wide.{i}, ptr %result.{i}, align 1",
    ]
