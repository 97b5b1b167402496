"""The texts that LLVM makes of a module for a GPU. No GPU and no driver takes part."""

from __future__ import annotations

from functools import cached_property

from ..codegen.errors import CodegenError
from ..codegen.llvm_ir.debug import Lines
from ..codegen.llvm_ir.emit import emit
from ..codegen.llvm_ir.optimise import optimised, parsed
from ..ir import target as targets
from ..ir.core import lookup_symbol
from ..ir.dialects.builtin import Module
from ..ir.interface import STEP_RANGE
from ..ir.spec import SPECS
from ..ir.target import CUDA, TARGET, Target
from .machine import architecture, ptx_text, target_machine
from .ptx_target import ptx_target


def target_of(module: Module) -> Target:
    """The target that a module was made for.

    Without one it is the usual GPU. Raises CodegenError where it was made for other machines.
    """
    found = targets.read(module) if TARGET in module.attributes else CUDA
    if found.code_generator != CUDA.code_generator:
        text = f"these kernels were made for the target '{found.name}', not for a GPU"
        raise CodegenError(text, module.loc)
    return found


class PtxListings:
    """LLVM IR and PTX of a module of kernels.

    Each is made when first asked for. ``lines`` asks for debug info, see
    ``codegen/llvm_ir/debug.py``. A module without ``@step_range`` is taken as it is, unless it must
    have an ``entry`` point. Raises CodegenError for operations that LLVM cannot translate for a
    GPU: many of them would end the process.
    """

    def __init__(self, module: Module, lines: Lines | None = None, *, entry: bool = False) -> None:
        target = target_of(module)
        self.architecture = architecture(target.machine)
        self.machine = target_machine(self.architecture)
        self._module = module
        self._lines = lines
        self._threads = target.workers
        self._entry = entry or lookup_symbol(module, STEP_RANGE) is not None

    @cached_property
    def llvm(self) -> str:
        """LLVM IR as emitted."""
        left = SPECS[CUDA.level].check(self._module)
        if left:
            raise CodegenError(left[0].text, left[0].loc)
        target = ptx_target(self.architecture, self._threads)
        return emit(self._module, target, lines=self._lines, entry=self._entry)

    @cached_property
    def llvm_optimized(self) -> str:
        """LLVM IR as LLVM's passes left it."""
        with optimised(self.llvm, self.machine) as module:
            return str(module)

    @cached_property
    def ptx(self) -> str:
        """The PTX."""
        with parsed(self.llvm_optimized) as module:
            return ptx_text(module, self.machine)

    def resources(self) -> str:
        """Comments of PTX: what ``ptxas`` says of registers, spills and memory.

        Raises ModelError where there is no ``ptxas``.
        """
        from .ptxas import assemble, version

        found = assemble(self.ptx, self.architecture)
        head = f"// ptxas {version()}, {self.architecture}, {self._threads} threads in a block"
        return "\n".join([head, *(f"//   {each}" for each in found), ""])
