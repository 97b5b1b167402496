"""Random well-formed modules: typed correctly, and safe to run.

``random_module(seed)`` holds functions ``f0``, ``f1``, ... of the signature ``SIGNATURE``, each of
which may call those before it. Buffers must have ``BUFFER_SIZE`` elements at least: indices are
masked, loops short, divisors positive, shifts below the width, so that no run is undefined.

``oddities`` adds what only the text cares about: strange names, attributes of every kind,
locations, floats at the edges. ``branches`` adds a function of basic blocks, which nobody calls.
"""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ranvier.ir.attributes import (
    UNIT,
    ArrayAttr,
    Attribute,
    DenseArrayAttr,
    DenseElementsAttr,
    DictAttr,
    EnumAttr,
    FloatAttr,
    IntegerAttr,
    StringAttr,
    SymbolRefAttr,
    TypeAttr,
    number,
)
from ranvier.ir.builder import Builder
from ranvier.ir.core import Block, Op, Region, Value
from ranvier.ir.dialects import arith, cf, func, memref, scf, vector
from ranvier.ir.dialects import math as elementary
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.location import UNKNOWN, Loc, file_loc, fused_loc, named_loc
from ranvier.ir.types import (
    DialectType,
    FloatType,
    IntegerType,
    TensorType,
    Type,
    f32,
    f64,
    function,
    i1,
    i32,
    i64,
    index,
    lanes_of,
    scalar_of,
    with_lanes,
)
from ranvier.ir.types import memref as buffer_of
from ranvier.ir.types import vector as vector_of

LANES = 4
BUFFER_SIZE = 16
SCALARS = (f64, f32, i64, i32, i1, index)
ELEMENTS = (f64, f32, i64, i32)
SIGNATURE = (*(buffer_of(t) for t in ELEMENTS), *SCALARS)
RESULTS = (f64, i64)

FLOAT_BINARY = ("AddF", "SubF", "MulF", "DivF", "MaximumF", "MinimumF")
INT_BINARY = ("AddI", "SubI", "MulI", "MaxSI", "MinSI", "AndI", "OrI", "XOrI")
UNARY = ("absf", "sqrt", "floor", "ceil", "trunc", "exp", "tanh", "roundeven")
HINTS = (None, None, "v", "g_exc", "dv/dt", "x", "w", "r", "0", "a-b", "é", "v_1", "%", ".x", "3d")
TEXTS = ("", "exc", 'a "quoted" \\ text', "tab\tand\nline", "µ é 中", "\x00\x7f", "a\udcffb", "//")
FLOATS = (0.0, -0.0, 1e-5, 1e22, 5e-324, 1.7e308, math.inf, -math.inf, math.nan, 0.1, 1 / 3)


def random_module(
    seed: int, *, size: int = 12, functions: int = 2, oddities: bool = False, branches: bool = False
) -> Module:
    """A module of ``functions`` functions of about ``size`` operations each."""
    return _Generator(seed, oddities).module(size, functions, branches)


def random_attribute(rng: random.Random, depth: int = 2) -> Attribute:
    """An attribute of any kind."""
    simple: list[Callable[[], Attribute]] = [
        lambda: IntegerAttr(rng.choice((0, 1, -1, 2**63 - 1, -(2**63))), rng.choice((i64, index))),
        lambda: IntegerAttr(rng.randrange(2), i1),
        lambda: FloatAttr(rng.choice(FLOATS), f64),
        lambda: FloatAttr(rng.choice((0.5, -0.0, math.inf, math.nan)), f32),
        lambda: StringAttr(rng.choice(TEXTS)),
        lambda: UNIT,
        lambda: TypeAttr(rng.choice((f64, SIGNATURE[0], function((f64,), ()), _type(rng)))),
        lambda: SymbolRefAttr(rng.choice(("f0", "pop 0", "é")), rng.choice(((), ("v", "w.1")))),
        lambda: EnumAttr(rng.choice(("or", "1, [<a>]", "")), "net.kind"),
        lambda: DenseArrayAttr(tuple(range(rng.randrange(4))), rng.choice((i32, i64))),
        lambda: DenseArrayAttr((1.0, math.nan, -0.0), f64),
        lambda: DenseArrayAttr((1, 0), i1),
        lambda: DenseElementsAttr((1.0, 2.0, math.inf, -0.0, 0.5, 3.0), TensorType((2, 3), f64)),
        lambda: DenseElementsAttr((), TensorType((0,), i32)),
        lambda: DenseElementsAttr((7,), TensorType((), i32)),
    ]
    if depth and rng.random() < 0.3:
        inner = [random_attribute(rng, depth - 1) for _ in range(rng.randrange(4))]
        if rng.random() < 0.5:
            return ArrayAttr(tuple(inner))
        return DictAttr(tuple((f"key {i}" if i % 2 else f"k{i}", a) for i, a in enumerate(inner)))
    return rng.choice(simple)()


