"""The texts that LLVM makes of a module, for people. No machine code is linked or run."""

from __future__ import annotations

from functools import cached_property

from ..codegen.llvm_ir.debug import Lines
from ..codegen.llvm_ir.emit import emit
from ..codegen.llvm_ir.optimise import optimised, parsed
from ..ir.core import lookup_symbol
from ..ir.dialects.builtin import Module
from ..ir.interface import STEP_RANGE
from .cpu import cpu_target
from .target import target_machine


class Listings:
    """LLVM IR and assembly of a module, made on demand.

    Each is made when first asked for; the module is one of kernels.

    ``lines`` asks for debug info, see ``codegen/llvm_ir/debug.py``. ``cpu`` is an LLVM name;
    without one it is this machine. ``flush`` makes the entry point flush denormals (``entry.py``).
    A module without ``@step_range`` is taken as it is, unless it must have an ``entry`` point.
    """

    def __init__(
        self,
        module: Module,
        lines: Lines | None = None,
        *,
        cpu: str | None = None,
        flush: bool = True,
        entry: bool = False,
    ) -> None:
        self.machine = target_machine(cpu)
        self._module = module
        self._lines = lines
        self._target = cpu_target(self.machine, flush=flush)
        self._entry = entry or lookup_symbol(module, STEP_RANGE) is not None

    @cached_property
    def llvm(self) -> str:
        """LLVM IR as emitted."""
        return emit(self._module, self._target, lines=self._lines, entry=self._entry)

    @cached_property
    def llvm_optimized(self) -> str:
        """LLVM IR as LLVM's passes left it."""
        with optimised(self.llvm, self.machine) as module:
            return str(module)

    @cached_property
    def asm(self) -> str:
        """The assembly."""
        with parsed(self.llvm_optimized) as module:
            text: str = self.machine.emit_assembly(module)
        return text
