"""Comparisons, selections and conversions."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from .errors import PtxError
from .operations import operation
from .reference import (
    INTEGERS,
    TINY,
    bits_of,
    check,
    clamped,
    nans,
    nearest,
    single,
    wrapped,
)
from .snippets import pairs, run

ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b, "ne": lambda a, b: a != b, "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b, "gt": lambda a, b: a > b, "ge": lambda a, b: a >= b,
}  # fmt: skip


@pytest.mark.parametrize("name", ORDER)
def test_comparisons(name: str) -> None:
    function = ORDER[name]
    for kind in INTEGERS:
        check(f"setp.{name}.{kind}", "pred", (kind, kind), function)
    for kind in ("f32", "f64"):
        check(f"setp.{name}.{kind}", "pred", (kind, kind),
              lambda a, b: not nans(a, b) and function(a, b))  # fmt: skip
        check(f"setp.{name}u.{kind}", "pred", (kind, kind),
              lambda a, b: nans(a, b) or function(a, b))  # fmt: skip
    check(f"set.{name}.u32.s32", "u32", ("s32", "s32"),
          lambda a, b: 0xFFFFFFFF if function(a, b) else 0)  # fmt: skip
    check(f"set.{name}u.f32.f64", "f32", ("f64", "f64"),
          lambda a, b: float(nans(a, b) or function(a, b)))  # fmt: skip


def test_other_comparisons() -> None:
    two = ("f64", "f64")
    check("setp.num.f64", "pred", two, lambda a, b: not nans(a, b))
    check("setp.nan.f64", "pred", two, nans)
    check("setp.lo.u32", "pred", ("u32", "u32"), lambda a, b: a < b)
    check("setp.hs.u64", "pred", ("u64", "u64"), lambda a, b: a >= b)
    a, b = pairs("s32", "s32")
    c = np.resize(np.array([True, False]), a.size)
    for name, join in {"and": lambda x, y: x and y, "or": lambda x, y: x or y,
                       "xor": lambda x, y: x != y}.items():  # fmt: skip
        check(f"setp.lt.{name}.s32", "pred", ("s32", "s32", "pred"),
              lambda x, y, z, j=join: j(x < y, z), [a, b, c])  # fmt: skip


def test_comparisons_with_two_results() -> None:
    """The second one is that of the opposite comparison."""
    a, b = pairs("s32", "s32")
    out = np.zeros(a.size, np.uint32)
    body = """
        mad.wide.u32 %rd9, %r0, 4, %rd0; ld.global.b32 %r5, [%rd9];
        mad.wide.u32 %rd9, %r0, 4, %rd1; ld.global.b32 %r6, [%rd9];
        setp.lt.s32 %p0|%p1, %r5, %r6; setp.gt.u32 %p2, %r0, 7;
        setp.eq.and.s32 %p3|%p4, %r5, %r6, !%p2;
        selp.b32 %r7, 1, 0, %p0; selp.b32 %r8, 2, 0, %p1; or.b32 %r7, %r7, %r8;
        selp.b32 %r8, 4, 0, %p3; or.b32 %r7, %r7, %r8;
        selp.b32 %r8, 8, 0, %p4; or.b32 %r7, %r7, %r8;
        mad.wide.u32 %rd9, %r0, 4, %rd2; st.global.b32 [%rd9], %r7;"""
    found = run(body, a, b, out, threads=a.size)[2].tolist()
    for i, (x, y) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        small = i <= 7
        expected = (1 if x < y else 2) + 4 * (x == y and small) + 8 * (x != y and small)
        assert found[i] == expected


def test_selections() -> None:
    for kind in ("b16", "b32", "b64", "f32", "f64"):
        plain = kind.replace("b", "u")
        a, b = pairs(plain, plain)
        c = np.resize(np.array([True, False, False]), a.size)
        check(
            f"selp.{kind}", plain, (plain, plain, "pred"), lambda x, y, z: x if z else y, [a, b, c]
        )
    check("testp.finite.f64", "pred", ("f64",), math.isfinite)
    check("testp.subnormal.f32", "pred", ("f32",), lambda a: 0 < abs(a) < TINY)


@pytest.mark.parametrize("source", ["u8", "s8", *INTEGERS])
@pytest.mark.parametrize("result", INTEGERS)
def test_conversions_of_integers(source: str, result: str) -> None:
    check(f"cvt.{result}.{source}", result, (source,), lambda a: wrapped(a, result))
    check(f"cvt.sat.{result}.{source}", result, (source,), lambda a: clamped(a, result))


NEAR: dict[str, Callable[[float], float]] = {
    "rni": lambda x: round(x), "rzi": math.trunc, "rmi": math.floor, "rpi": math.ceil,
}  # fmt: skip


@pytest.mark.parametrize("source", ["f32", "f64"])
@pytest.mark.parametrize("rounding", NEAR)
def test_conversions_to_integers(source: str, rounding: str) -> None:
    """They clamp. A NaN is 0, or of 64 bits on either side the highest bit."""
    near = NEAR[rounding]
    for result in INTEGERS:
        top = wrapped(1 << bits_of(result) - 1, result)
        lost = top if source == "f64" or result in ("u64", "s64") else 0

        def meant(x: float, result: str = result, lost: int = lost) -> int:
            if math.isnan(x):
                return lost
            value = int(near(x)) if math.isfinite(x) else int(math.copysign(1 << 70, x))
            return clamped(value, result)

        check(f"cvt.{rounding}.{result}.{source}", result, (source,), meant)

    def whole(x: float) -> float:
        return math.copysign(float(near(x)), x) if math.isfinite(x) else x

    check(f"cvt.{rounding}.{source}.{source}", source, (source,), whole)


def test_conversions_to_floats() -> None:
    for source in INTEGERS:
        for result in ("f32", "f64"):
            check(f"cvt.rn.{result}.{source}", result, (source,),
                  lambda a, kind=result: nearest(Fraction(a), kind))  # fmt: skip
    check("cvt.rn.f32.f64", "f32", ("f64",), single)
    check("cvt.f64.f32", "f64", ("f32",), float)


@pytest.mark.parametrize(
    "opcode",
    ["add.rz.f64", "ex2.approx.f32", "div.full.f32", "add.cc.u32", "mul.u32", "cvt.s32.f32",
     "min.ftz.f64", "setp.lo.f32", "frobnicate.b32", "and.s32", "abs.u32", "sqrt.approx.f32"],
)  # fmt: skip
def test_unknown_opcodes_are_refused(opcode: str) -> None:
    with pytest.raises(PtxError, match=opcode.partition(".")[0]):
        operation(opcode)
