"""expand-remainders: remainders of floats become exact arithmetic.

    func.func @f(%x: f64, %y: f64) -> f64 {
      %z = arith.remf %x, %y : f64
      return %z : f64
    }
    ==>
    func.func private @remainder_of_any_f64(...
    ...
    func.func @f(%x: f64, %y: f64) -> f64 {
    ...
      %2 = arith.divf ... : f64
      %3 = math.trunc %2 : f64
    ...
      %z = scf.if ... {
        ... = func.call @remainder_of_any_f64(%x, %y) : (f64, f64) -> f64
    ...
      return %z : f64
    }

For machines without an instruction or a library for it: a rounded quotient, as some code
generators would take there, gives wrong remainders where it is large. The bits are those of C's
``fmod`` (``functions/remainder.py``), on every machine.
"""

from __future__ import annotations

from typing import Any

from ..ir.builder import Builder
from ..ir.core import Value
from ..ir.dialects import arith
from ..ir.dialects.builtin import Module
from ..ir.dialects.func import Func
from ..ir.lowering import expand
from ..ir.rewriter import Rewriter
from .framework.core import Context, Pass, register
from .framework.report import counted
from .functions.control import Functions
from .functions.number import Number, code_for
from .functions.remainder import remainder


@register
class ExpandRemainders(Pass):
    """Replace remainders by quotients and long divisions; see the module."""

    name = "expand-remainders"

    def run(self, module: Module, ctx: Context) -> bool:
        """Expand every remainder of floats."""
        functions = Functions(module)

        def expanded(op: Any, build: Builder) -> Value:
            code = code_for(op.results[0].type, build, functions)
            return remainder(*[Number(code, v) for v in op.operands]).value

        changed = False
        for func in [op for op in module.ops if isinstance(op, Func)]:
            count = expand(func, {arith.RemF: expanded}, Rewriter())
            if count:
                ctx.report.did(self.name, func, f"{counted(count, 'remainder')} became arithmetic")
                changed = True
        return changed
