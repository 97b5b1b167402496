"""Ranges of whole numbers in kernels.

Bounds hold for every run. They follow from constants and types, from what the descriptors of
buffers say (a structure holds sizes, ranks and places, which are not negative), from the sizes of
the network's populations, and from the bounds of loops. A number of which nothing is known may be
any of its type.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...ir import declarations
from ...ir import target as targets
from ...ir.buffer_names import BORDERS, HISTORY, PADDED, SIZE, STRIDE
from ...ir.buffers import STRUCTURE, Buffer, buffers_of
from ...ir.core import Op, Value
from ...ir.dialects import arith, gpu, math, memref, scf
from ...ir.dialects.builtin import Module
from ...ir.dialects.func import Func
from ...ir.interface import LAST_STEP, MOST_THREADS
from ...ir.layouts import FEW_SYNAPSES
from ...ir.target import TARGET
from ...ir.types import IndexType, IntegerType, Type

Range = tuple[int, int]
"""The least and the greatest value."""

MOST_LANES = 32
"""The most lanes of a subgroup."""


def largest_population(module: Module) -> int:
    """The size of the largest population, in whole blocks. 0 where the module declares none."""
    found = declarations.read(module)
    if found is None or TARGET not in module.attributes:
        return 0
    target = targets.read(module)
    return max((target.padded(each.size) for each in found.populations), default=0)


def bits_of(type_: Type) -> int:
    """The bits of a whole number; 0 for another type."""
    return 64 if isinstance(type_, IndexType) else getattr(type_, "bits", 0) * _is_whole(type_)


def _is_whole(type_: Type) -> bool:
    return isinstance(type_, IntegerType)


def any_of(type_: Type) -> Range:
    """All values of a type, as signed numbers. A truth value is 0 or 1."""
    bits = bits_of(type_)
    return (0, 1) if bits == 1 else (-(1 << bits >> 1), (1 << bits >> 1) - 1)


class Ranges:
    """The ranges of the values of a function.

    ``most`` is the size of the largest population, in whole blocks.
    """

    def __init__(self, func: Func, most: int) -> None:
        self._most = most
        self.steps = set[Value]()
        """Numbers of steps, and distances between them. Kernels count from the first of a run."""
        self._known: dict[Value, Range] = {}
        self._buffers: dict[Value, Buffer | None] = {}
        args = func.body.block.args
        self._buffers.update(zip(args, buffers_of(func), strict=True))
        if any(self._buffers.values()) and all(bits_of(v.type) for v in args[:2]):
            self.steps.update(v for v in args[2:] if bits_of(v.type))
            self._known.update(dict.fromkeys(self.steps, (0, LAST_STEP)))
            self._known[args[0]] = 0, MOST_THREADS - 1
            self._known[args[1]] = 1, MOST_THREADS
        for op in func.walk():
            self._look(op)

    def __getitem__(self, value: Value) -> Range:
        return self._known.get(value) or any_of(value.type)

    def note(self, value: Value, found: Range) -> None:
        """Note the range of a new value."""
        self._known[value] = found

    def _look(self, op: Any) -> None:
        """Find the range of a result, or of a counter."""
        if isinstance(op, scf.For):
            lower, upper = self[op.lower], self[op.upper]
            self._set(op.iv, (lower[0], max(upper[1] - 1, lower[0])))
        elif isinstance(op, arith.AddI) and self.steps.issuperset(op.operands):
            self.steps.add(op.results[0])
            self._set(op.results[0], (0, LAST_STEP))
        elif len(op.results) == 1 and bits_of(op.results[0].type):
            rule = _RULES.get(type(op))
            if rule is not None:
                self._set(op.results[0], rule(op, self))

    def _set(self, value: Value, found: Range | None) -> None:
        least, greatest = any_of(value.type)
        if found is not None and least <= found[0] <= found[1] <= greatest:
            self._known[value] = found

    def loaded(self, op: Any) -> Range | None:
        """The range of what a load finds. Ranks of few bits have no sign, nor have bits."""
        buffer, bits = self._buffers.get(op.memref), bits_of(op.results[0].type)
        if buffer is None or buffer.role != STRUCTURE or bits < 32:
            return None
        if buffer.name in (SIZE, PADDED, BORDERS):
            return 0, self._most or (1 << 31)
        if buffer.name == HISTORY:
            return 1, (1 << 31) - 1
        if buffer.name == STRIDE:
            return 0, 1
        return (0, FEW_SYNAPSES) if bits == 32 else None


def _corners(found: Callable[[int, int], int]) -> Callable[[Any, Ranges], Range]:
    def rule(op: Any, ranges: Ranges) -> Range:
        values = [found(a, b) for a in ranges[op.lhs] for b in ranges[op.rhs]]
        return min(values), max(values)

    return rule


def _quotient(op: Any, ranges: Ranges) -> Range | None:
    (least, greatest), (low, high) = ranges[op.lhs], ranges[op.rhs]
    return (least // high, greatest // max(low, 1)) if least >= 0 and low >= 0 < high else None


def _remainder(op: Any, ranges: Ranges) -> Range | None:
    """Unsigned: the dividend may be anything."""
    (least, greatest), (low, high) = ranges[op.lhs], ranges[op.rhs]
    if low < 0 or high == 0:
        return None
    return 0, min(high - 1, greatest) if least >= 0 else high - 1


def _right(op: Any, ranges: Ranges) -> Range | None:
    (least, greatest), (low, high) = ranges[op.lhs], ranges[op.rhs]
    if low < 0 or high >= bits_of(op.lhs.type):
        return None
    if least < 0:
        return (0, (1 << (bits_of(op.lhs.type) - low)) - 1) if low else None
    return least >> high, greatest >> low


def _left(op: Any, ranges: Ranges) -> Range | None:
    (least, greatest), (low, high) = ranges[op.lhs], ranges[op.rhs]
    if least < 0 or low < 0 or high >= bits_of(op.lhs.type):
        return None
    return least << low, greatest << high


def _and(op: Any, ranges: Ranges) -> Range | None:
    known = [high for low, high in (ranges[op.lhs], ranges[op.rhs]) if low >= 0]
    return (0, min(known)) if known else None


def _or(op: Any, ranges: Ranges) -> Range | None:
    (low, high), (least, greatest) = ranges[op.lhs], ranges[op.rhs]
    return (0, (1 << max(high, greatest).bit_length()) - 1) if low >= 0 <= least else None


def _select(op: Any, ranges: Ranges) -> Range:
    one, other = ranges[op.true_value], ranges[op.false_value]
    return min(one[0], other[0]), max(one[1], other[1])


def _zeros(op: Any, ranges: Ranges) -> Range:
    """Extension with zeros: a negative number becomes a large one."""
    low, high = ranges[op.operand]
    return (low, high) if low >= 0 else (0, (1 << bits_of(op.operand.type)) - 1)


def _same(op: Any, ranges: Ranges) -> Range:
    return ranges[op.operand]


def _signed(op: Any, ranges: Ranges) -> Range:
    """A truth value is -1 or 0 with a sign."""
    return ranges[op.operand] if bits_of(op.operand.type) > 1 else (-1, 0)


def _count(op: Any, ranges: Ranges) -> Range:
    return 0, bits_of(op.operand.type)


_RULES: dict[type[Op], Callable[[Any, Ranges], Range | None]] = {
    arith.Constant: lambda op, _: (int(op.literal), int(op.literal)),
    arith.AddI: _corners(lambda a, b: a + b),
    arith.SubI: lambda op, ranges: (
        ranges[op.lhs][0] - ranges[op.rhs][1],
        ranges[op.lhs][1] - ranges[op.rhs][0],
    ),
    arith.MulI: _corners(lambda a, b: a * b),
    arith.DivUI: _quotient,
    arith.RemUI: _remainder,
    arith.ShRUI: _right,
    arith.ShLI: _left,
    arith.AndI: _and,
    arith.OrI: _or,
    arith.XOrI: _or,
    arith.MaxSI: _corners(max),
    arith.MinSI: _corners(min),
    arith.Select: _select,
    arith.IndexCast: _signed,
    arith.ExtSI: _signed,
    arith.ExtUI: _zeros,
    arith.TruncI: _same,
    math.CountOnes: _count,
    math.TrailingZeros: _count,
    gpu.LaneId: lambda _, __: (0, MOST_LANES - 1),
    gpu.SubgroupSize: lambda _, __: (1, MOST_LANES),
    memref.Load: lambda op, ranges: ranges.loaded(op),
}
