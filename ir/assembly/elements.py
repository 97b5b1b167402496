"""The elements of a format.

Each writes its part of an operation and reads it back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field

from ..attributes import Attribute
from ..attrs_classes import define, frozen
from ..core import Block, Op, Region
from ..printer import entered_again
from ..types import FunctionType, Type, function
from .form import ends
from .property_forms import PropertyForm

if TYPE_CHECKING:
    from ..parser.custom import CustomParser
    from .printer import CustomPrinter


@define(eq=False)
class Reading:
    """The content of an operation read so far, by name.

    Operands are kept as the numbers of their tokens.
    """

    implicit: type[Op] | None
    isolated: bool
    uses: dict[str, list[int]] = field(factory=dict)
    types: dict[str, list[Type]] = field(factory=dict)
    type_places: dict[str, int] = field(factory=dict)
    props: dict[str, Attribute] = field(factory=dict)
    attributes: dict[str, Attribute] = field(factory=dict)
    regions: dict[str, Region] = field(factory=dict)
    arguments: dict[str, list[tuple[int, Type]]] = field(factory=dict)
    successors: dict[str, Block] = field(factory=dict)


class Element:
    """An element of a format: the base class."""

    def fits(self, op: Op) -> bool:
        """Whether the text of this element reads back unchanged."""
        return True

    def present(self, op: Op) -> bool:
        """Whether an anchor of this kind has anything to write."""
        return True

    def write(self, op: Op, w: CustomPrinter) -> None:
        """Write its part of the operation."""
        raise NotImplementedError

    def starts(self, p: CustomParser) -> bool:
        """Whether the next token begins this element."""
        return False

    def read(self, p: CustomParser, found: Reading) -> None:
        """Read its part of the operation."""
        raise NotImplementedError

    def absent(self, found: Reading) -> None:
        """Note that the optional group of this element is absent."""


@frozen
class Literal(Element):
    """A word or a sign."""

    text: str

    def write(self, op: Op, w: CustomPrinter) -> None:
        w.literal(self.text)

    def starts(self, p: CustomParser) -> bool:
        return p.texts[p.at] == self.text

    def read(self, p: CustomParser, found: Reading) -> None:
        p.expect(self.text)


@frozen
class Operands(Element):
    """A declared operand, one value or a variadic group."""

    name: str
    variadic: bool

    def present(self, op: Op) -> bool:
        return not self.variadic or bool(getattr(op, self.name))

    def write(self, op: Op, w: CustomPrinter) -> None:
        values = getattr(op, self.name)
        w.item(w.values(values) if self.variadic else w.names.of(values))

    def starts(self, p: CustomParser) -> bool:
        return p.texts[p.at][:1] == "%"

    def read(self, p: CustomParser, found: Reading) -> None:
        found.uses[self.name] = p.uses() if self.variadic else [p.use()]

    def absent(self, found: Reading) -> None:
        found.uses[self.name] = []


@frozen
class Property(Element):
    """A property in its short spelling.

    The word before a ``flag`` is all of it.
    """

    name: str
    form: PropertyForm
    default: Attribute | None
    flag: bool = False

    def _value(self, op: Op) -> Attribute | None:
        return op.props.get(self.name, self.default)

    def fits(self, op: Op) -> bool:
        value = self._value(op)
        return value is None or self.form.fits(value)

    def present(self, op: Op) -> bool:
        value = self._value(op)
        return value is not None and value != self.default

    def write(self, op: Op, w: CustomPrinter) -> None:
        if not self.flag:
            w.item(self.form.write(self._value(op)))

    def read(self, p: CustomParser, found: Reading) -> None:
        found.props[self.name] = p.flag if self.flag else self.form.read(p)


@frozen
class EntryArguments(Element):
    """Entry arguments of a region that follows later in the format."""

    name: str
    at: int

    def fits(self, op: Op) -> bool:
        region = op.regions[self.at]
        return bool(region.blocks) and not entered_again(region.block)

    def write(self, op: Op, w: CustomPrinter) -> None:
        args = op.regions[self.at].block.args
        w.item(f"({', '.join([f'{w.names.of(a)}: {a.type}' for a in args])})")

    def read(self, p: CustomParser, found: Reading) -> None:
        found.arguments[self.name] = p.arguments()


@frozen
class Body(Element):
    """A declared region in braces.

    ``headed``: its entry arguments stand before it (:class:`EntryArguments`).
    """

    name: str
    at: int
    implicit: str | None
    headed: bool = False

    def fits(self, op: Op) -> bool:
        return self.implicit is None or ends(op.regions[self.at])

    def present(self, op: Op) -> bool:
        return bool(op.regions[self.at].blocks)

    def write(self, op: Op, w: CustomPrinter) -> None:
        w.region(op.regions[self.at], self.implicit, arguments=self.headed)

    def starts(self, p: CustomParser) -> bool:
        return p.texts[p.at] == "{"

    def read(self, p: CustomParser, found: Reading) -> None:
        found.regions[self.name] = p.region(
            found.arguments.get(self.name), implicit=found.implicit, isolated=found.isolated
        )

    def absent(self, found: Reading) -> None:
        found.regions[self.name] = Region()


@frozen
class Bodies(Element):
    """All regions under their names.

    Those that hold nothing but the terminator are left out.
    """

    names: tuple[str, ...]
    implicit: str | None

    def fits(self, op: Op) -> bool:
        return all(len(r.blocks) == 1 and not r.block.args and ends(r) for r in op.regions)

    def write(self, op: Op, w: CustomPrinter) -> None:
        said = [
            (name, region)
            for name, region in zip(self.names, op.regions, strict=True)
            if len(region.block.ops) > 1 or not w.implied(region, self.implicit)
        ]
        if said:
            w.named_regions(said, self.implicit)

    def read(self, p: CustomParser, found: Reading) -> None:
        found.regions = p.named_regions(self.names, found.implicit, found.isolated)


@frozen
class SuccessorElement(Element):
    """A declared successor: the label of a block."""

    name: str
    at: int

    def write(self, op: Op, w: CustomPrinter) -> None:
        w.item(w.label(op.successors[self.at]))

    def read(self, p: CustomParser, found: Reading) -> None:
        found.successors[self.name] = p.successor()


@frozen
class AttributeDict(Element):
    """A dictionary of the other properties and of all attributes.

    Other properties are those that the format does not name.
    """

    others: tuple[tuple[str, Attribute | None], ...]
    bound: frozenset[str]
    keyword: bool

    def write(self, op: Op, w: CustomPrinter) -> None:
        items = {}
        for name, default in self.others:
            value = op.props.get(name)
            if value is not None and value != default:
                items[name] = value
        items.update(op.attributes)
        if items:
            w.dictionary(items, self.keyword)

    def read(self, p: CustomParser, found: Reading) -> None:
        if self.keyword and not p.accept("attributes"):
            return
        if not self.keyword and p.texts[p.at] != "{":
            return
        start = p.at
        items = p.dictionary()
        for name in self.bound & items.keys():
            p.problem(f"'{name}' has a place of its own in the form of this operation", start)
            del items[name]
        for name, _ in self.others:
            if name in items:
                found.props[name] = items.pop(name)
        found.attributes = items


@frozen
class TypeOf(Element):
    """The types of operands or results."""

    names: tuple[str, ...]
    variadic: frozenset[str]

    def write(self, op: Op, w: CustomPrinter) -> None:
        w.item(", ".join(t.text for t in self.of(op)))

    def of(self, op: Op) -> list[Type]:
        """The types of the named values, in order."""
        out = []
        for name in self.names:
            value: Any = getattr(op, name)
            out += [v.type for v in value] if name in self.variadic else [value.type]
        return out

    def read(self, p: CustomParser, found: Reading) -> None:
        start = p.at
        if len(self.names) == 1:
            name = self.names[0]
            found.type_places[name] = start
            found.types[name] = p.types() if name in self.variadic else [p.type()]
        else:
            self.distribute(p.types(), start, p, found)

    def distribute(self, types: list[Type], start: int, p: CustomParser, found: Reading) -> None:
        """Deal types to the names, in order.

        A variadic one takes those that the others leave.
        """
        single = len(self.names) - len(self.variadic)
        if len(types) < single or (not self.variadic and len(types) != single):
            p.stop(f"expected {single} types, found {len(types)}", start)
        rest = len(types) - single
        for name in self.names:
            count = rest if name in self.variadic else 1
            found.types[name], types = types[:count], types[count:]
            found.type_places[name] = start

    def absent(self, found: Reading) -> None:
        for name in self.names:
            found.types[name] = []


@frozen
class FunctionalType(Element):
    """A function type, ``(types) -> types``, of operands and results."""

    inputs: TypeOf
    outputs: TypeOf

    def write(self, op: Op, w: CustomPrinter) -> None:
        w.item(function(tuple(self.inputs.of(op)), tuple(self.outputs.of(op))).text)

    def read(self, p: CustomParser, found: Reading) -> None:
        start = p.at
        read: FunctionType = p.function_type()
        self.inputs.distribute(list(read.inputs), start, p, found)
        self.outputs.distribute(list(read.results), start, p, found)

    def absent(self, found: Reading) -> None:
        self.inputs.absent(found)
        self.outputs.absent(found)


@frozen
class Group(Element):
    """Optional elements, which are written if ``anchor`` is present."""

    elements: tuple[Element, ...]
    anchor: Element

    def fits(self, op: Op) -> bool:
        if not self.anchor.present(op):
            return self._nothing_else(op)
        return all(element.fits(op) for element in self.elements)

    def _nothing_else(self, op: Op) -> bool:
        """Whether elements that are left out have nothing to write."""
        return not any(
            element.present(op)
            for element in self.elements
            if element is not self.anchor and isinstance(element, Operands | Property | Body)
        ) and not any(isinstance(element, TypeOf) and element.of(op) for element in self.elements)

    def write(self, op: Op, w: CustomPrinter) -> None:
        if self.anchor.present(op):
            for element in self.elements:
                element.write(op, w)

    def starts(self, p: CustomParser) -> bool:
        return self.elements[0].starts(p)

    def read(self, p: CustomParser, found: Reading) -> None:
        if self.starts(p):
            for element in self.elements:
                element.read(p, found)
        else:
            for element in self.elements:
                element.absent(found)
