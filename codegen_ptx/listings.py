"""The texts that LLVM makes of a module for a GPU. No GPU and no driver takes part."""

from __future__ import annotations

from functools import cached_property, partial

from attrs import evolve

from ..codegen.errors import CodegenError
from ..codegen.llvm_ir.debug import Lines
from ..codegen.llvm_ir.emit import KernelText, emit
from ..codegen.llvm_ir.listings import LlvmListings
from ..codegen.llvm_ir.optimise import parsed
from ..ir import target as targets
from ..ir.core import lookup_symbol
from ..ir.dialects.builtin import Module
from ..ir.dialects.func import Func
from ..ir.interface import STEP_RANGE
from ..ir.spec import SPECS
from ..ir.target import CUDA, TARGET, Target
from .entry import ENTRY, LAUNCH_TEXT, MOST_THREADS, declared_once, launch_text
from .machine import architecture, ptx_text, target_machine
from .program import PtxKernel, Schedule
from .ptx_target import ATTRIBUTES, ptx_target
from .schedule import entry_name, launched, schedule_of, whole


def target_of(module: Module) -> Target:
    """The target that a module was made for.

    Without one it is the usual GPU. Raises CodegenError where it was made for other machines.
    """
    found = targets.read(module) if TARGET in module.attributes else CUDA
    if found.code_generator != CUDA.code_generator:
        text = f"these kernels were made for the target '{found.name}', not for a GPU"
        raise CodegenError(text, module.loc)
    return found


class PtxListings(LlvmListings):
    """LLVM IR and PTX of a module of kernels.

    Raises CodegenError for operations that LLVM cannot translate for a GPU: many of them would end
    the process.
    """

    def __init__(self, module: Module, lines: Lines | None = None, *, entry: bool = False) -> None:
        found = target_of(module)
        self.architecture = architecture(found.machine)
        self._threads = found.workers
        self.launched = launched(module)
        machine = target_machine(self.architecture)
        target = ptx_target(self.architecture, self._threads, inlined=bool(self.launched))
        super().__init__(module, lines, machine=machine, target=target, entry=entry)

    @cached_property
    def llvm(self) -> str:
        """LLVM IR as emitted."""
        left = SPECS[CUDA.level].check(self._module)
        if left:
            raise CodegenError(left[0].text, left[0].loc)
        if not self.launched:
            return declared_once(super().llvm)
        found = emit(
            self._module, self._target, lines=self._lines, entry=False, kernels=self._kernels()
        )
        return declared_once(f"{found}\n{LAUNCH_TEXT}")

    def _kernels(self) -> dict[str, KernelText]:
        """The kernels of launches, by the names of these."""
        functions = {entry_name(each.sym_name): each for each in self.launched}
        kernels, _ = self.schedule
        return {
            functions[each.name].sym_name: partial(
                launch_text, each, functions[each.name], ATTRIBUTES, self._block
            )
            for each in kernels
        }

    @property
    def _block(self) -> int:
        """The most threads of a block."""
        return self._threads if self._threads > 1 else MOST_THREADS

    @cached_property
    def schedule(self) -> tuple[tuple[PtxKernel, ...], Schedule]:
        """The kernels of the program, and the order of launches.

        Kernels for several workers run on one block of them.
        """
        program = lookup_symbol(self._module, STEP_RANGE)
        if not isinstance(program, Func):
            raise CodegenError(f"the module has no @{STEP_RANGE}", self._module.loc)
        if not self.launched:
            return whole(program, ENTRY)
        kernels, order = schedule_of(program, self.launched)
        if self._threads > 1:
            kernels = tuple([evolve(each, items=0) for each in kernels])
        return kernels, order

    @cached_property
    def ptx(self) -> str:
        """The PTX."""
        with parsed(self.llvm_optimized) as module:
            return ptx_text(module, self.machine)

    @cached_property
    def sass(self) -> str:
        """The instructions of the GPU, as ``ptxas`` makes them.

        Raises ModelError where there is no ``ptxas`` or no ``nvdisasm``.
        """
        from .ptxas import disassemble, version

        return (
            f"// ptxas {version()}, {self.architecture}\n{disassemble(self.ptx, self.architecture)}"
        )

    def resources(self) -> str:
        """Comments of PTX: what ``ptxas`` says of registers, spills and memory.

        Raises ModelError where there is no ``ptxas``.
        """
        from .ptxas import assemble, version

        found = assemble(self.ptx, self.architecture)
        head = f"// ptxas {version()}, {self.architecture}, {self._block} threads in a block"
        return "\n".join([head, *(f"//   {each}" for each in found), ""])
