"""From ``@step_range`` to plain data for the host.

The data are the order of launches. The host does integer arithmetic, loops and branches; a call of
a function with the attribute ``ranvier.launch`` is a launch. Memory it does not see.
``runtime/device/cuda/schedule.py`` follows the data, without a parser or an interpreter of IR.
"""

from __future__ import annotations

from typing import Any

from attrs import field

from ..codegen.errors import CodegenError
from ..ir.attributes import DictAttr
from ..ir.attrs_classes import define
from ..ir.core import Block, Op, Value
from ..ir.dialects import arith, scf
from ..ir.dialects.builtin import Module
from ..ir.dialects.func import Call, Func
from ..ir.interface import ITEMS, LAUNCH
from ..ir.types import MemRefType, Type, i1, i64, index
from .program import PtxKernel, Schedule

HOST: dict[type[Op], str] = {
    arith.AddI: "addi",
    arith.SubI: "subi",
    arith.MulI: "muli",
    arith.DivSI: "divsi",
    arith.DivUI: "divui",
    arith.RemSI: "remsi",
    arith.RemUI: "remui",
    arith.MaxSI: "maxsi",
    arith.MinSI: "minsi",
    arith.AndI: "andi",
    arith.OrI: "ori",
    arith.XOrI: "xori",
    arith.ShLI: "shli",
    arith.ShRUI: "shrui",
    arith.Select: "select",
    arith.IndexCast: "same",
}
"""Operations that the host does, by their names in schedules.

Beside these there are comparisons, by their predicates.
"""

MOST_BYTES = 4096
"""The most bytes of parameters that a kernel may have."""

MOST_NUMBERS = 64
"""The most numbers that a launch takes. A word has so many bits."""

_NUMBERS: tuple[Type, ...] = (index, i64, i1)


def launched(module: Module) -> list[Func]:
    """The functions of a module that are launched."""
    return [op for op in module.ops if isinstance(op, Func) and LAUNCH in op.attributes]


def whole(program: Func, entry: str) -> tuple[tuple[PtxKernel, ...], Schedule]:
    """The schedule of a program that is launched as one block."""
    kernel = PtxKernel(entry, 0, tuple(range(len(_buffers(program)))), in_table=True)
    return (kernel,), (("launch", 0, (0, 1)),)


def schedule_of(program: Func, functions: list[Func]) -> tuple[tuple[PtxKernel, ...], Schedule]:
    """The kernels and the schedule of a program of launches.

    Raises CodegenError for what a host cannot do.
    """
    thread, threads, t0, t1, *_ = program.body.block.args
    follow = _Follow({each.sym_name: each for each in functions}, (thread, threads))
    for number, value in enumerate((t0, t1)):
        follow.numbers[value] = number
    follow.places = {buffer: place for place, buffer in enumerate(_buffers(program))}
    found = follow.block(program.body.block)
    return tuple(follow.kernels), found


def _buffers(program: Func) -> list[Value]:
    return [arg for arg in program.body.block.args if isinstance(arg.type, MemRefType)]


def entry_name(function: str) -> str:
    """The name of the kernel that runs a launch."""
    return f"ranvier_{function}"


@define(eq=False)
class _Follow:
    """The way through a program."""

    functions: dict[str, Func]
    workers: tuple[Value, Value]
    numbers: dict[Value, int] = field(factory=dict)
    places: dict[Value, int] = field(factory=dict)
    kernels: list[PtxKernel] = field(factory=list)

    def block(self, block: Block) -> Schedule:
        """The statements of a block."""
        return tuple([self._statement(op) for op in block.ops if not op.terminator])

    def _statement(self, op: Any) -> tuple[Any, ...]:
        if isinstance(op, Call):
            return self._launch(op)
        if isinstance(op, scf.For) and not op.results:
            bounds = [self._number(value, op) for value in (op.lower, op.upper, op.step)]
            place = self._new(op.body.block.args[0], op)
            return "for", place, *bounds, self.block(op.body.block)
        if isinstance(op, scf.If) and not op.results:
            condition = self._number(op.condition, op)
            branches = [self.block(r.block) if r.blocks else () for r in (op.then, op.otherwise)]
            return "if", condition, *branches
        return self._arithmetic(op)

    def _arithmetic(self, op: Any) -> tuple[Any, ...]:
        operands = tuple([self._number(value, op) for value in op.operands])
        if isinstance(op, arith.Constant):
            return "constant", self._new(op.results[0], op), int(op.literal)
        compared = isinstance(op, arith.CmpI)
        name = arith.CMPI[op.predicate] if compared else HOST.get(type(op))
        if name is None:
            raise CodegenError(f"'{op.name}' is nothing that the host of a GPU does", op.loc)
        return name, self._new(op.results[0], op), operands

    def _launch(self, op: Call) -> tuple[Any, ...]:
        function = self.functions.get(op.callee)
        if function is None or tuple(op.operands[:2]) != self.workers:
            raise CodegenError(f"@{op.callee} is no launch", op.loc)
        passed = op.operands[2:]
        steps = [value for value in passed if not isinstance(value.type, MemRefType)]
        if len(steps) > MOST_NUMBERS or any(value.type not in (index, i64) for value in steps):
            raise CodegenError(f"@{op.callee} takes other values than some numbers", op.loc)
        numbers = tuple([self._number(value, op) for value in steps])
        buffers = tuple(
            [self.places[value] for value in passed if isinstance(value.type, MemRefType)]
        )
        in_table = 8 * (len(numbers) + len(buffers) + 2) > MOST_BYTES
        kernel = PtxKernel(entry_name(op.callee), _items(function), buffers, in_table)
        if kernel not in self.kernels:
            self.kernels.append(kernel)
        return "launch", self.kernels.index(kernel), numbers

    def _new(self, value: Value, op: Op) -> int:
        """A number for another value."""
        if value.type not in _NUMBERS:
            raise CodegenError(f"the host of a GPU has no values of {value.type}", op.loc)
        return self.numbers.setdefault(value, len(self.numbers))

    def _number(self, value: Value, op: Op) -> int:
        if value not in self.numbers:
            raise CodegenError("the host of a GPU does not know a value of a thread", op.loc)
        return self.numbers[value]


def _items(function: Func) -> int:
    said = function.attributes[LAUNCH]
    found: Any = dict(said.value).get(ITEMS) if isinstance(said, DictAttr) else None
    if found is None or found.value < 1:
        raise CodegenError(f"@{function.sym_name} does not say how many threads it wants")
    return int(found.value)
