"""One kernel instead of several consecutive ones, for ``fuse-sums``.

    call @one(%thread, %threads, %step, %x, %y)         call @other_step(%thread, %threads, %step,
    call @other(%thread, %threads, %step, %y, %z)  ->                    %last, %x, %y, %z)

The new kernel holds the bodies of all, one behind the other. A ring that one kernel reads where it
is older and another writes where it is new is handed over twice: in a step these are different
buffers. ``wanted`` is written on arguments that no other call of the program touches.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from attrs import evolve

from ...ir.attributes import ArrayAttr, DictAttr, TypeAttr
from ...ir.attrs_classes import define
from ...ir.buffers import ANYTHING, INPUT, LAST, PAST, Buffer, buffers_of, written
from ...ir.builder import Builder
from ...ir.core import Block, Op, Region, Value, lookup_symbol
from ...ir.dialects import arith, memref, scf
from ...ir.dialects.builtin import Module
from ...ir.dialects.func import Call, Func, Return
from ...ir.types import function, index
from ..analysis.races import BufferAccess, accesses
from ..framework.context import Context
from ..framework.report import counted

SAME = 3
"""Arguments that have to be the same: thread, threads, step."""

_NAME = "fuse-sums"


def is_plain_loop(loop: Op) -> bool:
    """Whether a loop goes over neurons, and does nothing else."""
    if not isinstance(loop, scf.For) or not loop.parallel:
        return False
    inside = (op for op in loop.walk() if op is not loop)
    return not any(isinstance(op, scf.For | scf.While) for op in inside)


class Joint:
    """The kernels of a module, their accesses, and joint kernels."""

    def __init__(self, module: Module, program: Func, ctx: Context) -> None:
        self.module = module
        self.program = program
        self.ctx = ctx
        self.rw = ctx.rewriter()
        self._accesses: dict[str, list[BufferAccess | None]] = {}
        self._made: dict[Any, str] = {}
        self._gone: set[str] = set()
        self._told: set[tuple[str, str]] = set()

    def kernel(self, call: Call) -> Func:
        """The callee of a call."""
        found = lookup_symbol(self.module, call.callee)
        assert isinstance(found, Func)
        return found

    def accesses(self, call: Call) -> list[tuple[Value, BufferAccess]]:
        """Buffers that a call touches, and how."""
        if call.callee not in self._accesses:
            self._accesses[call.callee] = accesses(self.kernel(call))
        pairs = zip(call.operands, self._accesses[call.callee], strict=True)
        return [(value, each) for value, each in pairs if each is not None]

    def sums(self, call: Call) -> list[tuple[Value, BufferAccess]]:
        """The same, of buffers of sums only."""
        pairs = zip(call.operands, buffers_of(self.kernel(call)), strict=True)
        sums = {value for value, about in pairs if _of_sums(about)}
        return [(value, access) for value, access in self.accesses(call) if value in sums]

    def is_plain(self, call: Call) -> bool:
        """Whether a kernel is nothing but plain loops."""
        around = [op for op in self.kernel(call).body.block.ops if op.regions]
        return bool(around) and all(map(is_plain_loop, around))

    def takes(self, call: Call) -> bool:
        """Whether a plain loop of a kernel reads sums."""
        kernel = self.kernel(call)
        pairs = zip(kernel.body.block.args, buffers_of(kernel), strict=True)
        sums = {arg for arg, about in pairs if _of_sums(about)}
        return any(
            isinstance(op, memref.Load) and op.memref in sums
            for loop in kernel.body.block.ops
            if is_plain_loop(loop)
            for op in loop.regions[0].block.ops
        )

    def refuse(self, call: Call, reason: str) -> None:
        """Tell once why the sums of a kernel are taken apart."""
        if (call.callee, reason) not in self._told:
            self._told.add((call.callee, reason))
            what, loc = "a kernel of its own for sums", self.kernel(call).loc
            self.ctx.report.refused(_NAME, call.callee, what, reason, loc)

    def call(self, group: Sequence[Call]) -> Call:
        """A call with the effect of a ``group``, in this order."""
        last = self._last
        apart = self._apart(group)
        found: dict[tuple[Value, bool], _Argument] = {}
        for value in group[0].operands[:SAME]:
            found[value, False] = _Argument(len(found), value)
        found[last, False] = _Argument(SAME, last, None, "last")
        pattern: list[list[int]] = []
        for call in group:
            kernel, places = self.kernel(call), list[int]()
            names = [arg.name or "" for arg in kernel.body.block.args]
            for value, name, about in zip(call.operands, names, buffers_of(kernel), strict=True):
                new = _Argument(len(found), value, about, name)
                older = value in apart and about is not None and about.reach == PAST
                known = found.setdefault((value, older), new)
                known.meets(new)
                places.append(known.place)
            pattern.append(places)
        arguments = list(found.values())
        for each in arguments:
            if each.about and _of_sums(each.about) and set(each.value.users()) <= set(group):
                each.about = evolve(each.about, wanted=LAST)
        late = [bool(each.about and each.about.wanted) for each in arguments]
        key = tuple(c.callee for c in group), str(pattern), str(late)
        if key not in self._made:
            self._made[key] = self._build(group, pattern, arguments)
        self.ctx.report.statistics[_NAME] += len(group) - 1
        return Call(*[each.value for each in arguments], callee=self._made[key])

    def _apart(self, group: Sequence[Call]) -> set[Value]:
        """Rings whose earlier steps come first, in a group.

        The first kernels read nothing else of them, before others touch them.
        """
        found: dict[Value, bool] = {}
        touched: set[Value] = set()
        for call in group:
            now = self.accesses(call)
            for value, access in now:
                if access.reach == PAST:
                    old = found.get(value, True)
                    found[value] = old and not access.writes and value not in touched
            touched |= {value for value, access in now if access.reach != PAST}
        return {value for value, there in found.items() if there}

    @cached_property
    def _last(self) -> Value:
        """The last step of a run, computed in front of everything."""
        block = self.program.body.block
        first, end = block.ops[0], block.args[3]
        one = self.rw.insert_before(first, arith.constant(1, index))
        last: Value = self.rw.insert_before(first, arith.SubI(end, one)).named("last")
        return last

    def _build(
        self,
        group: Sequence[Call],
        pattern: Sequence[Sequence[int]],
        arguments: Sequence[_Argument],
    ) -> str:
        """The kernel of a group. ``pattern`` says which of its arguments each call gets."""
        kernels = [self.kernel(call) for call in group]
        update = kernels[-1]
        name = self._unused(update.sym_name.removesuffix("_update") + "_step")
        types = tuple(each.value.type for each in arguments)
        block = Block(types, tuple(each.name for each in arguments))
        func = Func(
            arg_attrs=ArrayAttr(tuple(each.attribute for each in arguments)),
            function_type=TypeAttr(function(types, ())),
            sym_name=name,
            body=Region(block),
        )
        build = Builder(block, update.loc)
        for kernel, places in zip(kernels, pattern, strict=True):
            env = {a: block.args[p] for a, p in zip(kernel.body.block.args, places, strict=True)}
            for op in kernel.body.block.ops[:-1]:
                build.insert(op.clone(env))
        build(Return())
        self.rw.insert_before(update, func)
        self.rw.fuse_locations(func, _NAME, *kernels[:-1])
        self._gone |= {call.callee for call in group}
        for kernel in kernels[:-1]:
            text = f"taken in the loop of @{name}"
            self.ctx.report.did(_NAME, kernel.sym_name, text, kernel.loc)
        many = counted(len(kernels) - 1, "kernel") + f" of sums joined with @{update.sym_name}"
        self.ctx.report.did(_NAME, func, many, update.loc)
        return name

    def _unused(self, name: str) -> str:
        found, number = name, 1
        while lookup_symbol(self.module, found) is not None:
            number += 1
            found = f"{name}{number}"
        return found

    def finish(self) -> None:
        """Drop kernels without calls."""
        called = {op.callee for op in self.program.walk() if isinstance(op, Call)}
        for op in list(self.module.ops):
            if isinstance(op, Func) and op.sym_name in self._gone - called:
                self.rw.erase(op)


@define
class _Argument:
    """An argument of a joint kernel, with its value."""

    place: int
    value: Value
    about: Buffer | None = None
    name: str = ""

    @property
    def attribute(self) -> DictAttr:
        """The attribute with its descriptor."""
        return DictAttr(()) if self.about is None else written(self.about)

    def meets(self, other: _Argument) -> None:
        """Stand for an argument of another kernel, too. That kernel may touch another part."""
        self.name = self.name or other.name
        if self.about is not None:
            reach = ANYTHING if other.about is None else other.about.reach
            if self.about.reach != reach:
                self.about = evolve(self.about, reach=ANYTHING)


def _of_sums(about: Buffer | None) -> bool:
    """Whether a buffer holds the sums of a population's target only."""
    return about is not None and about.role is INPUT
