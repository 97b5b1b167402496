"""narrow-index: small indices are numbers of 32 bits.

    func.func @f(%x: memref<?xf64>) {
      %zero = arith.constant 0 : index
      %one = arith.constant 1 : index
      %many = arith.constant 1000 : index
      %value = arith.constant 1.0 : f64
      scf.for %i = %zero to %many step %one {
        %twice = arith.addi %i, %i : index
        memref.store %value, %x[%twice] : memref<?xf64>
      }
      return
    }
    ==>
    ...
      scf.for %i = %2 to %1 step %0 : i32 {
    ...
        %twice = arith.addi %i, %i : i32
        %5 = arith.extui %twice : i32 to i64
        %6 = arith.index_cast %5 : i64 to index
        memref.store %value, %x[%6] : memref<?xf64>
    ...

GPUs have registers of 32 bits. An index of 64 takes two of them and each sum two instructions,
while the address of an element is one instruction for an index of 32. So counters of loops, and
whatever is computed of them, are narrowed where no value can reach 2**31: what is known of numbers
is in ``analysis/ranges.py``, from the sizes of populations to the number of threads. What may be
larger, such as a place in the past of many steps, keeps its 64 bits.
"""

from __future__ import annotations

from typing import Any

from ..ir.core import Block, Op, Value
from ..ir.dialects import arith, scf
from ..ir.dialects.builtin import Module
from ..ir.dialects.func import Func
from ..ir.rewriter import Rewriter
from ..ir.types import IndexType, IntegerType, i32, i64, index
from .analysis.ranges import Range, Ranges, largest_population
from .framework.core import Context, Pass, const_value, register
from .framework.report import counted

_SMALL = (1 << 31) - 1
"""The largest number of 32 bits with a sign."""

_SAME: tuple[type[Op], ...] = (
    arith.AddI,
    arith.SubI,
    arith.MulI,
    arith.DivUI,
    arith.RemUI,
    arith.ShRUI,
    arith.ShLI,
    arith.AndI,
    arith.OrI,
    arith.XOrI,
    arith.MaxSI,
    arith.MinSI,
)
"""Operations that give the same number in 32 bits.

All operands and the result must be small.
"""


@register
class NarrowIndex(Pass):
    """Compute small indices in 32 bits; see the module."""

    name = "narrow-index"
    requires = "kernels"

    def run(self, module: Module, ctx: Context) -> bool:
        """Look at every function with a body."""
        rw = Rewriter()
        most = largest_population(module)
        for func in module.ops:
            if isinstance(func, Func) and not func.is_declaration:
                found = _Narrowing(func, Ranges(func, most), rw)
                found.all()
                if found.count:
                    what = f"{counted(found.count, 'index computation')} in 32 bits"
                    ctx.report.did(self.name, func, what)
        return rw.changed


