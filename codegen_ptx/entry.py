"""The kernel of a program, and the barrier of its threads.

``.entry ranvier_entry(.param .u64 t0, .param .u64 t1, .param .u64 table)`` is launched as one
block. Its threads are the workers of ``@step_range``. ``table`` is the address, in the memory of
the device, of the addresses of its buffers in order.

A barrier of the block orders what its threads write before it and read behind it, so that the state
of a barrier, which workers elsewhere share, is not used. All threads meet at the same one: no
branch around a barrier depends on the thread. ``convergent`` keeps LLVM from making such branches.
"""

from __future__ import annotations

from ..ir.interface import STEP_RANGE

ENTRY = "ranvier_entry"
"""The name of the kernel."""

_REGISTER = "llvm.nvvm.read.ptx.sreg"
_MEET = "llvm.nvvm.barrier.cta.sync.aligned.all"

BARRIER = f"""\
define internal void @ranvier_barrier(ptr addrspace(1) %state, i64 %threads) convergent nounwind {{
  call void @{_MEET}(i32 0)
  ret void
}}
declare void @{_MEET}(i32)
"""


def entry_text(threads: int) -> str:
    """The definition of the kernel, for blocks of ``threads`` at most.

    Only one block runs, so each thread may have as many registers as it likes: the driver would
    otherwise spill some of them to make room for several blocks.
    """
    return f"""\
define ptx_kernel void @{ENTRY}(i64 %t0, i64 %t1, ptr addrspace(1) %table) \
"nvvm.maxntid"="{threads}" "nvvm.minctasm"="1" {{
  %x = call i32 @{_REGISTER}.tid.x()
  %nx = call i32 @{_REGISTER}.ntid.x()
  %thread = zext i32 %x to i64
  %threads = zext i32 %nx to i64
  call void @{STEP_RANGE}(i64 %thread, i64 %threads, i64 %t0, i64 %t1, ptr addrspace(1) %table)
  ret void
}}
declare i32 @{_REGISTER}.tid.x()
declare i32 @{_REGISTER}.ntid.x()
"""
