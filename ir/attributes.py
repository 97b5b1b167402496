"""Attributes: compile-time data on operations, MLIR's builtin ones only.

Operations hold plain attribute values of the classes below; :func:`attribute` turns Python values
into them, so that a builder may be called with ``2.0`` or ``"exc"``.
"""

from __future__ import annotations

import struct
from functools import cache
from typing import Any

from attrs import field

from .attrs_classes import frozen
from .mlir_text import format_dict, format_float, format_nested, format_symbol, quote
from .types import (
    FloatType,
    IndexType,
    IntegerType,
    TensorType,
    Type,
    VectorType,
    f64,
    i1,
    i32,
    i64,
)


@frozen(cache_hash=True)
class Attribute:
    """Base class of all attributes; ``str(attribute)`` is MLIR's spelling."""


@frozen(cache_hash=True)
class IntegerAttr(Attribute):
    """An integer with its type; ``true`` and ``false`` are ``i1``."""

    value: int
    type: Type = i64

    def __str__(self) -> str:
        if self.type is i1:
            return "true" if self.value else "false"
        return f"{self.value} : {self.type}"


@frozen(cache_hash=True)
class FloatAttr(Attribute):
    """A float with its type. Equality is equality of bits: -0.0 is not 0.0, NaN equals NaN."""

    value: float = field(eq=False, converter=float)
    type: Type = f64
    _bits: bytes = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_bits", struct.pack("<d", self.value))

    def __str__(self) -> str:
        return f"{format_float(self.value, _width(self.type))} : {self.type}"


@frozen(cache_hash=True)
class StringAttr(Attribute):
    """A text."""

    value: str

    def __str__(self) -> str:
        return quote(self.value)


@frozen(cache_hash=True)
class UnitAttr(Attribute):
    """A flag: its presence is the information."""

    def __str__(self) -> str:
        return "unit"


@frozen(cache_hash=True)
class TypeAttr(Attribute):
    """A type as an attribute."""

    value: Type

    def __str__(self) -> str:
        return str(self.value)


@frozen(cache_hash=True)
class SymbolRefAttr(Attribute):
    """A reference to a symbol, ``@name``, or inside it, ``@name::@inner``."""

    value: str
    nested: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "::".join(format_symbol(name) for name in (self.value, *self.nested))


@frozen(cache_hash=True)
class ArrayAttr(Attribute):
    """A list of attributes."""

    value: tuple[Attribute, ...]

    def __str__(self) -> str:
        return f"[{', '.join(map(str, self.value))}]"


@frozen(cache_hash=True)
class DenseArrayAttr(Attribute):
    """``array<i64: 1, 2>``: a list of numbers of one type."""

    value: tuple[Any, ...] = field(eq=False)
    type: Type = i64
    _bits: tuple[Any, ...] = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_bits", _distinct(self.value, self.type))

    def __str__(self) -> str:
        items = _spelled(self.value, self.type)
        return f"array<{self.type}{': ' if items else ''}{', '.join(items)}>"


@frozen(cache_hash=True)
class DenseElementsAttr(Attribute):
    """``dense<[0, 1]> : vector<2xindex>``: one number per element, in row-major order.

    As for :class:`FloatAttr`, equality is equality of bits.
    """

    value: tuple[Any, ...] = field(eq=False)
    type: VectorType | TensorType
    _bits: tuple[Any, ...] = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_bits", _distinct(self.value, self.type.element))

    def __str__(self) -> str:
        items = _spelled(self.value, self.type.element)
        if not items:
            body = ""
        elif len(set(items)) == 1:
            body = items[0]
        else:
            body = format_nested(items, tuple(d or 0 for d in self.type.shape))
        return f"dense<{body}> : {self.type}"


@frozen(cache_hash=True)
class DictAttr(Attribute):
    """A dictionary of attributes by name, in the order of writing."""

    value: tuple[tuple[str, Attribute], ...]

    def __str__(self) -> str:
        return format_dict(dict(self.value))


@frozen(cache_hash=True)
class EnumAttr(Attribute):
    """A case of a dialect's enumeration: ``#vector.kind<or>``.

    Attributes that a dialect defines otherwise are kept in it too, as text.
    """

    value: str
    kind: str

    def __str__(self) -> str:
        return f"#{self.kind}<{self.value}>" if self.value else f"#{self.kind}"


def _width(type_: Type) -> int:
    return type_.bits if isinstance(type_, FloatType) else 64


def _distinct(values: tuple[Any, ...], element: Type) -> tuple[Any, ...]:
    """A key for numbers, equal where all their bits are equal."""
    if isinstance(element, FloatType):
        return (struct.pack(f"<{len(values)}d", *values),)
    return values


def _spelled(values: tuple[Any, ...], element: Type) -> list[str]:
    """Numbers as MLIR writes them inside ``array<>`` and ``dense<>``."""
    if isinstance(element, FloatType):
        return [format_float(v, element.bits) for v in values]
    if element is i1:
        return ["true" if v else "false" for v in values]
    return [str(v) for v in values]


@cache
def _string(text: str) -> StringAttr:
    return StringAttr(text)


UNIT = UnitAttr()


def segment_sizes(*sizes: int) -> DenseArrayAttr:
    """The property ``operandSegmentSizes``: numbers of operands, group by group."""
    return DenseArrayAttr(sizes, i32)


def number(value: float, type_: Type) -> Attribute:
    """A constant of an integer, index, float or vector type.

    Every lane of a vector has the same value.
    """
    if isinstance(type_, VectorType):
        return DenseElementsAttr((value,) * type_.size, type_)
    if isinstance(type_, IntegerType | IndexType):
        return IntegerAttr(int(value), type_)
    return FloatAttr(float(value), type_)


def attribute(value: Any) -> Attribute:
    """The attribute for a Python value.

    The value is a bool, int, float, string, type, list, tuple, dictionary or an attribute already.
    Raises TypeError for any other.
    """
    if isinstance(value, Attribute):
        return value
    if isinstance(value, bool):
        return IntegerAttr(int(value), i1)
    if isinstance(value, int):
        return IntegerAttr(value)
    if isinstance(value, float):
        return FloatAttr(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Type):
        return TypeAttr(value)
    if isinstance(value, list | tuple):
        return ArrayAttr(tuple(attribute(v) for v in value))
    if isinstance(value, dict):
        return DictAttr(tuple((k, attribute(v)) for k, v in value.items()))
    raise TypeError(f"no attribute for {value!r}")
