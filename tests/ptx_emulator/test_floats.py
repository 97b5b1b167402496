"""Opcodes of floats against fractions."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from .operations.registry import dtype
from .reference import (
    check,
    flush,
    fused,
    rounded,
    single,
)
from .snippets import computed, pairs, special


@pytest.mark.parametrize("kind", ["f32", "f64"])
def test_fused_products(kind: str) -> None:
    """One rounding is left. Neighbours of 1, multiplied, minus 1: two roundings lose it."""
    a, b = pairs(kind, kind)
    c = np.resize(special(kind)[::-1], a.size)
    near = np.nextafter(np.ones(4, dtype(kind)), np.array([2, 0, 2, 0], dtype(kind)))
    a, b = np.concatenate([a, near]), np.concatenate([b, near])
    c = np.concatenate([c, np.full(4, -1, dtype(kind))])
    check(f"fma.rn.{kind}", kind, (kind,) * 3, lambda x, y, z: fused(x, y, z, kind), [a, b, c])
    check(f"mad.rn.{kind}", kind, (kind,) * 3, lambda x, y, z: fused(x, y, z, kind), [a, b, c])


@pytest.mark.parametrize("kind", ["f32", "f64"])
def test_float_arithmetic(kind: str) -> None:
    two = (kind, kind)
    check(f"add.rn.{kind}", kind, two, rounded(lambda a, b: a + b, kind))
    check(f"add.{kind}", kind, two, rounded(lambda a, b: a + b, kind))
    check(f"sub.rn.{kind}", kind, two, rounded(lambda a, b: a - b, kind))
    check(f"mul.rn.{kind}", kind, two, rounded(lambda a, b: a * b, kind))
    check(f"div.rn.{kind}", kind, two, rounded(lambda a, b: a / b, kind))
    check(f"rcp.rn.{kind}", kind, (kind,), rounded(lambda a: a**0 / a, kind))
    check(f"abs.{kind}", kind, (kind,), abs)
    check(f"neg.{kind}", kind, (kind,), lambda a: -a)
    check(f"copysign.{kind}", kind, two, lambda a, b: math.copysign(b, a))


@pytest.mark.parametrize("kind", ["f32", "f64"])
def test_roots(kind: str) -> None:
    """A root is right if no neighbour's square is nearer."""
    inputs = special(kind)
    found = computed(f"sqrt.rn.{kind}", kind, (kind,), inputs)
    for x, root in zip(inputs.tolist(), found.tolist(), strict=True):
        if math.isnan(x) or x < 0:
            assert math.isnan(root)
        elif x in (0.0, math.inf):
            assert math.copysign(1, root) == math.copysign(1, x) and root == x
        else:
            below, above = (
                float(np.nextafter(dtype(kind).type(root), dtype(kind).type(end)))
                for end in (0, math.inf)
            )
            low = (Fraction(below) + Fraction(root)) / 2
            high = (Fraction(above) + Fraction(root)) / 2
            assert low**2 <= Fraction(x) <= high**2


def test_flushing() -> None:
    """Denormal operands and results count as zero, with their sign."""
    two = ("f32", "f32")
    for name, function in {
        "add.rn": lambda a, b: a + b, "sub.rn": lambda a, b: a - b, "mul.rn": lambda a, b: a * b,
        "div.rn": lambda a, b: a / b,
    }.items():  # fmt: skip
        plain = rounded(function, "f32")
        check(f"{name}.ftz.f32", "f32", two, lambda a, b, f=plain: flush(f(flush(a), flush(b))))
    a, b = pairs(*two)
    c = np.resize(special("f32")[::-1], a.size)
    check("fma.rn.ftz.f32", "f32", ("f32",) * 3,
          lambda x, y, z: flush(fused(flush(x), flush(y), flush(z), "f32")), [a, b, c])  # fmt: skip
    check("neg.ftz.f32", "f32", ("f32",), lambda x: -flush(x))
    check("setp.gt.ftz.f32", "pred", two, lambda x, y: flush(x) > flush(y))
    check("cvt.ftz.f64.f32", "f64", ("f32",), flush)
    check("cvt.rn.ftz.f32.f64", "f32", ("f64",), lambda x: flush(single(x)))


def saturated(x: float) -> float:
    """A number in [0, 1]; what is none is 0."""
    return min(max(x, 0.0), 1.0) if x > 0 else 0.0


def test_saturation() -> None:
    two, total = ("f32", "f32"), rounded(lambda a, b: a + b, "f32")
    check("add.rn.sat.f32", "f32", two, lambda a, b: saturated(total(a, b)))
    check("cvt.sat.f32.f32", "f32", ("f32",), saturated)


def extreme(largest: bool, a: float, b: float, keeps: bool) -> float:
    """The larger or smaller one. -0 is below +0; the other one of a NaN."""
    if math.isnan(a) or math.isnan(b):
        return math.nan if keeps or (math.isnan(a) and math.isnan(b)) else b if math.isnan(a) else a
    key = lambda x: (x, math.copysign(1, x))  # noqa: E731
    return max(a, b, key=key) if largest else min(a, b, key=key)


@pytest.mark.parametrize("kind", ["f32", "f64"])
def test_extremes(kind: str) -> None:
    for name, largest in {"max": True, "min": False}.items():
        check(f"{name}.{kind}", kind, (kind, kind), lambda a, b, m=largest: extreme(m, a, b, False))
    check("max.NaN.f32", "f32", ("f32", "f32"), lambda a, b: extreme(True, a, b, True))
