"""Variables that values are computed from."""

from __future__ import annotations

from collections.abc import Sequence

from ..core import Value
from ..dialects import eq


def read_by(values: Sequence[Value]) -> set[str]:
    """The variables from which values are computed, as they are within the ``eq.system``."""
    found: set[str] = set()
    waiting = list(values)
    done = set(waiting)
    while waiting:
        op = waiting.pop().op
        if isinstance(op, eq.Read) and isinstance(op.parent_op, eq.System):
            found.add(op.variable)
        new = set(op.operands if op is not None else ()) - done
        done |= new
        waiting += new
    return found
