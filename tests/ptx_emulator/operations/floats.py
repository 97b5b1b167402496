"""Arithmetic of floats in round-to-nearest, and the opcodes that integers share.

Of the roundings, ``.rn`` alone is there; approximations differ between devices and are refused.
``.ftz`` flushes operands and results of f32. NaNs are NaNs: their payload is not the device's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import PtxError
from . import integers
from .fma import fma
from .integers import FLOATS
from .registry import Array, Compute, Operation, Words, dtype, opcode, same, unsigned

EXPONENT, SIGN = np.uint32(0x7F800000), np.uint32(0x80000000)


def flushed(a: Array) -> Array:
    """Denormals of f32 as zeros of their sign."""
    bits = a.view(np.uint32)
    return np.asarray(np.where(bits & EXPONENT, bits, bits & SIGN)).view(np.float32)


def saturated(a: Array) -> Array:
    """Values in [0, 1]; NaN is +0."""
    zero, one = a.dtype.type(0), a.dtype.type(1)
    return np.asarray(np.where(a > zero, np.where(a < one, a, one), zero))


def modified(words: Words, count: int, compute: Compute, *allowed: str) -> Operation:
    """An operation on floats, with ``.ftz`` and ``.sat``."""
    kind = words.type(*(allowed or FLOATS))
    ftz, sat = words.flag("ftz"), words.flag("sat")
    if (ftz or sat) and kind != "f32":
        raise PtxError(f"'{words.opcode}': .ftz and .sat are for f32")
    if not ftz and not sat:
        return same(kind, count, compute)

    def changed(*operands: Array) -> Array:
        found: Array = compute(*map(flushed, operands)) if ftz else compute(*operands)
        found = flushed(found) if ftz else found
        return saturated(found) if sat else found

    return same(kind, count, changed)


def rounded(words: Words, count: int, compute: Compute) -> Operation:
    """An operation that rounds to nearest."""
    _to_nearest(words)
    return modified(words, count, compute)


def _to_nearest(words: Words) -> None:
    if words.maybe("rz", "rm", "rp", "approx", "full"):
        raise PtxError(f"'{words.opcode}': only .rn is emulated")
    words.flag("rn")


def is_float(words: Words) -> bool:
    """Whether an opcode is for floats."""
    return words.opcode.rpartition(".")[2] in FLOATS


@opcode("add")
def decode_add(words: Words) -> Operation:
    if is_float(words):
        return rounded(words, 2, np.add)
    return integers.wrapping(words, np.add)


@opcode("sub")
def decode_sub(words: Words) -> Operation:
    if is_float(words):
        return rounded(words, 2, np.subtract)
    return integers.wrapping(words, np.subtract)


@opcode("mul")
def decode_mul(words: Words) -> Operation:
    return rounded(words, 2, np.multiply) if is_float(words) else integers.product(words)


@opcode("mad")
def decode_mad(words: Words) -> Operation:
    return decode_fma(words) if is_float(words) else integers.mad(words)


@opcode("fma")
def decode_fma(words: Words) -> Operation:
    words.one_of("rn")
    return modified(words, 3, fma)


@opcode("div")
def decode_div(words: Words) -> Operation:
    if not is_float(words):
        return integers.quotient(words)
    words.one_of("rn")
    return modified(words, 2, np.divide)


@opcode("rcp")
def decode_rcp(words: Words) -> Operation:
    words.one_of("rn")
    return modified(words, 1, lambda a: a.dtype.type(1) / a)


@opcode("sqrt")
def decode_sqrt(words: Words) -> Operation:
    words.one_of("rn")
    return modified(words, 1, np.sqrt)


@opcode("abs")
def decode_abs(words: Words) -> Operation:
    return modified(words, 1, np.abs) if is_float(words) else integers.absolute(words)


@opcode("neg")
def decode_neg(words: Words) -> Operation:
    return modified(words, 1, np.negative) if is_float(words) else integers.negative(words)


@opcode("copysign")
def decode_copysign(words: Words) -> Operation:
    return same(words.type(*FLOATS), 2, lambda a, b: np.copysign(b, a))


def canonical(kind: str) -> Any:
    """The NaN that devices make."""
    plain = dtype(unsigned(kind))
    return (~plain.type(0) >> plain.type(1)).view(dtype(kind))


def extremes(largest: bool, kind: str, keeps_nan: bool) -> Compute:
    """``min`` or ``max``. -0 is below +0; a NaN counts only with ``.NaN``, or if both are."""
    plain, nan = dtype(unsigned(kind)), canonical(kind)
    choose, join = (np.fmax, np.bitwise_and) if largest else (np.fmin, np.bitwise_or)

    def compute(a: Array, b: Array) -> Array:
        bits = join(a.view(plain), b.view(plain))
        found = np.where(a == b, bits.view(a.dtype), choose(a, b))
        lost = np.isnan(a) | np.isnan(b) if keeps_nan else np.isnan(found)
        return np.asarray(np.where(lost, nan, found))

    return compute


@opcode("min", "max")
def decode_extreme(words: Words) -> Operation:
    largest = words.opcode.startswith("max")
    if not is_float(words):
        return integers.extreme(words, np.maximum if largest else np.minimum)
    kind = words.opcode.rpartition(".")[2]
    return modified(words, 2, extremes(largest, kind, words.flag("NaN")))


@opcode("testp")
def decode_testp(words: Words) -> Operation:
    tests: dict[str, Compute] = {
        "finite": np.isfinite,
        "infinite": np.isinf,
        "number": lambda a: ~np.isnan(a),
        "notanumber": np.isnan,
        "normal": lambda a: np.isfinite(a) & (np.abs(a) >= np.finfo(a.dtype).tiny),
        "subnormal": lambda a: (a != 0) & (np.abs(a) < np.finfo(a.dtype).tiny),
    }
    test, kind = words.one_of(*tests), words.type(*FLOATS)
    return Operation(("pred",), (kind,), tests[test])
