"""``syn``: spike lists, independent of vector width; ``lower-syn`` turns them into loops."""

from __future__ import annotations

from ..constraints import Buffer, Index, Truth
from ..core import Op, Value
from ..declare import op, operand


@op("syn.append")
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
