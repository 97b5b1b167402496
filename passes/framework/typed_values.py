"""Typed values as text: options of passes and environment variables.

==========================  ============================================
``bool``                    ``true`` or ``false``
``int``, ``float``          ``32``, ``0.5``, ``1e-3``, ``inf``
``str``                     ``word`` or ``"any text"``
``Literal["a", "b"]``       one of the words
``list[T]``, ``tuple[T, ...]``  ``1,2`` or ``{1,2}``; ``{}`` is empty
==========================  ============================================
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Sequence
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs

from ...ir.attrs_classes import frozen
from ...ir.suggest import did_you_mean

BARE = re.compile(r"[^\s,{}()=\"']+")
"""Text that needs no quotes."""

_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
_SCALARS: dict[type, str] = {bool: "true or false", int: "a whole number", float: "a number"}


class UnsupportedTypeError(TypeError):
    """A field has a type that has no text form."""


@frozen
class ValueType:
    """The type of an option: a scalar or one of ``choices``. ``many`` makes a list or a tuple."""

    scalar: type
    choices: tuple[str | int, ...] = ()
    many: Callable[[Sequence[Any]], Any] | None = None

    def parse(self, words: Sequence[str]) -> Any:
        """The value of words between commas. ValueError says what is wrong."""
        if self.many is not None:
            return self.many([self._one(word) for word in words])
        if len(words) != 1:
            raise ValueError(f"expects {self.described}, got {len(words)} values")
        return self._one(words[0])

    def _one(self, word: str) -> Any:
        if self.choices:
            found = {str(choice): choice for choice in self.choices}
            if word in found:
                return found[word]
            hint = did_you_mean(word, found)
            raise ValueError(f"expects {self.described}, got '{word}'{hint}")
        if self.scalar is str:
            return word
        try:
            return _BOOLEANS[word.lower()] if self.scalar is bool else self.scalar(word)
        except (ValueError, KeyError):
            raise ValueError(f"expects {_SCALARS[self.scalar]}, got '{word}'") from None

    @property
    def described(self) -> str:
        """The type in words."""
        if self.choices:
            *first, last = map(str, self.choices)
            one = f"{', '.join(first)} or {last}" if first else last
        else:
            one = _SCALARS.get(self.scalar, "text")
        return f"a list ({one})" if self.many else one


_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


@frozen
class Field:
    """A field of an attrs class that has a text form. ``name`` is its name there."""

    attribute: str
    name: str
    type: ValueType
    default: Any
    doc: str


_KNOWN: dict[type, dict[str, Field]] = {}


def fields_of(cls: type) -> dict[str, Field]:
    """The fields of an attrs class by their names in text. There underscores are dashes."""
    if cls not in _KNOWN:
        _KNOWN[cls] = _fields(cls)
    return _KNOWN[cls]


def _fields(cls: type) -> dict[str, Field]:
    if not attrs.has(cls):
        return {}
    hints = get_type_hints(cls)
    found = {}
    for each in attrs.fields(cls):
        name = each.name.replace("_", "-")
        type_ = value_type(hints[each.name], f"{cls.__name__}.{each.name}")
        default: Any = each.default
        if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
            default = default.factory()
        found[name] = Field(each.name, name, type_, default, each.metadata.get("doc", ""))
    return found


def value_type(hint: Any, where: str) -> ValueType:
    """The type of a field from its annotation."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in (bool, int, float, str):
        return ValueType(hint)
    if origin is Literal and all(type(a) in (str, int) for a in arguments):
        return ValueType(str, tuple(arguments))
    item = [a for a in arguments if a is not ...]
    if origin in (list, tuple) and len(item) == 1:
        one = value_type(item[0], where)
        if one.many is None:
            return ValueType(one.scalar, one.choices, origin)
    if origin in (Union, types.UnionType):
        raise UnsupportedTypeError(f"{where}: a choice of types has no text form")
    raise UnsupportedTypeError(
        f"{where}: an option is bool, int, float, str, Literal, or a list of one of them"
    )


def format_value(value: Any) -> str:
    """The text of a value; :meth:`ValueType.parse` reads it back."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ",".join(map(format_value, value)) if value else "{}"
    if isinstance(value, str):
        return value if BARE.fullmatch(value) else quoted(value)
    return repr(value)


def quoted(text: str) -> str:
    """A string literal."""
    for letter, meant in (("\\", "\\"), ('"', '"'), ("n", "\n"), ("t", "\t")):
        text = text.replace(meant, "\\" + letter)
    return f'"{text}"'


def unquoted(literal: str) -> str:
    """The text of a string literal, quotes included."""
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), literal[1:-1], flags=re.DOTALL)
