"""sink-selects: what only spiking neurons need is computed behind their branch.

    func.func @f(%v: vector<8xf64>, %reset: vector<8xf64>, %hit: vector<8xi1>, %n: memref<?xi64>)
        -> vector<8xf64> {
      %zero = arith.constant 0 : index
      %none = arith.constant 0 : i8
      %lanes = vector.bitcast %hit : vector<8xi1> to vector<1xi8>
      %bits = vector.extract %lanes[0] : i8 from vector<1xi8>
      %any = arith.cmpi ne, %bits, %none : i8
      scf.if %any {
        %one = arith.constant 1 : i64
        memref.store %one, %n[%zero] : memref<?xi64>
      }
      %new = arith.select %hit, %reset, %v : vector<8xi1>, vector<8xf64>
      return %new : vector<8xf64>
    }
    ==>
    ...
      %new = scf.if %any -> (vector<8xf64>) {
        %one = arith.constant 1 : i64
        memref.store %one, %n[%zero] : memref<?xi64>
        %new_1 = arith.select %hit, %reset, %v : vector<8xi1>, vector<8xf64>
        scf.yield %new_1 : vector<8xf64>
      } else {
        scf.yield %v : vector<8xf64>
      }
      return %new : vector<8xf64>
    }

Where no lane of a mask is set, a selection by it gives its second value. Lists of spikes are
written behind a branch that asks just that and is rarely taken; resets join them there, with the
arithmetic that nobody else needs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..ir.core import Block, Op, Region, Value
from ..ir.dialects import arith, scf, vector
from ..ir.dialects.func import Func
from ..ir.rewriter import Rewriter
from ..ir.types import lanes_of
from .framework.core import Context, Pass, const_value, register
from .framework.report import counted

_NE = arith.CMPI.index("ne")


@register
class SinkSelects(Pass):
    """Move selections into the branch on their mask; see the module."""

    name = "sink-selects"
    scope = "function"

    def run(self, func: Func, ctx: Context) -> bool:
        """Visit branches on whether any lane of a mask is set."""
        rw = Rewriter()
        for branch in [op for op in func.walk() if isinstance(op, scf.If)]:
            mask = _mask(branch)
            if mask is None:
                continue
            found = _Selections(branch, mask)
            for op, reason in found.refused:
                ctx.report.refused(self.name, op, f"the selection of %{_name(op)}", reason, op.loc)
            if found.taken:
                found.move(rw)
                what = f"{counted(len(found.taken), 'selection')} moved behind the branch on a mask"
                ctx.report.did(self.name, func, what, branch.loc)
        return rw.changed


def _name(op: Op) -> str:
    return op.results[0].name or "?"


def _mask(branch: Any) -> Value | None:
    """The mask of ``if any lane is set`` without an otherwise. None for other branches."""
    if branch.results or any(block.ops[:-1] for block in branch.otherwise.blocks):
        return None
    test = branch.condition.op
    if isinstance(test, vector.Reduction) and test.kind == "or":
        found: Value = test.operands[0]
        return found
    if not isinstance(test, arith.CmpI) or test.predicate != _NE or const_value(test.rhs) != 0:
        return None
    word = test.lhs.op
    whole = word.operands[0].op if isinstance(word, vector.Extract) else None
    if not isinstance(whole, vector.Bitcast) or lanes_of(whole.result.type) != 1:
        return None
    return whole.operands[0]


class _Selections:
    """The selections by ``mask`` behind ``branch``, with all they need.

    Only those in the block of the branch count.
    """

    def __init__(self, branch: Any, mask: Value) -> None:
        ops = branch.block.ops
        self.branch = branch
        self._place = {op: i for i, op in enumerate(ops[ops.index(branch) + 1 :])}
        self._needed: set[Op] = set()
        self.taken: list[Any] = []
        self.refused: list[tuple[Op, str]] = []
        for op in self._place:
            if isinstance(op, arith.Select) and op.condition is mask:
                self._consider(op)

    def _consider(self, select: Any) -> None:
        """Take a selection, or say why not."""
        chain: set[Op] = set()
        known = self._collect(select.false_value, chain)
        inside = {*chain}
        if not known or not self._collect(select.true_value, inside, behind=True):
            reason = "it needs what is computed after the branch"
        elif any(self._late(op, inside | {select}) for op in inside - chain):
            reason = "others need what it makes of selected values"
        else:
            self._needed |= inside
            self.taken.append(select)
            return
        self.refused.append((select, reason))

    def _collect(self, value: Value, chain: set[Op], *, behind: bool = False) -> bool:
        """Whether a value can be known at the branch, from ``chain``.

        With ``behind``: in it. ``chain`` takes the operations that have to move there.
        """
        waiting = [value]
        while waiting:
            op = waiting.pop().op
            if op is None or op not in self._place or op in chain:
                continue
            if op in self.taken:
                if behind:
                    continue
                return False
            if not op.pure or op.regions:
                return False
            chain.add(op)
            waiting += reversed(op.operands)
        return True

    def _late(self, op: Op, inside: set[Op]) -> bool:
        """Whether ``op`` needs a selected value and others need it.

        Others are operations that are not ``inside``.
        """
        return any(v.op in self.taken for v in op.operands) and not {*_users(op)} <= inside

    def _in_order(self, ops: Iterable[Op]) -> list[Op]:
        return sorted(ops, key=self._place.__getitem__)

    def _own(self) -> set[Op]:
        """The computations that only first values of selections need."""
        inside: set[Op] = {*self.taken}
        plain = {select.false_value for select in self.taken}
        for op in reversed(self._in_order(self._needed)):
            if {*_users(op)} <= inside and not plain & {*op.results}:
                inside.add(op)
        return inside & self._needed

    def move(self, rw: Rewriter) -> None:
        """Put a new branch in place of the old one. What others need too goes in front of it."""
        own = self._own()
        for op in self._in_order(self._needed - own):
            rw.move_before(self.branch, op)
        then, otherwise = rw.take_region(self.branch.then), Block()
        end: Any = then.blocks[0].terminator
        moved = self._in_order(own | {*self.taken})
        for op in moved:
            rw.move_before(end, op)
        selected = [select.result for select in self.taken]
        kinds = tuple(value.type for value in selected)
        regions = {"then": then, "otherwise": Region(otherwise)}
        new = scf.If(self.branch.condition, **regions, result_types=kinds)
        rw.insert_before(self.branch, new)
        rw.append(otherwise, scf.Yield(*(select.false_value for select in self.taken)))
        for value, result in zip(selected, new.results, strict=True):
            result.name = value.name
            for user, i in list(value.uses):
                if user not in moved:
                    rw.set_operand(user, i, result)
        rw.replace(end, scf.Yield(*selected))
        rw.erase(self.branch)


def _users(op: Op) -> list[Op]:
    return [user for value in op.results for user in value.users()]
