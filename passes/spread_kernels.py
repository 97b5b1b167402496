"""spread-kernels: different populations have different threads of a launch.

    func.func @a_update(%thread: index, %threads: index, %r: memref<?xf64> {ranvier.buffer = {
        owner = "a", name = "r", role = "attribute", extent = "neurons", reach = "own"}}) {
      %x = memref.load %r[%thread] : memref<?xf64>
      memref.store %x, %r[%thread] : memref<?xf64>
      return
    }
    func.func @launch0(%thread: index, %threads: index, %rows: memref<?xmemref<?xf64>> {
        ranvier.buffer = {owner = ["a", "b", "c", "d"], name = "r", role = "attribute",
                          extent = "neurons"}})
        attributes {ranvier.launch = {items = 96 : i64}} {
      %zero = arith.constant 0 : index
      %one = arith.constant 1 : index
      %four = arith.constant 4 : index
      scf.for %row = %zero to %four step %one {
        %r = memref.load %rows[%row] : memref<?xmemref<?xf64>>
        func.call @a_update(%thread, %threads, %r) : (index, index, memref<?xf64>) -> ()
      }
      return
    }
    ==>
    ...
        %rows: ... attributes {ranvier.launch = {items = 384 : i64}} {
    ...
        %0 = arith.constant 96 : index
        %1 = arith.muli %row, %0 : index
        %2 = arith.addi %thread, %1 : index
        %spread = arith.remui %2, %threads : index
        func.call @a_update(%spread, %threads, %r) ...
    ...

A loop over the rows of a table calls a kernel for one population after the other, and each thread
has its neurons of all of them: the threads of a grid that is as large as one population would do
the work of a hundred. Here the numbers of threads are turned by as many as there are items, for
each population by other ones, and the launch wants threads for all of them.

Calls that touch what the other one writes stay on the same threads, in order: they get the same
turn. All others may happen at the same time. Numbers are turned by whole warps, so that warps stay
whole. Where the turns of the rows of a loop have no common distance, the launch is left as it is.
"""

from __future__ import annotations

from typing import Any

from attrs import field

from ..ir.attributes import DictAttr, attribute
from ..ir.attrs_classes import define, frozen
from ..ir.buffers import Key, Table, described
from ..ir.builder import Builder
from ..ir.core import Op, Value, lookup_symbol
from ..ir.dialects import arith, gpu, memref, scf
from ..ir.dialects.builtin import Module
from ..ir.dialects.func import Call, Func
from ..ir.interface import ITEMS, LAUNCH
from ..ir.rewriter import Rewriter
from ..ir.types import MemRefType, index
from .analysis.races import BufferAccess, accesses
from .framework.core import Context, Pass, register

WARP = 32
"""Threads of a warp. Numbers of threads are turned by multiples."""

_OF_BLOCKS = (gpu.Barrier, memref.Alloc, *gpu.NUMBERS.values())
"""Operations about whole blocks, whose threads are not turned together."""


@register
@frozen
class SpreadKernels(Pass):
    """Turn the numbers of threads of kernels; see the module."""

    name = "spread-kernels"
    requires = "kernels"

    def run(self, module: Module, ctx: Context) -> bool:
        """Rewrite launches with loops over tables."""
        rw = ctx.rewriter()
        known: dict[str, list[BufferAccess | None]] = {}
        for op in module.ops:
            if isinstance(op, Func) and LAUNCH in op.attributes:
                launch = _Launch(module, op, known)
                if not launch.has_rows:
                    continue
                reason = launch.find_turns()
                if reason:
                    ctx.report.refused(self.name, op, "its threads", reason, op.loc)
                elif launch.number > 1:
                    launch.turn(rw)
                    ctx.report.did(self.name, op, f"{launch.number} kernels at once", op.loc)
        return rw.changed


@define(eq=False)
class _Unit:
    """Calls of one site with all their rows.

    ``touched`` are the buffers of each row, and whether they are written.
    """

    call: Call
    row: Value | None
    touched: list[dict[Key, bool]]
    turns: list[int] = field(factory=list)


