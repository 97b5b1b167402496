"""Attributes: compile-time data on operations, MLIR's builtin ones only.

Operations hold plain attribute values of the classes below; :func:`attribute` turns Python values
into them, so that a builder may be called with ``2.0`` or ``"exc"``.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from functools import cache
from typing import Any

from attrs import frozen

from .types import FloatType, IndexType, IntegerType, Type, VectorType, f64, i64


@frozen(cache_hash=True)
class Attribute:
    """Base class of all attributes; ``str(attribute)`` is MLIR's spelling."""


@frozen(cache_hash=True)
class IntegerAttr(Attribute):
    """An integer with its type; ``true`` and ``false`` are ``i1``."""

    value: int
    type: Type = i64

    def __str__(self) -> str:
        if isinstance(self.type, IntegerType) and self.type.bits == 1:
            return "true" if self.value else "false"
        return f"{self.value} : {self.type}"


@frozen(eq=False)
class FloatAttr(Attribute):
    """A float with its type. Equality is equality of bits: -0.0 differs from 0.0, NaN equals NaN."""

    value: float
    type: Type = f64

    def _key(self) -> tuple[bytes, Type]:
        return struct.pack("<d", self.value), self.type

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FloatAttr) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __str__(self) -> str:
        return f"{format_float(self.value, self.type)} : {self.type}"


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
    """A reference ``@name`` to a symbol."""

    value: str

    def __str__(self) -> str:
        plain = self.value.replace("_", "a").replace(".", "a").replace("$", "a")
        return (
            f"@{self.value}" if plain.isalnum() and plain[0].isalpha() else f"@{quote(self.value)}"
        )


@frozen(cache_hash=True)
class ArrayAttr(Attribute):
    """A list of attributes."""

    value: tuple[Attribute, ...]

    def __str__(self) -> str:
        return f"[{', '.join(map(str, self.value))}]"


@frozen(cache_hash=True)
class DenseArrayAttr(Attribute):
    """``array<i64: 1, 2>``: a list of integers of one type."""

    value: tuple[int, ...]
    type: Type = i64

    def __str__(self) -> str:
        return f"array<{self.type}{': ' if self.value else ''}{', '.join(map(str, self.value))}>"


@frozen(cache_hash=True)
class DenseElementsAttr(Attribute):
    """``dense<[0, 1]> : vector<2xindex>``: one number per lane of a vector."""

    value: tuple[float, ...]
    type: VectorType

    def __str__(self) -> str:
        element = self.type.element
        if isinstance(element, FloatType):
            items = [format_float(v, element) for v in self.value]
        elif element == IntegerType(1):
            items = ["true" if v else "false" for v in self.value]
        else:
            items = [str(v) for v in self.value]
        body = items[0] if len(set(items)) == 1 else f"[{', '.join(items)}]"
        return f"dense<{body}> : {self.type}"


@frozen(cache_hash=True)
class DictAttr(Attribute):
    """Named attributes."""

    value: tuple[tuple[str, Attribute], ...]

    def __str__(self) -> str:
        return format_dict(dict(self.value))


def quote(text: str) -> str:
    """``text`` as an MLIR string literal."""
    out = []
    for byte in text.encode():
        if byte in (0x22, 0x5C):
            out.append("\\" + chr(byte))
        elif 0x20 <= byte < 0x7F:
            out.append(chr(byte))
        else:
            out.append(f"\\{byte:02X}")
    return '"' + "".join(out) + '"'


def format_float(value: float, type_: Type) -> str:
    """The shortest decimal that MLIR reads back to the same bits; hexadecimal bits for inf and NaN."""
    if math.isinf(value) or math.isnan(value):
        wide = isinstance(type_, FloatType) and type_.bits == 64
        bits = struct.pack(">d" if wide else ">f", value).hex().upper()
        return f"0x{bits}"
    text = repr(float(value))
    mantissa, _, exponent = text.partition("e")
    if "." not in mantissa:
        mantissa += ".0"
    return f"{mantissa}e{exponent}" if exponent else mantissa


def format_key(name: str) -> str:
    """A dictionary key: bare where MLIR allows it, quoted otherwise."""
    plain = name.replace("_", "a").replace(".", "a").replace("$", "a")
    return name if plain.isalnum() and not name[0].isdigit() else quote(name)


def format_dict(items: Mapping[str, Attribute]) -> str:
    """``{a = 1 : i64, flag}`` in the given order."""
    parts = [
        format_key(k) if isinstance(v, UnitAttr) else f"{format_key(k)} = {v}"
        for k, v in items.items()
    ]
    return "{" + ", ".join(parts) + "}"


@frozen(cache_hash=True)
class EnumAttr(Attribute):
    """A case of a dialect's enumeration, e.g. ``#vector.kind<or>``."""

    value: str
    kind: str

    def __str__(self) -> str:
        return f"#{self.kind}<{self.value}>"


@cache
def _string(text: str) -> StringAttr:
    return StringAttr(text)


UNIT = UnitAttr()


def number(value: float, type_: Type) -> Attribute:
    """A constant of an integer, index, float or vector type (every lane the same)."""
    if isinstance(type_, VectorType):
        return DenseElementsAttr((value,) * type_.size, type_)
    if isinstance(type_, IntegerType | IndexType):
        return IntegerAttr(int(value), type_)
    return FloatAttr(float(value), type_)


def attribute(value: Any) -> Attribute:
    """The attribute for a Python value: bool, int, float, str, type, list, dict or attribute."""
    if isinstance(value, Attribute):
        return value
    if isinstance(value, bool):
        return IntegerAttr(int(value), IntegerType(1))
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
