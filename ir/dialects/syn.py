"""``syn``: spike lists and bit matrices whatever the vector width; ``lower-syn`` removes them."""

from __future__ import annotations

from ..constraints import Buffer, Index, Truth
from ..core import Op, Value
from ..declare import op, operand, result


@op(
    "syn.append",
    format="$hit `,` $first `to` $list `[` $base `]` `count` $count `[` $slot `]` `below` $limit "
    "attr-dict `:` type($hit) `,` type($list) `,` type($count)",
)
class Append(Op):
    """Appends ``first + lane`` to a list for every set lane of ``hit``, in order.

    The list starts at ``base`` of ``list``; its length is ``count[slot]``. Lanes from ``limit`` on
    are padding and never appended.
    """

    hit: Value = operand(Truth)
    first: Value = operand(Index)
    list: Value = operand(Buffer, writes=True)
    base: Value = operand(Index)
    count: Value = operand(Buffer, reads=True, writes=True)
    slot: Value = operand(Index)
    limit: Value = operand(Index)


@op("syn.connected", format="$bits `[` $first `]` attr-dict `:` type($bits) `->` type($result)")
class Connected(Op):
    """Whether the bits ``first + lane`` of a buffer of bytes are set: who is connected to whom.

    The first bit of a byte is its lowest. For a vector ``first`` is a multiple of its lanes.
    """

    bits: Value = operand(Buffer, reads=True)
    first: Value = operand(Index)
    result: Value = result(Truth)