@define(eq=False)
class _Launch:
    """A launch, and the turn of each of its calls."""

    module: Module
    func: Func
    known: dict[str, list[BufferAccess | None]]
    number: int = 0
    units: list[_Unit] = field(factory=list)

    @property
    def has_rows(self) -> bool:
        """Whether there are tables of buffers."""
        return any(isinstance(each, Table) for each in described(self.func))

    def find_turns(self) -> str:
        """Give each call and row its turn. Returns a reason against that, or nothing."""
        for op in self.func.walk():
            if isinstance(op, Call):
                unit = self._unit(op)
                if unit is None:
                    return f"@{op.callee} has rows or threads that nothing is known of"
                self.units.append(unit)
        if any(user.operands[0] is not self._thread for user in self._users()):
            return "other operations use the number of a thread"
        self._join()
        for unit in self.units:
            first, distance = _line(unit.turns)
            if any(turn != first + distance * i for i, turn in enumerate(unit.turns)):
                return f"populations of @{unit.call.callee} share what they write"
        return ""

    @property
    def _thread(self) -> Value:
        thread: Value = self.func.body.block.args[0]
        return thread

    def _users(self) -> list[Op]:
        """Users of the number of a thread other than calls."""
        calls = {unit.call for unit in self.units}
        return [op for op, place in self._thread.uses if op not in calls or place]

    def _unit(self, call: Call) -> _Unit | None:
        kernel: Any = lookup_symbol(self.module, call.callee)
        if not isinstance(kernel, Func) or call.operands[0] is not self._thread:
            return None
        if any(isinstance(op, _OF_BLOCKS) for op in kernel.walk()):
            return None
        if call.callee not in self.known:
            self.known[call.callee] = accesses(kernel)
        touched = []
        about = dict(zip(self.func.body.block.args, described(self.func), strict=True))
        row: Value | None = None
        for value, access in zip(call.operands, self.known[call.callee], strict=True):
            if access is None or not isinstance(value.type, MemRefType):
                continue
            keys, at = _keys(value, about)
            if not keys or (at is not None and row not in (None, at)):
                return None
            row = at if row is None else row
            touched.append((keys, access.writes))
        rows = 1 if row is None else _rounds(row)
        if any(len(keys) not in (1, rows) for keys, _ in touched):
            return None
        found: list[dict[Key, bool]] = []
        for place in range(rows):
            mine: dict[Key, bool] = {}
            for keys, writes in touched:
                key = keys[place] if len(keys) > 1 else keys[0]
                mine[key] = mine.get(key, False) or writes
            found.append(mine)
        return _Unit(call, row, found)

    def _join(self) -> None:
        """Number what may happen at once, longest loops first."""
        groups: list[dict[Key, bool]] = []
        for unit in sorted(self.units, key=lambda each: -len(each.touched)):
            for mine in unit.touched:
                joined = [i for i, group in enumerate(groups) if _meet(mine, group)]
                place = joined[0] if joined else len(groups)
                if not joined:
                    groups.append({})
                for key, writes in mine.items():
                    groups[place][key] = groups[place].get(key, False) or writes
                for other in reversed(joined[1:]):
                    self._merge(groups, place, other)
                unit.turns.append(place)
        self.number = len(groups)

    def _merge(self, groups: list[dict[Key, bool]], place: int, other: int) -> None:
        """Make two groups one; later ones move up."""
        for key, writes in groups.pop(other).items():
            groups[place][key] = groups[place].get(key, False) or writes
        for unit in self.units:
            unit.turns = [place if turn == other else turn - (turn > other) for turn in unit.turns]

    def turn(self, rw: Rewriter) -> None:
        """Rewrite the calls, and the number of threads worth having."""
        said = self.func.attributes[LAUNCH]
        assert isinstance(said, DictAttr)
        items: Any = dict(said.value)[ITEMS]
        each = -(-items.value // WARP) * WARP
        rw.set_attribute(self.func, LAUNCH, attribute({ITEMS: each * self.number}))
        for unit in self.units:
            first, distance = _line(unit.turns)
            if first or distance:
                self._turn(unit, first * each, distance * each, rw)

    def _turn(self, unit: _Unit, first: int, distance: int, rw: Rewriter) -> None:
        call = unit.call
        assert call.block is not None
        build = Builder(call.block, call.loc, call)
        moved = self._thread
        if distance and unit.row is not None:
            turn = build(arith.MulI(unit.row, build(arith.constant(distance, index))))
            moved = build(arith.AddI(moved, turn))
        if first:
            moved = build(arith.AddI(moved, build(arith.constant(first, index))))
        rw.set_operand(call, 0, build(arith.RemUI(moved, call.operands[1]), "spread"))


def _meet(one: dict[Key, bool], other: dict[Key, bool]) -> bool:
    """Whether one writes what the other touches."""
    few, many = (one, other) if len(one) < len(other) else (other, one)
    return any(key in many and (writes or many[key]) for key, writes in few.items())


def _line(turns: list[int]) -> tuple[int, int]:
    """The first of some turns, and the distance of the next."""
    return turns[0], turns[1] - turns[0] if len(turns) > 1 else 0


def _rounds(row: Value) -> int:
    """The number of rounds of the loop of a row. 0 where it is no constant."""
    around: Any = row.owner
    loop = around.parent.parent
    bounds = [value.op for value in (loop.lower, loop.upper, loop.step)]
    if not all(isinstance(op, arith.Constant) for op in bounds):
        return 0
    low, high, step = (op.literal for op in bounds)
    return int(high) if (low, step) == (0, 1) else 0


def _keys(value: Value, about: dict[Value, Any]) -> tuple[list[Key], Value | None]:
    """The buffers that a value may be, and its row.

    The list is empty where that is unknown.
    """
    if value.op is None:
        found = about.get(value)
        if found is None:
            return [], None
        return (found.keys(), None) if isinstance(found, Table) else ([found.key], None)
    table = value.op
    if not isinstance(table, memref.Load) or not isinstance(about.get(table.memref), Table):
        return [], None
    keys, row = about[table.memref].keys(), table.indices[0]
    if row.op is None:
        around: Any = row.owner
        is_loop = isinstance(around.parent.parent, scf.For)
        return (keys, row) if is_loop else ([], None)
    if isinstance(row.op, arith.Constant):
        return [keys[row.op.literal]], None
    return [], None
