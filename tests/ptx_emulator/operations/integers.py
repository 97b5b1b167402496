"""Arithmetic of integers, which wraps around."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import PtxError
from ..syntax import SIZES
from .registry import Array, Compute, Operation, Words, dtype, opcode, same, unsigned

INTEGERS = ("u16", "s16", "u32", "s32", "u64", "s64")
FLOATS = ("f32", "f64")
WIDER = {"u16": "u32", "s16": "s32", "u32": "u64", "s32": "s64"}


def limits(kind: str) -> tuple[int, int]:
    """The least and the largest integer of a type."""
    bits = 8 * SIZES[kind]
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if kind[0] == "s" else (0, (1 << bits) - 1)


def wrapping(words: Words, compute: Compute) -> Operation:
    """Sums and differences, the same for signed and unsigned. ``.sat`` for s32."""
    kind = words.type(*INTEGERS)
    if words.flag("sat"):
        if kind != "s32":
            raise PtxError(f"'{words.opcode}': .sat is for s32")
        return same(kind, 2, lambda a, b: _saturated(compute(a.astype(np.int64), b)))
    return same(unsigned(kind), 2, compute)


def _saturated(a: Array) -> Array:
    low, high = limits("s32")
    return np.asarray(np.clip(a, low, high)).astype(np.int32)


def product(words: Words) -> Operation:
    """``mul.lo``, ``mul.hi`` and ``mul.wide``."""
    part, kind = words.one_of("lo", "hi", "wide"), words.type(*INTEGERS)
    if part == "lo":
        return same(unsigned(kind), 2, np.multiply)
    if part == "hi":
        return same(kind, 2, _high(kind))
    wide = WIDER.get(kind)
    if wide is None:
        raise PtxError(f"'{words.opcode}': no wide product of 64 bits")
    return Operation((wide,), (kind, kind), lambda a, b: a.astype(dtype(wide)) * b)


def _high(kind: str) -> Compute:
    if kind in WIDER:
        bits, wide = 8 * SIZES[kind], dtype(WIDER[kind])
        return lambda a, b: ((a.astype(wide) * b) >> wide.type(bits)).astype(dtype(kind))
    return _high_unsigned if kind == "u64" else _high_signed


def _high_unsigned(a: Array, b: Array) -> Array:
    """The upper 64 of the 128 bits of a product."""
    half, mask = np.uint64(32), np.uint64(0xFFFFFFFF)
    a1, a0, b1, b0 = a >> half, a & mask, b >> half, b & mask
    low = (a0 * b0 >> half) + (a1 * b0 & mask) + (a0 * b1 & mask)
    found: Array = a1 * b1 + (a1 * b0 >> half) + (a0 * b1 >> half) + (low >> half)
    return found


def _high_signed(a: Array, b: Array) -> Array:
    x, y = a.view(np.uint64), b.view(np.uint64)
    high = _high_unsigned(x, y) - np.where(a < 0, y, 0) - np.where(b < 0, x, 0)
    return np.asarray(high).astype(np.uint64).view(np.int64)


def mad(words: Words) -> Operation:
    """A product and a sum."""
    mul = product(words)
    total = mul.results[0]
    kinds = (*mul.operands, total)
    return Operation((total,), kinds, lambda a, b, c: mul.compute(a, b) + c)


def _quotient(a: Array, b: Array) -> Array:
    """The quotient rounded towards zero. All bits set where the divisor is zero."""
    zero = b == 0
    safe = np.where(zero, b.dtype.type(1), b)
    if a.dtype.kind == "u":
        found = a // safe
    else:
        found = a // safe
        found = found + ((found < 0) & (found * safe != a)).astype(a.dtype)
        found = np.where(safe == -1, -a, found)
    return np.asarray(np.where(zero, ~a.dtype.type(0), found))


def _remainder(a: Array, b: Array) -> Array:
    found: Array = a - _quotient(a, b) * b
    return np.asarray(np.where(b == 0, a, found))


@opcode("rem")
def decode_rem(words: Words) -> Operation:
    return same(words.type(*INTEGERS), 2, _remainder)


def quotient(words: Words) -> Operation:
    """``div`` of integers."""
    return same(words.type(*INTEGERS), 2, _quotient)


def absolute(words: Words) -> Operation:
    """``abs`` of integers; the least one stays."""
    return same(words.type("s16", "s32", "s64"), 1, np.abs)


def negative(words: Words) -> Operation:
    """``neg`` of integers."""
    return same(words.type("s16", "s32", "s64"), 1, np.negative)


def extreme(words: Words, compute: Any) -> Operation:
    """``min`` and ``max`` of integers."""
    return same(words.type(*INTEGERS), 2, compute)


@opcode("mul24", "mad24", "sad")
def decode_rare(words: Words) -> Operation:
    if words.opcode.startswith("sad"):
        kind = words.type(*INTEGERS)
        return same(kind, 3, lambda a, b, c: c + np.where(a < b, b - a, a - b))
    words.one_of("lo")
    kind = words.type("u32", "s32")
    shift = dtype(kind).type(8)

    def short(a: Array) -> Array:
        return np.asarray((a << shift) >> shift)

    if words.opcode.startswith("mul24"):
        return same(kind, 2, lambda a, b: short(a) * short(b))
    return same(kind, 3, lambda a, b, c: short(a) * short(b) + c)
