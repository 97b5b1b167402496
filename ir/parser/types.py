"""The parser of types."""

from __future__ import annotations

import re

from ..types import (
    DialectType,
    FloatType,
    FunctionType,
    IndexType,
    IntegerType,
    MemRefType,
    TensorType,
    Type,
    VectorType,
    f32,
    f64,
    index,
)
from .cursor import Cursor

WIDEST = 4096
"""The number of bits of the widest integer type."""

MOST_KNOWN = 4096
"""The number of types that are cached by their token."""

_SHAPED = {"memref", "vector", "tensor"}
_DIMENSION = re.compile(r"\?|[0-9]+", re.ASCII)
_WHOLE = re.compile(
    r"(memref|vector|tensor)<((?:(?:\?|[0-9]+)x)*)([if][0-9]+|index)>", re.ASCII
).fullmatch
_UNSUPPORTED = {
    "none", "tuple", "complex", "f16", "bf16", "tf32", "f80", "f128",
}  # fmt: skip
_BRACKETS = {"<": ">", "(": ")", "[": "]", "{": "}"}


class TypeParser(Cursor):
    """The parser of types; ``known`` caches those of one token."""

    known: dict[str, Type] = {"f32": f32, "f64": f64, "index": index}  # noqa: RUF012

    def type(self) -> Type:
        """Parse a type."""
        token = self.texts[self.at]
        found = self.known.get(token)
        if found is not None:
            self.at += 1
            return found
        self.enter()
        found = self._type(token)
        self.leave()
        return found

    def optional_type(self) -> Type | None:
        """Parse a type; None if the next token starts none."""
        token = self.texts[self.at]
        starts = token in self.known or token[:1] in ("!", "(") or _is_integer(token)
        if starts or token in _UNSUPPORTED or re.match(r"(memref|vector|tensor)\b", token):
            return self.type()
        return None

    def _type(self, token: str) -> Type:
        if token[:6] in _SHAPED and "<" in token:
            return self._shaped(token)
        if token == "(":
            return self.function_type()
        if token[:1] == "!" and len(token) > 1:
            return self._dialect_type(token[1:])
        if _is_integer(token):
            if len(token) > 5 or not 0 < int(token[1:]) <= WIDEST:
                self.stop(f"an integer type has 1 to {WIDEST} bits")
            self.at += 1
            return self.known.setdefault(token, IntegerType(int(token[1:])))
        if token in _UNSUPPORTED:
            self.stop(f"the type '{token}' is not supported")
        self.fail("a type")

    def _shaped(self, token: str) -> Type:
        """Parse ``memref<...>``, ``vector<...>`` or ``tensor<...>``.

        ``token`` may be only the start of it.
        """
        start, space = self.at, 0
        self.at += 1
        whole = _WHOLE(token)
        if whole:
            kind, dims = whole[1], _DIMENSION.findall(whole[2])
            element = self._element(whole[3], start)
        else:
            kind, _, rest = token.partition("<")
            kind, dims = kind.rstrip(), _DIMENSION.findall(rest)
            element, space = self._last_part(kind)
        if any(len(d) > 18 for d in dims):
            self.stop("a dimension is too large", start)
        shape = tuple(None if d == "?" else int(d) for d in dims)
        made = self._make_shaped(kind, shape, element, start)
        if space:
            made = MemRefType(shape, element, space)
        if whole and len(self.known) < MOST_KNOWN:
            self.known[token] = made
        return made

    def _last_part(self, kind: str) -> tuple[Type, int]:
        """Parse the element type, the memory and the end."""
        if self.texts[self.at] == "[":
            self.stop("vectors of unknown length are not supported")
        element = self.type()
        space = 0
        if self.accept(","):
            space = self._space(kind)
        self.expect(">", f" after the element type of a {kind}")
        return element, space

    def _space(self, kind: str) -> int:
        """Parse the number of a memory."""
        number = self.texts[self.at]
        if kind != "memref" or not number.isdecimal() or len(number) > 9:
            self.stop(f"a {kind} with a layout, encoding or such a memory is not supported")
        self.at += 1
        return int(number)

    def _element(self, spelled: str, at: int) -> Type:
        found = self.known.get(spelled)
        if found is None:
            if not _is_integer(spelled) or len(spelled) > 5 or not 0 < int(spelled[1:]) <= WIDEST:
                self.stop(f"the type '{spelled[:40]}' is not supported", at)
            found = IntegerType(int(spelled[1:]))
        return found

    def _make_shaped(
        self, kind: str, shape: tuple[int | None, ...], element: Type, at: int
    ) -> Type:
        scalar = isinstance(element, IntegerType | FloatType | IndexType)
        if kind == "vector":
            if len(shape) != 1 or not shape[0]:
                self.stop("only vectors of one known dimension are supported", at)
            if not scalar:
                self.stop(f"a vector holds numbers, not {element}", at)
            return VectorType(shape[0], element)
        if isinstance(element, FunctionType | TensorType):
            self.stop(f"a {kind} cannot hold {element}", at)
        return MemRefType(shape, element) if kind == "memref" else TensorType(shape, element)

    def _dialect_type(self, name: str) -> Type:
        """Parse ``!dialect.name<text>``, or an alias."""
        at = self.at
        self.at += 1
        if self.texts[self.at] == "<":
            return DialectType(name, self.bracketed())
        if "." in name:
            return DialectType(name)
        return self.type_alias(at)

    def type_alias(self, at: int) -> Type:
        """The type of the alias at a token."""
        raise NotImplementedError

    def function_type(self) -> FunctionType:
        """Parse the type of a function, ``(types) -> types``."""
        inputs = self.type_list()
        self.expect("->", " in a function type")
        if self.texts[self.at] == "(":
            return FunctionType(inputs, self.type_list())
        return FunctionType(inputs, (self.type(),))

    def type_list(self) -> tuple[Type, ...]:
        """Parse types in parentheses, ``(type, type)``."""
        self.expect("(")
        if self.accept(")"):
            return ()
        types = [self.type()]
        while self.accept(","):
            types.append(self.type())
        self.expect(")")
        return tuple(types)

    def bracketed(self) -> str:
        """Parse the text between ``<`` and its ``>``.

        It stays as it is, for only its dialect knows the meaning.
        """
        first, closing = self.at, []
        while True:
            token = self.texts[self.at]
            if token in _BRACKETS:
                closing.append(_BRACKETS[token])
            elif token in (">", ")", "]", "}"):
                if closing.pop() != token:
                    self.stop(
                        f"expected the end of the brackets opened here, found '{token}'", first
                    )
            elif token == "" or token == '"':
                self.stop("these brackets are not closed", first)
            elif "<" in token and token[:6] in _SHAPED and not token.endswith(">"):
                closing.append(">")
            self.at += 1
            if not closing:
                break
        start, end = self.matches[first].end(1), self.matches[self.at - 1].start(1)
        text = self.source.text[start:end].strip()
        return text if "//" not in text else " ".join(self.texts[first + 1 : self.at - 1])


def _is_integer(token: str) -> bool:
    return token[:1] == "i" and token[1:].isdecimal()
