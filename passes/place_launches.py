"""place-launches: the program of a GPU becomes a list of launches.

    func.func private @ranvier_barrier(memref<?xi64>, index)
    func.func @a_update(%thread: index, %threads: index, %step: index, %r: memref<?xf64>) {
      %x = memref.load %r[%thread] : memref<?xf64>
      memref.store %x, %r[%thread] : memref<?xf64>
      return
    }
    func.func @step_range(%thread: index, %threads: index, %t0: index, %t1: index,
        %barrier: memref<?xi64>, %r: memref<?xf64>) {
      %one = arith.constant 1 : index
      scf.for %step = %t0 to %t1 step %one {
        %next = arith.addi %step, %one : index
        func.call @a_update(%thread, %threads, %next, %r)
            : (index, index, index, memref<?xf64>) -> ()
        func.call @ranvier_barrier(%barrier, %threads) : (memref<?xi64>, index) -> ()
      }
      return
    }
    ==>
    ...
    func.func @launch0(%thread: index, ... attributes {ranvier.launch = {items = 1 : i64}} {
      %one = arith.constant 1 : index
      %next = arith.addi %step, %one : index
      call @a_update(%thread, %threads, %next, %r) ...
      return
    }
    func.func @step_range(
    ...
      scf.for %step = %t0 to %t1 step %one {
        func.call @launch0(%thread, %threads, %step, %r) ...
      }
      return
    }

Threads of a grid meet at the end of a launch and nowhere else, so each stretch of the program
without a barrier is a launch: a function with the attribute ``ranvier.launch``. A loop without
barriers lies whole in one; the loops and conditions around barriers are left to the host, which
launches. ``items`` is the number of threads worth having (``kernels/launch_items.py``); with the
declarations of a network there is ``holds``, the names of kernels (``kernels/held_kernels.py``).

Arithmetic is done where it is wanted, on either side: what a launch takes are the thread and the
number of threads, numbers of steps, and buffers. The host sees no memory: it is an error where a
barrier depends on it. The meaning stays: one thread calls the launches one after the other.

A stretch that is nothing but a branch is not launched to do nothing: the host looks at the
condition.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import field

from ..ir.attributes import ArrayAttr, attribute
from ..ir.attrs_classes import define, frozen
from ..ir.core import Block, Op, Value, lookup_symbol
from ..ir.diagnostics import fail
from ..ir.dialects import memref, scf
from ..ir.dialects.builtin import Module
from ..ir.dialects.func import Call, Func, Return, definition
from ..ir.interface import BARRIER, HOLDS, ITEMS, LAUNCH, STEP_RANGE
from ..ir.rewriter import Rewriter
from ..ir.types import MemRefType
from .analysis.races import RaceAnalysis
from .framework.core import Context, Pass, register
from .kernels.held_kernels import HeldKernels
from .kernels.launch_items import LaunchItems


@register
@frozen
class PlaceLaunches(Pass):
    """Cut the program at its barriers into launches; see the module."""

    name = "place-launches"
    requires = "kernels"

    def run(self, module: Module, ctx: Context) -> bool:
        """Rewrite ``@step_range``, and add the launches."""
        program = lookup_symbol(module, STEP_RANGE)
        if not isinstance(program, Func) or _launches(module):
            return False
        reasons = _reasons(module, program)
        rw = ctx.rewriter()
        cut = _Cut(
            program, LaunchItems(module, ctx.target), HeldKernels.in_module(module, program), rw
        )
        cut.block(program.body.block)
        cut.tidy()
        declared = lookup_symbol(module, BARRIER)
        if declared is not None:
            rw.erase(declared)
        ctx.report.did(self.name, program, _counted(program, len(cut.made)), program.loc)
        for barrier, reason in reasons:
            ctx.report.refused(self.name, program, "a longer launch", reason, barrier.loc)
        return True


def _launches(module: Module) -> list[Func]:
    return [op for op in module.ops if isinstance(op, Func) and LAUNCH in op.attributes]


def _is_barrier(op: Op) -> bool:
    return isinstance(op, Call) and op.callee == BARRIER


def _has_barrier(op: Op) -> bool:
    return any(_is_barrier(each) for each in op.walk())


def _reasons(module: Module, program: Func) -> list[tuple[Op, str]]:
    """Barriers, and a conflict between accesses that each keeps apart."""
    races = RaceAnalysis(module, program)
    known = races.conflicts()
    found: list[tuple[Op, str]] = []
    for barrier in filter(_is_barrier, program.walk()):
        needed = [each for each in races.conflicts([barrier]) if each not in known]
        if needed:
            more = f" (and {len(needed) - 1} more)" if len(needed) > 1 else ""
            found.append((barrier, f"{needed[0]}{more}"))
    return found


def _counted(program: Func, number: int) -> str:
    """The number of launches, of all and of each loop."""
    said = ["1 launch" if number == 1 else f"{number} launches"]
    for loop in [op for op in program.walk() if isinstance(op, scf.For)]:
        inside = [op for op in loop.walk() if isinstance(op, Call) and _loop_of(op) is loop]
        if inside:
            said.append(f"{len(inside)} in each {loop.body.block.args[0].name or 'round'}")
    return ", ".join(said)


def _loop_of(op: Op) -> Op | None:
    parent = op.parent_op
    while parent is not None and not isinstance(parent, scf.For):
        parent = parent.parent_op
    return parent


@define(eq=False)
class _Cut:
    """The cutting of a program."""

    program: Func
    items: LaunchItems
    held: HeldKernels
    rw: Rewriter
    made: list[Func] = field(factory=list)
    _anywhere: dict[Op, bool] = field(factory=dict)

    def block(self, block: Block) -> None:
        """Make launches of a block and of the blocks in it."""
        stretch: list[Op] = []
        for op in list(block.ops):
            if op.terminator or _has_barrier(op):
                self._check_host(op)
                self._end(stretch)
                stretch = []
                self._divide(op)
            elif not self._is_anywhere(op):
                stretch.append(op)
        self._end(stretch)

    def _divide(self, op: Op) -> None:
        """Cut what is inside of an operation, or drop a barrier."""
        if _is_barrier(op):
            self.rw.erase(op)
        elif not op.terminator:
            if not isinstance(op, scf.For | scf.If) or op.results:
                fail(f"'{op.name}' around a barrier is nothing that the host could do", op.loc)
            for region in op.regions:
                for block in region.blocks:
                    self.block(block)

    def _is_anywhere(self, op: Op) -> bool:
        """Whether an operation may be done wherever it is wanted.

        These are arithmetic and loads from tables of buffers.
        """
        found = self._anywhere.get(op)
        if found is None:
            table = isinstance(op, memref.Load) and isinstance(op.results[0].type, MemRefType)
            sources = [value.op for value in op.operands if value.op is not None]
            plain = (op.pure or table) and not op.regions
            found = self._anywhere[op] = plain and all(map(self._is_anywhere, sources))
        return found

    def _check_host(self, op: Op) -> None:
        """Refuse a condition or bound that depends on memory."""
        for value in op.operands if op.regions else ():
            if value.op is not None and not self._is_anywhere(value.op):
                fail("a barrier depends on memory, which the host does not see", op.loc)

    def _end(self, stretch: list[Op]) -> None:
        """Make a launch of a stretch, if it is one."""
        if not stretch:
            return
        only = stretch[0]
        if len(stretch) == 1 and isinstance(only, scf.If) and not only.results:
            condition = only.condition.op
            if condition is None or self._is_anywhere(condition):
                for region in only.regions:
                    for block in region.blocks:
                        self.block(block)
                return
        self._launch(stretch)

    def _launch(self, stretch: list[Op]) -> None:
        """Move a stretch to a function of its own."""
        leaves, copied = self._needs(stretch)
        thread, threads, *others = self.program.body.block.args
        mine = [each for each in others if each in leaves]
        buffers = [each for each in mine if isinstance(each.type, MemRefType)]
        steps = [each for each in (*mine, *leaves) if each not in buffers]
        passed = list(dict.fromkeys([thread, threads, *steps, *buffers]))
        name = f"launch{len(self.made)}"
        func = _function(name, passed, self.program)
        about = {ITEMS: self.items.of(stretch)}
        holds = self.held.of(stretch)
        func.attributes[LAUNCH] = attribute(about | ({HOLDS: holds} if holds else {}))
        func.loc = stretch[0].loc
        env = dict(zip(passed, func.body.block.args, strict=True))
        for op in (*copied, *stretch):
            func.body.block.append(op.clone(env))
        func.body.block.append(Return())
        call = Call(*passed, callee=name)
        call.loc = stretch[0].loc
        self.rw.insert_before(stretch[0], call)
        for op in reversed(stretch):
            if any(value.uses for value in op.results):
                fail("what is read in front of a barrier is used behind it", op.loc)
            self.rw.erase(op)
        self.rw.insert_before(self.program, func)
        self.made.append(func)

    def _needs(self, stretch: Sequence[Op]) -> tuple[dict[Value, None], dict[Op, None]]:
        """Arguments that a stretch uses, and operations to repeat in it."""
        inside = {op for each in stretch for op in each.walk()}
        leaves: dict[Value, None] = {}
        copied: dict[Op, None] = {}

        def visit(value: Value) -> None:
            if value.op is None:
                around: Any = value.owner
                if around.parent.parent not in inside:
                    leaves[value] = None
            elif value.op not in inside and value.op not in copied:
                if not self._is_anywhere(value.op):
                    fail("what is read in front of a barrier is used behind it", value.op.loc)
                for each in value.op.operands:
                    visit(each)
                copied[value.op] = None

        for op in stretch:
            for each in op.walk():
                for value in each.operands:
                    visit(value)
        return leaves, copied

    def tidy(self) -> None:
        """Drop arithmetic that only launches wanted."""
        for op in reversed(list(self.program.walk())):
            if self._anywhere.get(op) and not any(value.uses for value in op.results):
                self.rw.erase(op)


def _function(name: str, passed: Sequence[Value], program: Func) -> Func:
    """An empty function that takes values of a program."""
    func = definition(name, [v.type for v in passed], (), [v.name or "" for v in passed])
    said, own = program.arg_attrs or (), program.body.block.args
    about = {value: each for value, each in zip(own, said, strict=False)}
    if about:
        empty = attribute({})
        func.props = {
            "arg_attrs": ArrayAttr(tuple([about.get(value, empty) for value in passed])),
            **func.props,
        }
    return func
