"""LLVM as the toolchain sees it."""

from __future__ import annotations

from collections.abc import Mapping

from ..codegen.backend import Backend, Entry
from ..codegen.cache import Cache
from ..ir.dialects.builtin import Module
from .jit import NativeModule, compile_module
from .listings import Listings
from .native import load_entry
from .target import described_target, target_machine


class LlvmBackend:
    """Kernels become LLVM IR, and machine code of this machine in the process."""

    stages: Mapping[str, str] = {"90.ll": "llvm", "91.opt.ll": "llvm_optimized", "92.s": "asm"}

    def generate(self, module: Module, cache: Cache | None) -> NativeModule:
        """The machine code of a module of kernels."""
        return compile_module(module, cache=cache)

    def load(self, content: bytes) -> Entry:
        """The function of object code."""
        return load_entry(content, target_machine())

    def described(self) -> str:
        """This machine, and the version of LLVM."""
        return described_target()

    def listings(self, module: Module) -> Listings:
        """LLVM IR and assembly."""
        return Listings(module)


BACKEND: Backend = LlvmBackend()
