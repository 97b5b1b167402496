"""Conversions between types, and moves."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import PtxError
from ..syntax import SIZES
from .floats import flushed, saturated
from .integers import FLOATS, limits
from .registry import Array, Compute, Operation, Words, dtype, opcode, same

NEAR: dict[str, Any] = {"rni": np.rint, "rzi": np.trunc, "rmi": np.floor, "rpi": np.ceil}
CONVERTED = ("u8", "s8", "u16", "s16", "u32", "s32", "u64", "s64", *FLOATS)


@opcode("cvt")
def decode_cvt(words: Words) -> Operation:
    source, result = words.type(*CONVERTED), words.type(*CONVERTED)
    integral = words.maybe(*NEAR)
    rounding = words.maybe("rn", "rz", "rm", "rp")
    ftz, sat = words.flag("ftz"), words.flag("sat")
    if rounding not in ("", "rn"):
        raise PtxError(f"'{words.opcode}': only .rn is emulated")
    if source not in FLOATS and result not in FLOATS:
        compute = _between_integers(source, result, sat)
    elif source not in FLOATS:
        compute = lambda a: a.astype(dtype(result))  # noqa: E731
    elif result not in FLOATS:
        if not integral:
            raise PtxError(f"'{words.opcode}' lacks a rounding to integers")
        compute = to_integer(source, result, NEAR[integral])
    else:
        near = NEAR[integral] if integral else np.positive
        compute = lambda a: near(a).astype(dtype(result))  # noqa: E731
    changed = _modified(compute, ftz and source == "f32", ftz and result == "f32",
                        sat and result in FLOATS)  # fmt: skip
    return Operation((result,), (source,), changed)


def _modified(compute: Compute, before: bool, after: bool, sat: bool) -> Compute:
    if not (before or after or sat):
        return compute

    def changed(a: Array) -> Array:
        found = compute(flushed(a) if before else a)
        found = flushed(found) if after else found
        return saturated(found) if sat else found

    return changed


def _between_integers(source: str, result: str, sat: bool) -> Compute:
    if not sat:
        return lambda a: a.astype(dtype(result))
    low = max(limits(source)[0], limits(result)[0])
    high = min(limits(source)[1], limits(result)[1])
    return lambda a: np.clip(a, low, high).astype(dtype(result))


def to_integer(source: str, result: str, near: Any) -> Compute:
    """Rounding to integers, which clamps.

    NaN is 0; but of f64, or as an integer of 64 bits, it is the one with the highest bit alone.
    """
    low, high = limits(result)
    kind = dtype(result)
    bottom, top = dtype(source).type(low), dtype(source).type(float(high + 1))
    lost: Any = kind.type(0)
    if source == "f64" or SIZES[result] == 8:
        lost = kind.type(low if result[0] == "s" else (high >> 1) + 1)

    def compute(a: Array) -> Array:
        whole = near(a)
        inside = (whole >= bottom) & (whole < top)
        found = np.where(inside, whole, 0).astype(kind)
        edge = np.where(whole < bottom, kind.type(low), kind.type(high))
        found = np.where(inside, found, edge)
        return np.asarray(np.where(np.isnan(a), lost, found))

    return compute


@opcode("mov")
def decode_mov(words: Words) -> Operation:
    return same(words.type(), 1, np.copy)
