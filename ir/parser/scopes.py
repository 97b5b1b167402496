"""Names of values and blocks: what each stands for, and uses that come before definitions."""

from __future__ import annotations

from ..core import Block, Op, Region, Value
from ..definitions import OpDef
from ..types import Type

NOWHERE = Block()
"""The owner of values that are used before they are defined; ``index`` is the token of the use."""


class UnknownOp(Op):
    """Stands for an operation that is not known, so that parsing can go on."""

    __slots__ = ()
    name = "unknown"
    defn = OpDef(name="unknown", doc="", operands=(), results=(), props=(), regions=())


class ValueScope:
    """The names inside one isolated operation.

    ``values`` holds the names in sight, ``order`` the same in order of definition, so that the end
    of a region can forget those of the region. ``waiting`` holds names used but not yet defined.
    """

    __slots__ = ("order", "places", "values", "waiting")

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.places: dict[str, int] = {}
        self.order: list[str] = []
        self.waiting: dict[str, Value] = {}

    def define(self, name: str, value: Value, at: int) -> Value | None:
        """Let ``name`` stand for ``value``; return what it stood for in uses before this."""
        self.values[name] = value
        self.places[name] = at
        self.order.append(name)
        if self.waiting:
            return self.waiting.pop(name, None)
        return None

    def forget(self, mark: int) -> None:
        """Forget what was defined since ``len(order)`` was ``mark``."""
        for name in self.order[mark:]:
            del self.values[name]
        del self.order[mark:]

    def find(self, name: str, type_: Type, at: int) -> Value:
        """The value of a name that is not in ``values`` as it is written."""
        plain, _, number = name.partition("#")
        if number == "0" and plain in self.values:
            return self.values[plain]
        value = self.waiting.get(name)
        if value is None:
            value = self.waiting[name] = Value(type_, NOWHERE, at)
        return value


class BlockNames:
    """The labels of one region."""

    __slots__ = ("blocks", "region", "used")

    def __init__(self, region: Region) -> None:
        self.region = region
        self.blocks: dict[str, Block] = {}
        self.used: dict[str, int] = {}

    def use(self, label: str, at: int) -> Block:
        """The block of a label, which may come later."""
        self.used.setdefault(label, at)
        return self._block(label)

    def define(self, label: str) -> Block | None:
        """The block that starts here; None if there is one of that label."""
        block = self._block(label)
        if block.parent is not None:
            return None
        return self.region.append(block)

    def undefined(self) -> list[tuple[str, int]]:
        """Labels that no block has, and where they were used first."""
        return [(k, at) for k, at in self.used.items() if self.blocks[k].parent is None]

    def _block(self, label: str) -> Block:
        block = self.blocks.get(label)
        if block is None:
            block = self.blocks[label] = Block()
        return block
