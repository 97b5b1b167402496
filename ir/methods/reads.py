"""Variables that values are computed from.

The language asks for the names of methods only: operations are loaded when a method runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..core import Value


def read_by(values: Sequence[Value]) -> set[str]:
    """The variables from which values are computed, as they are within the ``eq.system``."""
    from ..dialects import eq

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
