"""The texts that LLVM makes of a module, for people. No machine code is linked or run."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from ...ir.core import lookup_symbol
from ...ir.dialects.builtin import Module
from ...ir.interface import STEP_RANGE
from .debug import Lines
from .emit import emit
from .optimise import optimised
from .target import LlvmTarget


class LlvmListings:
    """LLVM IR of a module of kernels. Each text is made when first asked for.

    ``machine`` is LLVM's, ``target`` ours. ``lines`` asks for debug info, see ``debug.py``. A
    module without ``@step_range`` is taken as it is, unless it must have an ``entry`` point.
    """

    def __init__(
        self,
        module: Module,
        lines: Lines | None,
        *,
        machine: Any,
        target: LlvmTarget,
        entry: bool = False,
    ) -> None:
        self.machine = machine
        self._module = module
        self._lines = lines
        self._target = target
        self._entry = entry or lookup_symbol(module, STEP_RANGE) is not None

    @cached_property
    def llvm(self) -> str:
        """LLVM IR as emitted."""
        return emit(self._module, self._target, lines=self._lines, entry=self._entry)

    @cached_property
    def llvm_optimized(self) -> str:
        """LLVM IR as LLVM's passes left it."""
        with optimised(self.llvm, self.machine, self._target.inlined) as module:
            return str(module)
