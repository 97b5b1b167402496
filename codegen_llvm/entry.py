"""The entry point for the run time. All modules have the same C signature.

``void ranvier_entry(i64 thread, i64 threads, i64 t0, i64 t1, ptr table)`` calls ``@step_range``,
which takes the same arguments: ``table`` holds the addresses of its buffers in order.

On x86 it also makes the CPU flush denormal results to zero and read denormal operands as zero
(bits 15 and 6 of MXCSR), because decaying variables of a silent network reach denormals, which are
up to a hundred times slower; the caller's setting comes back at the end. The interpreter does not
flush: for bit-exact comparisons with it, emit with ``flush=False``.
"""

from __future__ import annotations

from ..ir.interface import STEP_RANGE
from .native import ENTRY

_FLUSH = 0x8040

_SAVE = f"""\
  %saved = alloca i32, align 4
  %flushing = alloca i32, align 4
  call void @llvm.x86.sse.stmxcsr(ptr %saved)
  %before = load i32, ptr %saved, align 4
  %mode = or i32 %before, {_FLUSH}
  store i32 %mode, ptr %flushing, align 4
  call void @llvm.x86.sse.ldmxcsr(ptr %flushing)
"""
_RESTORE = """\
  call void @llvm.x86.sse.ldmxcsr(ptr %saved)
"""
_DECLARE = """\
declare void @llvm.x86.sse.stmxcsr(ptr)
declare void @llvm.x86.sse.ldmxcsr(ptr)
"""


def entry_text(flush: bool) -> str:
    """The definition of the entry point."""
    arguments = "i64 %thread, i64 %threads, i64 %t0, i64 %t1, ptr %table"
    head = f"define void @{ENTRY}({arguments}) {{\nentry:\n"
    body = f"  call void @{STEP_RANGE}({arguments})\n"
    if not flush:
        return f"{head}{body}  ret void\n}}\n"
    return f"{head}{_SAVE}{body}{_RESTORE}  ret void\n}}\n{_DECLARE}"
