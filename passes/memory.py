"""What operations read and write, for passes that move or merge memory accesses.

Two different buffer arguments never overlap, so a buffer is its SSA value.
"""

from __future__ import annotations

from attrs import frozen

from ..ir.core import Op, Value
from ..ir.dialects import func, memref, syn, vector


@frozen
class Access:
    """One access of a buffer; ``indices`` is None where it is not a plain element access."""

    op: Op
    buffer: Value
    indices: tuple[Value, ...] | None
    writes: bool


def accesses(root: Op) -> list[Access] | None:
    """All accesses in ``root`` and inside it; None if something may touch anything (a call)."""
    found: list[Access] = []
    for op in root.walk():
        if op.pure:
            continue
        if isinstance(op, memref.Load):
            found.append(Access(op, op.memref, tuple(op.indices), False))
        elif isinstance(op, memref.Store):
            found.append(Access(op, op.memref, tuple(op.indices), True))
        elif isinstance(op, vector.Load | vector.Gather):
            found.append(Access(op, op.base, None, False))
        elif isinstance(op, vector.Store):
            found.append(Access(op, op.base, None, True))
        elif isinstance(op, syn.Append):
            found.append(Access(op, op.list, None, True))
            found.append(Access(op, op.count, None, True))
        elif isinstance(op, func.Call):
            return None
    return found


def written(root: Op) -> set[Value] | None:
    """The buffers that ``root`` may write; None: any."""
    found = accesses(root)
    return None if found is None else {a.buffer for a in found if a.writes}
