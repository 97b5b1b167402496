"""The kernels of a program, and their threads.

A program of launches has one for each, ``.entry ranvier_launch0(numbers, addresses of buffers)``,
on a grid of any size; thread and number of threads are those of the grid. Where there are too many
buffers for parameters, there is the address of a table of their addresses in their place.

A kernel with numbers has two parameters more, ``clock`` and ``moving``. ``clock`` is the address of
a step; it is added to those numbers whose bits are set in ``moving``. So a graph of launches, whose
parameters are fixed, can be launched again for later steps: ``.entry ranvier_advance(clock,
steps)`` sets the clock forward.

A program without launches runs on one block, whose threads are its workers:
``.entry ranvier_entry(.param .u64 t0, .param .u64 t1, .param .u64 table)``, where ``table`` is the
address, in the memory of the device, of the addresses of all buffers in order.

A barrier of the block orders what its threads write before it and read behind it, so that the state
of a barrier, which workers elsewhere share, is not used. All threads meet at the same one: no
branch around a barrier depends on the thread. ``convergent`` keeps LLVM from making such branches.
"""

from __future__ import annotations

import re

from ..codegen.llvm_ir.types import symbol
from ..ir.dialects.func import Func
from ..ir.interface import STEP_RANGE
from ..ir.types import MemRefType
from .program import PtxKernel

ENTRY = "ranvier_entry"
"""The name of the kernel of a program without launches."""

MOST_THREADS = 256
"""The most threads of a block of a launch."""

_REGISTER = "llvm.nvvm.read.ptx.sreg"
_MEET = "llvm.nvvm.barrier.cta.sync.aligned.all"
_BUFFER = "ptr addrspace(1)"

BARRIER = f"""\
define internal void @ranvier_barrier(ptr addrspace(1) %state, i64 %threads) convergent nounwind {{
  call void @{_MEET}(i32 0)
  ret void
}}
declare void @{_MEET}(i32)
"""


def block_text(threads: int) -> str:
    """The definition of the kernel of a program without launches.

    Its blocks have ``threads`` at most. Only one block runs, so each thread may have as many
    registers as it likes: the driver would otherwise spill some of them to make room for several
    blocks.
    """
    return f"""\
define ptx_kernel void @{ENTRY}(i64 %t0, i64 %t1, {_BUFFER} %table) \
"nvvm.maxntid"="{threads}" "nvvm.minctasm"="1" {{
  %x = call i32 @{_REGISTER}.tid.x()
  %nx = call i32 @{_REGISTER}.ntid.x()
  %thread = zext i32 %x to i64
  %threads = zext i32 %nx to i64
  call void @{STEP_RANGE}(i64 %thread, i64 %threads, i64 %t0, i64 %t1, {_BUFFER} %table)
  ret void
}}
{_declared("tid", "ntid")}"""


def launch_text(
    kernel: PtxKernel, function: Func, attributes: str, threads: int, place: str, call: str
) -> str:
    """The definition of the kernel of a launch. Its blocks have ``threads`` at most.

    A thread may have as many registers as it likes, as in one block: assemblers spill some of them
    otherwise, to make room for more blocks on a multiprocessor.
    ``place`` and ``call`` are debug info of the definition and of its call.
    """
    kinds = function.function_type.inputs[2:]
    is_buffer = [isinstance(each, MemRefType) for each in kinds]
    numbers = [f"i64 %n{i}" for i in range(is_buffer.count(False))]
    clock = [f"{_BUFFER} %clock", "i64 %moving"] if numbers else []
    buffers = [f"{_BUFFER} %b{i}" for i in range(is_buffer.count(True))]
    loads = ""
    if kernel.in_table:
        loads = "".join([_load(i, each) for i, each in enumerate(buffers)])
    given = [f"i64 %given{i}" for i in range(len(numbers))]
    places = [f"{_BUFFER} %table"] if kernel.in_table else buffers
    parameters = [*given, *places, *clock]
    left = {True: iter(buffers), False: iter(numbers)}
    passed = ["i64 %thread", "i64 %threads", *(next(left[each]) for each in is_buffer)]
    return f"""\
define ptx_kernel void @{kernel.name}({", ".join(parameters)}) {attributes} \
"nvvm.maxntid"="{threads}" "nvvm.minctasm"="1"{place} {{
  %x = call i32 @{_REGISTER}.tid.x()
  %nx = call i32 @{_REGISTER}.ntid.x()
  %block = call i32 @{_REGISTER}.ctaid.x()
  %blocks = call i32 @{_REGISTER}.nctaid.x()
  %first = mul nuw nsw i32 %block, %nx
  %number = add nuw nsw i32 %first, %x
  %all = mul nuw nsw i32 %blocks, %nx
  %thread = zext i32 %number to i64
  %threads = zext i32 %all to i64
{_moved(len(numbers))}{loads}  call void {symbol(function.sym_name)}({", ".join(passed)}){call}
  ret void
}}
"""


def _moved(count: int) -> str:
    """Numbers as given, or so many steps behind the clock."""
    if not count:
        return ""
    lines = [f"  %now = load i64, {_BUFFER} %clock, align 8\n"]
    lines += [
        f"  %bits{i} = lshr i64 %moving, {i}\n  %bit{i} = and i64 %bits{i}, 1\n"
        f"  %more{i} = mul i64 %bit{i}, %now\n  %n{i} = add i64 %given{i}, %more{i}\n"
        for i in range(count)
    ]
    return "".join(lines)


def _load(place: int, buffer: str) -> str:
    name = buffer.partition("%")[2]
    slot = f"getelementptr inbounds {_BUFFER}, {_BUFFER} %table, i64 {place}"
    return f"  %at_{name} = {slot}\n  %{name} = load {_BUFFER}, {_BUFFER} %at_{name}, align 8\n"


def _declared(*names: str) -> str:
    return "".join([f"declare i32 @{_REGISTER}.{each}.x()\n" for each in names])


ADVANCE = "ranvier_advance"
"""The name of the kernel that sets a clock forward."""

LAUNCH_TEXT = f"""\
define ptx_kernel void @{ADVANCE}({_BUFFER} %clock, i64 %steps) "nvvm.maxntid"="1" {{
  %now = load i64, {_BUFFER} %clock, align 8
  %later = add i64 %now, %steps
  store i64 %later, {_BUFFER} %clock, align 8
  ret void
}}
{_declared("tid", "ntid", "ctaid", "nctaid")}"""
"""The rest of programs of launches."""


def declared_once(text: str) -> str:
    """A text without declarations that repeat earlier ones.

    Kernels declare what functions may have declared, too.
    """
    known: set[str] = set()

    def one(found: re.Match[str]) -> str:
        repeated = found[1] in known
        known.add(found[1])
        return "" if repeated else found[0]

    return _DECLARATION.sub(one, text)


_DECLARATION = re.compile(r"^declare .*@([\w.$]+)\(.*\n?", re.MULTILINE)
