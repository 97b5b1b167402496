"""The program ``@step_range``: which kernels run when, and where threads wait for one another.

Without tiles there is one level, and every step runs its phases with a barrier after each. With
tiles, steps are taken in groups: the first level runs all steps of the group, then the sums that
the next level needs are computed for all of them at once, then that level runs them, and so on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import define, field

from ...ir.attributes import DictAttr, attribute
from ...ir.builder import Builder
from ...ir.core import Block, Region, Value
from ...ir.dialects import arith, scf
from ...ir.dialects.func import Call, Func, Return, definition
from ...ir.interface import BARRIER, BUFFER, EXTENT, REACH
from ...ir.types import Type, i64, index
from ...ir.types import memref as buffer_type

_SCALARS = ("thread", "threads", "t0", "t1")


@define
class Level:
    """Kernels of one level: ``phases`` of a step, and sums for ``steps`` steps or for one.

    ``settled`` kernels run once in front of the first step; ``settling`` maps names of kernels in
    phases to the number of steps of a run in which they run. ``closing`` kernels of the phases run
    once more after the last step. ``ahead`` has for some kernels those that run instead of them in
    all steps of a run but the first.
    """

    phases: list[list[Func]]
    tiles: list[Func]
    columns: list[Func]
    steps: int
    settled: list[Func] = field(factory=list)
    settling: dict[str, int] = field(factory=dict)
    closing: list[Func] = field(factory=list)
    ahead: dict[Func, Func] = field(factory=dict)

    @property
    def kernels(self) -> list[Func]:
        """All of them."""
        in_steps = [k for phase in self.phases for k in phase]
        others = [*self.ahead.values(), *(k for k in self.closing if k not in in_steps)]
        return [*self.settled, *self.tiles, *self.columns, *in_steps, *others]


def program(name: str, levels: Sequence[Level]) -> Func:
    """The function that every thread runs; its arguments are all buffers, each once."""
    described = {BUFFER: "net.barrier", EXTENT: "threads"}
    buffers: dict[str, tuple[Type, DictAttr]] = {
        "net.barrier": (
            buffer_type(i64),
            DictAttr(tuple((key, attribute(value)) for key, value in described.items())),
        )
    }
    for level in levels:
        for kernel in level.kernels:
            for arg, about in zip(kernel.body.block.args, kernel.arg_attrs, strict=True):
                if about.value:
                    said = DictAttr(tuple(pair for pair in about.value if pair[0] != REACH))
                    buffers.setdefault(_buffer(about), (arg.type, said))
    types = ((index,) * 4) + tuple(t for t, _ in buffers.values())
    func = definition(name, types, (), (*_SCALARS, *buffers))
    about = [DictAttr(())] * 4 + [d for _, d in buffers.values()]
    func.props = {"arg_attrs": attribute(about), **func.props}
    args = dict(zip((*_SCALARS, *buffers), func.body.block.args, strict=True))
    _Schedule(func.body.block, args).all_steps(levels)
    return func


def _buffer(about: DictAttr) -> str:
    name: Any = dict(about.value)[BUFFER]
    return str(name.value)


class _Schedule:
    def __init__(self, block: Block, args: dict[str, Value]) -> None:
        self.build = Builder(block)
        self.args = args
        self.one: Value = self.build(arith.constant(1, index))
        self.settling: dict[str, int] = {}
        self.ahead: dict[Func, Func] = {}

    def all_steps(self, levels: Sequence[Level]) -> None:
        """From t0 to t1."""
        for level in levels:
            self._call(level.settled, self.args["t0"])
            self.settling |= level.settling
            self.ahead |= level.ahead
        group = levels[0].steps if levels else 0
        if not group:
            self._steps(self.args["t0"], self.args["t1"], [p for x in levels for p in x.phases])
        else:
            self._groups(levels, group)
        for level in levels:
            self._call(level.closing, self.args["t1"])
        self.build(Return())

    def _steps(self, low: Value, high: Value, phases: list[list[Func]]) -> None:
        body = scf.loop_block(index, (), ("step",))
        self.build(scf.For(low, high, self.one, body=Region(body)))
        with self.build.inside(body):
            for phase in phases:
                self._call(phase, body.args[0])
                self.build(Call(self.args["net.barrier"], self.args["threads"], callee=BARRIER))
            self.build(scf.Yield())

    def _groups(self, levels: Sequence[Level], size: int) -> None:
        group = self.build(arith.constant(size, index))
        body = scf.loop_block(index, (), ("begin",))
        self.build(scf.For(self.args["t0"], self.args["t1"], group, body=Region(body)))
        begin = body.args[0]
        with self.build.inside(body):
            whole_end = self.build(arith.AddI(begin, group))
            whole = self.build(arith.cmpi("ule", whole_end, self.args["t1"]))
            end = self.build(arith.Select(whole, whole_end, self.args["t1"]), "end")
            for level in levels:
                if level.tiles:
                    self._sums(level, whole, begin, end)
                self._steps(begin, end, level.phases)
            self.build(scf.Yield())

    def _sums(self, level: Level, whole: Value, begin: Value, end: Value) -> None:
        """All columns at once, or one by one at the end of a run."""
        then, otherwise = Block(), Block()
        self.build(scf.If(whole, then=Region(then), otherwise=Region(otherwise)))
        with self.build.inside(then):
            self._call(level.tiles, begin)
            self.build(scf.Yield())
        with self.build.inside(otherwise):
            body = scf.loop_block(index, (), ("step",))
            self.build(scf.For(begin, end, self.one, body=Region(body)))
            with self.build.inside(body):
                self._call(level.columns, body.args[0])
                self.build(scf.Yield())
            self.build(scf.Yield())

    def _call(self, kernels: Sequence[Func], step: Value) -> None:
        for kernel in kernels:
            call = self._of(kernel, step)
            if kernel in self.ahead:
                self._at_first(call, step, 1, self._of(self.ahead[kernel], step))
            elif kernel.sym_name in self.settling:
                self._at_first(call, step, self.settling[kernel.sym_name])
            else:
                self.build(call)

    def _of(self, kernel: Func, step: Value) -> Call:
        """A call of a kernel, not yet anywhere."""
        named = [_buffer(about) for about in kernel.arg_attrs if about.value]
        passed = [self.args["thread"], self.args["threads"], step]
        return Call(*passed, *[self.args[n] for n in named], callee=kernel.sym_name)

    def _at_first(self, call: Call, step: Value, steps: int, later: Call | None = None) -> None:
        """A call in the first steps of a run, ``later`` in the others."""
        end = self.build(arith.AddI(self.args["t0"], self.build(arith.constant(steps, index))))
        then, otherwise = Block(), Block()
        early = self.build(arith.cmpi("ult", step, end))
        other = Region() if later is None else Region(otherwise)
        self.build(scf.If(early, then=Region(then), otherwise=other))
        for block, chosen in ((then, call), (otherwise, later)):
            if chosen is not None:
                with self.build.inside(block):
                    self.build(chosen)
                    self.build(scf.Yield())
