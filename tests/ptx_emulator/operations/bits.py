"""Logic, shifts and fields of bits."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..syntax import SIZES
from .registry import Array, Compute, Operation, Words, dtype, opcode, same, unsigned

LOGIC = {"and": np.bitwise_and, "or": np.bitwise_or, "xor": np.bitwise_xor}


@opcode("and", "or", "xor")
def decode_logic(words: Words) -> Operation:
    kind = words.type("pred", "b16", "b32", "b64")
    return same(kind, 2, LOGIC[words.opcode.partition(".")[0]])


@opcode("not")
def decode_not(words: Words) -> Operation:
    kind = words.type("pred", "b16", "b32", "b64")
    return same(kind, 1, np.logical_not if kind == "pred" else np.invert)


@opcode("cnot")
def decode_cnot(words: Words) -> Operation:
    kind = words.type("b16", "b32", "b64")
    return same(kind, 1, lambda a: (a == 0).astype(a.dtype))


def shifted_left(a: Array, amount: Array) -> Array:
    """A shift; amounts beyond the width give zero."""
    bits = 8 * a.itemsize
    if amount.size == 1 and amount.item() < bits:
        return np.asarray(a << a.dtype.type(amount.item()))
    inside = np.minimum(amount, bits - 1).astype(a.dtype)
    return np.asarray(np.where(amount < bits, a << inside, a.dtype.type(0)))


def shifted_right(a: Array, amount: Array) -> Array:
    """A shift that fills with zeros or with the sign."""
    bits = 8 * a.itemsize
    if amount.size == 1 and amount.item() < bits:
        return np.asarray(a >> a.dtype.type(amount.item()))
    inside = np.minimum(amount, bits - 1).astype(a.dtype)
    if a.dtype.kind == "i":
        return np.asarray(a >> inside)
    return np.asarray(np.where(amount < bits, a >> inside, a.dtype.type(0)))


@opcode("shl")
def decode_shl(words: Words) -> Operation:
    kind = words.type("b16", "b32", "b64")
    return Operation((kind,), (kind, "u32"), shifted_left)


@opcode("shr")
def decode_shr(words: Words) -> Operation:
    kind = words.type("b16", "b32", "b64", "u16", "u32", "u64", "s16", "s32", "s64")
    return Operation((kind,), (kind, "u32"), shifted_right)


@opcode("shf")
def decode_shf(words: Words) -> Operation:
    left, mode = words.one_of("l", "r") == "l", words.one_of("wrap", "clamp")
    words.type("b32")
    half, low = np.uint64(32), np.uint64(0xFFFFFFFF)

    def compute(a: Array, b: Array, c: Array) -> Array:
        amount = (c & np.uint32(31)) if mode == "wrap" else np.minimum(c, np.uint32(32))
        both = (b.astype(np.uint64) << half) | a
        moved = both << amount.astype(np.uint64) if left else both >> amount.astype(np.uint64)
        return np.asarray((moved >> half if left else moved & low).astype(np.uint32))

    return same("u32", 3, compute)


@opcode("popc")
def decode_popc(words: Words) -> Operation:
    kind = words.type("b32", "b64")
    return Operation(("u32",), (kind,), lambda a: np.bitwise_count(a).astype(np.uint32))


def highest(a: Array) -> Array:
    """The number of the highest set bit, or -1."""
    found = np.full(a.shape, -1, np.int32)
    rest = a.copy()
    for step in (32, 16, 8, 4, 2, 1):
        if step < 8 * a.itemsize:
            above = rest >= (a.dtype.type(1) << a.dtype.type(step))
            found += np.where(above, step, 0).astype(np.int32)
            rest = np.where(above, rest >> a.dtype.type(step), rest)
    return np.asarray(found + (a != 0)).astype(np.int32)


@opcode("clz")
def decode_clz(words: Words) -> Operation:
    kind = words.type("b32", "b64")
    top = np.int32(8 * SIZES[kind] - 1)
    return Operation(("u32",), (kind,), lambda a: (top - highest(a)).view(np.uint32))


@opcode("bfind")
def decode_bfind(words: Words) -> Operation:
    kind, amount = words.type("u32", "s32", "u64", "s64"), words.flag("shiftamt")
    top, plain = np.int32(8 * SIZES[kind] - 1), dtype(unsigned(kind))

    def compute(a: Array) -> Array:
        bits = (np.where(a < 0, ~a, a) if kind[0] == "s" else a).astype(plain)
        found = highest(bits)
        return np.asarray(np.where((found < 0) | (not amount), found, top - found)).view(np.uint32)

    return Operation(("u32",), (kind,), compute)


def reversed_bits(a: Array) -> Array:
    """The bits in the other order."""
    bits = np.unpackbits(a.reshape(-1, 1).view(np.uint8), axis=1, bitorder="little")
    found: Array = np.packbits(bits[:, ::-1], axis=1, bitorder="little")
    return found.view(a.dtype).reshape(a.shape)


@opcode("brev")
def decode_brev(words: Words) -> Operation:
    return same(words.type("b32", "b64"), 1, reversed_bits)


def field_mask(length: Array, plain: np.dtype[Any]) -> Array:
    """The lowest bits, so many of them."""
    return np.asarray(shifted_left(np.ones(length.shape, plain), length) - plain.type(1))


@opcode("bfe")
def decode_bfe(words: Words) -> Operation:
    kind = words.type("u32", "s32", "u64", "s64")
    return Operation((kind,), (kind, "u32", "u32"), _extract(kind))


def _extract(kind: str) -> Compute:
    plain, top = dtype(unsigned(kind)), 8 * SIZES[kind] - 1

    def compute(a: Array, position: Array, length: Array) -> Array:
        start, count = position & np.uint32(0xFF), length & np.uint32(0xFF)
        bits, width = a.view(plain), np.uint32(top + 1)
        mask = field_mask(np.minimum(count, width - np.minimum(start, width)), plain)
        found = shifted_right(bits, start) & mask
        if kind[0] == "s":
            last = np.minimum(start + count - np.uint32(1), np.uint32(top))
            sign = (shifted_right(bits, last) & plain.type(1)).astype(bool) & (count > 0)
            found = np.where(sign, found | ~mask, found)
        return np.asarray(found).astype(plain).view(dtype(kind))

    return compute


@opcode("bfi")
def decode_bfi(words: Words) -> Operation:
    kind = words.type("b32", "b64")
    plain = dtype(kind)

    def compute(a: Array, b: Array, position: Array, length: Array) -> Array:
        start, count = position & np.uint32(0xFF), length & np.uint32(0xFF)
        mask = shifted_left(field_mask(count, plain), start)
        return np.asarray((shifted_left(a, start) & mask) | (b & ~mask))

    return Operation((kind,), (kind, kind, "u32", "u32"), compute)


@opcode("lop3")
def decode_lop3(words: Words) -> Operation:
    words.type("b32")

    def compute(a: Array, b: Array, c: Array, table: Array) -> Array:
        found = np.zeros(np.broadcast_shapes(a.shape, b.shape, c.shape), np.uint32)
        for row in range(8):
            if int(table.flat[0]) >> row & 1:
                found |= (a if row & 4 else ~a) & (b if row & 2 else ~b) & (c if row & 1 else ~c)
        return found

    return same("u32", 4, compute)


@opcode("prmt")
def decode_prmt(words: Words) -> Operation:
    words.type("b32")

    def compute(a: Array, b: Array, c: Array) -> Array:
        both = (b.astype(np.uint64) << np.uint64(32)) | a
        found = np.zeros(np.broadcast_shapes(both.shape, c.shape), np.uint64)
        for place in range(4):
            selector = (c >> np.uint32(4 * place)).astype(np.uint64)
            byte = (both >> (np.uint64(8) * (selector & np.uint64(7)))) & np.uint64(0xFF)
            sign = np.where(byte & np.uint64(0x80), np.uint64(0xFF), np.uint64(0))
            byte = np.where(selector & np.uint64(8), sign, byte)
            found |= byte << np.uint64(8 * place)
        return found.astype(np.uint32)

    return same("u32", 3, compute)


@opcode("szext")
def decode_szext(words: Words) -> Operation:
    mode, kind = words.one_of("clamp", "wrap"), words.type("u32", "s32")
    extract = _extract(kind)

    def compute(a: Array, count: Array) -> Array:
        kept = count & np.uint32(31) if mode == "wrap" else np.minimum(count, np.uint32(32))
        found: Array = extract(a, np.zeros_like(kept), kept)
        return found

    return Operation((kind,), (kind, "u32"), compute)


@opcode("bmsk")
def decode_bmsk(words: Words) -> Operation:
    mode = words.one_of("clamp", "wrap")
    words.type("b32")

    def compute(a: Array, b: Array) -> Array:
        start, count = (x & np.uint32(31) if mode == "wrap" else x for x in (a, b))
        return shifted_left(field_mask(count, np.dtype(np.uint32)), start)

    return same("u32", 2, compute)
