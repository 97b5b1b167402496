"""Pending changes of a block: insertions and removals in constant time, made all at once.

A block keeps its operations in a list, which is fast to read and slow to change in the middle.
Changes are therefore collected here and carried out when somebody next reads the list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .core import Block, Op


class BlockEdits:
    """Pending insertions, each before an operation; what left the block is no longer in it.

    ``before`` holds lists of inserted operations by the operation they stand before, which may be
    an inserted one too. ``home`` is the list in which an inserted operation stands.
    """

    __slots__ = ("before", "home")

    def __init__(self) -> None:
        self.before: dict[Op, list[Op]] = {}
        self.home: dict[Op, list[Op]] = {}

    def knows(self, op: Op) -> bool:
        """Whether ``op`` was inserted, or has something before it, since the last reading."""
        return op in self.home or op in self.before

    def insert(self, anchor: Op, op: Op) -> None:
        """Put ``op`` directly before ``anchor``."""
        pending = self.before.get(anchor)
        if pending is None:
            pending = self.before[anchor] = []
        pending.append(op)
        self.home[op] = pending

    def apply(self, block: Block, ops: list[Op]) -> list[Op]:
        """The operations of ``block``, given those before the changes."""
        before, home = self.before, self.home
        out: list[Op] = []
        for op in ops:
            if op in before:
                if op not in home:
                    self._emit(block, op, out)
            elif op.block is block and op not in home:
                out.append(op)
        return out

    def _emit(self, block: Block, op: Op, out: list[Op]) -> None:
        """What stands before ``op``, and ``op`` unless it left; without recursion, for depth."""
        stack: list[tuple[Op, list[Op] | None, bool]] = [(op, None, False)]
        while stack:
            op, place, opened = stack.pop()
            if self.home.get(op) is not place:
                continue  # it stands elsewhere now, and what is before it too
            pending = None if opened else self.before.get(op)
            if pending:
                stack.append((op, place, True))
                stack += [(inner, pending, False) for inner in reversed(pending)]
            elif op.block is block:
                out.append(op)
