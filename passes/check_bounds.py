"""check-bounds: kernels test every index against its buffer before use.

    func.func @look(%thread: index, %threads: index, %i: index, %a: memref<?xf64>) {
      %x = memref.load %a[%i] : memref<?xf64>
      memref.store %x, %a[%threads] : memref<?xf64>
      return
    }
    func.func @step_range(%thread: index, %threads: index, %t0: index, %t1: index,
        %a: memref<?xf64> {ranvier.buffer = {owner = "p", name = "a", role = "attribute",
                                             extent = "neurons"}}) {
      call @look(%thread, %threads, %t0, %a) : (index, index, index, memref<?xf64>) -> ()
      return
    }
    ==>
    ...
    func.func @look(
    ...
      %inside = arith.cmpi ult, %i, %size : index
      %x = scf.if %inside -> (f64) {
        %x_1 = memref.load %a[%i] : memref<?xf64>
        scf.yield %x_1 : f64
      } else {
    ...
        func.call @ranvier_out_of_bounds(%thread, ..., %i, %a_place, %$faults) ...
    ...

What lies outside is not touched: loads give the first element (or 1 where there is none), and so do
atomic operations, which then change nothing; stores do nothing. The first such access of each
thread is noted in the buffer ``$faults`` for the run time, which ends the run; of a program of
launches, whose threads may be any number, the first of all that one of them notes. Kernels take the
buffer ``$sizes`` and, for each of their buffers, its place in there; so a note tells which buffer
it was, also where a kernel serves many populations. Launches always have the same buffers, and know
the places. Prefetches may lie outside and stay, and so do accesses to memory that a block shares.

It runs last (``compile(check="bounds")``), on what code generation takes: vectors have to lie
inside as a whole, of gathers those lanes that are wanted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field

from ..ir.attributes import ArrayAttr, Attribute, StringAttr, TypeAttr, attribute
from ..ir.attrs_classes import define
from ..ir.buffers import CLAIMED, FAULTS, SIZES, Buffer, Table, described, written
from ..ir.builder import Builder
from ..ir.core import Block, Op, Region, Value, lookup_symbol
from ..ir.dialects import arith, memref, scf, vector
from ..ir.dialects.builtin import Module
from ..ir.dialects.func import Call, Func, Return, definition
from ..ir.interface import ACCESS, LAUNCH, OUT_OF_BOUNDS, STEP_RANGE
from ..ir.rewriter import Rewriter
from ..ir.types import MemRefType, Type, function, i1, i64, index, lanes_of, scalar_of, with_lanes
from ..ir.types import memref as buffer_type
from ..ir.types import vector as vector_type
from .framework.core import Context, Pass, register

_NUMBERS = buffer_type(i64)


@register
class CheckBounds(Pass):
    """Test every index into a buffer; see the module."""

    name = "check-bounds"

    def run(self, module: Module, ctx: Context) -> bool:
        """Give functions what they need to know, and accesses a test."""
        program = lookup_symbol(module, STEP_RANGE)
        if not isinstance(program, Func) or lookup_symbol(module, OUT_OF_BOUNDS) is not None:
            return False
        rw, known = ctx.rewriter(), _known_places(module, program)
        functions = {
            op.sym_name: _Function(op, rw, known.get(op.sym_name))
            for op in module.ops
            if isinstance(op, Func) and not op.is_declaration and _buffers(op)
        }
        number = 0
        for each in functions.values():
            number = each.test(number)
            each.hand_on(functions)
        launched = any(LAUNCH in op.attributes for op in module.ops)
        rw.append(module.body.block, _note(ctx.target.line, launched))
        ctx.report.did(self.name, program, f"the indices of {number} accesses are tested")
        return True


def _buffers(op: Func) -> list[Value]:
    return [arg for arg in op.body.block.args if _is_buffer(arg)]


def _is_buffer(value: Value) -> bool:
    """Whether the run time gives a buffer.

    Those of a block have their size in their type.
    """
    return isinstance(value.type, MemRefType) and not value.type.space


def _rows(op: Func) -> dict[Value, int]:
    """Buffers behind each argument that is one, or a table."""
    said = described(op)
    found = [(buffer, said[buffer.index]) for buffer in _buffers(op)]
    return {buffer: len(of.owners) if isinstance(of, Table) else 1 for buffer, of in found}


def _known_places(module: Module, program: Func) -> dict[str, dict[Value, int]]:
    """Places of buffers of the program and its launches, by function.

    A launch takes few numbers, so that places are none of them, where all calls have the same.
    """
    mine: dict[Value, int] = {}
    place = 0
    for buffer, rows in _rows(program).items():
        mine[buffer] = place
        place += rows
    found = {program.sym_name: mine}
    differing = set[str]()
    for op in program.walk():
        callee = lookup_symbol(module, op.callee) if isinstance(op, Call) else None
        if isinstance(callee, Func) and LAUNCH in callee.attributes:
            pairs = zip(callee.body.block.args, op.operands, strict=True)
            places = {arg: mine[value] for arg, value in pairs if value in mine}
            if found.setdefault(callee.sym_name, places) != places:
                differing.add(callee.sym_name)
    return {name: places for name, places in found.items() if name not in differing}


def _is_table(buffer: Value) -> bool:
    return isinstance(buffer.type.element, MemRefType)  # type: ignore[attr-defined]


@define(eq=False)
class _Function:
    """A function with buffers. It knows where their sizes are, and notes faults.

    ``known`` are the places of buffers that are the same in all calls.
    """

    op: Func
    rw: Rewriter
    known: Mapping[Value, int] | None
    sizes: Value = field(init=False)
    faults: Value = field(init=False)
    _begin: Op = field(init=False)
    _places: dict[Value, Value] = field(factory=dict, init=False)
    _rows: dict[Value, int] = field(factory=dict, init=False)
    _limits: dict[tuple[Value, int], Value] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        """Add arguments: sizes, faults, and places that are not known."""
        block = self.op.body.block
        self._begin = block.ops[0]
        buffers = _buffers(self.op)
        about = list(self.op.arg_attrs or [attribute({})] * len(block.args))
        self._rows.update(_rows(self.op))
        self.sizes = self._argument(_NUMBERS, str(SIZES.key), about, SIZES)
        self.faults = self._argument(_NUMBERS, str(FAULTS.key), about, FAULTS)
        for buffer in buffers:
            if self.known is not None:
                self._places[buffer] = self._start(arith.constant(self.known[buffer], index))
            else:
                self._places[buffer] = self._argument(index, f"{buffer.name}_place", about)
        type_ = function(tuple(arg.type for arg in block.args), self.op.function_type.results)
        self.rw.set_prop(self.op, "function_type", TypeAttr(type_))
        self.rw.set_prop(self.op, "arg_attrs", ArrayAttr(tuple(about)))

    def _argument(
        self, type_: Type, name: str, about: list[Attribute], buffer: Buffer | None = None
    ) -> Value:
        about.append(attribute({}) if buffer is None else written(buffer))
        return self.rw.add_arg(self.op, self.op.body.block, type_, name)

    def _start(self, op: Op) -> Value:
        """Build a value once, at the start of the function."""
        found: Value = self.rw.insert_before(self._begin, op)
        return found

    def place(self, buffer: Value, build: Builder) -> Value:
        """The place of a buffer's size among the sizes.

        In a table, the row of the buffer counts too.
        """
        found = self._places.get(buffer)
        if found is None:
            load: Any = buffer.op
            found = build(arith.AddI(self._places[load.memref], load.indices[0]))
        return found

    def limit(self, buffer: Value, lanes: int, build: Builder) -> Value:
        """The first index where ``lanes`` elements no longer fit."""
        if buffer not in self._places:
            return self._limit(buffer, lanes, build)
        if (buffer, lanes) not in self._limits:
            start = Builder(self.op.body.block, self.op.loc, self._begin)
            self._limits[buffer, lanes] = self._limit(buffer, lanes, start)
        return self._limits[buffer, lanes]

    def _limit(self, buffer: Value, lanes: int, build: Builder) -> Value:
        size = build(memref.Load(self.sizes, self.place(buffer, build)))
        found: Value = build(arith.IndexCast(size, result_type=index), "size")
        if lanes > 1:
            rest = build(arith.SubI(found, build(arith.constant(lanes - 1, index))))
            found = build(arith.MaxSI(rest, build(arith.constant(0, index))), "limit")
        return found

    # ------------------------------------------------------------------ tests

    def test(self, number: int) -> int:
        """Test all accesses and return the last number.

        They are numbered from ``number`` + 1 on.
        """
        accesses = [op for op in self.op.walk() if type(op) in _TESTS and _buffer_of(op)]
        for number, op in enumerate(accesses, number + 1):  # noqa: B020
            assert op.block is not None
            _TESTS[type(op)](op, self, number, Builder(op.block, op.loc, op))
        return number

    def note(self, op: Op, number: int, at: Value, buffer: Value, build: Builder) -> None:
        """Note that an access did not lie inside."""
        name = build(arith.constant(number, index))
        thread, place = self.op.body.block.args[0], self.place(buffer, build)
        call = Call(thread, name, at, place, self.faults, callee=OUT_OF_BOUNDS)
        call.attributes[ACCESS] = StringAttr(op.name)
        build.insert(call)

    def hand_on(self, functions: dict[str, _Function]) -> None:
        """Give the functions that are called what they have to know."""
        calls = [op for op in self.op.walk() if isinstance(op, Call) and op.callee in functions]
        for op in calls:
            assert op.block is not None
            build = Builder(op.block, op.loc, op)
            buffers = [value for value in op.operands if _is_buffer(value)]
            known = functions[op.callee].known is not None
            places = [] if known else [self.place(buffer, build) for buffer in buffers]
            kinds = tuple([value.type for value in op.results])
            more = (self.sizes, self.faults, *places)
            new = Call(*op.operands, *more, callee=op.callee, result_types=kinds)
            self.rw.replace(op, new)


_OF_LANES = (vector.Load, vector.Store, vector.Gather)


def _buffer_of(op: Any) -> Value | None:
    """The buffer of an access, if the run time gave it."""
    found: Value = op.base if isinstance(op, _OF_LANES) else op.memref
    return found if _is_buffer(found) else None


def _one(op: Any, around: _Function, number: int, build: Builder) -> None:
    """Guard a scalar or consecutive access: all its elements lie inside.

    Otherwise it does not happen.
    """
    buffer = _buffer_of(op)
    assert buffer is not None
    if _is_table(buffer):
        _row(op, around, number, build)
        return
    (at,) = op.indices
    is_load = bool(op.results)
    lanes = lanes_of((op.results[0] if is_load else op.value).type) or 1
    limit = around.limit(buffer, lanes, build)
    inside = build(arith.cmpi("ult", at, limit), "inside")
    then, otherwise = Block(), Block()
    fault = Builder(otherwise, op.loc)
    _access(op, Builder(then, op.loc), {})
    around.note(op, number, at, buffer, fault)
    if is_load:
        _first_or_one(op, limit, fault)
    else:
        fault(scf.Yield())
    kinds = tuple([value.type for value in op.results])
    chosen = scf.If(inside, then=Region(then), otherwise=Region(otherwise), result_types=kinds)
    around.rw.replace(op, chosen)


def _access(op: Op, build: Builder, env: dict[Value, Value]) -> None:
    """The access itself."""
    build(scf.Yield(*build.insert(op.clone(env)).results))


def _first_or_one(op: Any, limit: Value, build: Builder) -> None:
    """Value of an access outside: a number that is there.

    The first element of the buffer is taken, or 1 where that is empty.

    Numbers that nobody expects would lead to further faults, of which a division by 0 is deadly.
    """
    zero = build(arith.constant(0, index))
    then, otherwise = Block(), Block()
    first = Builder(then, op.loc)
    if isinstance(op, memref.AtomicUpdate):
        first(scf.Yield(first(memref.Load(op.memref, zero))))
    else:
        _access(op, first, {op.indices[0]: zero})
    nothing = Builder(otherwise, op.loc)
    nothing(scf.Yield(nothing(arith.constant(1, op.results[0].type))))
    some = build(arith.cmpi("ult", zero, limit))
    kinds = (op.results[0].type,)
    chosen = scf.If(some, then=Region(then), otherwise=Region(otherwise), result_types=kinds)
    build(scf.Yield(build(chosen)))


def _row(op: Any, around: _Function, number: int, build: Builder) -> None:
    """Guard an access to a table: its first row replaces others."""
    (at,) = op.indices
    rows = build(arith.constant(around._rows[op.memref], index))
    inside = build(arith.cmpi("ult", at, rows), "inside")
    _if(build(arith.XOrI(inside, build(arith.constant(1, i1)))), build, op, around, number, at=at)
    safe = build(arith.Select(inside, at, build(arith.constant(0, index))))
    rw = around.rw
    rw.set_operand(op, 1, safe)


def _gather(op: Any, around: _Function, number: int, build: Builder) -> None:
    """Guard a gather: lanes outside are masked out like unwanted ones."""
    lanes = lanes_of(op.indices.type)
    indices = op.indices
    if scalar_of(indices.type) is not index:
        indices = build(arith.IndexCast(indices, result_type=vector_type(lanes, index)))
    at = build(arith.AddI(build(vector.broadcast(op.offset, lanes)), indices))
    limit = build(vector.broadcast(around.limit(op.base, 1, build), lanes))
    inside = build(arith.cmpi("ult", at, limit), "inside")
    all_lanes = build(arith.constant(1, with_lanes(i1, lanes)))
    outside = build(arith.AndI(op.mask, build(arith.XOrI(inside, all_lanes))), "outside")
    first = build(vector.lane_of(at, lanes - 1))
    for lane in reversed(range(lanes - 1)):
        here = build(vector.lane_of(outside, lane))
        first = build(arith.Select(here, build(vector.lane_of(at, lane)), first))
    _if(build(vector.reduction("or", outside)), build, op, around, number, at=first)
    rw = around.rw
    rw.set_operand(op, 3, build(arith.AndI(op.mask, inside)))


def _if(
    condition: Value, build: Builder, op: Any, around: _Function, number: int, at: Value
) -> None:
    """Note a fault where a condition holds."""
    then = Block()
    fault = Builder(then, op.loc)
    around.note(op, number, at, op.operands[0], fault)
    fault(scf.Yield())
    build(scf.If(condition, then=Region(then), otherwise=Region()))


_TESTS: dict[type[Op], Any] = {
    memref.Load: _one,
    memref.Store: _one,
    memref.AtomicUpdate: _one,
    vector.Load: _one,
    vector.Store: _one,
    vector.Gather: _gather,
}


def _note(line_length: int, launched: bool) -> Func:
    """The function that notes the first fault of a thread.

    That of a program of launches notes one of all threads. A fault is an access, an index and the
    place of the buffer; where threads share a line, also how many wanted to note one, and the
    thread.
    """
    names = ("thread", "number", "index", "place", "faults")
    func = definition(OUT_OF_BOUNDS, (*[index] * 4, _NUMBERS), (), names)
    thread, *said, faults = func.body.block.args
    build = Builder(func.body.block)
    if launched:
        line, one = build(arith.constant(0, index)), build(arith.constant(1, i64))
        known = build(memref.atomic("addi", one, faults, build(arith.constant(CLAIMED, index))))
    else:
        line = build(arith.MulI(thread, build(arith.constant(line_length, index))))
        known = build(memref.Load(faults, line))
    first = build(arith.cmpi("eq", known, build(arith.constant(0, i64))))
    then = Block()
    build(scf.If(first, then=Region(then), otherwise=Region()))
    noted = [*enumerate(said), *([(CLAIMED + 1, thread)] if launched else [])]
    with build.inside(then):
        for i, value in noted:
            at = build(arith.AddI(line, build(arith.constant(i, index))))
            build(memref.Store(build(arith.IndexCast(value, result_type=i64)), faults, at))
        build(scf.Yield())
    build(Return())
    return func
