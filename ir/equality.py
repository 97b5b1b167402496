"""Structural equality of operations: same shape, types and properties."""

from __future__ import annotations

from typing import Any

from .core import Block, Op, Region, Value
from .printer import print_loc


def equal(one: Op, other: Op, *, names: bool = False, locations: bool = False) -> bool:
    """Whether two operations are structurally equal; see :func:`difference`."""
    return difference(one, other, names=names, locations=locations) is None


def difference(one: Op, other: Op, *, names: bool = False, locations: bool = False) -> str | None:
    """The first difference of two operations, in words; None without any.

    Compared are operations, operands, successors, types, properties (one that is not given has its
    default), attributes and regions; on request also the ``names`` hinted for values, and
    ``locations``. Operands from outside must be identical.
    """
    comparison = _Comparison(names, locations)
    try:
        comparison.op(one, other)
        comparison.outside(one)
    except _DifferenceError as found:
        return str(found)
    return None


class _DifferenceError(Exception):
    """Carries the first difference."""


class _Comparison:
    def __init__(self, names: bool, locations: bool) -> None:
        self.names = names
        self.locations = locations
        self.values: dict[Value, Value] = {}
        self.blocks: dict[Block, Block] = {}
        self.defined: set[Value] = set()

    def same(self, what: str, where: Op, one: Any, other: Any) -> None:
        if one != other:
            raise _DifferenceError(f"'{where.name}': {what}: {one} and {other}")

    def op(self, one: Op, other: Op) -> None:
        if type(one) is not type(other):
            raise _DifferenceError(f"'{one.name}' and '{other.name}'")
        self.same("number of operands", one, len(one.operands), len(other.operands))
        for i, (mine, theirs) in enumerate(zip(one.operands, other.operands, strict=True)):
            if self.values.setdefault(mine, theirs) is not theirs:
                raise _DifferenceError(f"'{one.name}': operand {i} is another value")
        if one.props != other.props:
            defaults = one.defn.defaults
            self.same("properties", one, defaults | one.props, defaults | other.props)
        self.same("attributes", one, one.attributes, other.attributes)
        self.same("number of results", one, len(one.results), len(other.results))
        for mine, theirs in zip(one.results, other.results, strict=True):
            self.value(one, mine, theirs)
        self.same("number of successors", one, len(one.successors), len(other.successors))
        for left, right in zip(one.successors, other.successors, strict=True):
            if self.blocks.setdefault(left, right) is not right:
                raise _DifferenceError(f"'{one.name}': another successor")
        if self.locations:
            self.same("location", one, print_loc(one.loc), print_loc(other.loc))
        self.same("number of regions", one, len(one.regions), len(other.regions))
        for inside, inner in zip(one.regions, other.regions, strict=True):
            self.region(one, inside, inner)

    def value(self, where: Op, one: Value, other: Value) -> None:
        """Compare two definitions; earlier uses must have paired them too."""
        self.same("type", where, one.type, other.type)
        if self.values.setdefault(one, other) is not other:
            raise _DifferenceError(f"'{where.name}': its result is used elsewhere instead")
        self.defined.add(one)
        if self.names:
            self.same("name", where, one.name, other.name)

    def outside(self, where: Op) -> None:
        """Check that values defined outside are identical."""
        for one, other in self.values.items():
            if one is not other and one not in self.defined:
                raise _DifferenceError(f"'{where.name}': other values from outside are used")

    def region(self, where: Op, one: Region, other: Region) -> None:
        self.same("number of blocks", where, len(one.blocks), len(other.blocks))
        for mine, theirs in zip(one.blocks, other.blocks, strict=True):
            if self.blocks.setdefault(mine, theirs) is not theirs:
                raise _DifferenceError(f"'{where.name}': blocks in another order")
            self.same("number of block arguments", where, len(mine.args), len(theirs.args))
            for left, right in zip(mine.args, theirs.args, strict=True):
                self.value(where, left, right)
            self.same("number of operations", where, len(mine.ops), len(theirs.ops))
        for mine, theirs in zip(one.blocks, other.blocks, strict=True):
            for inside, inner in zip(mine.ops, theirs.ops, strict=True):
                self.op(inside, inner)
