"""The custom form of one class of operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import field

from ..attributes import Attribute
from ..attrs_classes import define
from ..core import Block, Op, Region, Value
from ..types import Type

if TYPE_CHECKING:
    from ..parser.custom import CustomParser
    from .printer import CustomPrinter


@define(eq=False)
class OperationState:
    """The content of an operation that was read, but not made."""

    operands: list[Value] = field(factory=list)
    result_types: tuple[Type, ...] = ()
    props: dict[str, Attribute] = field(factory=dict)
    regions: tuple[Region, ...] = ()
    successors: tuple[Block, ...] = ()
    attributes: dict[str, Attribute] = field(factory=dict)


class Form:
    """The custom form of one class of operations.

    An operation that is written reads back equal. ``template`` shows readers what is written after
    the name, where the form is not declared.
    """

    __slots__ = ()

    template: ClassVar[str] = ""

    def fits(self, op: Op) -> bool:
        """Whether the form can express all of an operation.

        Else it is written in the generic form.
        """
        raise NotImplementedError

    def write(self, op: Op, w: CustomPrinter) -> None:
        """Write the text after the name of an operation that fits."""
        raise NotImplementedError

    def read(self, p: CustomParser, cls: type[Op]) -> OperationState:
        """Read the text after the name, up to the location."""
        raise NotImplementedError


def plain(op: Op) -> bool:
    """Whether no attribute has the name of a property.

    Both may then stand in one dictionary.
    """
    names = op.defn.prop_names
    known = all(name in names for name in op.props)
    return known and not (op.attributes and any(name in names for name in op.attributes))


def ends(region: Region) -> bool:
    """Whether reading the region adds no terminator to it."""
    blocks = region.blocks
    return len(blocks) > 1 or bool(blocks and blocks[0].ops and blocks[0].ops[-1].terminator)
