"""Parsing attributes."""

from __future__ import annotations

import re
import struct
from math import isinf, prod
from typing import Any

from ..attributes import (
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
)
from ..types import FloatType, IndexType, IntegerType, TensorType, Type, VectorType, f64, i1, i64
from .source import Source
from .types import TypeParser

MOST_ELEMENTS = 2**20
"""The largest number of elements of a constant."""

_WORD = re.compile(r"[A-Za-z_][\w$.]*", re.ASCII).fullmatch
_UNSUPPORTED = {
    "affine_map", "affine_set", "dense_resource", "distinct", "loc", "opaque", "sparse", "strided",
}  # fmt: skip


class AttributeParser(TypeParser):
    """The parser of attributes."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._atoms: dict[str, Attribute] = {}

    def attribute(self) -> Attribute:
        """Parse an attribute.

        Those of one token, and integers, are cached by their text.
        """
        token, following = self.texts[self.at], self.texts[self.at + 1]
        if following in (",", "}", "]"):
            found = self._atoms.get(token)
            if found is None:
                start = self.at
                found = self._attribute(token)
                if self.at == start + 1:
                    self._atoms[token] = found
            else:
                self.at += 1
            return found
        if following == ":" and token.isdigit():
            key = f"{token}:{self.texts[self.at + 2]}"
            found = self._atoms.get(key)
            if found is None:
                start = self.at
                found = self._attribute(token)
                if self.at == start + 3:
                    self._atoms[key] = found
            else:
                self.at += 3
            return found
        return self._attribute(token)

    def _attribute(self, token: str) -> Attribute:
        self.enter()
        first = token[:1]
        if first == '"':
            found: Attribute = StringAttr(self.string("a string"))
        elif first == "@":
            found = self.symbol_reference()
        elif first.isdigit() or token == "-":
            found = self._number()
        elif token == "[":
            found = self._array()
        elif token == "{":
            found = DictAttr(tuple(self.dictionary().items()))
        elif first == "#" and len(token) > 1:
            found = self._dialect_attribute(token[1:])
        else:
            found = self._word(token)
        self.leave()
        return found

    def _word(self, token: str) -> Attribute:
        """Parse an attribute that starts with a word, or a type."""
        if token in ("true", "false"):
            self.at += 1
            return IntegerAttr(int(token == "true"), i1)
        if token == "unit":
            self.at += 1
            return UNIT
        if token == "array":
            return self._dense_array()
        if token == "dense":
            return self._dense_elements()
        if token in _UNSUPPORTED:
            self.stop(f"the attribute '{token}' is not supported")
        type_ = self.optional_type()
        if type_ is None:
            self.fail("an attribute")
        return TypeAttr(type_)

    def symbol_reference(self) -> SymbolRefAttr:
        """Parse a reference to a symbol, ``@name`` or ``@name::@inner``."""
        names = [self._symbol()]
        while self.accept("::"):
            names.append(self._symbol())
        return SymbolRefAttr(names[0], tuple(names[1:]))

    def _symbol(self) -> str:
        token = self.texts[self.at]
        if token[:1] != "@" or len(token) < 2:
            self.fail("a symbol")
        self.at += 1
        return self.unquoted(token[1:], self.at - 1) if token[1] == '"' else token[1:]

    def _array(self) -> ArrayAttr:
        self.at += 1
        if self.accept("]"):
            return ArrayAttr(())
        items = [self.attribute()]
        while self.accept(","):
            items.append(self.attribute())
        self.expect("]", " at the end of an array")
        return ArrayAttr(tuple(items))

    def dictionary(self) -> dict[str, Attribute]:
        """Parse a dictionary without repeated keys, ``{key = attribute, flag}``."""
        self.expect("{")
        items: dict[str, Attribute] = {}
        if self.accept("}"):
            return items
        while True:
            at, token = self.at, self.texts[self.at]
            if token[:1] == '"':
                key = self.string("a key")
            elif _WORD(token):
                key, self.at = token, at + 1
            else:
                self.fail("the name of an attribute")
            if key in items:
                self.problem(f"the key '{key}' stands here twice", at)
            items[key] = self.attribute() if self.accept("=") else UNIT
            if not self.accept(","):
                self.expect("}", " or ',' in a dictionary")
                return items

    def _dialect_attribute(self, name: str) -> Attribute:
        """Parse ``#dialect.name<text>``, or an alias."""
        at = self.at
        self.at += 1
        if self.texts[self.at] == "<":
            return EnumAttr(self.bracketed(), name)
        if "." in name:
            return EnumAttr("", name)
        return self.attribute_alias(at)

    def attribute_alias(self, at: int) -> Attribute:
        """The attribute of the alias at a token."""
        raise NotImplementedError

    def _number(self) -> Attribute:
        """Parse a number: ``1``, ``-0.5 : f32``, ``0x7FC00000 : f32``, ``3 : index``."""
        at = self.at
        negative = self.accept("-")
        token = self.texts[self.at]
        if not token[:1].isdigit():
            self.fail("a number")
        self.at += 1
        plain = f64 if "." in token else i64
        type_ = self.type() if self.accept(":") else plain
        value = self._value(token, negative, type_, at)
        return (
            FloatAttr(value, type_) if isinstance(type_, FloatType) else IntegerAttr(value, type_)
        )

    def _value(self, token: str, negative: bool, type_: Type, at: int) -> Any:
        """The number of a token, as an element of ``type_``."""
        if isinstance(type_, FloatType):
            return self._float(token, negative, type_, at)
        if not isinstance(type_, IntegerType | IndexType):
            self.stop(f"a number cannot have the type {type_}", at)
        if token in ("true", "false") and type_ is i1:
            return int(token == "true")
        if "." in token or not token[:1].isdigit():
            self.stop(f"an integer of type {type_} is expected here", at)
        bits = type_.bits if isinstance(type_, IntegerType) else 64
        value = int(token, 16 if token[:2] == "0x" else 10) if len(token) <= 1300 else 2**bits
        value = -value if negative else value
        if not -(2 ** (bits - 1)) <= value < 2**bits:
            self.stop(f"the number does not fit into {type_}", at)
        return abs(value) if type_ is i1 else value

    def _float(self, token: str, negative: bool, type_: FloatType, at: int) -> float:
        if token[:2] == "0x":
            digits = token[2:]
            if negative or len(digits) * 4 > max(type_.bits, 4 * len(digits.lstrip("0"))):
                self.stop(f"expected the {type_.bits} bits of a float", at)
            if int(digits, 16) >= 2**type_.bits:
                self.stop(f"expected the {type_.bits} bits of a float", at)
            raw = int(digits, 16).to_bytes(type_.bits // 8, "big")
            return float(struct.unpack(">d" if type_.bits == 64 else ">f", raw)[0])
        if "." not in token:
            self.stop("a float needs a dot: write 1.0 instead of 1", at)
        value = float(token)
        if isinf(value):
            self.stop("the number is too large for a float", at)
        return -value if negative else value

    def _element_value(self, type_: Type) -> Any:
        """Parse one number in ``dense<>`` or ``array<>``."""
        at = self.at
        negative = self.accept("-")
        token = self.texts[self.at]
        if not (token[:1].isdigit() or token in ("true", "false")):
            self.fail("a number")
        self.at += 1
        return self._value(token, negative, type_, at)

    def _dense_array(self) -> DenseArrayAttr:
        """Parse ``array<i64: 1, 2>``."""
        self.at += 1
        self.expect("<", " after 'array'")
        type_, items = self.type(), []
        if self.accept(":"):
            items.append(self._element_value(type_))
            while self.accept(","):
                items.append(self._element_value(type_))
        self.expect(">", " at the end of an array")
        return DenseArrayAttr(tuple(items), type_)

    def _dense_elements(self) -> DenseElementsAttr:
        """Parse ``dense<[0, 1]> : vector<2xindex>``.

        The type comes last but is needed first: numbers are parsed after it.
        """
        start = self.at
        self.at += 1
        self.expect("<", " after 'dense'")
        first = self.at
        while self.texts[self.at] not in (">", ""):
            self.at += 1
        self.expect(">", " at the end of a constant")
        self.expect(":", " and the type of the constant")
        type_ = self.type()
        if not isinstance(type_, VectorType | TensorType) or None in type_.shape:
            self.stop("a constant needs the type of a vector or of a tensor of known shape", start)
        shape = tuple(size or 0 for size in type_.shape)
        count, last, self.at = prod(shape), self.at, first
        if count > MOST_ELEMENTS:
            self.stop(f"a constant has at most {MOST_ELEMENTS} elements", start)
        if self.texts[first] == ">" and not count:
            values: list[Any] = []
        elif self.texts[first] == "[":
            values = []
            self._nested(shape, type_.element, values)
        else:
            values = [self._element_value(type_.element)] * count
        self.expect(">", " at the end of a constant")
        self.at = last
        return DenseElementsAttr(tuple(values), type_)

    def _nested(self, shape: tuple[int, ...], element: Type, values: list[Any]) -> None:
        """Parse nested elements, with one pair of brackets per dimension.

        ``[[a, b], [c, d]]``
        """
        if not shape:
            values.append(self._element_value(element))
            return
        self.enter()
        self.expect("[", " for a dimension of the constant")
        for i in range(shape[0]):
            if i:
                self.expect(",", f" between the {shape[0]} elements of a dimension")
            self._nested(shape[1:], element, values)
        self.expect("]", f" after the {shape[0]} elements of a dimension")
        self.leave()
