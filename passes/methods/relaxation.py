"""Exact and semi-implicit steps of a linear equation.

They are right for every B of ``A dx/dt = C - B x``: large, zero, negative, or close to zero.

    x + (1 - exp(-s)) (C/B - x)                   ->   x + (C - B x) k,   k = (1 - exp(-s))/B

with s = (dt/A) B. The quotient C/B overflows or is 0/0 where B fades away, and 1 - exp(-s) loses
all digits of s that lie below those of 1. So k is ``expm1(-s)/-B``, and dt/A where s is less than
a rounding: its relative error is a few units in the last place, whatever s is. What is added to x
then is as exact as C - B x, and vanishes where that does: the steady state stays. Where B and C
depend on nothing that changes, k is computed in front of the loop.

Without a drive (C = 0) the step is x exp(-s), which is as exact as the factor, also where nothing
is left of x. The semi-implicit method has 1/(1 + s) in the place of exp(-s), and k = dt/(A + dt B).

Where exp(-s) grows beyond all numbers, the largest one stands for it, so that 0 stays 0.
"""

from __future__ import annotations

from ...ir.core import Value
from ...ir.dialects import arith, math, special
from ...ir.types import FloatType
from ..analysis.linear import Algebra
from ..framework.core import const_value

FORMATS = {
    64: (52, (2.0 - 2.0**-52) * 2.0**1023),
    32: (23, (2.0 - 2.0**-23) * 2.0**127),
}
"""Binary digits behind the leading one, and the largest number."""

HALF = -0.5
"""Relative change of x by a semi-implicit step, ``s = 1``."""


def exponential(
    algebra: Algebra,
    x: Value,
    step: Value,
    decay: Value,
    drive: Value | None,
    *,
    by_event: bool = False,
) -> Value:
    """The value after an exponential step.

    x + (C - B x) (1 - exp(-s))/B; x exp(-s) without a drive.

    ``by_event``: the step is another one each time, but B seldom changes.
    """
    slope = algebra.neg(decay)
    exponent = algebra.mul(step, slope) if slope else None
    assert slope is not None and exponent is not None
    if drive is None:
        factor = algebra.build(special.BOUNDED["bounded_exp"](exponent))
        decayed: Value = algebra.build(arith.MulF(x, factor))
        return decayed
    rate = algebra.fma(slope, x, drive)
    change: Value = algebra.build(special.BOUNDED["bounded_expm1"](exponent))
    if by_event:
        inverse = algebra.div(algebra.number(1.0), slope)
        length = algebra.mul(change, inverse) if inverse else None
    else:
        length = algebra.div(change, slope)
    if const_value(slope) not in (1.0, -1.0):
        length = _limited(algebra, length or change, step, exponent)
    return algebra.fma(rate, length or change, x) or x


def _limited(algebra: Algebra, length: Value, step: Value, exponent: Value) -> Value:
    """A finite ``length``; it is ``step`` where s is tiny. That is less than a rounding."""
    build = algebra.build
    assert isinstance(algebra.type, FloatType)
    digits, largest = FORMATS[algebra.type.bits]
    most = algebra.number(largest)
    length = build(arith.Select(build(arith.cmpf("ogt", length, most)), most, length))
    size = build(math.OPERATIONS["absf"](exponent))
    none = build(arith.cmpf("olt", size, algebra.number(2.0 ** -(digits + 2))))
    result: Value = build(arith.Select(none, step, length))
    return result


def semiimplicit(
    algebra: Algebra, x: Value, dt: Value, factor: Value, decay: Value, drive: Value | None
) -> Value:
    """The value after a semi-implicit step.

    x + (C - B x) dt/(A + dt B); x A/(A + dt B) without a drive and where s is 1 or more.
    """
    build, slope = algebra.build, algebra.neg(decay)
    both = algebra.fma(decay, dt, factor) or factor
    assert slope is not None
    if drive is not None:
        rate, length = algebra.fma(slope, x, drive), algebra.div(dt, both)
        return algebra.fma(rate, length or dt, x) or x
    change: Value = build(arith.DivF(algebra.mul(dt, slope) or dt, both))
    near = build(arith.cmpf("ogt", change, algebra.number(HALF)))
    amount = build(arith.Select(near, change, build(arith.DivF(factor, both))))
    base = build(arith.Select(near, x, algebra.number(-0.0)))  # the sum keeps the sign
    result: Value = build(math.Fma(x, amount, base))
    return result
