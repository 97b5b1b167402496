"""A kernel under construction: a function that collects its arguments.

A buffer becomes an argument when it is first asked for.

Every kernel starts with ``%thread, %threads, %step``; then come its buffers, each with its
descriptor (see :mod:`ranvier.ir.buffers`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from attrs import evolve

from ...ir.attributes import DictAttr, TypeAttr, attribute
from ...ir.attrs_classes import frozen
from ...ir.buffer_names import BORDERS
from ...ir.buffers import ANYTHING, OWN, PAST, STRUCTURE, Buffer, Extent, Key, written
from ...ir.core import Region, Value
from ...ir.dialects import arith, memref, scf
from ...ir.dialects.func import Func, Return, definition
from ...ir.location import Loc
from ...ir.target import Target
from ...ir.types import IndexType, Type, f64, function, i8, i16, i64, index
from ...ir.types import i1 as truth
from ...ir.types import memref as buffer_type
from ..framework.code_builder import CodeBuilder


@frozen(eq=False)
class OwnNeurons:
    """The neurons of a worker.

    They go from ``low`` to ``high``, every ``step``-th (None: all).
    """

    low: Value
    high: Value
    step: Value | None = None


@frozen(eq=False)
class BlockLoop:
    """A block of neurons that a loop has come to. ``lanes`` loops over its neurons."""

    number: Value
    lanes: Callable[[], AbstractContextManager[Value]]


class Kernel(CodeBuilder):
    """Builds one function; ``kernel(op)`` appends an operation as a builder does.

    ``target`` is the machine that it is for.
    """

    def __init__(self, name: str, loc: Loc, target: Target) -> None:
        self.target = target
        self.func: Func = definition(name, (index, index, index), (), ("thread", "threads", "step"))
        self.func.loc = loc
        super().__init__(self.func.body.block, loc)
        self.thread, self.threads, self.step = self.block.args
        self.buffers: dict[Key, Value] = {}
        self._described: dict[Key, Buffer] = {}

    def buffer(self, buffer: Buffer, element: Type) -> Value:
        """The argument for a buffer; truth values are stored as bytes.

        One that is asked for twice is touched in both ways.
        """
        key = buffer.key
        known = self._described.get(key)
        if known is None:
            stored = i8 if element is truth else element
            self.buffers[key] = self.block.add_arg(buffer_type(stored), str(key))
            self._described[key] = buffer
        elif known.reach != buffer.reach:
            self._described[key] = evolve(known, reach=_both(known.reach, buffer.reach))
        return self.buffers[key]

    def load(
        self, buffer: Value, at: Value, type_: Type | None = None, name: str | None = None
    ) -> Any:
        """Read an element. ``type_`` i1 converts from the stored byte, floats to their width."""
        value = self(memref.Load(buffer, at), name)
        if type_ is truth:
            return self(arith.TruncI(value, result_type=truth), name)
        return value if type_ is None else self.resized(value, type_, name)

    def store(self, value: Value, buffer: Value, at: Value) -> None:
        """Write an element. Truth is stored as a byte, a float in the width of the buffer."""
        if value.type is truth:
            value = self(arith.ExtUI(value, result_type=i8))
        kind: Any = buffer.type
        self(memref.Store(self.resized(value, kind.element), buffer, at))

    def scalar(self, buffer: Buffer, element: Type = i64) -> Any:
        """The value of a one-element buffer."""
        found = self.buffer(buffer, element)
        return self.load(found, self.constant(0), element, buffer.label)

    def milliseconds(self, buffer: Buffer, type_: Type) -> Any:
        """A time in ms from a one-element buffer, as ``type_``. Times are f64 in every network."""
        return self.resized(self.scalar(buffer, f64), type_, buffer.label)

    def count(self, owner: str, name: str, item: str = "") -> Any:
        """A number that the structure of ``owner`` has, as index."""
        buffer = Buffer(owner, name, STRUCTURE, item=item)
        return self.to_index(self.scalar(buffer), buffer.label)

    def to_index(self, value: Value, name: str | None = None) -> Any:
        """An integer as index; one of 16 bits is unsigned."""
        if isinstance(value.type, IndexType):
            return value
        if value.type is i16:
            value = self(arith.ExtUI(value, result_type=i64))
        return self(arith.IndexCast(value, result_type=index), name)

    def to_i64(self, value: Value) -> Any:
        """An index as i64."""
        return self(arith.IndexCast(value, result_type=i64))

    def step_i64(self) -> Any:
        """The number of this step."""
        return self.to_i64(self.step)

    def add(self, x: Value, y: Value, name: str | None = None) -> Any:
        """The sum x + y of index or integers."""
        return self(arith.AddI(x, y), name)

    def mul(self, x: Value, y: Value, name: str | None = None) -> Any:
        """The product x * y of index or integers."""
        return self(arith.MulI(x, y), name)

    def compare(self, predicate: str, x: Value, y: Value) -> Any:
        """A comparison of integers."""
        return self(arith.cmpi(predicate, x, y))

    def border(self, population: str, thread: Value) -> Any:
        """The first neuron of ``thread``, at the start of a block.

        Behind the last thread it is the end.
        """
        borders = Buffer(population, BORDERS, STRUCTURE, Extent("borders", population))
        return self.to_index(self.load(self.buffer(borders, i64), thread))

    def partition(self, population: str) -> OwnNeurons:
        """The neurons of this thread, in whole blocks. The last ones may be padding."""
        low = self.border(population, self.thread).named("low")
        high = self.border(population, self.add(self.thread, self.constant(1))).named("high")
        return OwnNeurons(low, high)

    @contextmanager
    def each(self, own: OwnNeurons, name: str = "i", *, parallel: bool = True) -> Iterator[Value]:
        """A loop over this thread's neurons. They are in whole blocks."""
        with self.loop(own.low, own.high, name, parallel=parallel) as i:
            yield i

    @contextmanager
    def each_between(self, own: OwnNeurons, low: Value, high: Value, name: str) -> Iterator[Value]:
        """A loop over this thread's neurons between borders of blocks.

        They are in the range that ``own`` has anyway.
        """
        with self.loop(low, high, name, parallel=True) as i:
            yield i

    def each_of_range(
        self, own: OwnNeurons, first: Value, end: Value, name: str
    ) -> Iterator[AbstractContextManager[Value]]:
        """Loops over this thread's neurons from ``first`` up to ``end``.

        Whole blocks are vectors; neurons at both ends of the range, which may share a block with
        others, go one by one.
        """
        begin = self(arith.MaxSI(own.low, first), "begin")
        stop = self(arith.MaxSI(self(arith.MinSI(own.high, end)), begin), "stop")
        up = self.add(begin, self.constant(self.target.block - 1))
        inner = self.clamp(self._down(up), begin, stop)
        outer = self.clamp(self._down(stop), inner, stop)
        for low, high, whole in ((begin, inner, False), (inner, outer, True), (outer, stop, False)):
            yield self.loop(low, high, name, parallel=whole)

    def _down(self, value: Value) -> Any:
        """The border of a block at or before ``value``."""
        block = self.constant(self.target.block)
        return self.mul(self(arith.DivUI(value, block)), block)

    def clamp(self, value: Value, low: Value, high: Value) -> Any:
        """``value``, but no less than ``low`` and no more than ``high``."""
        return self(arith.MinSI(self(arith.MaxSI(value, low)), high))

    @contextmanager
    def along_row(self, begin: Value, end: Value, name: str) -> Iterator[Value]:
        """A loop over the synapses of a row or piece."""
        with self.loop(begin, end, name) as place:
            yield place

    @contextmanager
    def over_rows(self, count: Value, name: str) -> Iterator[Value]:
        """A loop over ``count`` rows of pre neurons."""
        with self.loop(self.constant(0), count, name) as row:
            yield row

    @contextmanager
    def blocks(
        self, own: OwnNeurons, within: tuple[Value, Value] | None = None, *, whole: bool = False
    ) -> Iterator[BlockLoop]:
        """A loop over the blocks of this thread's neurons.

        Blocks are those ``within`` a range of numbers; ``whole``: it has all of them.
        """
        first, last = self.block_range(own) if within is None else within
        with self.loop(first, last, "block") as number:
            yield self.one_block(number)

    def one_block(self, number: Value) -> BlockLoop:
        """The block of a number."""
        zero, block = self.constant(0), self.constant(self.target.block)
        return BlockLoop(number, lambda: self.loop(zero, block, "lane", parallel=True))

    def block_range(self, own: OwnNeurons) -> tuple[Value, Value]:
        """The number of this thread's first block. With that past its last."""
        block = self.constant(self.target.block)
        return self(arith.DivUI(own.low, block)), self(arith.DivUI(own.high, block))

    @contextmanager
    def once(self) -> Iterator[None]:
        """Code that runs once. Every thread does so for itself: none waits for another."""
        yield

    @property
    def common(self) -> tuple[Value, str]:
        """The place of common values, and its reach.

        Every thread has its own: none waits for another.
        """
        return self.thread, OWN

    @property
    def part(self) -> tuple[Value, Value]:
        """The number of this thread's part of rows. With that of all parts."""
        return self.thread, self.threads

    def row(self, starts: Value, number: Value) -> tuple[Value, Value]:
        """Begin and end of row ``number``, from a table of beginnings."""
        begin = self.to_index(self.load(starts, number), "begin")
        end = self.to_index(self.load(starts, self.add(number, self.constant(1))), "end")
        return begin, end

    @contextmanager
    def loop(
        self, low: Value, high: Value, name: str = "i", *, parallel: bool | int = False
    ) -> Iterator[Value]:
        """A loop ``for i in range(low, high)`` without carried values.

        ``parallel``: iterations may run in any order, and the bounds are multiples of that number
        (of the target's ``block`` if True).
        """
        block = scf.loop_block(index, (), (name,))
        loop = scf.For(low, high, self.constant(1), body=Region(block))
        if parallel:
            loop.attributes[scf.PARALLEL] = attribute(
                self.target.block if parallel is True else parallel
            )
        self(loop)
        with self.build.inside(block):
            yield block.args[0]
            self(scf.Yield())

    @contextmanager
    def reduce(
        self,
        low: Value,
        high: Value,
        initial: Sequence[Value],
        name: str,
        *,
        parallel: int = False,
    ) -> Iterator[tuple[Value, list[Value], list[Value]]]:
        """A loop with carried values. It yields (iv, carried, out); out gets the next ones.

        After the ``with``, ``out`` holds the results of the loop. ``parallel`` is as in ``loop``:
        what is carried is the largest of something.
        """
        types = tuple(v.type for v in initial)
        block = scf.loop_block(index, types, (name, *["acc"] * len(types)))
        loop = scf.For(
            low, high, self.constant(1), *initial, body=Region(block), result_types=types
        )
        if parallel:
            loop.attributes[scf.PARALLEL] = attribute(parallel)
        self.build.insert(loop)
        out: list[Value] = []
        with self.build.inside(block):
            yield block.args[0], block.args[1:], out
            self(scf.Yield(*out))
        out[:] = loop.results

    def finish(self) -> Func:
        """End the function; write its type and its buffers' descriptors."""
        self(Return())
        types = tuple(a.type for a in self.block.args)
        self.func.props["function_type"] = TypeAttr(function(types, ()))
        plain = [DictAttr(()), DictAttr(()), DictAttr(())]
        described = [written(buffer) for buffer in self._described.values()]
        self.func.props = {"arg_attrs": attribute([*plain, *described]), **self.func.props}
        return self.func


def _both(one: str, other: str) -> str:
    """The part that two accesses touch together."""
    if one == other:
        return one
    return PAST if {one, other} == {OWN, PAST} else ANYTHING
