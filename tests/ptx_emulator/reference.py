"""Arithmetic of PTX in integers, fractions and floats of Python."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from .operations.registry import dtype
from .snippets import computed, pairs
from .syntax import SIZES

INTEGERS = ("u16", "s16", "u32", "s32", "u64", "s64")


def bits_of(kind: str) -> int:
    """The width of a type."""
    return 8 * SIZES[kind]


def wrapped(value: int, kind: str) -> int:
    """An integer as a type holds it."""
    value %= 1 << bits_of(kind)
    return value - (1 << bits_of(kind)) if kind[0] == "s" and value >> bits_of(kind) - 1 else value


def clamped(value: int, kind: str) -> int:
    """The nearest integer of a type."""
    low = -(1 << bits_of(kind) - 1) if kind[0] == "s" else 0
    high = (1 << bits_of(kind) - (kind[0] == "s")) - 1
    return max(low, min(high, value))


def check(
    opcode: str, result: str, kinds: tuple[str, ...], meant: Callable[..., Any],
    operands: list[Any] | None = None, tail: str = "",
) -> None:  # fmt: skip
    """Compare an opcode with a function of numbers."""
    operands = pairs(*kinds) if operands is None else operands
    found = computed(opcode, result, kinds, *operands, tail=tail)
    columns = [each.tolist() for each in operands]
    values = [meant(*row) for row in zip(*columns, strict=True)]
    expected = np.array(values, object).astype(dtype(result))
    same = found == expected
    if result[0] == "f":
        plain = f"u{found.itemsize}"
        same = (found.view(plain) == expected.view(plain)) | (np.isnan(found) & np.isnan(expected))
    where = np.flatnonzero(~same)
    rows = [[column[i] for column in columns] for i in where[:3]]
    assert not where.size, f"{opcode} {rows}: {found[where[:3]]}, not {expected[where[:3]]}"


def extracted(a: int, start: int, count: int, kind: str) -> int:
    """A field of bits, by the loop of PTX's manual."""
    bits, whole = bits_of(kind), a % (1 << bits_of(kind))
    last = min(start + count - 1, bits - 1)
    sign = 0 if kind[0] == "u" or count == 0 else whole >> last & 1
    found = 0
    for i in range(bits):
        bit = whole >> start + i & 1 if i < count and start + i < bits else sign
        found |= bit << i
    return wrapped(found, kind)


def inserted(a: int, b: int, start: int, count: int, bits: int) -> int:
    """A field of bits in a value, by the manual's loop."""
    for i in range(count):
        if start + i < bits:
            b = b & ~(1 << start + i) | (a >> i & 1) << start + i
    return b


def nearest(value: Fraction, kind: str) -> float:
    """The float that is nearest to a fraction, ties to even."""
    digits, least, most = (24, -149, 128) if kind == "f32" else (53, -1074, 1024)
    if value == 0:
        return 0.0
    size = abs(value)
    exponent = max(size.numerator.bit_length() - size.denominator.bit_length() - digits, least - 2)
    while size / Fraction(2) ** exponent >= 1 << digits:
        exponent += 1
    while exponent > least and size / Fraction(2) ** exponent < 1 << digits - 1:
        exponent -= 1
    whole = round(size / Fraction(2) ** max(exponent, least)) * Fraction(2) ** max(exponent, least)
    return (1 if value > 0 else -1) * (math.inf if whole >= Fraction(2) ** most else float(whole))


def single(x: float | Fraction) -> float:
    """A number rounded to f32."""
    try:
        return float(struct.unpack("<f", struct.pack("<f", x))[0])
    except OverflowError:
        return math.inf if x > 0 else -math.inf


def exact(function: Callable[..., Fraction], *operands: float) -> Fraction | None:
    """A function of numbers without rounding, None for infinities and NaNs."""
    if not all(math.isfinite(x) for x in operands):
        return None
    return function(*map(Fraction, operands))


def fused(a: float, b: float, c: float, kind: str) -> float:
    """``a * b + c`` with one rounding. Signs of zeros and non-numbers as IEEE says."""
    value = exact(lambda x, y, z: x * y + z, a, b, c)
    if value is None and math.isfinite(a) and math.isfinite(b):
        return c
    if value is None:
        with np.errstate(all="ignore"):
            return float(np.float64(a) * np.float64(b) + np.float64(c))
    if value == 0:
        sign = math.copysign(1, a) * math.copysign(1, b)
        exactly_zero = Fraction(a) * Fraction(b) == 0 and c == 0
        return -0.0 if exactly_zero and sign < 0 and math.copysign(1, c) < 0 else 0.0
    return nearest(value, kind)


def rounded(function: Callable[..., Fraction], kind: str) -> Callable[..., float]:
    """A function of fractions, rounded once. Signs of zeros, and NaNs, are those of f64."""

    def compute(*operands: float) -> float:
        with np.errstate(all="ignore"):
            plain = float(function(*map(np.float64, operands)))
        if not all(math.isfinite(x) for x in operands) or (plain == 0 and 0 in operands):
            return plain
        try:
            value = function(*map(Fraction, operands))
        except ZeroDivisionError:
            return plain
        return nearest(value, kind) if value else plain

    return compute


def nans(a: float, b: float) -> bool:
    """Whether one of two is not a number."""
    return math.isnan(a) or math.isnan(b)


TINY = 2.0**-126


def flush(x: float) -> float:
    """A denormal of f32 as zero."""
    return math.copysign(0.0, x) if abs(x) < TINY else x
