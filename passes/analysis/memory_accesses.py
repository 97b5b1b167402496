"""Accesses of buffers and variables: declared effects, with their places.

Passes that move or merge accesses look at them.

Two different buffer arguments never overlap, so a buffer is its SSA value. In tasks of the level of
loops a variable is its name, whoever has it: ``pre`` and ``post`` may be the same neuron.
"""

from __future__ import annotations

from typing import Any

from ...ir.attrs_classes import frozen
from ...ir.core import Op, Value
from ...ir.dialects import loops, memref
from ...ir.effects import Target, effects

_BUFFERS = memref.Load | memref.Store
_VARIABLES = loops.Load | loops.Store
_ONE_NEURON = (
    loops.Add
    | loops.AddToSum
    | loops.ClearSum
    | loops.Refractory
    | loops.StorePast
    | loops.SetRefractory
    | loops.Sum
)


@frozen
class Access:
    """One access of a buffer or variable.

    ``indices`` is None where it is not a plain element access.
    """

    op: Op
    buffer: Value | str | tuple[str, str]
    indices: tuple[Value, ...] | None
    writes: bool


def accesses(root: Op) -> list[Access] | None:
    """All accesses in ``root``, or None if some are unknown.

    Something, such as a call, may touch anything then.
    """
    found: list[Access] = []
    for effect in effects(root):
        buffer = same(effect.target)
        if buffer is None:
            return None
        found.append(Access(effect.op, buffer, _indices(effect.op), effect.writes))
    return found


def same(target: Target) -> Target:
    """The target of an effect, equal where targets may be one.

    A pre and a post neuron may be one.
    """
    if isinstance(target, tuple) and target[0] in ("pre", "post"):
        return "neuron", target[1]
    return target


def _indices(op: Any) -> tuple[Value, ...] | None:
    if isinstance(op, _BUFFERS):
        return tuple(op.indices)
    if isinstance(op, _VARIABLES):
        return tuple(op.at)
    return (op.at,) if isinstance(op, _ONE_NEURON) else None
