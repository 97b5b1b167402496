"""LLVM for GPUs, as the toolchain sees it.

What generates code is loaded when code is generated: known networks need only its texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from .machine import architecture, described_target, newest_for
from .program import PtxCode

if TYPE_CHECKING:
    from ..codegen.backend import Backend
    from ..codegen.cache import Cache
    from ..ir.core import Op
    from ..ir.dialects.builtin import Module
    from .listings import PtxListings
    from .ptx_module import PtxModule


class PtxBackend:
    """Kernels become LLVM IR, then PTX of one block of threads. Its device loads it."""

    stages: Mapping[str, str] = {"90.ll": "llvm", "91.opt.ll": "llvm_optimized", "92.ptx": "ptx"}

    def generate(self, module: Module, cache: Cache | None) -> PtxModule:
        """The PTX of a module of kernels. The module names its machine."""
        from .ptx_module import PtxModule

        return PtxModule(module, cache)

    def load(self, content: bytes) -> PtxCode | None:
        """The PTX that was generated before."""
        return PtxCode.decode(content)

    def machine(self, name: str, *, device: bool = False) -> str:
        """The architecture that code is made for; see ``machine.py``."""
        return newest_for(name) if device else architecture(name)

    def described(self, machine: str) -> str:
        """The architecture, and the version of LLVM."""
        return described_target(machine)

    def listings(self, module: Module, lines: Mapping[Op, int] | None = None) -> PtxListings:
        """LLVM IR and PTX."""
        from .listings import PtxListings

        return PtxListings(module, lines)

    def call(self, module: Module, name: str, *arguments: Any) -> NoReturn:
        """Refuse: a function alone is not launched on a GPU."""
        from ..codegen.errors import CodegenError

        raise CodegenError(f"@{name} is not launched on a GPU by itself; the target 'cpu' calls it")


BACKEND: Backend = PtxBackend()
