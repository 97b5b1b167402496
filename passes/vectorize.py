"""vectorize: a parallel loop computes several neurons at once.

    func.func @f(%v: memref<?xf64>, %k: f64, %low: index, %high: index) {
      %one = arith.constant 1 : index
      scf.for %i = %low to %high step %one {
        %x = memref.load %v[%i] : memref<?xf64>
        %y = arith.mulf %x, %k : f64
        memref.store %y, %v[%i] : memref<?xf64>
      } {parallel = 16 : i64}
      return
    }
    ==> vectorize{bytes=64}
    ...
      scf.for %i = %low to %high step ... {
        %x = vector.load %v[%i] : memref<?xf64>, vector<8xf64>
        %y = arith.mulf %x, ... : vector<8xf64>
        vector.store %y, %v[%i] : memref<?xf64>, vector<8xf64>
      }
      return
    }

A value is *uniform* (the same in all lanes: stays a scalar), *consecutive* (the induction variable
plus something uniform: its first lane is kept) or *varying* (a vector). Bounds are multiples of
the block size (``parallel = 16``), so there is no remainder. A loop that writes scattered elements
or branches on a varying condition stays as it is, with a reason in the report. What it may carry
from iteration to iteration is the largest of some integers.
"""

from __future__ import annotations

from typing import Any

from ..ir.attributes import Attribute, DenseElementsAttr, IntegerAttr
from ..ir.attrs_classes import frozen
from ..ir.builder import Builder
from ..ir.core import Block, Op, Region, Value
from ..ir.dialects import arith, memref, rng, scf, syn, vector
from ..ir.dialects.func import Func
from ..ir.location import Loc
from ..ir.rewriter import Rewriter
from ..ir.types import FloatType, Type, i1, index, scalar_of, with_lanes
from ..ir.types import vector as vector_type
from .framework.analyses import Loops, MemoryEffects
from .framework.core import Context, Pass, const_value, defined_in, register


class RefusedError(Exception):
    """The loop cannot be vectorized; the text says why."""


@register
@frozen
class Vectorize(Pass):
    """Turn parallel loops into vector loops; see the module.

    ``bytes`` is the width of a vector, 0 that of the target: 64 for AVX-512 (narrower machines
    split it).
    """

    name = "vectorize"
    scope = "function"
    bytes: int = 0

    def run(self, func: Func, ctx: Context) -> bool:
        """Visit all parallel loops, innermost first."""
        changed, width = False, self.bytes or ctx.target.vector_bytes
        for loop in ctx.analyses.get(Loops, func).parallel:
            if loop.block is None:
                continue
            lanes, what = lanes_of_loop(loop, width), f"the loop over %{loop.iv.name}"
            try:
                if lanes < 2:
                    raise RefusedError(f"{width} bytes hold less than two of its numbers")
                if loop.parallel % lanes:
                    raise RefusedError(f"its bounds are no multiples of {lanes}")
                VectorLoop(loop, lanes, ctx.analyses.get(MemoryEffects, loop).written).replace()
                changed = True
                ctx.report.statistics[self.name] += 1
                ctx.report.did(self.name, func, f"{what}: {lanes} lanes", loop.loc)
            except RefusedError as reason:
                ctx.report.refused(self.name, func, what, str(reason), loop.loc)
        return changed


_PAIR = 2 * rng.PAIRED
"""Lanes for two registers of ``float64``. Their normal numbers come two from a block."""

_IN_PAIRS = (rng.Normal, syn.Append)
"""Operations whose loops have as many lanes at least."""


def lanes_of_loop(loop: scf.For, bytes_: int) -> int:
    """Lanes: as many as floats fit, or a whole block.

    A loop over one block takes the block at once.

    Where floats of two widths meet, those that are computed with count, not those that are
    only loaded, stored and converted; of these the narrower, so that no register is half empty.
    Normal numbers are drawn in pairs, which takes lanes for both; spiking neurons are computed
    in as many, for half as many branches on a spike and more work at a time.
    """
    low, high = const_value(loop.lower), const_value(loop.upper)
    if low is not None and high is not None and high - low == loop.parallel:
        return loop.parallel
    moved, computed = set(), set()
    for op in loop.walk():
        widths = {_width(v) for v in (*op.results, *op.operands)} - {0}
        moved |= widths
        if op.pure and not isinstance(op, CONVERSIONS):
            computed |= widths
    lanes = bytes_ * 8 // min(computed or moved, default=64)
    wide = loop.parallel % _PAIR == 0 and any(isinstance(o, _IN_PAIRS) for o in loop.walk())
    return max(lanes, _PAIR) if wide else lanes


