"""``syn``: operations on spike lists, masks of spikes and bit matrices.

They do not depend on the vector width. ``lower-syn`` replaces them.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..constraints import Buffer, Index, ScalarTruth, Truth
from ..core import Op, Value
from ..declare import op, operand, result
from ..types import i32


@op(
    "syn.append",
    format="$hit `,` $first `to` $list `[` $base `]` `count` $count `[` $slot `]` `below` $limit "
    "attr-dict `:` type($hit) `,` type($list) `,` type($count)",
)
class Append(Op):
    """Appends neurons to a list, one for every set lane.

    A set lane of ``hit`` appends ``first + lane``, in order. The list starts at ``base`` of
    ``list``; its length is ``count[slot]``. Neurons from ``limit`` on are padding and never
    appended.
    """

    hit: Value = operand(Truth)
    first: Value = operand(Index)
    list: Value = operand(Buffer, writes=True)
    base: Value = operand(Index)
    count: Value = operand(Buffer, reads=True, writes=True)
    slot: Value = operand(Index)
    limit: Value = operand(Index)


@op(
    "syn.mark",
    format="$hit `,` $i `to` $mask `[` $word `]` attr-dict `:` type($hit) `,` type($mask)",
)
class Mark(Op):
    """Sets or clears the bit of a neuron in a mask.

    It is bit ``i mod 32`` of a word, the first one the lowest. All lanes of a subgroup
    (``gpu.lane_id``) come here together, with neighbouring neurons of the same word: a warp has all
    of it, so that it stores the word whole.
    """

    hit: Value = operand(ScalarTruth)
    i: Value = operand(Index)
    mask: Value = operand(Buffer, reads=True, writes=True)
    word: Value = operand(Index)

    def check(self) -> Iterator[str]:
        """Check the type of words."""
        if self.mask.type.element is not i32:  # type: ignore[attr-defined]
            yield f"a mask of spikes has words of i32, not those of {self.mask.type}"


@op("syn.connected", format="$bits `[` $first `]` attr-dict `:` type($bits) `->` type($result)")
class Connected(Op):
    """Whether neurons are connected, from a matrix of bits.

    Each lane is bit ``first + lane`` of a buffer of bytes. The first bit of a byte is its lowest.
    For a vector ``first`` is a multiple of its lanes.
    """

    bits: Value = operand(Buffer, reads=True)
    first: Value = operand(Index)
    result: Value = result(Truth)
