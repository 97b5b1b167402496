"""Rules of ``gpu`` and ``nvvm``: blocks and warps of threads.

Votes and shuffles are *convergent*: LLVM leaves them where all lanes come together. Those of 64
bits are two of 32.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..codegen.errors import CodegenError
from ..codegen.llvm_ir.lowering import Ref, Results, Rule, Writer
from ..codegen.llvm_ir.memory import ALIGNED, array_type
from ..codegen.widths import bits_of
from ..ir.core import Op
from ..ir.dialects import gpu, memref, nvvm

LANES = 32
"""The lanes of a warp."""

_REGISTER = "llvm.nvvm.read.ptx.sreg"
_LANE = f"{_REGISTER}.laneid"
_NUMBERS: Mapping[type[Op], str] = {
    gpu.NUMBERS["thread_id"]: f"{_REGISTER}.tid.x",
    gpu.NUMBERS["block_dim"]: f"{_REGISTER}.ntid.x",
    gpu.NUMBERS["block_id"]: f"{_REGISTER}.ctaid.x",
    gpu.NUMBERS["grid_dim"]: f"{_REGISTER}.nctaid.x",
}
_MEET = "llvm.nvvm.barrier.cta.sync.aligned.all"
_BARRIER = "llvm.nvvm.bar.warp.sync"
_SHUFFLES = {"xor": "bfly", "up": "up", "down": "down", "idx": "idx"}
_MEETING = " convergent nounwind"

INTRINSICS = frozenset(
    (
        _LANE,
        _BARRIER,
        _MEET,
        *_NUMBERS.values(),
        *(f"llvm.nvvm.vote.{kind}.sync" for kind in nvvm.VOTES),
        *(f"llvm.nvvm.shfl.sync.{mode}.i32p" for mode in _SHUFFLES.values()),
    )
)
"""The intrinsics of these rules."""


def number(op: Any, write: Writer) -> Results:
    """A special register."""
    return write.result(op, f"zext {write.call(_NUMBERS[type(op)], 'i32', ())} to i64")


def wait(op: Any, write: Writer) -> Results:
    """One instruction, over which LLVM moves no access."""
    write.call(_MEET, "void", [Ref("i32", "0")], _MEETING)
    return None


def allocate(op: Any, write: Writer) -> Results:
    """A variable in the memory of the block."""
    type_ = op.results[0].type
    pointer, all_of_it = write.type(type_), array_type(type_)
    text = f"internal {pointer.removeprefix('ptr ')} global {all_of_it} undef, align {ALIGNED}"
    return Ref(pointer, write.declarations.variable("shared", text))


def lane(op: Any, write: Writer) -> Results:
    """A special register."""
    return write.result(op, f"zext {write.call(_LANE, 'i32', ())} to i64")


def size(op: Any, write: Writer) -> Results:
    """A constant."""
    return Ref("i64", str(LANES))


def vote(op: Any, write: Writer) -> Results:
    """One instruction."""
    kind = op.kind.partition(" ")[2]
    type_ = "i32" if kind == "ballot" else "i1"
    operands = [write[op.mask], write[op.pred]]
    return write.call(f"llvm.nvvm.vote.{kind}.sync", type_, operands, _MEETING)


def meet(op: Any, write: Writer) -> Results:
    """One instruction, over which LLVM moves no access."""
    write.call(_BARRIER, "void", [write[op.mask]], _MEETING)
    return None


def shuffle(op: Any, write: Writer) -> Results:
    """One instruction for each 32 bits. The second says the same of the other lane."""
    if write[op.width].name != str(LANES):
        raise CodegenError(f"a shuffle goes over {LANES} lanes, a constant", op.loc)
    value, mode, bits = write[op.value], op.mode.partition(" ")[2], bits_of(op.value.type)
    word = value
    if not value.type.startswith("i"):
        word = write.new(f"i{bits}", f"bitcast {value} to i{bits}")
    if bits == LANES:
        moved, there = _moved(write, mode, word, write[op.offset])
    else:
        moved, there = _moved_halves(write, mode, word, write[op.offset])
    if value.type != moved.type:
        moved = write.new(value.type, f"bitcast {moved} to {value.type}")
    return moved, there


def _moved_halves(write: Writer, mode: str, word: Ref, offset: Ref) -> tuple[Ref, Ref]:
    low = write.new("i32", f"trunc {word} to i32")
    upper = write.new("i32", f"trunc {write.new('i64', f'lshr {word}, 32')} to i32")
    low, there = _moved(write, mode, low, offset)
    upper, _ = _moved(write, mode, upper, offset)
    wide = write.new("i64", f"shl {write.new('i64', f'zext {upper} to i64')}, 32")
    rest = write.new("i64", f"zext {low} to i64")
    return write.new("i64", f"or {wide}, {rest.name}"), there


def _moved(write: Writer, mode: str, word: Ref, offset: Ref) -> tuple[Ref, Ref]:
    """32 bits of another lane, and whether it is there."""
    last = Ref("i32", "0" if mode == "up" else str(LANES - 1))
    name = f"llvm.nvvm.shfl.sync.{_SHUFFLES[mode]}.i32p"
    both = write.call(name, "{ i32, i1 }", [Ref("i32", "-1"), word, offset, last], _MEETING)
    found = write.new("i32", f"extractvalue {both}, 0")
    return found, write.new("i1", f"extractvalue {both}, 1")


RULES: Mapping[type[Op], Rule] = {
    **dict.fromkeys(_NUMBERS, number),
    gpu.Barrier: wait,
    memref.Alloc: allocate,
    gpu.LaneId: lane,
    gpu.SubgroupSize: size,
    gpu.Shuffle: shuffle,
    nvvm.Vote: vote,
    nvvm.WarpBarrier: meet,
}
