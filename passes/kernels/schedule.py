"""The program ``@step_range``: the order of kernels, and barriers.

Without tiles there is one level, and every step runs its phases with a barrier after each. With
tiles, steps are taken in groups: the first level runs all steps of the group, then the sums that
the next level needs are computed for all of them at once, then that level runs them, and so on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import field

from ...ir.attributes import attribute
from ...ir.attrs_classes import define
from ...ir.buffers import BARRIER_STATE, Key, written
from ...ir.builder import Builder
from ...ir.core import Block, Region, Value
from ...ir.dialects import arith, memref, scf
from ...ir.dialects.func import Call, Func, Return, definition
from ...ir.interface import BARRIER
from ...ir.types import i64, index
from ...ir.types import memref as buffer_type
from .kernel_calls import Calls, ProgramArguments, Shared

_SCALARS = ("thread", "threads", "t0", "t1")


@define
class Level:
    """Kernels of one level.

    A level has ``phases`` of a step, and sums for ``steps`` steps or for one.

    ``in_front`` kernels run once in front of the first step, for what is constant; ``closing``
    kernels once more after the last one. ``left`` kernels do what the last step left to do; a run
    of no steps, which only catches up, does not call them.
    """

    phases: list[list[Calls]]
    tiles: list[Calls]
    columns: list[Calls]
    steps: int
    in_front: list[Calls] = field(factory=list)
    closing: list[Calls] = field(factory=list)
    left: list[Calls] = field(factory=list)

    @property
    def calls(self) -> list[Calls]:
        """All calls of the level."""
        in_steps = [calls for phase in self.phases for calls in phase]
        closing = [*self.closing, *self.left]
        return [*self.in_front, *self.tiles, *self.columns, *in_steps, *closing]

    @property
    def kernels(self) -> list[Func]:
        """The kernels that are called, each once. Those of later steps come at the end."""
        calls = self.calls
        found = [each.shared.kernel for each in calls]
        found += [each.afterwards.kernel for each in calls if each.afterwards is not None]
        return list(dict.fromkeys(found))


def program(name: str, levels: Sequence[Level], *, meet: bool = False) -> Func:
    """The function that every thread runs. Its arguments are all buffers, each once.

    ``meet``: with a barrier behind kernels in front of steps, too, for whose results other threads
    may wait.
    """
    arguments = ProgramArguments()
    key = BARRIER_STATE.key
    arguments.found[key] = str(key), buffer_type(i64), written(BARRIER_STATE)
    for level in levels:
        for calls in level.calls:
            arguments.add(calls)
    names, types, each = zip(*arguments.found.values(), strict=True)
    func = definition(name, (index,) * 4 + types, (), (*_SCALARS, *names))
    about = attribute([*[{}] * 4, *each])
    func.props = {"arg_attrs": about, **func.props}
    args = dict(zip((*_SCALARS, *arguments.found), func.body.block.args, strict=True))
    _Schedule(func.body.block, args, arguments, meet=meet).all_steps(levels)
    return func


class _Schedule:
    def __init__(
        self, block: Block, args: dict[Any, Value], arguments: ProgramArguments, *, meet: bool
    ) -> None:
        self.build = Builder(block)
        self.meet = meet
        self.args = args
        self.keys = arguments.keys
        self.one: Value = self.build(arith.constant(1, index))

    def all_steps(self, levels: Sequence[Level]) -> None:
        """Build the steps from t0 to t1."""
        for level in levels:
            self._call_and_meet(level.in_front, self.args["t0"])
        group = levels[0].steps if levels else 0
        if not group:
            self._steps(self.args["t0"], self.args["t1"], [p for x in levels for p in x.phases])
        else:
            self._groups(levels, group)
        for level in levels:
            self._call(level.closing, self.args["t1"])
            self._call_behind_steps(level.left)
        self.build(Return())

    def _steps(self, low: Value, high: Value, phases: list[list[Calls]]) -> None:
        body = scf.loop_block(index, (), ("step",))
        self.build(scf.For(low, high, self.one, body=Region(body)))
        with self.build.inside(body):
            for phase in phases:
                self._call(phase, body.args[0])
                self._barrier()
            self.build(scf.Yield())

    def _groups(self, levels: Sequence[Level], size: int) -> None:
        group = self.build(arith.constant(size, index))
        body = scf.loop_block(index, (), ("group",))
        # Counted from the first one on: the one after the last may have no number.
        count = self.build(arith.SubI(self.args["t1"], self.args["t0"]))
        zero = self.build(arith.constant(0, index))
        self.build(scf.For(zero, count, group, body=Region(body)))
        with self.build.inside(body):
            begin = self.build(arith.AddI(self.args["t0"], body.args[0]), "begin")
            whole_end = self.build(arith.AddI(begin, group))
            whole = self.build(arith.cmpi("ule", whole_end, self.args["t1"]))
            end = self.build(arith.Select(whole, whole_end, self.args["t1"]), "end")
            for level in levels:
                if level.tiles:
                    self._sums(level, whole, begin, end)
                self._steps(begin, end, level.phases)
            self.build(scf.Yield())

    def _sums(self, level: Level, whole: Value, begin: Value, end: Value) -> None:
        """Take all columns at once, or single ones at the end. The end is that of a run."""
        then, otherwise = Block(), Block()
        self.build(scf.If(whole, then=Region(then), otherwise=Region(otherwise)))
        with self.build.inside(then):
            self._call_and_meet(level.tiles, begin)
            self.build(scf.Yield())
        with self.build.inside(otherwise):
            body = scf.loop_block(index, (), ("step",))
            self.build(scf.For(begin, end, self.one, body=Region(body)))
            with self.build.inside(body):
                self._call_and_meet(level.columns, body.args[0])
                self.build(scf.Yield())
            self.build(scf.Yield())

    def _barrier(self) -> None:
        self.build(Call(self.args[BARRIER_STATE.key], self.args["threads"], callee=BARRIER))

    def _call_and_meet(self, several: Sequence[Calls], step: Value) -> None:
        """Call kernels that come before steps."""
        self._call(several, step)
        if self.meet and several:
            self._barrier()

    def _call_behind_steps(self, several: Sequence[Calls]) -> None:
        """Call what steps left to do, if there were any."""
        if not several:
            return
        then = Block()
        some = self.build(arith.cmpi("slt", self.args["t0"], self.args["t1"]))
        self.build(scf.If(some, then=Region(then), otherwise=Region()))
        with self.build.inside(then):
            self._call(several, self.args["t1"])
            self.build(scf.Yield())

    def _call(self, several: Sequence[Calls], step: Value) -> None:
        for calls in several:
            end = 1 if calls.afterwards is not None else calls.constant_after
            if end:
                self._at_first(calls, step, end)
            else:
                self._rows(calls, calls.shared, step)

    def _rows(self, calls: Calls, shared: Shared, step: Value) -> None:
        """Call a kernel for all rows."""
        passed = [self.args["thread"], self.args["threads"], step]
        found = [(key, self.args[key]) for key in self.keys(calls, shared)]
        if not calls.many:
            buffers = [value for _, value in found]
            self.build(Call(*passed, *buffers, callee=shared.kernel.sym_name))
            return
        zero, end = (self.build(arith.constant(n, index)) for n in (0, len(calls.rows)))
        body = scf.loop_block(index, (), ("row",))
        self.build(scf.For(zero, end, self.one, body=Region(body)))
        with self.build.inside(body):
            buffers = [
                value if isinstance(key, Key) else self.build(memref.Load(value, body.args[0]))
                for key, value in found
            ]
            self.build(Call(*passed, *buffers, callee=shared.kernel.sym_name))
            self.build(scf.Yield())

    def _at_first(self, calls: Calls, step: Value, steps: int) -> None:
        """Call kernels in the first steps of a run. Then those of ``afterwards`` run."""
        end = self.build(arith.AddI(self.args["t0"], self.build(arith.constant(steps, index))))
        then, otherwise = Block(), Block()
        early = self.build(arith.cmpi("ult", step, end))
        other = Region() if calls.afterwards is None else Region(otherwise)
        self.build(scf.If(early, then=Region(then), otherwise=other))
        for block, chosen in ((then, calls.shared), (otherwise, calls.afterwards)):
            if chosen is not None:
                with self.build.inside(block):
                    self._rows(calls, chosen, step)
                    self.build(scf.Yield())
