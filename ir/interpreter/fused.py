"""Fused multiply-add, ``a * b + c`` rounded once, on any machine.

f64: exact integers, divided with Python's correctly rounded division. f32: the product of two f32
is exact in f64; the sum is rounded to odd there (Boldo and Melquiond, 2008), so that the rounding
to f32 afterwards is as if there had been only one.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def fused_f64(a: float, b: float, c: float) -> float:
    """Fused multiply-add of Python floats."""
    product = a * b
    if not (math.isfinite(a) and math.isfinite(b) and math.isfinite(c)):
        return _special(a, b, c)
    if not a or not b or not c:
        return product if a and b else product + c
    (pa, qa), (pb, qb), (pc, qc) = a.as_integer_ratio(), b.as_integer_ratio(), c.as_integer_ratio()
    top, bottom = pa * pb, qa * qb  # all denominators are powers of two
    if bottom >= qc:
        top += pc * (bottom // qc)
    else:
        top, bottom = top * (qc // bottom) + pc, qc
    try:
        return top / bottom if top else 0.0
    except OverflowError:
        return math.inf if top > 0 else -math.inf


def _special(a: float, b: float, c: float) -> float:
    """Fused multiply-add with an infinity or NaN among the operands.

    The product of finite numbers counts as finite, also where it overflows.
    """
    if math.isfinite(a) and math.isfinite(b):
        return c
    return a * b + c


def fused_f32(a: Any, b: Any, c: Any) -> Any:
    """Fused multiply-add of NumPy numbers or arrays of f32."""
    with np.errstate(all="ignore"):
        a, b, c = (np.asarray(x, np.float64) for x in (a, b, c))
        product = a * b
        total = product + c
        part = total - product
        error = (product - (total - part)) + (c - part)
        inexact = np.isfinite(total) & (error != 0) & ((total.view(np.int64) & 1) == 0)
        towards = np.where(error > 0, np.inf, -np.inf)
        odd = np.where(inexact, np.nextafter(total, towards), total)
        return odd.astype(np.float32)[()]


def fused(a: Any, b: Any, c: Any) -> Any:
    """Fused multiply-add of NumPy numbers of one type, f32 or f64."""
    if isinstance(c, np.float32):
        return fused_f32(a, b, c)
    return np.float64(fused_f64(float(a), float(b), float(c)))
