"""A GPU as an :class:`.LlvmTarget`.

Buffers lie in global memory, and so do tables of them. Single precision counts denormal numbers as
zero, as the CPU does while it simulates; double precision has no such mode here and keeps them.
"""

from __future__ import annotations

from typing import Any

from ..codegen.llvm_ir.arith import float_to_integer as convert
from ..codegen.llvm_ir.lowering import Results, Writer
from ..codegen.llvm_ir.target import LlvmTarget
from ..ir.dialects import arith
from ..ir.types import i1, scalar_of
from .entry import BARRIER, block_text
from .machine import TRIPLE, target_machine
from .products import UPPER, whole_product
from .warps import INTRINSICS, RULES

GLOBAL_MEMORY = 1
"""LLVM's number of the memory in which buffers lie."""

FLUSH = '"denormal-fp-math-f32"="preserve-sign,preserve-sign"'
"""The mode for denormal numbers of single precision.

They count as zeros of the same sign, as operands and as results.
"""

ATTRIBUTES = f"nounwind convergent {FLUSH}"
"""Attributes of all functions."""

FUNCTIONS = frozenset(
    f"llvm.{name}"
    for name in (
        *("fabs", "sqrt", "floor", "ceil", "trunc", "round", "roundeven", "copysign", "fma"),
        *("maximum", "minimum", "smax", "smin", "ctpop", "cttz", "fptosi.sat", "prefetch"),
    )
) | {UPPER}
"""All that code may call. LLVM ends the process for most others, and misspelt ones pass it."""


def float_to_integer(op: Any, write: Writer) -> Results:
    """Convert as elsewhere; to a truth value by a comparison.

    Truth values are -1 and 0 here. LLVM takes zero for -1.
    """
    if scalar_of(op.results[0].type) is not i1:
        return convert(op, write)
    return write.result(op, f"fcmp ole {write[op.operand]}, -1.0")


def ptx_target(machine: str, threads: int, *, inlined: bool = False) -> LlvmTarget:
    """The target of an architecture. Blocks have ``threads`` at most.

    ``inlined``: kernels call nothing but rare cases of formulas.

    Arguments are frozen: where code chooses among two buffers, LLVM would choose among the
    addresses of two arguments, which would lie on the stack then, and load from another memory.
    """
    return LlvmTarget(
        triple=TRIPLE,
        data_layout=str(target_machine(machine).target_data),
        entry=block_text(threads),
        barrier=BARRIER,
        attributes=ATTRIBUTES,
        inlined=inlined,
        address_space=GLOBAL_MEMORY,
        scope='syncscope("device") ',
        functions=FUNCTIONS | INTRINSICS,
        frozen_arguments=True,
        rules={arith.FPToSI: float_to_integer, arith.MulUIExtended: whole_product, **RULES},
    )
