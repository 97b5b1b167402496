"""A GPU as an :class:`.LlvmTarget`.

Buffers lie in global memory, and so do tables of them. Single precision counts denormal numbers as
zero, as the CPU does while it simulates; double precision has no such mode here and keeps them.
"""

from __future__ import annotations

from ..codegen.llvm_ir.target import LlvmTarget
from .entry import BARRIER, entry_text
from .machine import TRIPLE, target_machine

GLOBAL_MEMORY = 1
"""LLVM's number of the memory in which buffers lie."""

FLUSH = '"denormal-fp-math-f32"="preserve-sign,preserve-sign"'
"""The mode for denormal numbers of single precision.

They count as zeros of the same sign, as operands and as results.
"""

FUNCTIONS = frozenset(
    f"llvm.{name}"
    for name in (
        *("fabs", "sqrt", "floor", "ceil", "trunc", "round", "roundeven", "copysign", "fma"),
        *("maximum", "minimum", "smax", "smin", "ctpop", "cttz", "fptosi.sat", "prefetch"),
    )
)
"""All that code may call. LLVM ends the process for most others, and misspelt ones pass it."""


def ptx_target(machine: str, threads: int) -> LlvmTarget:
    """The target of an architecture. Blocks have ``threads`` at most."""
    return LlvmTarget(
        triple=TRIPLE,
        data_layout=str(target_machine(machine).target_data),
        entry=entry_text(threads),
        barrier=BARRIER,
        attributes=f"noinline nounwind convergent {FLUSH}",
        address_space=GLOBAL_MEMORY,
        functions=FUNCTIONS,
    )
