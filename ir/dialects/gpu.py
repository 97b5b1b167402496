"""``gpu``: threads that run in step, as in MLIR.

A *subgroup* are threads that take each instruction together, the *lanes* of it. On an NVIDIA GPU it
is a warp of 32; in the interpreter and on a CPU each thread is a subgroup by itself. A program that
deals its work out by lanes is therefore a sequential one there.
"""

from __future__ import annotations

from collections.abc import Iterator

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
