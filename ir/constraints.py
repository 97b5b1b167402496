"""Constraints on operands and results: named sets of types, for declarations."""

from __future__ import annotations

from collections.abc import Callable

from attrs import field

from .attrs_classes import frozen
from .types import (
    FloatType,
    IndexType,
    IntegerType,
    MemRefType,
    Type,
    VectorType,
    i1,
    i32,
    index,
    scalar_of,
)


@frozen(eq=False)
class Constraint:
    """A set of types, with a name for messages.

    ``only`` is its type where there is just one. Answers are cached by type.
    """

    name: str
    test: Callable[[Type], bool]
    only: Type | None = None
    _seen: dict[Type, bool] = field(factory=dict, init=False, repr=False)

    def accepts(self, type_: Type) -> bool:
        """Whether ``type_`` is in the set."""
        known = self._seen.get(type_)
        if known is None:
            known = self._seen[type_] = self.test(type_)
        return known


def _is(*classes: type[Type]) -> Callable[[Type], bool]:
    return lambda t: isinstance(t, classes)


def _lane(*classes: type[Type]) -> Callable[[Type], bool]:
    return lambda t: isinstance(scalar_of(t), classes)


AnyType = Constraint("any type", lambda t: True)
Float = Constraint("a float or a vector of floats", _lane(FloatType))
Integer = Constraint("an integer, index or a vector of them", _lane(IntegerType, IndexType))
FixedInteger = Constraint("an integer of fixed width or a vector of them", _lane(IntegerType))
Number = Constraint("a number or a vector of numbers", _lane(FloatType, IntegerType, IndexType))
Truth = Constraint("i1 or a vector of i1", lambda t: scalar_of(t) is i1)
ScalarTruth = Constraint("i1", lambda t: t is i1, i1)
Int32 = Constraint("i32", lambda t: t is i32, i32)
Index = Constraint("index", _is(IndexType), index)
IndexOrInteger = Constraint("index or an integer", _is(IndexType, IntegerType))
Buffer = Constraint("a memref", _is(MemRefType))
Vector = Constraint("a vector", _is(VectorType))
