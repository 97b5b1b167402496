"""Rules of ``gpu`` and ``nvvm`` for a grid of one thread."""

from __future__ import annotations

from typing import Any

from ...ir.dialects import gpu, nvvm
from .lowering import Ref, Writer, lowers


@lowers(gpu.LaneId)
def lane(op: Any, write: Writer) -> Ref:
    """The first lane."""
    return Ref("i64", "0")


@lowers(gpu.SubgroupSize)
def size(op: Any, write: Writer) -> Ref:
    """One lane."""
    return Ref("i64", "1")


@lowers(gpu.Shuffle)
def shuffle(op: Any, write: Writer) -> tuple[Ref, Ref]:
    """The own value. Another lane is not there."""
    return write[op.value], write.new("i1", f"icmp eq {write[op.offset]}, 0")


@lowers(nvvm.Vote)
def vote(op: Any, write: Writer) -> Ref:
    """The own answer: of a ballot as bit 0."""
    kind = op.kind.partition(" ")[2]
    if kind == "ballot":
        return write.result(op, f"zext {write[op.pred]} to i32")
    return Ref("i1", "true") if kind == "uni" else write[op.pred]


@lowers(gpu.NUMBERS["thread_id"], gpu.NUMBERS["block_id"])
def first(op: Any, write: Writer) -> Ref:
    """The first one."""
    return Ref("i64", "0")


@lowers(gpu.NUMBERS["block_dim"], gpu.NUMBERS["grid_dim"])
def one(op: Any, write: Writer) -> Ref:
    """One alone."""
    return Ref("i64", "1")


@lowers(gpu.Barrier, nvvm.WarpBarrier)
def meet(op: Any, write: Writer) -> None:
    """Nothing: no other thread comes."""
