"""Whole products of integers of 32 bits: two instructions.

Written as a product of 64 bits, LLVM would do all arithmetic around it in 64 bits, too: it counts
conversions, and not that a GPU computes 64 bits piece by piece.
"""

from __future__ import annotations

from typing import Any

from ..codegen.llvm_ir.arith import multiply_wide
from ..codegen.llvm_ir.lowering import Results, Writer
from ..ir.types import i32

UPPER = "llvm.nvvm.mulhi.ui"
"""The intrinsic of the upper half, unsigned: ``mul.hi.u32``."""


def whole_product(op: Any, write: Writer) -> Results:
    """Low and high half of a product. Other widths are the shared rule's."""
    if op.lhs.type is not i32:
        return multiply_wide(op, write)
    lhs, rhs = write[op.lhs], write[op.rhs]
    low = write.new("i32", f"mul {lhs}, {rhs.name}", op.results[0].name)
    return low, write.call(UPPER, "i32", [lhs, rhs])