class _Narrowing:
    """Narrows the computations of a function. ``count`` is how many it has narrowed."""

    def __init__(self, func: Func, ranges: Ranges, rw: Rewriter) -> None:
        self.func, self.ranges, self.rw = func, ranges, rw
        self.count = 0
        self.short: dict[Value, Value] = {}
        """Numbers in 32 bits, by those in 64."""

    def all(self) -> None:
        """Visit operations in order: operands before what is computed of them."""
        for op in list(self.func.walk()):
            if isinstance(op, scf.For):
                self._loop(op)
            elif isinstance(op, arith.CmpI):
                self._compare(op)
            elif len(op.results) == 1 and self._is_small(op.results[0]):
                self._compute(op)

    def _is_small(self, value: Value) -> bool:
        """Whether a number of 64 bits would fit in 32."""
        if not isinstance(value.type, IndexType) and value.type is not i64:
            return False
        least, greatest = self.ranges[value]
        return least >= 0 and greatest <= _SMALL

    def _compute(self, op: Any) -> None:
        """Compute a small number in 32 bits."""
        short: Op | Value | None = None
        if isinstance(op, arith.IndexCast | arith.ExtUI | arith.ExtSI):
            short = self._extended(op.operand)
        elif isinstance(op, _SAME) and self._stays(op):
            short = type(op)(*[self._short(v) for v in op.operands])
        elif isinstance(op, arith.Select) and all(map(self._is_small, op.operands[1:])):
            short = arith.Select(op.condition, *[self._short(v) for v in op.operands[1:]])
        if short is None:
            return
        if isinstance(short, Op):
            short.loc = op.loc
            self.count += 1
            short = self.rw.insert_before(op, short).named(op.results[0].name)
        assert isinstance(short, Value)
        self._replace(op, short)

    def _stays(self, op: Any) -> bool:
        """Whether 32 bits of the operands give those of the result."""
        shifts = isinstance(op, arith.ShRUI | arith.ShLI)
        if shifts and self.ranges[op.rhs][1] >= i32.bits:
            return False
        return all(map(self._is_small, op.operands))

    def _extended(self, value: Value) -> Op | Value | None:
        """A small number of another width, in 32 bits."""
        if self._is_small(value):
            return self.short.get(value)
        if value.type is i32:
            return value
        if isinstance(value.type, IntegerType) and value.type.bits < i32.bits:
            extended: Op = arith.ExtUI(value, result_type=i32)
            return extended
        return None

    def _short(self, value: Value) -> Value:
        """A small number in 32 bits."""
        if value not in self.short:
            number = const_value(value)
            if number is not None:
                start = self.func.body.block.ops[0]
                self.short[value] = self.rw.insert_before(start, arith.constant(number, i32))
            else:
                self.short[value] = self._truncated(value)
        return self.short[value]

    def _truncated(self, value: Value) -> Value:
        """The lower half, taken where the number is made."""
        if isinstance(value.type, IndexType):
            cut = arith.IndexCast(value, result_type=i32)
        else:
            cut = arith.TruncI(value, result_type=i32)
        block: Any = value.owner if isinstance(value.owner, Block) else value.owner.block
        ops = block.ops
        place = 0 if isinstance(value.owner, Block) else ops.index(value.owner) + 1
        found: Value = self.rw.insert_before(ops[place], cut).named(value.name)
        return found

    def _replace(self, op: Op, short: Value) -> None:
        """Put 32 bits, extended again, in the place of an operation."""
        old = op.results[0]
        wide, number = self._extensions(short, self.ranges[old], op)
        self.rw.replace_uses(old, number if isinstance(old.type, IndexType) else wide)
        self.rw.erase(op)

    def _extensions(self, short: Value, known: Range, before: Op) -> tuple[Value, Value]:
        """A number as i64 and as an index."""
        wide = self.rw.insert_before(before, arith.ExtUI(short, result_type=i64))
        number = self.rw.insert_before(before, arith.IndexCast(wide, result_type=index))
        for each in (wide, number):
            self.short[each] = short
            self.ranges.note(each, known)
        return wide, number

    def _loop(self, op: scf.For) -> None:
        """Count in 32 bits if all numbers are small.

        The one after the last is, too.
        """
        bounds = (op.lower, op.upper, op.step)
        last = self.ranges[op.upper][1] - 1 + self.ranges[op.step][1]
        if last > _SMALL or not all(map(self._is_small, (*bounds, op.iv))):
            return
        self.count += 1
        for place, value in enumerate(bounds):
            self.rw.set_operand(op, place, self._short(value))
        counter, known = op.iv, self.ranges[op.iv]
        counter.type = i32
        wide, number = self._extensions(counter, known, op.body.block.ops[0])
        for user, place in list(counter.uses):
            if user is not wide.op:
                self.rw.set_operand(user, place, number)

    def _compare(self, op: Any) -> None:
        """Compare in 32 bits."""
        if all(map(self._is_small, op.operands)):
            for place, value in enumerate(op.operands):
                self.rw.set_operand(op, place, self._short(value))
