"""The texts that LLVM makes of a module, for people: no machine code is linked or run."""

from __future__ import annotations

from functools import cached_property

from ..ir.core import lookup_symbol
from ..ir.dialects.builtin import Module
from ..ir.interface import STEP_RANGE
from .debug import Lines
from .emit import emit
from .jit import target_machine
from .optimise import optimised, parsed


class Listings:
    """LLVM IR and assembly of a module of kernels, each made when first asked for.

    A module without ``@step_range`` is taken as it is, without an entry point. ``lines`` asks for
    debug info, see ``debug.py``. ``cpu`` is an LLVM name; without one it is this machine.
    """

    def __init__(
        self, module: Module, lines: Lines | None = None, *, cpu: str | None = None
    ) -> None:
        self._module = module
        self._lines = lines
        self._machine = target_machine(cpu)

    @cached_property
    def llvm(self) -> str:
        """LLVM IR as emitted."""
        machine = self._machine
        entry = lookup_symbol(self._module, STEP_RANGE) is not None
        return emit(
            self._module,
            machine.triple,
            str(machine.target_data),
            lines=self._lines,
            entry=entry,
        )

    @cached_property
    def llvm_optimized(self) -> str:
        """LLVM IR as LLVM's passes left it."""
        with optimised(self.llvm, self._machine) as module:
            return str(module)

    @cached_property
    def asm(self) -> str:
        """The assembly."""
        with parsed(self.llvm_optimized) as module:
            text: str = self._machine.emit_assembly(module)
        return text
