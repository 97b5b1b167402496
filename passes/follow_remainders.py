"""follow-remainders: the next remainder follows from the one before.

    func.func @f(%first: i32, %count: i32) -> (index, index) {
      %zero = arith.constant 0 : index
      %x = arith.extui %first : i32 to i64
      %step = arith.index_cast %x : i64 to index
      %one = arith.constant 1 : index
      %n = arith.constant 7 : index
      %next = arith.addi %step, %one : index
      %slot = arith.remui %step, %n : index
      %after = arith.remui %next, %n : index
      return %slot, %after : index, index
    }
    ==>
    ...
      %slot = arith.remui %step, %n : index
      %0 = arith.constant 0 : index
      %1 = arith.constant 1 : index
      %2 = arith.addi %slot, %1 : index
      %3 = arith.cmpi eq, %2, %n : index
      %after = arith.select %3, %0, %2 : index
      return %slot, %after : index, index
    ...

Steps have slots in rings of the past: remainders by the number of slots. Several steps at once need
those of as many numbers in a row. On a GPU a remainder of 64 bits takes some thirty instructions,
a sum and a choice take three. Sums that are known not to overflow are followed; the divisor as a
part of the sum does not matter.
"""

from __future__ import annotations

from typing import Any

from ..ir.core import Block, Value
from ..ir.dialects import arith
from ..ir.dialects.builtin import Module
from ..ir.dialects.func import Func
from ..ir.rewriter import Rewriter
from .analysis.ranges import Ranges, bits_of, largest_population
from .framework.core import Context, Pass, const_value, register
from .framework.report import counted

_Known = dict[tuple[Value, tuple[int, ...], int], Value]
"""Remainders by divisor, parts of the dividend and their constant."""


@register
class FollowRemainders(Pass):
    """Compute remainders from those before; see the module."""

    name = "follow-remainders"
    requires = "kernels"

    def run(self, module: Module, ctx: Context) -> bool:
        """Look at every function with a body."""
        rw = Rewriter()
        most = largest_population(module)
        for func in module.ops:
            if isinstance(func, Func) and not func.is_declaration:
                found = _Remainders(Ranges(func, most), rw)
                found.block(func.body.block, {})
                if found.count:
                    what = f"{counted(found.count, 'remainder')} without a division"
                    ctx.report.did(self.name, func, what)
        return rw.changed


class _Remainders:
    """Replaces remainders of a function. ``count`` is how many."""

    def __init__(self, ranges: Ranges, rw: Rewriter) -> None:
        self.ranges, self.rw = ranges, rw
        self.count = 0

    def block(self, block: Block, known: _Known) -> None:
        """Visit a block. Remainders of blocks around it are known."""
        for op in list(block.ops):
            if isinstance(op, arith.RemUI):
                self._visit(op, known)
            for region in op.regions:
                for inner in region.blocks:
                    self.block(inner, dict(known))

    def _visit(self, op: Any, known: _Known) -> None:
        found = self._parts(op)
        if found is None:
            return
        divisor, (parts, constant) = op.rhs, found
        key = tuple(sorted(map(id, parts)))
        before = known.get((divisor, key, constant - 1))
        value = op.result
        if before is not None:
            value = self._next(op, before)
            self.count += 1
        known.setdefault((divisor, key, constant), value)

    def _parts(self, op: Any) -> tuple[list[Value], int] | None:
        """The parts of a dividend, and its constant.

        The divisor is left out. None where their sum, or the divisor, may leave the numbers
        without a sign.
        """
        parts, constant = self._summands(op.lhs)
        ranges = [self.ranges[v] for v in parts]
        least = sum(low for low, _ in ranges) + constant
        greatest = sum(high for _, high in ranges) + constant
        whole = all(low >= 0 for low, _ in ranges) and self.ranges[op.rhs][0] > 0
        if not whole or least < 0 or greatest + 1 >= 1 << bits_of(op.lhs.type):
            return None
        return [v for v in parts if v is not op.rhs], constant

    def _summands(self, value: Value) -> tuple[list[Value], int]:
        """The parts of a sum, and the sum of its constants."""
        number = const_value(value)
        if number is not None:
            return [], number
        if isinstance(value.op, arith.AddI) and value not in self.ranges.steps:
            (left, one), (right, other) = map(self._summands, value.op.operands)
            return left + right, one + other
        return [value], 0

    def _next(self, op: Any, before: Value) -> Value:
        """The remainder after ``before``: one more, or zero."""
        zero, one = (
            self.rw.insert_before(op, arith.constant(number, op.rhs.type)) for number in (0, 1)
        )
        more = self.rw.insert_before(op, arith.AddI(before, one))
        ends = self.rw.insert_before(op, arith.cmpi("eq", more, op.rhs))
        chosen = arith.Select(ends, zero, more)
        chosen.loc = op.loc
        self.rw.replace(op, chosen)
        value: Value = chosen.result
        return value
