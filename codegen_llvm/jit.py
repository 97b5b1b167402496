"""From LLVM IR to a function that Python can call: verify, optimise, generate code, link."""

from __future__ import annotations

import ctypes
from functools import cache, cached_property
from typing import Any, Protocol

import llvmlite.binding as llvm

from ..ir.dialects.builtin import Module
from .emit import emit
from .entry import ENTRY
from .optimise import optimise

_SIGNATURE = ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * 4, ctypes.c_void_p)


class Entry(Protocol):
    """The native entry point; ctypes releases the GIL while it runs."""

    def __call__(self, thread: int, threads: int, t0: int, t1: int, table: Any) -> None:
        """Run steps ``t0`` to ``t1`` as ``thread`` of ``threads``; ``table`` holds the buffers."""


class NativeModule:
    """Machine code, kept alive together with its engine."""

    def __init__(self, text: str, machine: Any) -> None:
        self.llvm = text
        self._machine = machine
        parsed = llvm.parse_assembly(text)
        parsed.verify()
        optimise(parsed, machine)
        self.llvm_optimized = str(parsed)
        self._engine = llvm.create_mcjit_compiler(parsed, machine)
        self._engine.finalize_object()
        address = self._engine.get_function_address(ENTRY)
        entry = _SIGNATURE(address)
        entry.engine = self._engine  # type: ignore[attr-defined]  # or the code would be gone
        self.entry: Entry = entry

    @cached_property
    def asm(self) -> str:
        """The assembly, generated when somebody asks for it."""
        text: str = self._machine.emit_assembly(llvm.parse_assembly(self.llvm_optimized))
        return text


@cache
def _initialise() -> None:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    # The C library's functions are found in the process; on some systems libm must be loaded first.
    for name in ("libm.so.6", "libm.dylib"):
        try:
            llvm.load_library_permanently(name)
            return
        except RuntimeError:
            continue


def target_machine(cpu: str | None = None) -> Any:
    """The machine to compile for: this one, or an LLVM cpu name of its family."""
    _initialise()
    target = llvm.Target.from_default_triple()
    if cpu is None:
        features = llvm.get_host_cpu_features().flatten()
        return target.create_target_machine(
            cpu=llvm.get_host_cpu_name(), features=features, opt=2, jit=True
        )
    return target.create_target_machine(cpu=cpu, opt=2, jit=True)


def compile_module(module: Module, *, cpu: str | None = None, flush: bool = True) -> NativeModule:
    """Compile a module of kernels with a ``@step_range`` to machine code.

    The module must be verified: LLVM's assertions end the process where ours raise. ``flush``
    makes the entry point flush denormals (see ``entry.py``).
    """
    machine = target_machine(cpu)
    text = emit(module, machine.triple, str(machine.target_data), flush=flush)
    return NativeModule(text, machine)
