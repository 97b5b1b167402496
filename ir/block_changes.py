"""Buffered changes of a block: insertions and removals in constant time.

A block keeps its operations in a list, which is fast to read and slow to change in the middle.
Changes are therefore collected here, and carried out all at once when the list is next read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .core import Block, Op


class BlockChanges:
    """Buffered insertions, each before an operation of the block.

    ``before`` holds lists of inserted operations by the operation they stand before, which may be
    an inserted one too. ``home`` is the list in which an inserted operation stands. Removals need
    no entry: an operation that left the block no longer names it as its own.
    """

    __slots__ = ("before", "home")

    def __init__(self) -> None:
        self.before: dict[Op, list[Op]] = {}
        self.home: dict[Op, list[Op]] = {}

    def knows(self, op: Op) -> bool:
        """Whether ``op`` was inserted, or had operations inserted before it."""
        return op in self.home or op in self.before

    def insert(self, anchor: Op, op: Op) -> None:
        """Put ``op`` directly before ``anchor``."""
        inserted = self.before.get(anchor)
        if inserted is None:
            inserted = self.before[anchor] = []
        inserted.append(op)
        self.home[op] = inserted

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
        """Append the operations before ``op``, then ``op`` unless it left.

        There is no recursion: insertions before insertions may nest deeper than Python allows.
        """
        stack: list[tuple[Op, list[Op] | None, bool]] = [(op, None, False)]
        while stack:
            op, place, opened = stack.pop()
            if self.home.get(op) is not place:
                continue  # it stands elsewhere now, and so do the operations before it
            inserted = None if opened else self.before.get(op)
            if inserted:
                stack.append((op, place, True))
                stack += [(inner, inserted, False) for inner in reversed(inserted)]
            elif op.block is block:
                out.append(op)
