"""Opcodes of integers and bits, for values at their edges."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from .operations import known
from .reference import (
    INTEGERS,
    bits_of,
    check,
    clamped,
    extracted,
    inserted,
    wrapped,
)
from .snippets import pairs, special


def truncated(a: int, b: int) -> int:
    """The quotient towards zero."""
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def quotient(kind: str) -> Callable[[int, int], int]:
    """``div``; a quotient by zero has all bits set."""
    return lambda a, b: wrapped(truncated(a, b) if b else -1, kind)


def remainder(kind: str) -> Callable[[int, int], int]:
    """``rem``; by zero it is the dividend."""
    return lambda a, b: wrapped(a - truncated(a, b) * b if b else a, kind)


BINARY: dict[str, Callable[[int, int], int]] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul.lo": lambda a, b: a * b,
    "min": min, "max": max,
}  # fmt: skip


@pytest.mark.parametrize("kind", INTEGERS)
def test_integer_arithmetic(kind: str) -> None:
    for name, function in BINARY.items():
        check(f"{name}.{kind}", kind, (kind, kind), lambda a, b, f=function: wrapped(f(a, b), kind))
    check(f"div.{kind}", kind, (kind, kind), quotient(kind))
    check(f"rem.{kind}", kind, (kind, kind), remainder(kind))
    high = bits_of(kind)
    check(f"mul.hi.{kind}", kind, (kind, kind), lambda a, b: wrapped(a * b >> high, kind))
    check(f"sad.{kind}", kind, (kind,) * 3, lambda a, b, c: wrapped(c + abs(a - b), kind),
          operands=[*pairs(kind, kind), pairs(kind, kind)[1][::-1]])  # fmt: skip
    if kind[0] == "s":
        check(f"abs.{kind}", kind, (kind,), lambda a: wrapped(abs(a), kind))
        check(f"neg.{kind}", kind, (kind,), lambda a: wrapped(-a, kind))


@pytest.mark.parametrize(
    ("kind", "wide"), [("u16", "u32"), ("s16", "s32"), ("u32", "u64"), ("s32", "s64")]
)
def test_wide_products(kind: str, wide: str) -> None:
    check(f"mul.wide.{kind}", wide, (kind, kind), lambda a, b: a * b)
    operands = [*pairs(kind, kind), np.resize(special(wide), len(pairs(kind, kind)[0]))]
    check(f"mad.wide.{kind}", wide, (kind, kind, wide), lambda a, b, c: wrapped(a * b + c, wide),
          operands)  # fmt: skip


@pytest.mark.parametrize("kind", INTEGERS)
def test_products_and_sums(kind: str) -> None:
    a, b = pairs(kind, kind)
    c = np.resize(special(kind)[::-1], a.size)
    check(f"mad.lo.{kind}", kind, (kind,) * 3, lambda x, y, z: wrapped(x * y + z, kind), [a, b, c])
    high = bits_of(kind)
    check(f"mad.hi.{kind}", kind, (kind,) * 3,
          lambda x, y, z: wrapped((x * y >> high) + z, kind), [a, b, c])  # fmt: skip


def test_saturating_sums_and_short_products() -> None:
    check("add.sat.s32", "s32", ("s32", "s32"), lambda a, b: clamped(a + b, "s32"))
    check("sub.sat.s32", "s32", ("s32", "s32"), lambda a, b: clamped(a - b, "s32"))

    def low(a: int) -> int:
        return (a & 0xFFFFFF) - (a >> 23 & 1) * (1 << 24)

    check("mul24.lo.s32", "s32", ("s32", "s32"), lambda a, b: wrapped(low(a) * low(b), "s32"))
    check("mul24.lo.u32", "u32", ("u32", "u32"),
          lambda a, b: wrapped((a & 0xFFFFFF) * (b & 0xFFFFFF), "u32"))  # fmt: skip


@pytest.mark.parametrize("bits", [16, 32, 64])
def test_logic_and_shifts(bits: int) -> None:
    plain, kind, full = f"b{bits}", f"u{bits}", (1 << bits) - 1
    check(f"and.{plain}", kind, (kind, kind), lambda a, b: a & b)
    check(f"or.{plain}", kind, (kind, kind), lambda a, b: a | b)
    check(f"xor.{plain}", kind, (kind, kind), lambda a, b: a ^ b)
    check(f"not.{plain}", kind, (kind,), lambda a: ~a & full)
    check(f"cnot.{plain}", kind, (kind,), lambda a: int(a == 0))
    check(f"shl.{plain}", kind, (kind, "u32"), lambda a, n: (a << min(n, bits)) & full)
    check(f"shr.u{bits}", kind, (kind, "u32"), lambda a, n: a >> min(n, bits))
    check(f"shr.{plain}", kind, (kind, "u32"), lambda a, n: a >> min(n, bits))
    check(f"shr.s{bits}", f"s{bits}", (f"s{bits}", "u32"), lambda a, n: a >> min(n, bits))


@pytest.mark.parametrize("bits", [32, 64])
def test_counts_of_bits(bits: int) -> None:
    kind, plain = f"u{bits}", f"b{bits}"
    check(f"popc.{plain}", "u32", (kind,), lambda a: a.bit_count())
    check(f"clz.{plain}", "u32", (kind,), lambda a: bits - a.bit_length())
    check(f"brev.{plain}", kind, (kind,), lambda a: int(f"{a:0{bits}b}"[::-1], 2))
    none = 0xFFFFFFFF
    check(f"bfind.{kind}", "u32", (kind,), lambda a: a.bit_length() - 1 if a else none)
    check(f"bfind.shiftamt.{kind}", "u32", (kind,), lambda a: bits - a.bit_length() if a else none)

    def flipped(a: int) -> int:
        return ~a if a < 0 else a

    check(f"bfind.s{bits}", "u32", (f"s{bits}",),
          lambda a: flipped(a).bit_length() - 1 if flipped(a) else none)  # fmt: skip


def fields(kind: str) -> list[Any]:
    """Values, and all starts and lengths near the ends of fields."""
    edges = np.array([0, 1, 5, 31, 32, 33, 63, 64, 70, 255], np.uint32)
    return [each.reshape(-1) for each in np.meshgrid(special(kind), edges, edges, indexing="ij")]


@pytest.mark.parametrize("kind", ["u32", "s32", "u64", "s64"])
def test_fields_of_bits(kind: str) -> None:
    a, start, count = fields(kind)
    check(f"bfe.{kind}", kind, (kind, "u32", "u32"), lambda x, s, c: extracted(x, s, c, kind),
          [a, start, count])  # fmt: skip
    if kind[0] == "u":
        bits, other = bits_of(kind), a[::-1].copy()
        check(f"bfi.b{bits}", kind, (kind, kind, "u32", "u32"),
              lambda x, y, s, c: inserted(x, y, s, c, bits), [a, other, start, count])  # fmt: skip


def permuted(a: int, b: int, selector: int) -> int:
    """``prmt``: bytes of two registers, or their signs."""
    whole, found = b << 32 | a, 0
    for i in range(4):
        one = selector >> 4 * i & 15
        byte = whole >> 8 * (one & 7) & 255
        found |= (255 if byte & 128 else 0) << 8 * i if one & 8 else byte << 8 * i
    return found


def test_permutations_and_tables() -> None:
    a, b = pairs("u32", "u32")
    c = np.resize(np.array([0x123, 0x3210, 0x7654, 0x8F0D, 0xFFFF, 0x5140], np.uint32), a.size)
    check("prmt.b32", "u32", ("u32",) * 3, permuted, [a, b, c])
    c = np.resize(special("u32")[::-1], a.size)
    for table, function in {
        0x80: lambda x, y, z: x & y & z,
        0x96: lambda x, y, z: x ^ y ^ z,
        0xE2: lambda x, y, z: (x & y) | (~y & z),
    }.items():
        check("lop3.b32", "u32", ("u32",) * 3,
              lambda x, y, z, f=function: f(x, y, z) & 0xFFFFFFFF, [a, b, c],
              f", {table}")  # fmt: skip


def test_funnel_shifts() -> None:
    a, b = pairs("u32", "u32")
    c = np.resize(np.array([0, 1, 16, 31, 32, 33, 64, 255], np.uint32), a.size)
    full = 0xFFFFFFFF
    amounts = {"wrap": lambda n: n & 31, "clamp": lambda n: min(n, 32)}
    for mode, amount in amounts.items():
        check(f"shf.l.{mode}.b32", "u32", ("u32",) * 3,
              lambda x, y, n, m=amount: (y << 32 | x) << m(n) >> 32 & full, [a, b, c])  # fmt: skip
        check(f"shf.r.{mode}.b32", "u32", ("u32",) * 3,
              lambda x, y, n, m=amount: ((y << 32 | x) >> m(n)) & full, [a, b, c])  # fmt: skip


def test_rare_operations() -> None:
    one, other = pairs("u32", "u32")
    sign = np.resize(special("s32"), one.size)
    check("slct.u32.s32", "u32", ("u32", "u32", "s32"), lambda a, b, c: a if c >= 0 else b,
          [one, other, sign])  # fmt: skip
    edges = np.array([0, 1, 5, 31, 32, 40], np.uint32)
    a, count = (each.reshape(-1) for each in np.meshgrid(special("s32"), edges))
    check("szext.clamp.s32", "s32", ("s32", "u32"), lambda x, n: extracted(x, 0, min(n, 32), "s32"),
          [a, count])  # fmt: skip
    start, count = (each.reshape(-1) for each in np.meshgrid(edges, edges))
    check("bmsk.clamp.b32", "u32", ("u32", "u32"),
          lambda s, c: inserted(-1, 0, s, min(c, 32), 32), [start, count])  # fmt: skip
    check("mad24.lo.u32", "u32", ("u32",) * 3,
          lambda x, y, z: wrapped((x & 0xFFFFFF) * (y & 0xFFFFFF) + z, "u32"),
          [*pairs("u32", "u32"), pairs("u32", "u32")[1][::-1].copy()])  # fmt: skip


def test_all_operations_are_tested() -> None:
    """Every first word of an opcode stands in these files."""
    here = "".join(file.read_text("utf-8") for file in Path(__file__).parent.glob("test_*.py"))
    by_name = {*BINARY, "min", "max", "mul", "mov"}
    assert {name for name in known() - by_name if f'"{name}.' not in here} == set()
