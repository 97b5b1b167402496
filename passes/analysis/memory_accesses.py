"""Accesses of buffers: declared effects, with their places.

Passes that move or merge accesses look at them.

Two different buffer arguments never overlap, so a buffer is its SSA value.
"""

from __future__ import annotations

from attrs import frozen

from ...ir.core import Op, Value
from ...ir.dialects import memref
from ...ir.effects import effects


@frozen
class Access:
    """One access of a buffer. ``indices`` is None where it is not a plain element access."""

    op: Op
    buffer: Value
    indices: tuple[Value, ...] | None
    writes: bool


def accesses(root: Op) -> list[Access] | None:
    """All accesses in ``root``, or None if some are unknown.

    Something, such as a call, may touch anything then.
    """
    found: list[Access] = []
    for effect in effects(root):
        op, buffer = effect.op, effect.target
        if buffer is None:
            return None
        if isinstance(buffer, Value):
            at = tuple(op.indices) if isinstance(op, memref.Load | memref.Store) else None
            found.append(Access(op, buffer, at, effect.writes))
    return found
