"""``gpu``: the threads of a grid, as in MLIR.

A grid has blocks, a block has threads, which share memory (``memref.alloc``) and wait for one
another. In the interpreter and on a CPU a thread is a block by itself, and the only one;
``ir/interpreter/grid.py`` runs those of a grid.

A *subgroup* are threads that take each instruction together, the *lanes* of it. On an NVIDIA GPU it
is a warp of 32; in the interpreter and on a CPU each thread is a subgroup by itself. A program that
deals its work out by lanes is therefore a sequential one there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..attributes import EnumAttr
from ..constraints import Int32
from ..core import Op, Value
from ..declare import op, operand, prop, result
from ..types import FloatType, IntegerType, i1, index

LANES = "subgroup"
"""The effect of what lanes do together: it touches no memory."""

MODES = ("xor", "up", "down", "idx")


@op("gpu.lane_id", format="attr-dict", pure=True)
class LaneId(Op):
    """The number of the thread in its subgroup, from 0 on."""

    result: Value = result(type=index)


@op("gpu.subgroup_size", format="attr-dict `:` type($result)", pure=True)
class SubgroupSize(Op):
    """The number of lanes of a subgroup.

    It is 32 on an NVIDIA GPU, 1 in the interpreter and on a CPU.
    """

    result: Value = result(type=index)


@op(
    "gpu.shuffle",
    format="$mode $value `,` $offset `,` $width attr-dict `:` type($value)",
    reads=True,
    touches=LANES,
)
class Shuffle(Op):
    """The value of another lane, and whether that lane is there.

    The other lane is ``offset`` (``idx``), or that many below (``up``) or above (``down``), or
    differs in the bits of ``offset`` (``xor``). Where it is not there, the result is the own value.
    All lanes of a subgroup take part; ``width`` is their number at most, the constant 32.
    """

    value: Value = operand()
    offset: Value = operand(Int32)
    width: Value = operand(Int32)
    moved: Value = result(same_type_as="value")
    valid: Value = result(type=i1)
    mode: str = prop(EnumAttr, of="gpu shuffle_mode")

    def check(self) -> Iterator[str]:
        """Check the mode and the width of the value."""
        if self.mode.partition(" ")[2] not in MODES:
            yield f"has the mode '{self.mode}'"
        if getattr(self.value.type, "bits", 0) not in (32, 64) or not isinstance(
            self.value.type, IntegerType | FloatType
        ):
            yield f"moves 32 or 64 bits, not {self.value.type}"


def shuffle(value: Value, lane: Value, width: Value, mode: str = "idx") -> Shuffle:
    """The ``value`` of another lane."""
    return Shuffle(value, lane, width, mode=EnumAttr(f"shuffle_mode {mode}", "gpu"))


def _number(name: str, doc: str) -> type[Op]:
    """Declare a number of a thread. Grids and blocks have one dimension, ``x``."""
    body = {"__doc__": doc, "__module__": __name__, "check": _one_dimension}
    body |= {"result": result(type=index), "dimension": prop(EnumAttr, of="gpu dim", default=_X)}
    cls = type(name.title().replace("_", ""), (Op,), body)
    return op(f"gpu.{name}", format="$dimension attr-dict", pure=True)(cls)


_X = EnumAttr("dim x", "gpu")


def _one_dimension(self: Any) -> Iterator[str]:
    if self.props["dimension"] != _X:
        yield "grids have one dimension, x"


NUMBERS: dict[str, Any] = {
    name: _number(name, doc)
    for name, doc in {
        "thread_id": "The number of the thread in its block.",
        "block_dim": "The number of threads of a block.",
        "block_id": "The number of the block.",
        "grid_dim": "The number of blocks.",
    }.items()
}
"""The operations that say which thread this is."""


@op("gpu.barrier", format="attr-dict", reads=True, writes=True)
class Barrier(Op):
    """A barrier of the threads of a block.

    What they wrote in front of it, to any memory, all of them read behind it.
    """
