"""The parser of operations in the generic form.

``results = "name"(operands)[successors] <{properties}> ({regions}) {attributes} : types loc(...)``
"""

from __future__ import annotations

from ..attributes import Attribute
from ..core import Block, Op, Region, Value
from ..definitions import OpDef
from ..types import Type, index
from .locations import LocationParser
from .registry import find_op, similar_op
from .scopes import NOWHERE, BlockNames, UnknownOp, ValueScope
from .source import Source

Targets = list[tuple[str, int, int]]
"""Names on the left of ``=``: name, number of results, token."""

_NONE: Targets = []


class OperationParser(LocationParser):
    """The parser of operations, with all inside them."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.scope = ValueScope()
        self.labels = BlockNames(Region())
        self.unclear = Value(index, NOWHERE, 0)
        """The result of operations that could not be parsed.

        It fits everywhere, whatever the type.
        """
        self._classes: dict[str, type[Op]] = {}

    def operation(self, block: Block) -> None:
        """Parse one operation and append it to ``block``."""
        texts, first = self.texts, self.at
        token, targets = texts[first], _NONE
        alone = texts[first + 1] == "=" and token[:1] == "%" and "#" not in token
        if alone:
            self.at = first + 2
        elif token[:1] == "%":
            targets = self._targets()
        name_at = self.at
        token = texts[name_at]
        if token[:1] != '"':
            op = self.custom_operation(name_at)
            self._append(op, block, first, targets, alone, name_at=name_at)
            return
        cls = self._classes.get(token) or self._class(token)
        uses = self._uses(name_at + 1)
        successors: tuple[Block, ...] = ()
        props: dict[str, Attribute] = {}
        regions: tuple[Region, ...] = ()
        attributes = None
        if texts[self.at] != ":":
            if texts[self.at] == "[":
                successors = self._successors()
            if texts[self.at] == "<":
                props = self._properties()
            if texts[self.at] == "(":
                regions = self._regions(cls)
            if texts[self.at] == "{":
                attributes = self.dictionary()
            if attributes or len(props) > 1:
                props = in_order(cls.defn, props, attributes)
        operands, result_types = self._signature(uses)
        op = cls.__new__(cls)
        op._setup(operands, result_types, props, regions, successors)
        if attributes:
            op.attributes = attributes
        op.loc = self.location() if texts[self.at] == "loc" else self.place(name_at)
        self._append(op, block, first, targets, alone, name_at=name_at)

    def _append(
        self, op: Op, block: Block, first: int, targets: Targets, alone: bool, *, name_at: int
    ) -> None:
        """Append an operation to its block and name its results."""
        texts = self.texts
        block.append(op)
        if alone and len(op.results) == 1:
            self.define(texts[first], op.results[0], first)
        elif alone or targets:
            self._define_results(op, targets or [(texts[first], 1, first)], name_at)

    def custom_operation(self, at: int) -> Op:
        """Parse an operation in the custom form.

        See :class:`~ranvier.ir.parser.custom.CustomParser`.
        """
        raise NotImplementedError

    def _targets(self) -> Targets:
        """Parse the names of results, ``%a, %b:2 =``."""
        targets: Targets = []
        while True:
            name, at = self.texts[self.at], self.at
            if name[:1] != "%" or len(name) < 2:
                self.fail("the name of a result")
            if "#" in name:
                self.stop("a result is named without '#'; write %a:2 for two results")
            self.at += 1
            count = self.whole_number("a number of results", 2**31) if self.accept(":") else 1
            if not count:
                self.stop("a name stands for one result at least", at)
            targets.append((name, count, at))
            if not self.accept(","):
                self.expect("=", " after the results")
                return targets

    def _class(self, token: str) -> type[Op]:
        """The class of the operation with the quoted name ``token``."""
        if len(token) < 2:
            self.fail('an operation such as "func.return"() : () -> ()')
        if self.texts[self.at + 1] != "(":
            self.fail("'(' after the name of an operation", self.at + 1)
        name = self.unquoted(token, self.at)
        cls = find_op(name)
        if cls is None:
            self.problem(f"there is no operation '{name}'{similar_op(name)}", self.at)
            return UnknownOp
        self._classes[token] = cls
        return cls

    def _uses(self, at: int) -> list[int]:
        """Parse operands, ``(%a, %b#1)``; return their tokens.

        Their types come later.
        """
        texts = self.texts
        uses: list[int] = []
        if texts[at] != "(":
            self.fail("'(' after the name of an operation", at)
        at += 1
        if texts[at] == ")":
            self.at = at + 1
            return uses
        while True:
            if texts[at][:1] != "%" or len(texts[at]) < 2:
                self.fail("an operand" if uses else "an operand or ')'", at)
            uses.append(at)
            at += 2
            separator = texts[at - 1]
            if separator == ")":
                self.at = at
                return uses
            if separator != ",":
                self.fail("')' or ',' after an operand", at - 1)

    def _successors(self) -> tuple[Block, ...]:
        """Parse successors, ``[^bb1, ^bb2]``."""
        self.at += 1
        found = [self.successor()]
        while self.accept(","):
            found.append(self.successor())
        self.expect("]", " after the successors")
        return tuple(found)

    def successor(self) -> Block:
        """Parse a successor, ``^bb1``."""
        label = self.texts[self.at]
        if label[:1] != "^" or len(label) < 2:
            self.fail("a block")
        self.at += 1
        return self.labels.use(label, self.at - 1)

    def _properties(self) -> dict[str, Attribute]:
        """Parse properties, ``<{name = value}>``."""
        self.at += 1
        props = self.dictionary()
        self.expect(">", " after the properties")
        return props

    def _signature(self, uses: list[int]) -> tuple[list[Value], tuple[Type, ...]]:
        """Parse ``: (types) -> types``.

        Returns the operands, whose types are known now, and the types of the results.
        """
        texts, known, start = self.texts, self.known, self.at
        if texts[start] != ":":
            self.fail("':' and the types of operands and results")
        self.at += 1
        self.expect("(", " and the types of the operands")
        values, operands = self.scope.values, []
        separator = ""
        for use in uses:
            if separator:
                self._expect_type(separator, start, uses)
            separator = ","
            type_ = known.get(texts[self.at])
            if type_ is not None:
                self.at += 1
            else:
                type_ = self._operand_type(start, uses)
            name = texts[use]
            value = values.get(name)
            if value is None:
                value = self.scope.find(name, type_, use)
            if value.type is not type_ and value is not self.unclear:
                self._mismatch(name, value, type_, use)
            operands.append(value)
        self._expect_type(")", start, uses)
        self.expect("->", " and the types of the results")
        type_ = known.get(texts[self.at])
        if type_ is not None:
            self.at += 1
            return operands, (type_,)
        return operands, self.type_list() if texts[self.at] == "(" else (self.type(),)

    def _operand_type(self, start: int, uses: list[int]) -> Type:
        if self.texts[self.at] == ")":
            self._expect_type("", start, uses)
        return self.type()

    def _expect_type(self, token: str, start: int, uses: list[int]) -> None:
        if self.texts[self.at] != token:
            if self.texts[self.at] in (",", ")"):
                self.stop(f"there are {len(uses)} operands, but another number of types", start)
            self.fail(f"'{token}'")
        self.at += 1

    def _mismatch(self, name: str, value: Value, type_: Type, use: int) -> None:
        found = self.problem(f"'{name}' is used as {type_}, but is {value.type}", use)
        if value.owner is NOWHERE:
            found.note("first used here", self.place(value.index))
        elif name in self.scope.places:
            found.note("defined here", self.place(self.scope.places[name]))

    def _define_results(self, op: Op, targets: Targets, at: int) -> None:
        """Define the names on the left of ``=`` as the results."""
        results = op.results
        named = sum(count for _, count, _ in targets)
        if named != len(results):
            self.problem(f"{named} results are named, but the operation has {len(results)}", at)
            self.define_unclear([name for name, _, _ in targets], targets[0][2])
            return
        position = 0
        for name, count, token in targets:
            self.define(name, results[position], token)
            if count > 1:
                for i in range(count):
                    self.define(f"{name}#{i}", results[position + i], token)
            position += count

    def define_unclear(self, names: list[str], at: int) -> None:
        """Define names as a value that fits everywhere."""
        for name in names:
            if name not in self.scope.values:
                self.define(name, self.unclear, at)

    def define(self, name: str, value: Value, at: int) -> None:
        """Define ``name`` as ``value``, also for its uses before this."""
        scope = self.scope
        if name in scope.values:
            found = self.problem(f"'{name}' is defined twice", at)
            found.note("first here", self.place(scope.places[name]))
            return
        if value.name is None and value is not self.unclear and not name[1:2].isdigit():
            value.name = name[1:].partition("#")[0]
        forward = scope.define(name, value, at)
        if forward is not None:
            if forward.type is not value.type and value is not self.unclear:
                self._mismatch(name, value, forward.type, forward.index)
            for user, i in list(forward.uses):
                user.set_operand(i, value)

    def _regions(self, cls: type[Op]) -> tuple[Region, ...]:
        """Parse regions; see :class:`~ranvier.ir.parser.regions.RegionParser`."""
        raise NotImplementedError


def in_order(
    defn: OpDef, props: dict[str, Attribute], attributes: dict[str, Attribute] | None
) -> dict[str, Attribute]:
    """Properties in declared order.

    As in MLIR, they may stand among the attributes, too.
    """
    names = defn.prop_names
    if attributes:
        for name in names:
            if name in attributes and name not in props:
                props[name] = attributes.pop(name)
    ordered = {name: props[name] for name in names if name in props}
    return ordered if len(ordered) == len(props) else {**ordered, **props}


def with_defaults(defn: OpDef, props: dict[str, Attribute]) -> dict[str, Attribute]:
    """Properties in declared order, with defaults for those not given."""
    missing = {k: v for k, v in defn.defaults.items() if k not in props}
    return in_order(defn, props | missing, None) if missing else props
