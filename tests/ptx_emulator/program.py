"""A kernel as segments of instructions without branches.

Functions are not recursive, so registers of a function have one place. Variables of functions get
their addresses here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import define, field, frozen

from .errors import Place, PtxError
from .ranks import ranked
from .syntax import (
    Function,
    Group,
    Guard,
    Instruction,
    Label,
    Register,
    Symbol,
    Text,
    Variable,
)

SHARED_BASE, LOCAL_BASE = 1024, 64
"""First addresses of a block's and of a thread's memory. Null is neither."""

WARP = {"vote", "shfl", "match", "redux", "activemask"}
BARRIERS = {"bar", "barrier"}
ENDS = {"bra", "brx", "call", "ret", "exit", "trap", "brkpt", *BARRIERS}
CONTROL = re.compile(
    r"(bra|call|ret)(\.uni)?|brx\.idx(\.uni)?|exit|trap|brkpt"
    r"|bar(\.cta)?\.sync|barrier(\.cta)?\.sync(\.aligned)?"
)
"""Opcodes that end a segment, but for those of warps."""


@frozen
class End:
    """The way on from a segment.

    ======== ===============================================================
    jump     ``targets[0]``
    branch   ``targets[0]`` where the guard holds, else ``targets[1]``
    switch   ``targets[i]`` by the operand of the instruction
    call     the entry of ``callee``, then ``targets[0]``
    barrier  ``targets[0]`` when the block has met
    warp     ``targets[0]``; the instruction waits for the lanes of its mask
    return, exit, trap
    ======== ===============================================================
    """

    kind: str
    targets: tuple[int, ...] = ()
    instruction: Instruction | None = None
    guard: Guard | None = None
    callee: str = ""


@define(eq=False)
class Segment:
    """Instructions that run one after the other.

    ``results_of`` is the call whose results are taken first.
    """

    index: int
    function: str
    instructions: list[Instruction] = field(factory=list)
    end: End = End("exit")
    rank: int = -1
    results_of: Instruction | None = None
    runs: int = 0

    @property
    def place(self) -> Place | None:
        """The place of its last instruction."""
        if self.end.instruction is not None:
            return self.end.instruction.place
        return self.instructions[-1].place if self.instructions else None


@define(eq=False)
class Program:
    """The segments of a kernel and of the functions it calls.

    ``shared`` and ``local`` are sizes; ``dynamic`` is where dynamic shared memory begins.
    """

    text: Text
    kernel: Function
    segments: list[Segment] = field(factory=list)
    entries: dict[str, int] = field(factory=dict)
    addresses: dict[tuple[str, str], int] = field(factory=dict)
    shared: int = 0
    local: int = 0

    def function(self, name: str, place: Place) -> Function:
        """A function that is called."""
        found = self.text.functions.get(name)
        if found is None or not found.defined:
            raise PtxError(f"the function '{name}' is not defined").at("", place, None)
        return found


def build(text: Text, kernel: Function) -> Program:
    """The program of a kernel. Raises PtxError for recursion and missing labels."""
    program = Program(text, kernel)
    for function in _reachable(program):
        first = len(program.segments)
        program.entries[function.name] = first
        _Cutter(program, function, first).cut()
        _rank(program.segments, first)
    _lay_out(program)
    return program


def _reachable(program: Program) -> list[Function]:
    """The kernel and the functions it calls."""
    found: dict[str, Function] = {}
    active: list[str] = []

    def visit(function: Function, place: Place | None) -> None:
        if function.name in active:
            raise PtxError(f"'{function.name}' calls itself").at("", place, None)
        if function.name in found:
            return
        active.append(function.name)
        for each in function.body:
            if isinstance(each, Instruction) and each.base == "call":
                visit(program.function(callee_of(each), each.place), each.place)
        active.pop()
        found[function.name] = function

    visit(program.kernel, None)
    return list(found.values())


def callee_of(call: Instruction) -> str:
    """The name of the function that is called."""
    for operand in call.operands:
        if isinstance(operand, Symbol):
            return operand.name
    raise PtxError("an indirect call").at("", call.place, None)


def call_lists(call: Instruction) -> tuple[list[str], list[str]]:
    """The names of results and of arguments of a call."""
    lists: list[list[str]] = [[], []]
    behind = 0
    for operand in call.operands:
        if isinstance(operand, Symbol):
            behind = 1
        elif isinstance(operand, Group):
            lists[behind] = [part.name for part in operand.parts if isinstance(part, Symbol)]
    return lists[0], lists[1]


@define
class _Cutter:
    """Cuts the body of a function at labels and branches."""

    program: Program
    function: Function
    first: int
    labels: dict[str, int] = field(factory=dict)
    ends: list[tuple[Segment, str, Instruction | None, Guard | None, tuple[str | int, ...]]] = (
        field(factory=list)
    )
    open: Segment | None = None

    def cut(self) -> None:
        """Append the segments of the function to the program."""
        self._start()
        for each in self.function.body:
            if isinstance(each, Label):
                if self._current().instructions or each.name in self.labels:
                    self._start()
                self.labels[each.name] = self._current().index
            else:
                self._instruction(each)
        if self.open is not None:
            self._end("return", None, None)
        for segment, kind, instruction, guard, targets in self.ends:
            numbers = tuple(self._number(each, instruction) for each in targets)
            callee = callee_of(instruction) if kind == "call" and instruction else ""
            segment.end = End(kind, numbers, instruction, guard, callee)

    def _number(self, target: str | int, instruction: Instruction | None) -> int:
        if isinstance(target, int):
            return target
        if target not in self.labels:
            place = instruction.place if instruction else None
            raise PtxError(f"no label '{target}'").at("", place, None)
        return self.labels[target]

    def _current(self) -> Segment:
        if self.open is None:
            self._start()
        assert self.open is not None
        return self.open

    def _start(self) -> None:
        """Begin a segment; the open one goes on with it."""
        before = self.open
        self.open = Segment(len(self.program.segments), self.function.name)
        self.program.segments.append(self.open)
        if before is not None:
            self.ends.append((before, "jump", None, None, (self.open.index,)))

    def _end(
        self,
        kind: str,
        instruction: Instruction | None,
        guard: Guard | None,
        *targets: str | int,
    ) -> None:
        self.ends.append((self._current(), kind, instruction, guard, targets))
        self.open = None

    def _instruction(self, each: Instruction) -> None:
        base, guard = each.base, each.guard
        ends = base in ENDS and not each.opcode.startswith("bar.warp")
        if ends and not CONTROL.fullmatch(each.opcode):
            raise PtxError(f"unknown opcode '{each.opcode}'").at("", each.place, None)
        if base == "bra":
            label = each.operands[0]
            assert isinstance(label, Symbol)
            if guard is None:
                self._end("jump", each, None, label.name)
            else:
                behind = len(self.program.segments)
                self._end("branch", each, guard, label.name, behind)
                self._start()
            return
        if guard is not None:
            self._guarded(each, guard)
        elif base in ("ret", "exit", "trap", "brkpt"):
            self._end({"ret": "return", "brkpt": "trap"}.get(base, base), each, None)
        elif base == "brx":
            self._switch(each)
        elif base == "call":
            self._call(each)
        elif base in WARP | BARRIERS:
            self._waiting(each)
        else:
            self._current().instructions.append(each)

    def _guarded(self, each: Instruction, guard: Guard) -> None:
        """A guarded instruction: a branch around it."""
        plain = Instruction(each.opcode, each.operands, None, each.place)
        here = self._current()
        inside = Segment(len(self.program.segments), self.function.name)
        self.program.segments.append(inside)
        self.open = inside
        self._instruction(plain)
        if self.open is None:
            self.open = Segment(len(self.program.segments), self.function.name)
            self.program.segments.append(self.open)
        else:
            self._start()
        behind = self.open.index
        self.ends.append((here, "branch", each, guard, (inside.index, behind)))

    def _switch(self, each: Instruction) -> None:
        table = each.operands[1]
        assert isinstance(table, Symbol)
        if table.name not in self.function.tables:
            raise PtxError(f"no table '{table.name}'").at("", each.place, None)
        self._end("switch", each, None, *self.function.tables[table.name])

    def _call(self, each: Instruction) -> None:
        behind = len(self.program.segments)
        self._end("call", each, None, behind)
        self._start()
        if call_lists(each)[0]:
            self._current().results_of = each
            self._start()

    def _waiting(self, each: Instruction) -> None:
        """An instruction that waits, in a segment of its own."""
        if self.open is not None and self.open.instructions:
            self._start()
        warp = each.base in WARP or each.opcode.startswith("bar.warp")
        behind = len(self.program.segments) + (self.open is None)
        self._current()
        self._end("warp" if warp else "barrier", each, None, behind)
        self._start()


def _rank(segments: list[Segment], first: int) -> None:
    """Number the segments of the last function. What cannot be reached is last."""
    mine = segments[first:]
    successors = [[target - first for target in segment.end.targets] for segment in mine]
    order = ranked(0, successors)
    rest = sorted(set(range(len(mine))) - set(order))
    for rank, index in enumerate([*order, *rest]):
        mine[index].rank = rank


def variables(program: Program) -> Iterator[tuple[str, Variable]]:
    """Variables with their function, "" for those of the module."""
    for variable in program.text.variables:
        yield "", variable
    for name in program.entries:
        for variable in program.text.functions[name].variables:
            yield name, variable


def _lay_out(program: Program) -> None:
    """Addresses of variables of blocks and threads. Dynamic shared memory comes last."""
    ends = {"shared": SHARED_BASE, "local": LOCAL_BASE}
    dynamic = [each for each in variables(program) if each[1].dynamic]
    static = [each for each in variables(program) if not each[1].dynamic]
    for name, variable in [*static, *dynamic]:
        if variable.space not in ends:
            continue
        align = max(variable.align, 1)
        start = -(-ends[variable.space] // align) * align
        program.addresses[name, variable.name] = start
        if not variable.dynamic:
            ends[variable.space] = start + variable.size
    program.shared = ends["shared"] - SHARED_BASE
    program.local = ends["local"] - LOCAL_BASE


def registers_of(instruction: Instruction) -> Iterator[str]:
    """The names of all registers among the operands."""
    todo = list(instruction.operands)
    while todo:
        each = todo.pop()
        if isinstance(each, Register):
            yield each.name
        elif isinstance(each, Group):
            todo += each.parts
        elif isinstance(each, Symbol) and each.name.startswith("!"):
            yield each.name[1:]
        elif isinstance(base := getattr(each, "base", None), Register):
            yield base.name
