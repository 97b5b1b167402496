"""canonicalize: fold constants and apply algebra that keeps every bit.

    func.func @f(%x: f64, %a: f64, %b: f64) -> (f64, f64) {
      %one = arith.constant 1.0 : f64
      %y = arith.mulf %x, %one : f64
      %minus_b = arith.negf %b : f64
      %z = arith.addf %a, %minus_b : f64
      return %y, %z : f64, f64
    }
    ==>
    func.func @f(%x: f64, %a: f64, %b: f64) -> (f64, f64) {
      %z = arith.subf %a, %b : f64
      return %x, %z : f64, f64
    }

The rules lie in ``rules/``, one file per theme; ``RULES.md`` lists them all and says what they keep
to. No rule changes rounding: ``x + 0.0`` stays (it turns -0.0 into 0.0), ``x - 0.0`` goes.
"""

from __future__ import annotations

from ..ir.patterns import patterns_in
from ..ir.rewriter import table
from .framework.core import RewritePass, register
from .rules import (
    arith_float,
    arith_int,
    casts,
    compare,
    control,
    elementary,
    fold,
    select,
    vectors,
)

THEMES = (fold, arith_int, arith_float, casts, compare, select, elementary, vectors, control)
"""The rule files, in the order in which rules are tried."""


@register
class Canonicalize(RewritePass):
    """Fold constants and simplify; see the module."""

    name = "canonicalize"
    table = table([rule for theme in THEMES for rule in patterns_in(theme)])
