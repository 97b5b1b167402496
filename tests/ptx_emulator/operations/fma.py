"""The exact fused product and sum: LLVM's, compiled once, on arrays."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import llvmlite.binding as llvm
import numpy as np

from .registry import Array

_TEXT = """
define void @fused_{kind}(ptr %a, ptr %b, ptr %c, ptr %out, i64 %n) {{
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %pa = getelementptr {kind}, ptr %a, i64 %i
  %pb = getelementptr {kind}, ptr %b, i64 %i
  %pc = getelementptr {kind}, ptr %c, i64 %i
  %po = getelementptr {kind}, ptr %out, i64 %i
  %x = load {kind}, ptr %pa
  %y = load {kind}, ptr %pb
  %z = load {kind}, ptr %pc
  %f = call {kind} @llvm.fma.{short}({kind} %x, {kind} %y, {kind} %z)
  store {kind} %f, ptr %po
  %next = add i64 %i, 1
  %more = icmp ult i64 %next, %n
  br i1 %more, label %loop, label %done
done:
  ret void
}}
declare {kind} @llvm.fma.{short}({kind}, {kind}, {kind})
"""


@cache
def _compiled() -> tuple[Any, dict[str, Any]]:
    """The engine, which must stay alive, and its functions."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    pairs = {"double": "f64", "float": "f32"}
    text = "".join(_TEXT.format(kind=kind, short=short) for kind, short in pairs.items())
    features = llvm.get_host_cpu_features().flatten()
    target = llvm.Target.from_default_triple()
    machine = target.create_target_machine(cpu=llvm.get_host_cpu_name(), features=features, opt=2)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(text), machine)
    engine.finalize_object()
    signature = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 4, ctypes.c_int64)
    functions = {
        name: signature(engine.get_function_address(f"fused_{kind}"))
        for name, kind in {"d": "double", "f": "float"}.items()
    }
    return engine, functions


def fma(a: Array, b: Array, c: Array) -> Array:
    """``a * b + c`` with one rounding, elementwise."""
    if not a.shape == b.shape == c.shape:
        a, b, c = np.broadcast_arrays(a, b, c)
    operands = [np.ascontiguousarray(each) for each in (a, b, c)]
    out = np.empty(a.shape, a.dtype)
    if out.size:
        _compiled()[1][a.dtype.char](*map(_address, operands), _address(out), out.size)
    return out


def _address(a: Array) -> int:
    found: int = a.__array_interface__["data"][0]
    return found
