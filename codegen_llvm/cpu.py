"""The CPU as an :class:`.LlvmTarget`."""

from __future__ import annotations

from typing import Any

from ..codegen.llvm_ir.target import LlvmTarget
from .barrier import barrier_text
from .entry import entry_text


def cpu_target(machine: Any, *, flush: bool = True) -> LlvmTarget:
    """The target of one of LLVM's target machines.

    ``flush`` makes the entry point flush denormals on x86; elsewhere it has no effect. Functions
    stay apart from their callers: the entry point changes the floating-point mode around its call.
    """
    is_x86 = machine.triple.startswith(("x86_64", "i686"))
    return LlvmTarget(
        triple=machine.triple,
        data_layout=str(machine.target_data),
        entry=entry_text(flush and is_x86),
        barrier=barrier_text(machine.triple),
    )
