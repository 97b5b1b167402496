"""The texts that LLVM makes of a module, for people. No machine code is linked or run."""

from __future__ import annotations

from functools import cached_property

from ..codegen.llvm_ir.debug import Lines
from ..codegen.llvm_ir.listings import LlvmListings
from ..codegen.llvm_ir.optimise import parsed
from ..ir.dialects.builtin import Module
from .cpu import cpu_target
from .target import target_machine


class Listings(LlvmListings):
    """LLVM IR and assembly of a module of kernels.

    ``cpu`` is an LLVM name; without one it is this machine. ``flush`` makes the entry point flush
    denormals (``entry.py``).
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
        machine = target_machine(cpu)
        target = cpu_target(machine, flush=flush)
        super().__init__(module, lines, machine=machine, target=target, entry=entry)

    @cached_property
    def asm(self) -> str:
        """The assembly."""
        with parsed(self.llvm_optimized) as module:
            text: str = self.machine.emit_assembly(module)
        return text
