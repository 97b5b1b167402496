"""Scopes of the names of values and blocks.

Uses may come before definitions.
"""

from __future__ import annotations

from ..core import Block, Op, Region, Value
from ..definitions import OpDef
from ..types import Type

NOWHERE = Block()
"""The owner of values that are used before they are defined.

Their ``index`` is the token of the use.
"""


class UnknownOp(Op):
    """A stand-in for an unknown operation: parsing goes on with it."""

    __slots__ = ()
    name = "unknown"
    defn = OpDef(name="unknown", doc="", operands=(), results=(), props=(), regions=())


class ValueScope:
    """The names inside one isolated operation.

    ``values`` holds the names in sight, ``order`` the same in order of definition, so that the end
    of a region can forget those of the region. ``forward`` holds names used but not yet defined.
    """

    __slots__ = ("forward", "order", "places", "values")

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.places: dict[str, int] = {}
        self.order: list[str] = []
        self.forward: dict[str, Value] = {}

    def define(self, name: str, value: Value, at: int) -> Value | None:
        """Define ``name`` as ``value``.

        Returns the value that stands for it in uses before this, if any.
        """
        self.values[name] = value
        self.places[name] = at
        self.order.append(name)
        if self.forward:
            return self.forward.pop(name, None)
        return None

    def forget(self, mark: int) -> None:
        """Forget the names defined since ``len(order)`` was ``mark``."""
        for name in self.order[mark:]:
            del self.values[name]
        del self.order[mark:]

    def find(self, name: str, type_: Type, at: int) -> Value:
        """The value of a name that is not literally in ``values``.

        ``%a#0`` is ``%a``; any other is a forward reference.
        """
        plain, _, number = name.partition("#")
        if number == "0" and plain in self.values:
            return self.values[plain]
        value = self.forward.get(name)
        if value is None:
            value = self.forward[name] = Value(type_, NOWHERE, at)
        return value


class BlockNames:
    """The labels of one region."""

    __slots__ = ("blocks", "region", "used")

    def __init__(self, region: Region) -> None:
        self.region = region
        self.blocks: dict[str, Block] = {}
        self.used: dict[str, int] = {}

    def use(self, label: str, at: int) -> Block:
        """The block of a label, which may be defined later."""
        self.used.setdefault(label, at)
        return self._block(label)

    def define(self, label: str) -> Block | None:
        """Begin the block of a label; None if it exists already."""
        block = self._block(label)
        if block.parent is not None:
            return None
        return self.region.append(block)

    def undefined(self) -> list[tuple[str, int]]:
        """Labels without a block, with the token of their first use."""
        return [(k, at) for k, at in self.used.items() if self.blocks[k].parent is None]

    def _block(self, label: str) -> Block:
        block = self.blocks.get(label)
        if block is None:
            block = self.blocks[label] = Block()
        return block