class Trial(Builder):
    """A record of what was built. A refused attempt can be thrown away whole."""

    def __init__(self, loc: Loc) -> None:
        super().__init__(Block(), loc)
        self.made: list[Op] = []

    def insert(self, op: Op) -> Op:
        """Insert and remember."""
        self.made.append(op)
        return super().insert(op)


class VectorLoop:
    """Builds the vector form of one loop beside it."""

    def __init__(self, loop: scf.For, lanes: int, written: set[Value] | None) -> None:
        self.loop = loop
        self.lanes = lanes
        self.written = written
        self.scalar: dict[Value, Value] = {}  # uniform values computed inside
        self.first: dict[Value, Value] = {}  # consecutive values: their first lane
        self.vectors: dict[Value, Value] = {}  # varying values, and vectors made of the others
        self.outside = Trial(loop.loc)  # what goes in front of the loop
        self.build = Trial(loop.loc)

    def replace(self) -> None:
        """Put the vector loop in the place of the old one."""
        loop = self.loop
        if self.written is None:
            raise RefusedError("it calls a function")
        if not all(map(_is_largest, loop.carried, loop.body.block.ops[-1].operands)):
            raise RefusedError("it carries values from iteration to iteration")
        if const_value(loop.step) != 1:
            raise RefusedError("its step is not 1")
        step = self.outside(arith.constant(self.lanes, index))
        inits = [self.outside(self._filled(v)) for v in loop.inits]
        types = tuple(v.type for v in inits)
        body = scf.loop_block(index, types, tuple(a.name or "" for a in loop.body.block.args))
        self.first[loop.iv] = body.args[0]
        self.vectors |= dict(zip(loop.carried, body.args[1:], strict=True))
        new = scf.For(loop.lower, loop.upper, step, *inits, body=Region(body), result_types=types)
        try:
            with self.build.inside(body):
                self._ops(loop.body.block)
                self.build(scf.Yield(*map(self.vector, loop.body.block.ops[-1].operands)))
        except RefusedError:
            self.undo(new)
            raise
        self.outside.insert(new)
        found = [self.outside(vector.reduction("maxsi", v)) for v in new.results]
        self.settle()
        Rewriter().replace(loop, *found)

    def undo(self, new: scf.For) -> None:
        """Take back everything that was built."""
        for made in (new, *self.build.made, *self.outside.made):
            for op in made.walk():
                op.drop_operands()

    def settle(self) -> None:
        """Put what was built in front of the old loop."""
        assert self.loop.block is not None
        for op in self.outside.made:
            self.loop.block.insert_before(self.loop, op)

    def _ops(self, block: Block) -> None:
        for op in block.ops:
            with self.build.at(op.loc):
                self._op(op)

    def _op(self, op: Op) -> None:
        method = _METHODS.get(type(op))
        if method is not None:
            getattr(self, method)(op)
        elif op.pure:
            self._pure(op)
        elif not op.terminator:
            raise RefusedError(f"'{op.name}' has no vector form")

    def uniform(self, value: Value) -> Value | None:
        """The scalar that all lanes share, if there is one."""
        if value in self.scalar:
            return self.scalar[value]
        return None if defined_in(value, self.loop) else value

    def vector(self, value: Value) -> Value:
        """The value as a vector."""
        if value not in self.vectors:
            scalar = self.uniform(value)
            if scalar is value:
                self.vectors[value] = self.outside(self._filled(value), value.name)
            else:  # made for every use: one in a branch does not serve those after it
                made: Value = (
                    self._count_up(self.first[value])
                    if scalar is None
                    else self.build(self._filled(scalar), value.name)
                )
                return made
        return self.vectors[value]

    def _filled(self, scalar: Value) -> Op:
        known = const_value(scalar)
        if known is not None:
            return arith.constant(known, with_lanes(scalar.type, self.lanes))
        return vector.broadcast(scalar, self.lanes)

    def _count_up(self, first: Value) -> Value:
        type_ = vector_type(self.lanes, index)
        steps = arith.Constant(
            value=DenseElementsAttr(tuple(range(self.lanes)), type_), result_type=type_
        )
        start = self.build(vector.broadcast(first, self.lanes))
        result: Value = self.build(arith.AddI(start, self.outside(steps, "lanes")))
        return result

    def _pure(self, op: Op) -> None:
        scalars = [self.uniform(v) for v in op.operands]
        if all(s is not None for s in scalars):
            copy = op.clone(self.scalar)
            self.build.insert(copy)
            self.scalar |= dict(zip(op.results, copy.results, strict=True))
        elif isinstance(op, arith.AddI) and self._consecutive(op, scalars):
            pass
        elif isinstance(op, rng.Normal):
            self._widen(op, [self.vector(v) for v in op.operands], self._paired(op))
        elif isinstance(op, arith.Select) and scalars[0] is not None:
            self._widen(op, [scalars[0], *map(self.vector, op.operands[1:])])
        else:
            self._widen(op, [self.vector(v) for v in op.operands])

    def _consecutive(self, op: Any, scalars: list[Value | None]) -> bool:
        """A consecutive value plus a uniform one is consecutive."""
        for value, other in ((op.lhs, scalars[1]), (op.rhs, scalars[0])):
            if value in self.first and other is not None:
                self.first[op.result] = self.build(arith.AddI(self.first[value], other))
                return True
        return False

    def _paired(self, op: rng.Normal) -> dict[str, Attribute]:
        """The property that numbers belong to pairs of ids.

        It holds where the ids are those of the loop, in whole pairs.
        """
        cast = op.id.owner
        by_lane = isinstance(cast, arith.IndexCast) and cast.operands[0] is self.loop.iv
        return {"consecutive": IntegerAttr(True)} if by_lane and self.lanes == _PAIR else {}

    def _widen(self, op: Op, operands: list[Value], props: Any = None) -> None:
        """The same operation on vectors, perhaps with other properties."""
        new = type(op).__new__(type(op))
        types: tuple[Type, ...] = tuple(with_lanes(v.type, self.lanes) for v in op.results)
        new._setup(operands, types, {**op.props, **(props or {})})
        self.build.insert(new)
        for old, value in zip(op.results, new.results, strict=True):
            self.vectors[old] = value.named(old.name)

    def _address(self, indices: Any) -> tuple[list[Value], bool]:
        """Scalar indices of the first lane; whether lanes are consecutive elements."""
        scalars = [self.uniform(v) for v in indices]
        if all(s is not None for s in scalars):
            return [s for s in scalars if s is not None], False
        if indices[-1] in self.first and all(s is not None for s in scalars[:-1]):
            return [s for s in scalars[:-1] if s is not None] + [self.first[indices[-1]]], True
        raise RefusedError("it touches scattered elements")

    def _scattered(self, indices: Any) -> bool:
        """Whether every lane has its own element, anywhere in a buffer.

        The buffer is a plain one.
        """
        index = indices[-1]
        return len(indices) == 1 and self.uniform(index) is None and index not in self.first

    def _gather(self, op: Any) -> None:
        """Gather one element for each lane.

        The loop touches them all, so that none needs a mask.
        """
        zero = arith.constant(0, index)
        kind = with_lanes(op.result.type, self.lanes)
        all_, nothing = arith.constant(1, with_lanes(i1, self.lanes)), arith.constant(0, kind)
        made = [self.outside(each) for each in (zero, all_, nothing)]
        at = self.vector(op.indices[0])
        gather = vector.Gather(op.memref, made[0], at, *made[1:])
        self.vectors[op.result] = self.build(gather, op.result.name)

    def _load(self, op: Any) -> None:
        if self._scattered(op.indices) and op.memref not in (self.written or ()):
            self._gather(op)
            return
        at, consecutive = self._address(op.indices)
        if consecutive:
            type_ = vector_type(self.lanes, op.result.type)
            load = self.build(vector.Load(op.memref, *at, result_type=type_), op.result.name)
            self.vectors[op.result] = load
        elif op.memref in (self.written or ()):
            raise RefusedError("all lanes share an element that the loop writes")
        else:
            self.scalar[op.result] = self.build(memref.Load(op.memref, *at), op.result.name)

    def _store(self, op: Any) -> None:
        at, consecutive = self._address(op.indices)
        if not consecutive:
            raise RefusedError("all lanes write one element")
        self.build(vector.Store(self.vector(op.value), op.memref, *at))

    def _prefetch(self, op: Any) -> None:
        """One for each cache line that the lanes touch."""
        at, consecutive = self._address(op.indices)
        per_line = 64 // max(1, _bytes(op.memref.type.element))
        for lane in range(0, self.lanes if consecutive else 1, per_line):
            offset = self.build(arith.constant(lane, index))
            place = self.build(arith.AddI(at[-1], offset))
            self.build(memref.prefetch(op.memref, place))

    def _append(self, op: Any) -> None:
        rest = [self.uniform(v) for v in (op.list, op.base, op.count, op.slot, op.limit)]
        if op.first not in self.first or any(v is None for v in rest):
            raise RefusedError("it appends something other than its own neurons")
        others = [v for v in rest if v is not None]
        self.build(syn.Append(self.vector(op.hit), self.first[op.first], *others))

    def _connected(self, op: Any) -> None:
        first = self.first.get(op.first)
        if first is None or self.uniform(op.bits) is None:
            raise RefusedError("it asks for scattered bits")
        type_ = with_lanes(op.result.type, self.lanes)
        self.vectors[op.result] = self.build(syn.Connected(op.bits, first, result_type=type_))

    def _if(self, op: Any) -> None:
        condition = self.uniform(op.condition)
        if condition is None or op.values:
            raise RefusedError("lanes would take different branches")
        then, otherwise = Block(), Block()
        for old, new in zip(op.regions, (then, otherwise), strict=False):
            if old.blocks:
                with self.build.inside(new):
                    self._ops(old.block)
                    self.build(scf.Yield())
        other = Region(otherwise) if op.otherwise.blocks else Region()
        self.build(scf.If(condition, then=Region(then), otherwise=other))

    def _for(self, op: Any) -> None:
        bounds = [self.uniform(v) for v in (op.lower, op.upper, op.step)]
        if any(b is None for b in bounds):
            raise RefusedError("lanes would loop differently often")
        low, high, step = (b for b in bounds if b is not None)
        inits = [self.vector(v) for v in op.inits]
        types = tuple(v.type for v in inits)
        body = scf.loop_block(index, types, tuple(a.name or "" for a in op.body.block.args))
        self.scalar[op.iv] = body.args[0]
        self.vectors |= dict(zip(op.carried, body.args[1:], strict=True))
        with self.build.inside(body):
            self._ops(op.body.block)
            self.build(scf.Yield(*[self.vector(v) for v in op.body.block.ops[-1].operands]))
        loop = scf.For(low, high, step, *inits, body=Region(body), result_types=types)
        self.build.insert(loop)
        self.vectors |= dict(zip(op.values, loop.results, strict=True))


def _is_largest(carried: Value, next_: Value) -> bool:
    """Whether a loop carries a maximum, exact in any order."""
    op = next_.owner
    return isinstance(op, arith.MaxSI) and carried in op.operands and len(carried.uses) == 1


_METHODS: dict[type[Op], str] = {
    memref.Load: "_load",
    memref.Store: "_store",
    memref.Prefetch: "_prefetch",
    syn.Append: "_append",
    syn.Connected: "_connected",
    scf.If: "_if",
    scf.For: "_for",
}
"""Methods that give an operation lanes. Of all other operations, the pure ones get them."""

CONVERSIONS = (arith.Constant, arith.ExtF, arith.TruncF)


def _width(value: Value) -> int:
    """Bits of a float, 0 of anything else."""
    type_ = scalar_of(value.type)
    return type_.bits if isinstance(type_, FloatType) else 0


def _bytes(type_: Type) -> int:
    return getattr(type_, "bits", 64) // 8
