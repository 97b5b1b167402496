"""expand-math: elementary functions become arithmetic.

    func.func @f(%x: f64) -> f64 {
      %y = math.exp %x : f64
      return %y : f64
    }
    ==>
    func.func private @exp_of_any_f64(...
    ...
    func.func @f(%x: f64) -> f64 {
      %0 = arith.constant 1.4426950408889634 : f64
      %1 = arith.constant 6755399441055744.0 : f64
      %2 = math.fma %x, %0, %1 : f64
    ...
      %y = scf.if ... {
        ... = func.call @exp_of_any_f64(%x) : (f64) -> f64
    ...
      return %y : f64
    }

The formulas are in ``functions/``, one module per family; ``docs/math.md`` says how accurate they
are. What only rare arguments need (huge angles, results that overflow) is a private function of the
module, called from a branch. Every lane of every vector width gets the same bits, on every machine.
Functions that are instructions (sqrt, floor, absf, ...) stay.
"""

from __future__ import annotations

from typing import Any

from ..ir.builder import Builder
from ..ir.core import Value
from ..ir.dialects import math, special
from ..ir.dialects.builtin import Module
from ..ir.dialects.func import Func
from ..ir.lowering import Rule, Rules, expand
from ..ir.rewriter import Rewriter
from .framework.core import Context, Pass, register
from .framework.report import counted
from .functions import FUNCTIONS
from .functions.control import Functions
from .functions.number import Number, code_for

_OPERATIONS = math.OPERATIONS | special.OPERATIONS | special.BOUNDED


@register
class ExpandMath(Pass):
    """Replace elementary functions by formulas; see the module."""

    name = "expand-math"

    def run(self, module: Module, ctx: Context) -> bool:
        """Expand every function that has a formula."""
        functions = Functions(module)
        rules: Rules = {_OPERATIONS[n]: _rule(n, functions) for n in FUNCTIONS}
        changed = False
        for func in [op for op in module.ops if isinstance(op, Func)]:
            count = expand(func, rules, Rewriter())
            if count:
                ctx.report.did(self.name, func, f"{counted(count, 'function')} became arithmetic")
                changed = True
        return changed


def _rule(name: str, functions: Functions) -> Rule:
    def expanded(op: Any, build: Builder) -> Value:
        code = code_for(op.results[0].type, build, functions)
        return FUNCTIONS[name](*[Number(code, v) for v in op.operands]).value

    return expanded
