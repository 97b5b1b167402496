"""Questions that rules ask of values."""

from __future__ import annotations

from typing import Any

from ...ir.core import Op, Value
from ...ir.dialects import arith
from ...ir.types import IndexType, IntegerType, Type, scalar_of
from ..framework.core import const_value, is_const

__all__ = ["bits_of", "const_value", "constant", "defined_by", "is_const", "is_ones", "is_truth",
           "ones", "unsigned"]  # fmt: skip


def defined_by(value: Value, *classes: type[Op]) -> Any:
    """The operation behind ``value``, of one of these classes, or None. It defines the value."""
    op = value.owner
    return op if type(op) in classes else None


def bits_of(type_: Type) -> int:
    """Width of an integer or index, or of its lanes."""
    scalar = scalar_of(type_)
    return scalar.bits if isinstance(scalar, IntegerType) else 64


def unsigned(value: Value) -> int | None:
    """An integer constant as a number without a sign."""
    found = const_value(value)
    return None if found is None else int(found) & ((1 << bits_of(value.type)) - 1)


def ones(type_: Type) -> int:
    """The number whose bits are all set."""
    return 1 if bits_of(type_) == 1 else -1


def is_ones(value: Value) -> bool:
    """Whether all bits of ``value`` are known to be set."""
    found = unsigned(value)
    return found is not None and found == (1 << bits_of(value.type)) - 1


def is_truth(type_: Type) -> bool:
    """Whether this is i1 or a vector of it."""
    return scalar_of(type_) == IntegerType(1)


def constant(number: float, like: Type) -> Op:
    """A constant of a type. An integer is taken modulo its width."""
    if isinstance(scalar_of(like), IntegerType | IndexType):
        bits = bits_of(like)
        low = int(number) & ((1 << bits) - 1)
        number = low - (1 << bits) if bits > 1 and low >> (bits - 1) else low
    return arith.constant(number, like)
