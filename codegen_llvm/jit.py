"""From LLVM IR to a function that Python can call: verify, optimise, generate code, link.

With a cache, object code is found by a key of all that decides it: the text, the machine, LLVM and
the passes of LLVM that we run. Optimised IR and assembly are made only when somebody asks.
"""

from __future__ import annotations

from functools import cached_property

from ..codegen.backend import Entry
from ..codegen.cache import Cache, digest
from ..ir.dialects.builtin import Module
from .emit import emit
from .native import load_entry
from .optimise import PASSES, optimised, parsed
from .target import described_target, target_machine

__all__ = ["NativeModule", "compile_module", "target_machine"]


class NativeModule:
    """Machine code of the LLVM IR ``text``.

    ``key`` names its object code; ``source`` says where that came from: "memory", "disk", or
    nothing where LLVM made it.
    """

    def __init__(self, text: str, cpu: str | None = None, cache: Cache | None = None) -> None:
        self.llvm = text
        self._machine = target_machine(cpu)
        self.key = digest("object code", text, described_target(cpu), str(PASSES))
        self.source = ""
        found = cache.find(self.key, self._load) if cache is not None else None
        if found is not None:
            self.entry: Entry = found.value
            self.source = found.source
            return
        code = self._compile()
        self.entry = self._load(code)
        if cache is not None:
            cache.keep(self.key, self.entry, code)

    def _load(self, code: bytes) -> Entry:
        return load_entry(code, self._machine)

    def _compile(self) -> bytes:
        with optimised(self.llvm, self._machine) as module:
            code: bytes = self._machine.emit_object(module)
        return code

    @cached_property
    def llvm_optimized(self) -> str:
        """The LLVM IR as LLVM's passes leave it."""
        with optimised(self.llvm, self._machine) as module:
            return str(module)

    @cached_property
    def asm(self) -> str:
        """The assembly."""
        with parsed(self.llvm_optimized) as module:
            text: str = self._machine.emit_assembly(module)
        return text


def compile_module(
    module: Module, *, cpu: str | None = None, flush: bool = True, cache: Cache | None = None
) -> NativeModule:
    """Compile a module of kernels with a ``@step_range`` to machine code.

    The module must be verified: LLVM's assertions end the process where ours raise. ``flush``
    makes the entry point flush denormals (see ``entry.py``).
    """
    machine = target_machine(cpu)
    text = emit(module, machine.triple, str(machine.target_data), flush=flush)
    return NativeModule(text, cpu, cache)
