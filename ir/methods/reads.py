"""Variables that values are computed from.

The language asks for the names of methods only: operations are loaded when a method runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..core import Op, Value


def read_by(values: Sequence[Value], *, anywhere: bool = False) -> set[str]:
    """The variables that values are computed from, read within the ``eq.system``.

    ``anywhere``: also those that are read before it.
    """
    from ..dialects import eq

    return {
        op.variable
        for op in _behind(values)
        if isinstance(op, eq.Read) and (anywhere or isinstance(op.parent_op, eq.System))
    }


def _behind(values: Sequence[Value]) -> Iterator[Op]:
    """The operations that compute values, directly or indirectly."""
    worklist = list(values)
    done = set(worklist)
    while worklist:
        op = worklist.pop().op
        if op is not None:
            yield op
            new = set(op.operands) - done
            done |= new
            worklist += new
