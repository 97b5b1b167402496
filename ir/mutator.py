"""The mutator: the only way in which passes change existing IR.

New operations get the location of those that they replace; operations that merge get both. The
version of the function and of the module around a change goes up, so that caches notice.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .attributes import Attribute, DictAttr, attribute
from .core import DECISIONS, Block, Op, Region, Value
from .location import UNKNOWN, Fused, fused_loc
from .types import Type


class Mutator:
    """Changes of IR; ``changed`` tells whether there was any."""

    def __init__(self) -> None:
        self.changed = False
        self._block: Block | None = None
        self._roots: list[Op] = []

    def insert_before(self, anchor: Op, op: Op) -> Any:
        """Insert ``op`` before ``anchor``, at its location.

        Returns the only result of ``op``, or ``op``, as a builder does.
        """
        assert anchor.block is not None
        if op.loc is UNKNOWN:
            op.loc = anchor.loc
        anchor.block.insert_before(anchor, op)
        self._enter(op)
        return op.results[0] if len(op.results) == 1 else op

    def append(self, block: Block, op: Op) -> Any:
        """Insert ``op`` at the end of a block.

        Returns the only result of ``op``, or ``op``, as a builder does.
        """
        block.append(op)
        self._enter(op)
        return op.results[0] if len(op.results) == 1 else op

    def replace(self, op: Op, *new: Op | Value) -> None:
        """Replace the results of ``op`` one for one, and erase it.

        ``new`` are values, or operations for their results; new operations are inserted before it.
        """
        values: list[Value] = []
        for item in new:
            if isinstance(item, Op):
                if item.block is None:
                    self.insert_before(op, item)
                values += item.results
            else:
                values.append(item)
        for old, value in zip(op.results, values, strict=True):
            if old.name and not value.name and isinstance(value.owner, Op):
                value.name = old.name
            self.replace_uses(old, value)
        self.erase(op)

    def merge(self, op: Op, into: Op, reason: str) -> None:
        """Replace ``op`` by ``into``, which computes the same.

        It also gets the location of ``op``, under ``reason``.
        """
        self.fuse_locations(into, reason, op)
        self.replace(op, *into.results)

    def add_arg(self, op: Op, block: Block, type_: Type, name: str) -> Value:
        """Append an argument to a block of ``op``."""
        value = block.add_arg(type_, name)
        self._change(op)
        return value

    def replace_uses(self, old: Value, new: Value) -> None:
        """Use ``new`` wherever ``old`` is used."""
        if old is new:
            return
        for user, i in list(old.uses):
            user.set_operand(i, new)
            self._change(user)

    def set_operand(self, op: Op, i: int, value: Value) -> None:
        """Replace operand ``i``."""
        former = op.operands[i].op
        op.set_operand(i, value)
        self._change(op)
        if former is not None:
            self._touch(former)

    def swap_operands(self, op: Op) -> None:
        """Exchange the two operands of an operation."""
        first, second = op.operands
        op.set_operand(0, second)
        op.set_operand(1, first)
        self._change(op)

    def set_attribute(self, op: Op, name: str, value: Attribute) -> None:
        """Set a discardable attribute."""
        op.attributes[name] = value
        self._change(op)

    def set_prop(self, op: Op, name: str, value: Attribute | None) -> None:
        """Set or (with None) remove a property."""
        if value is None:
            op.props.pop(name, None)
        else:
            op.props[name] = value
        self._change(op)

    def decide(self, op: Op, **decisions: Any) -> None:
        """Write decisions of a pass about ``op``.

        They are attributes or Python values. Raises TypeError for one of another kind.
        """
        declared = dict(op.defn.decisions)
        found: Any = op.props.get(DECISIONS)
        now: dict[str, Attribute] = {} if found is None else dict(found.value)
        for name, value in decisions.items():
            now[name] = attribute(value)
            if not isinstance(now[name], declared[name].kind):
                raise TypeError(f"the decision '{name}' is a {declared[name].kind.__name__}")
        ordered = tuple([(name, now[name]) for name in declared if name in now])
        self.set_prop(op, DECISIONS, DictAttr(ordered))

    def erase(self, op: Op) -> None:
        """Remove an operation without uses, and all inside it."""
        block = op.block
        assert block is not None
        for value in op.results:
            if value.uses:  # also under python -O: the reducer tries and relies on it
                raise AssertionError(f"{op.name} is still used")
        self._note(block)
        block.remove(op)
        for inner in op.walk(opened=True):
            self._leave(inner)
            inner.drop_operands()
            inner.block = None

    def inline_before(self, anchor: Op, block: Block, arguments: Iterable[Value]) -> list[Value]:
        """Move the body of ``block`` before ``anchor``.

        ``arguments`` replace those of the block. Returns the operands of its terminator.
        """
        assert anchor.block is not None
        self._note(anchor.block)
        for arg, value in zip(block.args, arguments, strict=True):
            self.replace_uses(arg, value)
        end = block.terminator
        results = list(end.operands) if end else []
        for op in block.ops:
            if op is not end:
                block.remove(op)
                anchor.block.insert_before(anchor, op)
                self._touch(op)
        if end is not None:
            end.drop_operands()
        return results

    def move_before(self, anchor: Op, op: Op) -> None:
        """Move ``op`` to just before ``anchor``."""
        assert op.block is not None and anchor.block is not None
        self._note(op.block)
        op.block.remove(op)
        anchor.block.insert_before(anchor, op)
        self._note(anchor.block)

    def take_region(self, region: Region) -> Region:
        """Move the blocks of ``region`` to a new one; return that."""
        new = Region()
        for block in region.blocks:
            new.append(block)
        region.blocks = []
        self._block = None
        if region.parent is not None:
            self._change(region.parent)
        return new

    def fuse_locations(self, op: Op, reason: str, *others: Op) -> None:
        """Add the locations of ``others`` to that of ``op``."""
        loc = op.loc
        known = loc.locs if isinstance(loc, Fused) and loc.reason == reason else (loc,)
        op.loc = fused_loc(reason, *known, *(other.loc for other in others))

    def _enter(self, op: Op) -> None:
        """Note that ``op`` is new in the IR."""
        self._change(op)

    def _leave(self, op: Op) -> None:
        """Note that ``op`` is about to be erased."""

    def _touch(self, op: Op) -> None:
        """Note a change of ``op``."""

    def _change(self, op: Op) -> None:
        self._touch(op)
        self._note(op.block)

    def _note(self, block: Block | None) -> None:
        """Note a change in ``block``.

        The versions of the function and of the module around it go up.
        """
        self.changed = True
        if block is not self._block:
            self._block = block
            self._roots = []
            region = block.parent if block is not None else None
            op = region.parent if region is not None else None
            while op is not None:
                if op.isolated:
                    self._roots.append(op)
                op = op.parent_op
        for root in self._roots:
            root._version = root.version + 1
