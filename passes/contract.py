"""contract: a product plus something is rounded once, not twice.

    net.population @cells size 10 kind rate {
      declarations {
        eq.variable @r : f64 local variable
      }
      equations {
        %r = eq.read @r : f64
        %p = arith.mulf %r, %r : f64
        %s = arith.addf %r, %p : f64
        eq.write @r, %s : f64
      }
    }
    ==>
    ...
        %r = eq.read @r : f64
        %s = math.fma %r, %r, %r : f64
        eq.write @r, %s : f64
    ...

Processors compute ``x * y + z`` in one instruction, more precisely than in two. Which products are
joined is decided here, on the user's own terms and before any other pass, so that it depends on
neither optimisation nor processor: both pipelines begin with this pass, and all bits agree. LLVM
never joins anything on its own. Of two products that are added, the right one is joined.
"""

from __future__ import annotations

from typing import Any

from ..ir.core import Value
from ..ir.dialects import arith, math
from ..ir.rewriter import Rewriter, pattern, table
from .framework.core import Context, RewritePass, register
from .framework.report import counted


def _is_product(value: Value) -> bool:
    return isinstance(value.op, arith.MulF)


@pattern(arith.AddF)
def add_product(op: Any, rw: Rewriter) -> None:
    """z + x * y, x * y + z -> fma(x, y, z)"""
    for product, other in ((op.rhs, op.lhs), (op.lhs, op.rhs)):
        if _is_product(product):
            return rw.replace(op, math.Fma(*product.op.operands, other))
    rw.skip("no side is a product")


@pattern(arith.SubF)
def subtract_product(op: Any, rw: Rewriter) -> None:
    """z - x * y -> fma(-x, y, z); x * y - z -> fma(x, y, -z)"""
    if _is_product(op.rhs):
        x, y = op.rhs.op.operands
        rw.replace(op, math.Fma(rw.insert_before(op, arith.NegF(x)), y, op.lhs))
    elif _is_product(op.lhs):
        rw.replace(op, math.Fma(*op.lhs.op.operands, rw.insert_before(op, arith.NegF(op.rhs))))
    else:
        rw.skip("no side is a product")


@register
class Contract(RewritePass):
    """Round once where a product is added; see the module."""

    name = "contract"
    table = table([add_product, subtract_product])

    def tell(self, op: Any, applied: int, ctx: Context) -> None:
        """Report the number of joined products."""
        if applied:
            what = f"{counted(applied, 'product')} added with one rounding"
            ctx.report.did(self.name, op, what, op.loc)
