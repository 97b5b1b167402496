"""Short spellings of properties, of which declarations say the rest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..attributes import (
    Attribute,
    DenseArrayAttr,
    EnumAttr,
    IntegerAttr,
    StringAttr,
    SymbolRefAttr,
    TypeAttr,
    attribute,
)
from ..definitions import OpDef, PropDef
from ..mlir_text import format_symbol
from ..types import i1, i64

if TYPE_CHECKING:
    from ..parser.custom import CustomParser

_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII).fullmatch


def default_of(decl: PropDef) -> Attribute | None:
    """The attribute of a property that is not given, if any."""
    return None if decl.required or decl.default is None else attribute(decl.default)


class PropertyForm:
    """The spelling of a property.

    This base class writes the attribute as it is written everywhere.
    """

    def __init__(self, decl: PropDef) -> None:
        self.kind = decl.kind

    def fits(self, value: Any) -> bool:
        """Whether the text of an attribute reads back unchanged."""
        return isinstance(value, self.kind)

    def write(self, value: Any) -> str:
        """The text of an attribute."""
        return str(value)

    def read(self, p: CustomParser) -> Attribute:
        """Read the attribute whose text begins here."""
        return p.attribute()


class _Number(PropertyForm):
    """A number of the declared type, ``16``."""

    def __init__(self, decl: PropDef) -> None:
        super().__init__(decl)
        default = default_of(decl)
        self.type = decl.of or getattr(default, "type", i64)

    def fits(self, value: Any) -> bool:
        return isinstance(value, IntegerAttr) and value.type is self.type

    def write(self, value: Any) -> str:
        return str(value.value)

    def read(self, p: CustomParser) -> Attribute:
        return p.bare_number(self.type)


class _Choice(_Number):
    """One of several words, for the numbers from 0 on."""

    def __init__(self, decl: PropDef) -> None:
        super().__init__(decl)
        self.words = decl.words or ("false", "true")

    def fits(self, value: Any) -> bool:
        return super().fits(value) and 0 <= value.value < len(self.words)

    def write(self, value: Any) -> str:
        word: str = self.words[value.value]
        return word

    def read(self, p: CustomParser) -> Attribute:
        return IntegerAttr(p.one_of(self.words), self.type)


class _Symbol(PropertyForm):
    """The name of the operation as a symbol, ``@name``."""

    def write(self, value: Any) -> str:
        return format_symbol(value.value)

    def read(self, p: CustomParser) -> Attribute:
        return StringAttr(p.symbol())


class _Reference(PropertyForm):
    def read(self, p: CustomParser) -> Attribute:
        return p.symbol_reference()


class _Type(PropertyForm):
    def read(self, p: CustomParser) -> Attribute:
        return TypeAttr(p.type())


class _List(PropertyForm):
    """A list of numbers of one type, ``[0, 1]``."""

    def __init__(self, decl: PropDef) -> None:
        super().__init__(decl)
        self.type = decl.of or i64

    def fits(self, value: Any) -> bool:
        return isinstance(value, DenseArrayAttr) and value.type is self.type

    def write(self, value: Any) -> str:
        return f"[{', '.join(map(str, value.value))}]"

    def read(self, p: CustomParser) -> Attribute:
        return DenseArrayAttr(p.numbers(self.type), self.type)


class _Case(PropertyForm):
    """A case of an enumeration, ``<or>``."""

    def __init__(self, decl: PropDef) -> None:
        super().__init__(decl)
        self.name = decl.of

    def fits(self, value: Any) -> bool:
        return isinstance(value, EnumAttr) and value.kind == self.name and bool(_WORD(value.value))

    def write(self, value: Any) -> str:
        return f"<{value.value}>"

    def read(self, p: CustomParser) -> Attribute:
        p.expect("<")
        case = p.word("a case")
        p.expect(">", " after a case")
        return EnumAttr(case, self.name)


class _BareCase(PropertyForm):
    """A case of an enumeration that MLIR writes as ``#gpu<shuffle_mode idx>``: ``idx``."""

    def __init__(self, decl: PropDef) -> None:
        super().__init__(decl)
        self.dialect, _, self.name = decl.of.partition(" ")

    def fits(self, value: Any) -> bool:
        if not isinstance(value, EnumAttr) or value.kind != self.dialect:
            return False
        name, _, case = value.value.partition(" ")
        return name == self.name and bool(_WORD(case))

    def write(self, value: Any) -> str:
        case: str = value.value.partition(" ")[2]
        return case

    def read(self, p: CustomParser) -> Attribute:
        return EnumAttr(f"{self.name} {p.word('a case')}", self.dialect)


class Word(PropertyForm):
    """A text, without quotes if it is one word."""

    def write(self, value: Any) -> str:
        return value.value if _WORD(value.value) else str(value)

    def read(self, p: CustomParser) -> Attribute:
        return StringAttr(p.word_or_string())


def property_form(defn: OpDef, symbol: bool, name: str, decl: PropDef) -> PropertyForm:
    """The spelling of the property ``name``."""
    if decl.kind is StringAttr and name == "sym_name" and symbol:
        return _Symbol(decl)
    if decl.kind is IntegerAttr:
        number = _Number(decl)
        return _Choice(decl) if decl.words or number.type is i1 else number
    if decl.kind is EnumAttr and decl.of is not None:
        return _BareCase(decl) if " " in decl.of else _Case(decl)
    made = {SymbolRefAttr: _Reference, TypeAttr: _Type, DenseArrayAttr: _List}
    return made.get(decl.kind, PropertyForm)(decl)
