"""LLVM as the toolchain sees it.

What generates code is loaded when code is generated: known networks need only its loader.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .native import load_entry
from .target import described_target, target_machine

if TYPE_CHECKING:
    from ..codegen.backend import Backend, Entry
    from ..codegen.cache import Cache
    from ..ir.core import Op
    from ..ir.dialects.builtin import Module
    from .jit import NativeModule
    from .listings import Listings


class LlvmBackend:
    """Kernels become LLVM IR, then this machine's code. The machine code lies in the process."""

    stages: Mapping[str, str] = {"90.ll": "llvm", "91.opt.ll": "llvm_optimized", "92.s": "asm"}

    def generate(self, module: Module, cache: Cache | None) -> NativeModule:
        """The machine code of a module of kernels."""
        from .jit import compile_module

        return compile_module(module, cache=cache)

    def load(self, content: bytes) -> Entry:
        """The function of object code."""
        return load_entry(content, target_machine())

    def machine(self, name: str, *, device: bool = False) -> str:
        """No name: code is for the machine of this process."""
        return ""

    def described(self, machine: str) -> str:
        """This machine, and the version of LLVM."""
        return described_target()

    def listings(self, module: Module, lines: Mapping[Op, int] | None = None) -> Listings:
        """LLVM IR and assembly."""
        from .listings import Listings

        return Listings(module, lines)

    def call(self, module: Module, name: str, *arguments: Any) -> Any:
        """The results of one function; see ``call.py``."""
        from .call import call

        return call(module, name, *arguments)


BACKEND: Backend = LlvmBackend()
