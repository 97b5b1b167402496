"""The reader of formats, which makes elements of their text."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NoReturn

from attrs import evolve

from ..attributes import IntegerAttr, StringAttr
from ..core import SEGMENTS
from ..definitions import OpDef, OperandDef, ResultDef
from .elements import (
    AttributeDict,
    Bodies,
    Body,
    Element,
    EntryArguments,
    FunctionalType,
    Group,
    Literal,
    Operands,
    Property,
    SuccessorElement,
    TypeOf,
)
from .property_forms import Word, default_of, property_form

_TOKEN = re.compile(r"\s*(`[^`]*`|\$\w+|[a-z][a-z-]*|[()?^,]|\S)")
_LITERAL = re.compile(r"[A-Za-z_]\w*|->|::|[(){}\[\]<>,:=+*/|?-]", re.ASCII).fullmatch


class FormatError(Exception):
    """A format that does not fit the declaration of its operation."""


class FormatReader:
    """The reader of one format, with the names ``bound`` so far."""

    def __init__(self, text: str, defn: OpDef, symbol: bool, implicit: str | None) -> None:
        self.defn = defn
        self.symbol = symbol
        self.implicit = implicit
        self.tokens = _TOKEN.findall(text)
        self.at = 0
        self.operands = dict(defn.operands)
        self.results = dict(defn.results)
        self.props = {k: v for k, v in defn.props if k != SEGMENTS}
        self.bound: list[str] = []
        self.headed: set[str] = set()
        self.attribute_dicts = 0

    def fail(self, text: str) -> NoReturn:
        """Raise a :class:`FormatError` about the format."""
        raise FormatError(f"the format of '{self.defn.name}': {text}")

    def read(self) -> tuple[Element, ...]:
        """All elements of the format.

        Every operand, region, successor and required property is among them, once.
        """
        elements = self._sequence(end=None)
        for name in self.bound:
            if self.bound.count(name) > 1:
                self.fail(f"'{name}' stands there twice")
        needed = [*self.operands, *self.defn.regions, *self.defn.successors]
        missing = [name for name in needed if name not in self.bound]
        if missing:
            self.fail(f"'{missing[0]}' is missing")
        if self.attribute_dicts != 1:
            self.fail("'attr-dict' must stand there once")
        for element, following in pairwise(elements):
            opens = isinstance(following, Body | Bodies)
            if isinstance(element, AttributeDict) and not element.keyword and opens:
                self.fail("in front of a region, write attr-dict-with-keyword")
        return tuple(self._with_others(element) for element in elements)

    def _with_others(self, element: Element) -> Element:
        """An attribute dictionary with the properties that lack another place.

        Any other element is returned as it is.
        """
        if not isinstance(element, AttributeDict):
            return element
        bound = frozenset(self.bound)
        others = tuple((k, default_of(v)) for k, v in self.props.items() if k not in bound)
        return evolve(element, others=others, bound=bound & self.props.keys())

    def _next(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ""

    def _accept(self, token: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at] == token:
            self.at += 1
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._accept(token):
            self.fail(f"expected '{token}'" + (f" after '{self.tokens[self.at - 1]}'"))

    def _sequence(self, end: str | None) -> list[Element]:
        elements: list[Element] = []
        while self.at < len(self.tokens) or end is not None:
            if end is not None and self._accept(end):
                break
            if self._accept("("):
                if end is not None:
                    self.fail("a group cannot stand in a group")
                elements.append(self._group())
            else:
                elements.append(self._element())
        return elements

    def _group(self) -> Group:
        """Read an optional group, ``(first rest $name^ ...)?``, behind its parenthesis."""
        elements: list[Element] = []
        anchor: Element | None = None
        while not self._accept(")"):
            elements.append(self._element())
            if self._accept("^"):
                if anchor is not None:
                    self.fail("a group has one anchor")
                anchor = elements[-1]
                if isinstance(anchor, Property) and self._is_flag(anchor, elements):
                    anchor = elements[-1] = evolve(anchor, flag=True)
        self._expect("?")
        if anchor is None or not isinstance(anchor, Operands | Property | Body):
            self.fail("a group needs an anchor: an operand, property or region with '^'")
        self._check_group(elements)
        return Group(tuple(elements), anchor)

    def _is_flag(self, prop: Property, elements: list[Element]) -> bool:
        decl = self.props[prop.name]
        false = isinstance(decl.default, bool) and not decl.default and decl.kind is IntegerAttr
        return false and not decl.words and len(elements) > 1

    def _check_group(self, elements: list[Element]) -> None:
        """Check that a group may be left out.

        All in it must be optional, and the first token must show whether it is there.
        """
        first = elements[0]
        if not isinstance(first, Literal | Operands | Body):
            self.fail("a group must begin with a word, a sign, an operand or a region")
        for element in elements:
            if isinstance(element, Operands) and not element.variadic:
                self.fail(f"the operand '{element.name}' is always there")
            if isinstance(element, Property) and self.props[element.name].required:
                self.fail(f"the property '{element.name}' is always there")
            if isinstance(element, TypeOf) and element.variadic != frozenset(element.names):
                self.fail("a group cannot hold the type of what is always there")

    def _element(self) -> Element:
        token = self._next()
        if token[:1] == "`" and len(token) > 1:
            text = token[1:-1]
            if not _LITERAL(text):
                self.fail(f"'{text}' is no single word or sign")
            return Literal(text)
        if token[:1] == "$":
            return self._variable(token[1:])
        if token in ("attr-dict", "attr-dict-with-keyword"):
            self.attribute_dicts += 1
            return AttributeDict((), frozenset(), token != "attr-dict")
        if token == "regions":
            self.bound += self.defn.regions
            return Bodies(self.defn.regions, self.implicit)
        if token in ("type", "word", "arguments", "functional-type"):
            return self._directive(token)
        self.fail(f"'{token}' means nothing" if token else "it ends too early")

    def _directive(self, token: str) -> Element:
        self._expect("(")
        found: Element
        if token == "type":
            found = self._types()
        elif token == "word":
            name = self._next()[1:]
            if name not in self.props or self.props[name].kind is not StringAttr:
                self.fail(f"word({name}) needs a property that is a text")
            self.bound.append(name)
            found = Property(name, Word(self.props[name]), default_of(self.props[name]))
        elif token == "arguments":
            name = self._next()[1:]
            if name not in self.defn.regions or name in self.bound:
                self.fail(f"arguments({name}) needs a region that stands further behind")
            self.headed.add(name)
            found = EntryArguments(name, self.defn.regions.index(name))
        else:
            inputs = self._types()
            self._expect(",")
            found = FunctionalType(inputs, self._types())
        self._expect(")")
        return found

    def _types(self) -> TypeOf:
        token = self._next()
        groups = {"operands": tuple(self.operands), "results": tuple(self.results)}
        known: dict[str, OperandDef | ResultDef] = {**self.operands, **self.results}
        if token in groups:
            names = groups[token]
        elif token[:1] == "$" and token[1:] in known:
            names = (token[1:],)
        else:
            self.fail(f"there is no operand or result '{token}'")
        variadic = frozenset(name for name in names if known[name].variadic)
        if len(variadic) > 1:
            self.fail(f"the types of '{token}' cannot be told apart")
        return TypeOf(names, variadic)

    def _variable(self, name: str) -> Element:
        self.bound.append(name)
        if name in self.operands:
            return Operands(name, self.operands[name].variadic)
        if name in self.props:
            decl = self.props[name]
            how = property_form(self.defn, self.symbol, name, decl)
            return Property(name, how, default_of(decl))
        if name in self.defn.regions:
            place = self.defn.regions.index(name)
            return Body(name, place, self.implicit, name in self.headed)
        if name in self.defn.successors:
            return SuccessorElement(name, self.defn.successors.index(name))
        self.fail(f"there is no operand, property, region or successor '{name}'")
