"""cse: compute equal things once.

    func.func @f(%x: f64, %y: f64) -> (f64, f64) {
      %a = arith.mulf %x, %y : f64
      %b = arith.mulf %y, %x : f64
      return %a, %b : f64, f64
    }
    ==>
    func.func @f(%x: f64, %y: f64) -> (f64, f64) {
      %a = arith.mulf %x, %y : f64
      return %a, %a : f64, f64
    }

Pure operations are shared with everything they dominate. Reads are shared as long as what they read
is not written in between: a write to one buffer or variable leaves reads of the others shared, and
what a loop writes is forgotten before its first iteration. The location of a shared operation
names all those it stands for. One walk, in time proportional to the number of operations.
"""

from __future__ import annotations

from typing import Any

from ..ir.core import Block, Op
from ..ir.dialects import scf
from ..ir.effects import Target, effects, own_effects
from ..ir.rewriter import Rewriter
from .analysis.memory_accesses import same
from .framework.core import Context, Pass, register

_ONCE = (scf.If,)
"""Operations whose regions run at most once, from the prior state.

``eq.system`` is not one: a method may evaluate it at several values of what it advances, so reads
of these stay inside.
"""


@register
class CommonSubexpressions(Pass):
    """Share equal computations; see the module."""

    name = "cse"
    scope = "function"

    def run(self, op: Op, ctx: Context) -> bool:
        """Visit blocks in dominance order with scoped tables."""
        rw = ctx.rewriter()
        scan = _Scan(rw)
        scan.isolated(op)
        for first, others in scan.merged.items():
            rw.fuse_locations(first, self.name, *others)
            ctx.report.statistics[self.name] += len(others)
        return rw.changed


class _Scan:
    """The tables of a walk: ``pure`` and ``reads`` know earlier computations.

    Each block takes back what it added.
    """

    def __init__(self, rw: Rewriter) -> None:
        self.rw = rw
        self.merged: dict[Op, list[Op]] = {}
        self.pure: dict[Any, Op] = {}
        self.reads: dict[Any, Op] = {}
        self.readers: dict[Target, list[Any]] = {}

    def isolated(self, op: Op) -> None:
        """Visit regions that see nothing from outside."""
        outside = self.pure, self.reads, self.readers
        for region in op.regions:
            for block in region.blocks:
                self.pure, self.reads, self.readers = {}, {}, {}
                self._block(block)
        self.pure, self.reads, self.readers = outside

    def _block(self, block: Block) -> None:
        added: list[tuple[dict[Any, Op], Any, Op]] = []
        for op in block.ops:
            if op.regions:
                self._regions(op)
            elif op.pure:
                self._share(op, self.pure, added)
            elif op.reads or op.writes:
                self._access(op, added)
        for seen, key, op in added:
            if seen.get(key) is op:
                del seen[key]

    def _regions(self, op: Op) -> None:
        if op.isolated:
            return self.isolated(op)
        if not isinstance(op, _ONCE):
            self._forget({same(e.target) for e in effects(op) if e.writes})
        for region in op.regions:
            for block in region.blocks:
                self._block(block)
        return None

    def _access(self, op: Op, added: list[Any]) -> None:
        found = list(own_effects(op))
        written = {same(e.target) for e in found if e.writes}
        if written:
            self._forget(written)
        elif op.results:
            key = self._share(op, self.reads, added)
            if key is not None:
                for effect in found:
                    self.readers.setdefault(same(effect.target), []).append(key)

    def _share(self, op: Op, seen: dict[Any, Op], added: list[Any]) -> Any:
        """Use an equal operation, or remember this one.

        Returns the key of one that is remembered.
        """
        key = _key(op)
        first = seen.setdefault(key, op)
        if first is op:
            added.append((seen, key, op))
            return key
        self.merged.setdefault(first, []).append(op)
        self.rw.replace(op, *first.results)
        return None

    def _forget(self, written: set[Target]) -> None:
        """Forget reads of written targets, and reads of anything."""
        if None in written:
            self.reads.clear()
            self.readers.clear()
        elif written:
            for target in (*written, None):
                for key in self.readers.pop(target, ()):
                    self.reads.pop(key, None)


def _key(op: Op) -> Any:
    """The key of a computation, equal for equal ones.

    The order of commutative operands does not matter.
    """
    operands = tuple(map(id, op.operands))
    if op.commutative and len(operands) == 2 and operands[0] > operands[1]:
        operands = operands[::-1]
    types = tuple([id(v.type) for v in op.results])
    return (
        (type(op), operands, types, *op.props.items()) if op.props else (type(op), operands, types)
    )
