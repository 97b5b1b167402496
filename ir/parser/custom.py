"""Parsing operations in the custom form, and what their forms need to read themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..attributes import Attribute, IntegerAttr
from ..core import Block, Op, Region, Value
from ..types import Type, i1
from .operations import in_order, with_defaults
from .regions import Arguments, RegionParser
from .registry import find_op, similar_op
from .scopes import ValueScope
from .source import Source

_WORD = re.compile(r"[A-Za-z_][\w$.]*", re.ASCII).fullmatch


class CustomParser(RegionParser):
    """Operations in the custom form."""

    flag = IntegerAttr(1, i1)
    """What a flag is where its word stands."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._implied: list[Op] = []

    def custom_operation(self, at: int) -> Op:
        """The operation whose name is the token ``at``."""
        cls = self._custom_class(at)
        form, mark = cls.form, len(self._implied)
        if form is None:
            self.stop(f"'{cls.name}' has no custom form; write \"{cls.name}\"(...)", at)
        self.at = at + 1
        parts = form.read(self, cls)
        props = parts.props
        if len(props) > 1:
            props = in_order(cls.defn, props, None)
        if cls.defn.defaults:
            props = with_defaults(cls.defn, props)
        op = cls.__new__(cls)
        op._setup(parts.operands, parts.result_types, props, parts.regions, parts.successors)
        if parts.attributes:
            op.attributes = parts.attributes
        op.loc = self.location() if self.texts[self.at] == "loc" else self.place(at)
        for terminator in self._implied[mark:]:
            terminator.loc = op.loc
        del self._implied[mark:]
        return op

    def _custom_class(self, at: int) -> type[Op]:
        """The class of the operation whose name, without quotes, is the token ``at``."""
        token = self.texts[at]
        cls = self._classes.get(token)
        if cls is not None and "." in token:
            return cls
        name = token if "." in token else f"{self.dialect}.{token}"
        cls = find_op(name) if _WORD(token) else None
        if cls is None:
            if _WORD(token) and "." in token:
                self.stop(f"there is no operation '{name}'{similar_op(name)}", at)
            self.fail('an operation such as "func.return"() : () -> ()', at)
        if "." in token:
            self._classes[token] = cls
        return cls

    def names_operation(self, token: str) -> bool:
        """Whether a token at the start of a line may be the name of an operation."""
        name = token if "." in token else f"{self.dialect}.{token}"
        return bool(_WORD(token)) and find_op(name) is not None

    def class_of(self, name: str | None) -> type[Op] | None:
        """The class of a terminator that goes without saying."""
        return find_op(name) if name else None

    # ------------------------------------------------------------------ values and types

    def use(self) -> int:
        """The token of an operand, which gets its type later."""
        token = self.texts[self.at]
        if token[:1] != "%" or len(token) < 2:
            self.fail("an operand")
        self.at += 1
        return self.at - 1

    def uses(self) -> list[int]:
        """The tokens of operands with commas between them; there may be none."""
        if self.texts[self.at][:1] != "%":
            return []
        found = [self.use()]
        while self.texts[self.at] == "," and self.texts[self.at + 1][:1] == "%":
            self.at += 1
            found.append(self.use())
        return found

    def value(self, use: int, type_: Type) -> Value:
        """The value that is used at a token as one of ``type_``."""
        name = self.texts[use]
        value = self.scope.values.get(name)
        if value is None:
            value = self.scope.find(name, type_, use)
        if value.type is not type_ and value is not self.unclear:
            self._mismatch(name, value, type_, use)
        return value

    def values(self, uses: Sequence[int], types: Sequence[Type], at: int) -> list[Value]:
        """The values at some tokens; ``at`` is where their types begin."""
        if len(uses) != len(types):
            self.stop(f"there are {len(uses)} values, but {len(types)} types", at)
        return [self.value(use, type_) for use, type_ in zip(uses, types, strict=True)]

    def types(self) -> list[Type]:
        """Types with commas between them; there may be none."""
        first = self.optional_type()
        found = [] if first is None else [first]
        while found and self.accept(","):
            found.append(self.type())
        return found

    # ------------------------------------------------------------------ properties in short

    def bare_number(self, type_: Type) -> IntegerAttr:
        """``16`` or ``-1``, a number of ``type_``."""
        return IntegerAttr(self._element_value(type_), type_)

    def numbers(self, type_: Type) -> tuple[int, ...]:
        """``[0, 1]``."""
        self.expect("[", " and numbers")
        found: list[int] = []
        while not self.accept("]"):
            if found:
                self.expect(",", " or ']' after a number")
            found.append(self._element_value(type_))
        return tuple(found)

    def one_of(self, words: Sequence[str]) -> int:
        """The position of the next word among ``words``."""
        token = self.texts[self.at]
        if token not in words:
            self.fail("one of " + ", ".join(f"'{word}'" for word in words))
        self.at += 1
        return words.index(token)

    def word(self, what: str) -> str:
        """A word."""
        token = self.texts[self.at]
        if not _WORD(token):
            self.fail(what)
        self.at += 1
        return token

    def word_or_string(self) -> str:
        """A text, without quotes where it is one word."""
        if self.texts[self.at][:1] == '"':
            return self.string("a text")
        return self.word("a word or a text")

    def symbol(self) -> str:
        """``@name``."""
        return self._symbol()

    def optional_dictionary(self, keyword: bool = False) -> dict[str, Attribute]:
        """``{name = attribute}``, or nothing; with ``attributes`` in front of it if ``keyword``."""
        there = self.accept("attributes") if keyword else self.texts[self.at] == "{"
        return self.dictionary() if there else {}

    # ------------------------------------------------------------------ regions

    def assignments(self) -> tuple[list[int], list[int]]:
        """``(%x = %a, %y = %b)``: the tokens of the arguments of a region and of their values."""
        arguments: list[int] = []
        values: list[int] = []
        self.expect("(")
        while not self.accept(")"):
            if arguments:
                self.expect(",", " or ')' after a value")
            arguments.append(self.use())
            self.expect("=", " and the value of an argument")
            values.append(self.use())
        return arguments, values

    def arguments(self) -> Arguments:
        """``(%x: f64, %y: index)``."""
        at = self.at
        arguments, types, _ = self.signature()
        if len(arguments) != len(types):
            self.stop("these arguments need names", at)
        return arguments

    def signature(self) -> tuple[Arguments, list[Type], list[dict[str, Attribute]]]:
        """``(%x: f64 {...}, ...)`` or ``(f64 {...}, ...)``: arguments, types, attributes."""
        arguments: Arguments = []
        types: list[Type] = []
        given: list[dict[str, Attribute]] = []
        self.expect("(", " and the arguments of a function")
        while not self.accept(")"):
            if types:
                self.expect(",", " or ')' after an argument")
            at = self.use() if self.texts[self.at][:1] == "%" else None
            if at is not None:
                self.expect(":", " and the type of an argument")
            types.append(self.type())
            if at is not None:
                arguments.append((at, types[-1]))
            given.append(self.optional_dictionary())
            if self.texts[self.at] == "loc":
                self.location()
        return arguments, types, given

    def region(
        self,
        arguments: Arguments | None = None,
        *,
        implicit: type[Op] | None = None,
        isolated: bool = False,
        dialect: str = "",
    ) -> Region:
        """``{ operations }``; a terminator of class ``implicit`` is added where none stands.

        The names inside an ``isolated`` operation are its own.
        """
        outer = self.scope
        if isolated:
            self.scope = ValueScope()
        region = self.plain_region(arguments, dialect)
        if isolated:
            self.check_all_defined()
            self.scope = outer
        if implicit is not None and len(region.blocks) < 2:
            block = region.block if region.blocks else region.append(Block())
            if not (block.ops and block.ops[-1].terminator):
                block.append(self._terminator(implicit))
        return region

    def _terminator(self, cls: type[Op]) -> Op:
        op = cls.__new__(cls)
        op._setup([], (), {})
        self._implied.append(op)
        return op

    def named_regions(
        self, names: Sequence[str], implicit: type[Op] | None, isolated: bool
    ) -> dict[str, Region]:
        """``{ name { operations } ... }``: those that are not there hold the terminator alone."""
        found: dict[str, Region] = {}
        if self.accept("{"):
            self.enter()
            while not self.accept("}"):
                at, name = self.at, names[self.one_of(names)]
                if name in found:
                    self.problem(f"the region '{name}' stands here twice", at)
                found[name] = self.region(implicit=implicit, isolated=isolated)
            self.leave()
        for name in names:
            if name not in found:
                found[name] = Region(Block())
                if implicit is not None:
                    found[name].block.append(self._terminator(implicit))
        return found
