"""The parser of operations in the custom form.

Forms read their operations by its methods.
"""

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
    """The parser of operations in the custom form."""

    flag = IntegerAttr(1, i1)
    """The value of a flag whose word is there."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._implied: list[Op] = []

    def custom_operation(self, at: int) -> Op:
        """Parse the operation whose name is the token ``at``."""
        cls = self._custom_class(at)
        form, mark = cls.form, len(self._implied)
        if form is None:
            self.stop(f"'{cls.name}' has no custom form; write \"{cls.name}\"(...)", at)
        self.at = at + 1
        state = form.read(self, cls)
        props = state.props
        if len(props) > 1:
            props = in_order(cls.defn, props, None)
        if cls.defn.defaults:
            props = with_defaults(cls.defn, props)
        op = cls.__new__(cls)
        op._setup(state.operands, state.result_types, props, state.regions, state.successors)
        if state.attributes:
            op.attributes = state.attributes
        op.loc = self.location() if self.texts[self.at] == "loc" else self.place(at)
        for terminator in self._implied[mark:]:
            terminator.loc = op.loc
        del self._implied[mark:]
        return op

    def _custom_class(self, at: int) -> type[Op]:
        """The class of the operation whose unquoted name is a token."""
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
        """Whether a token may be the name of an operation."""
        name = token if "." in token else f"{self.dialect}.{token}"
        return bool(_WORD(token)) and find_op(name) is not None

    def class_of(self, name: str | None) -> type[Op] | None:
        """The class of a terminator that may be left out."""
        return find_op(name) if name else None

    # ------------------------------------------------------------------ values and types

    def use(self) -> int:
        """Parse an operand; return its token, for its type comes later."""
        token = self.texts[self.at]
        if token[:1] != "%" or len(token) < 2:
            self.fail("an operand")
        self.at += 1
        return self.at - 1

    def uses(self) -> list[int]:
        """Parse any number of operands with commas; return their tokens."""
        if self.texts[self.at][:1] != "%":
            return []
        found = [self.use()]
        while self.texts[self.at] == "," and self.texts[self.at + 1][:1] == "%":
            self.at += 1
            found.append(self.use())
        return found

    def value(self, use: int, type_: Type) -> Value:
        """The value of the operand at a token, of type ``type_``."""
        name = self.texts[use]
        value = self.scope.values.get(name)
        if value is None:
            value = self.scope.find(name, type_, use)
        if value.type is not type_ and value is not self.unclear:
            self._mismatch(name, value, type_, use)
        return value

    def values(self, uses: Sequence[int], types: Sequence[Type], at: int) -> list[Value]:
        """The values of the operands at some tokens.

        ``at`` is the token where their types begin.
        """
        if len(uses) != len(types):
            self.stop(f"there are {len(uses)} values, but {len(types)} types", at)
        return [self.value(use, type_) for use, type_ in zip(uses, types, strict=True)]

    def types(self) -> list[Type]:
        """Parse any number of types with commas between them."""
        first = self.optional_type()
        found = [] if first is None else [first]
        while found and self.accept(","):
            found.append(self.type())
        return found

    # ------------------------------------------------------------------ properties in short

    def bare_number(self, type_: Type) -> IntegerAttr:
        """Parse a number of ``type_``, ``16`` or ``-1``."""
        return IntegerAttr(self._element_value(type_), type_)

    def numbers(self, type_: Type) -> tuple[int, ...]:
        """Parse a list of numbers, ``[0, 1]``."""
        self.expect("[", " and numbers")
        found: list[int] = []
        while not self.accept("]"):
            if found:
                self.expect(",", " or ']' after a number")
            found.append(self._element_value(type_))
        return tuple(found)

    def one_of(self, words: Sequence[str]) -> int:
        """Parse one of ``words``; return its position among them."""
        token = self.texts[self.at]
        if token not in words:
            self.fail("one of " + ", ".join(f"'{word}'" for word in words))
        self.at += 1
        return words.index(token)

    def word(self, what: str) -> str:
        """Parse a word."""
        token = self.texts[self.at]
        if not _WORD(token):
            self.fail(what)
        self.at += 1
        return token

    def word_or_string(self) -> str:
        """Parse a text, without quotes if it is one word."""
        if self.texts[self.at][:1] == '"':
            return self.string("a text")
        return self.word("a word or a text")

    def symbol(self) -> str:
        """Parse the name of a symbol, ``@name``."""
        return self._symbol()

    def optional_dictionary(self, keyword: bool = False) -> dict[str, Attribute]:
        """Parse an optional dictionary, ``{name = attribute}``.

        With ``keyword``, the word ``attributes`` stands before it.
        """
        there = self.accept("attributes") if keyword else self.texts[self.at] == "{"
        return self.dictionary() if there else {}

    # ------------------------------------------------------------------ regions

    def assignments(self) -> tuple[list[int], list[int]]:
        """Parse arguments with initial values, ``(%x = %a, %y = %b)``.

        Returns the tokens of the arguments and those of the values.
        """
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
        """Parse arguments of a region, ``(%x: f64, %y: index)``."""
        at = self.at
        arguments, types, _ = self.signature()
        if len(arguments) != len(types):
            self.stop("these arguments need names", at)
        return arguments

    def signature(self) -> tuple[Arguments, list[Type], list[dict[str, Attribute]]]:
        """Parse ``(%x: f64 {...}, ...)`` or ``(f64 {...}, ...)``.

        Returns the arguments that have names, all types, and the attributes of each.
        """
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
        """Parse a region, ``{ operations }``.

        A terminator of class ``implicit`` is added where there is none. The names inside an
        ``isolated`` operation are its own.
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
        """Parse regions under their names, ``{ name { operations } ... }``.

        Those that are left out hold the terminator alone.
        """
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
