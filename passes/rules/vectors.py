"""Lanes that are known, or all the same."""

from __future__ import annotations

from typing import Any

from ...ir.attributes import DenseArrayAttr
from ...ir.dialects import vector
from ...ir.rewriter import Rewriter, pattern
from .match import const_value, defined_by

IDEMPOTENT = ("and", "or", "maxsi", "minsi", "maxui", "minui", "maximumf", "minimumf")
"""Reductions of equal lanes that give the lane."""


@pattern(vector.Extract, examples=["extract(broadcast(x, 4), 2)"])
def extract_broadcast(op: Any, rw: Rewriter) -> None:
    """a lane of x in every lane -> x"""
    inner = defined_by(op.source, vector.Broadcast)
    if not inner:
        return rw.skip("the lanes may differ")
    if op.position and const_value(op.position[0]) is None:
        return rw.skip("the position may be outside")
    rw.replace(op, inner.source)


@pattern(vector.Extract, examples=["extract(v, 2)"])
def extract_known_lane(op: Any, rw: Rewriter) -> None:
    """the lane of a constant number -> the lane of a fixed number"""
    known = const_value(op.position[0]) if op.position else None
    if known is None or not 0 <= known < op.source.type.size:
        return rw.skip("the position is not a constant inside")
    rw.replace(op, vector.Extract(op.source, static_position=DenseArrayAttr((known,))))


@pattern(
    vector.Reduction,
    examples=["reduction('or', broadcast(p, 4))", "reduction('maxsi', broadcast(a[i32], 4))"],
)
def reduce_broadcast(op: Any, rw: Rewriter) -> None:
    """any, all, max or min of x in every lane -> x"""
    inner = defined_by(op.vector, vector.Broadcast)
    if not inner or op.kind not in IDEMPOTENT:
        return rw.skip("the lanes may differ, or are added up")
    rw.replace(op, inner.source)