def _type(rng: random.Random) -> Type:
    """A type that no value has."""
    return rng.choice(
        (
            DialectType("net.buffer", "1000xf64, aligned"),
            DialectType("rng.state"),
            TensorType((None, 3), f32),
            function((), (function((f64,), (i1,)),)),
            function((IntegerType(17),), (f64, DialectType("syn.csr", "f64, i32"))),
            buffer_of(vector_of(8, f64), 2, None, 3),
            buffer_of(index),
        )
    )


class _Generator:
    def __init__(self, seed: int, oddities: bool) -> None:
        self.rng = random.Random(seed)
        self.oddities = oddities
        self.build = Builder(Block())
        self.values: dict[Type, list[Value]] = {}
        self.known: list[str] = []

    def module(self, size: int, functions: int, branches: bool) -> Module:
        module = Module()
        for i in range(functions):
            module.body.block.append(self.function(f"f{i}", size))
            self.known.append(f"f{i}")
        if branches:
            module.body.block.append(self.graph())
        if self.oddities:
            for op in module.walk():
                self.decorate(op)
        return module

    def function(self, name: str, size: int) -> Op:
        made = func.definition(name, SIGNATURE, RESULTS)
        self.build = Builder(made.body.block)
        self.values = {}
        self.learn(*made.body.block.args)
        self.steps(size, 2)
        self.build(func.Return(self.value(f64), self.value(i64)))
        return made

    def decorate(self, op: Op) -> None:
        """Names, attributes and a location."""
        rng = self.rng
        for value in op.results:
            value.name = rng.choice(HINTS)
        if rng.random() < 0.2 and not op.symbol_table:
            op.attributes = {k: random_attribute(rng) for k in rng.sample(("a", "b.c", "d e"), 2)}
        op.loc = self.location()

    def location(self) -> Loc:
        rng = self.rng
        line = rng.randrange(1, 99)
        plain = file_loc("model.py", line, 3, rng.choice((0, 9)))
        other = file_loc(rng.choice(('a"b.py', "é.py")), 1, 1)
        return rng.choice(
            (
                UNKNOWN,
                plain,
                named_loc("dv/dt", plain),
                named_loc("x", UNKNOWN),
                fused_loc("cse", plain, other),
                named_loc("y", fused_loc("fuse-loops", other, named_loc("z", plain))),
            )
        )

    # ------------------------------------------------------------------ values

    def learn(self, *values: Value) -> None:
        for value in values:
            self.values.setdefault(value.type, []).append(value)

    def value(self, type_: Type) -> Value:
        """A value of a type: one there is, or a constant."""
        there = self.values.get(type_)
        if there and self.rng.random() < 0.8:
            return self.rng.choice(there)
        made: Value = self.constant(self.number(scalar_of(type_)), type_)
        return made

    def constant(self, value: Any, type_: Type) -> Any:
        return self.emit(arith.Constant(value=number(value, type_), result_type=type_))

    def number(self, type_: Type) -> Any:
        rng = self.rng
        if isinstance(type_, FloatType):
            value = rng.choice(FLOATS) if self.oddities else rng.uniform(-4.0, 4.0)
            return value if type_ is f64 else _single(value)
        return rng.randrange(2) if type_ is i1 else rng.randrange(-8, 9)

    def emit(self, op: Op) -> Any:
        """Insert an operation and remember what it gives."""
        self.build.insert(op)
        self.learn(*op.results)
        return op.results[0] if len(op.results) == 1 else op

    def any_type(self, scalars: tuple[Type, ...]) -> Any:
        return with_lanes(self.rng.choice(scalars), self.rng.choice((0, 0, LANES)))

    def small(self, type_: Type, mask: int) -> Any:
        """An integer from 0 to ``mask``."""
        return self.emit(arith.AndI(self.value(type_), self.constant(mask, type_)))

    # ------------------------------------------------------------------ operations

    def steps(self, count: int, depth: int) -> None:
        flat = (
            self.float_binary, self.float_unary, self.int_binary, self.division, self.shift,
            self.comparison, self.selection, self.conversion, self.product,
            self.load, self.store, self.load_lanes, self.store_lanes, self.gather, self.lanes,
        )  # fmt: skip
        for _ in range(self.rng.randrange(1, count + 1)):
            if depth and self.rng.random() < 0.2:
                nested = self.rng.choice((self.choice, self.loop, self.repetition, self.call))
                nested(depth - 1)
            else:
                self.rng.choice(flat)()

    def float_binary(self) -> None:
        type_ = self.any_type((f64, f32))
        made = getattr(arith, self.rng.choice(FLOAT_BINARY))
        self.emit(made(self.value(type_), self.value(type_)))

    def float_unary(self) -> None:
        value = self.value(self.any_type((f64, f32)))
        name = self.rng.choice((*UNARY, "isnan", "neg"))
        self.emit(arith.NegF(value) if name == "neg" else elementary.OPERATIONS[name](value))

    def int_binary(self) -> None:
        type_ = self.any_type((i64, i32, index, i1))
        names = ("AndI", "OrI", "XOrI") if scalar_of(type_) is i1 else INT_BINARY
        made = getattr(arith, self.rng.choice(names))
        self.emit(made(self.value(type_), self.value(type_)))

    def division(self) -> None:
        type_ = self.rng.choice((i64, i32, index))
        divisor = self.emit(arith.OrI(self.small(type_, 7), self.constant(1, type_)))
        made = getattr(arith, self.rng.choice(("DivSI", "DivUI", "RemSI", "RemUI")))
        self.emit(made(self.value(type_), divisor))

    def shift(self) -> None:
        type_ = self.rng.choice((i64, i32, index))
        made = getattr(arith, self.rng.choice(("ShLI", "ShRUI")))
        self.emit(made(self.value(type_), self.small(type_, 31)))

    def product(self) -> None:
        self.emit(arith.MulUIExtended(self.value(i32), self.value(i32)))

    def comparison(self) -> None:
        type_ = self.any_type((f64, f32, i64, i32, index))
        one, other = self.value(type_), self.value(type_)
        if isinstance(scalar_of(type_), FloatType):
            self.emit(arith.cmpf(self.rng.choice(arith.CMPF), one, other))
        else:
            self.emit(arith.cmpi(self.rng.choice(arith.CMPI), one, other))

    def selection(self) -> None:
        type_ = self.any_type(SCALARS)
        condition = self.value(with_lanes(i1, self.rng.choice((0, lanes_of(type_)))))
        self.emit(arith.Select(condition, self.value(type_), self.value(type_)))

    def conversion(self) -> None:
        lanes = self.rng.choice((0, LANES))
        made, source, target = self.rng.choice(
            (
                (arith.SIToFP, i32, f64), (arith.SIToFP, i64, f32), (arith.UIToFP, i32, f64),
                (arith.IndexCast, index, i64), (arith.IndexCast, i32, index),
                (arith.ExtUI, i1, i32), (arith.ExtSI, i32, i64), (arith.TruncI, i64, i32),
                (arith.ExtF, f32, f64), (arith.TruncF, f64, f32),
            )
        )  # fmt: skip
        value = self.value(with_lanes(source, lanes))
        self.emit(made(value, result_type=with_lanes(target, lanes)))

    def buffer(self) -> Value:
        return self.value_of(buffer_of(self.rng.choice(ELEMENTS)))

    def value_of(self, type_: Type) -> Value:
        return self.rng.choice(self.values[type_])

    def load(self) -> None:
        self.emit(memref.Load(self.buffer(), self.small(index, 15)))

    def store(self) -> None:
        buffer: Any = self.buffer()
        self.emit(memref.Store(self.value(buffer.type.element), buffer, self.small(index, 15)))

    def load_lanes(self) -> None:
        buffer: Any = self.buffer()
        kind = vector_of(LANES, buffer.type.element)
        self.emit(vector.Load(buffer, self.small(index, 7), result_type=kind))

    def store_lanes(self) -> None:
        buffer: Any = self.buffer()
        value = self.value(vector_of(LANES, buffer.type.element))
        self.emit(vector.Store(value, buffer, self.small(index, 7)))

    def gather(self) -> None:
        buffer: Any = self.buffer()
        at = self.small(vector_of(LANES, i32), 7)
        mask = self.value(vector_of(LANES, i1))
        rest = self.value(vector_of(LANES, buffer.type.element))
        self.emit(vector.Gather(buffer, self.small(index, 7), at, mask, rest))

    def lanes(self) -> None:
        kind = self.rng.randrange(5)
        if kind == 4:
            lane = self.rng.choice(SCALARS)
            self.emit(vector.from_elements([self.value(lane) for _ in range(LANES)]))
        elif kind == 0:
            self.emit(vector.broadcast(self.value(self.rng.choice(SCALARS)), LANES))
        elif kind == 1:
            self.emit(vector.Step(result_type=vector_of(LANES, index)))
        elif kind == 2:
            self.emit(
                vector.reduction(self.rng.choice(("or", "and")), self.value(vector_of(LANES, i1)))
            )
        else:
            source = self.value(vector_of(LANES, self.rng.choice(SCALARS)))
            self.emit(vector.extract(source, self.small(index, LANES - 1)))

    # ------------------------------------------------------------------ regions

    @contextmanager
    def inside(self, block: Block) -> Iterator[None]:
        """Build in ``block``; what is defined there is forgotten afterwards."""
        outer = self.values
        self.values = {t: list(vs) for t, vs in outer.items()}
        self.learn(*block.args)
        with self.build.inside(block):
            yield
        self.values = outer

    def some_types(self) -> list[Type]:
        return [self.any_type(SCALARS) for _ in range(self.rng.randrange(3))]

    def choice(self, depth: int) -> None:
        types = self.some_types()
        condition = self.value(i1)
        otherwise = Region() if not types and self.rng.random() < 0.5 else None
        op = scf.If(condition, result_types=types, otherwise=otherwise or Region(Block()))
        if otherwise is not None:
            op.otherwise.blocks.clear()
        for region in op.regions:
            for block in region.blocks:
                with self.inside(block):
                    self.steps(4, depth)
                    self.build(scf.Yield(*[self.value(t) for t in types]))
        self.emit(op)

    def loop(self, depth: int) -> None:
        types = self.some_types()
        inits = [self.value(t) for t in types]
        bounds = [self.constant(0, index), self.small(index, 3), self.constant(1, index)]
        block = scf.loop_block(index, types, ("i",))
        with self.inside(block):
            self.steps(4, depth)
            self.build(scf.Yield(*[self.value(t) for t in types]))
        self.emit(scf.For(*bounds, *inits, result_types=types, body=Region(block)))

    def repetition(self, depth: int) -> None:
        """An ``scf.while`` that counts up to three."""
        types = [i32, *self.some_types()]
        inits = [self.constant(0, i32), *[self.value(t) for t in types[1:]]]
        before, after = Block(tuple(types)), Block(tuple(types))
        with self.inside(before):
            going = self.emit(arith.cmpi("slt", before.args[0], self.constant(3, i32)))
            self.build(scf.Condition(going, *before.args))
        with self.inside(after):
            self.steps(3, depth)
            following = self.emit(arith.AddI(after.args[0], self.constant(1, i32)))
            self.build(scf.Yield(following, *[self.value(t) for t in types[1:]]))
        regions = {"before": Region(before), "after": Region(after)}
        self.emit(scf.While(*inits, result_types=types, **regions))

    def call(self, depth: int) -> None:
        if self.known:
            arguments = [self.value_of(t) for t in SIGNATURE[: len(ELEMENTS)]]
            arguments += [self.value(t) for t in SCALARS]
            callee = self.rng.choice(self.known)
            self.emit(func.Call(*arguments, callee=callee, result_types=RESULTS))

    def graph(self) -> Op:
        """A function of basic blocks.

        They branch forward and to each other.
        """
        made = func.definition("graph", (i1, f64), (f64,), ("c", "x"))
        entry = made.body.block
        count = self.rng.randrange(1, 5)
        others = [made.body.append(Block((f64, i1)[: self.rng.randrange(3)])) for _ in range(count)]
        entry_values = {f64: [entry.args[1]], i1: [entry.args[0]]}
        for block in (entry, *others):
            self.values = {t: list(vs) for t, vs in entry_values.items()}
            self.learn(*block.args)
            self.build = Builder(block)
            self.emit(arith.AddF(self.value(f64), self.value(f64)))
            self.build(self.branch(others))
        return made

    def branch(self, targets: list[Block]) -> Op:
        one, other = self.rng.choice(targets), self.rng.choice(targets)
        passed = [[self.value(a.type) for a in block.args] for block in (one, other)]
        kind = self.rng.randrange(3)
        if kind == 0:
            return func.Return(self.value(f64))
        if kind == 1:
            return cf.Branch(*passed[0], target=one)
        return cf.CondBranch(self.value(i1), *passed, true_target=one, false_target=other)


def _single(value: float) -> float:
    """The nearest float of 32 bits."""
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return math.inf
