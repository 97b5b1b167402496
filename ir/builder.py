"""Building IR: insertion of operations at a point, with a location.

``build(arith.AddF(a, b))`` returns the new operation's only result (or the operation itself where
it has none or several), so that expressions nest.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .core import Block, Op
from .location import UNKNOWN, Loc


class Builder:
    """Appends operations to ``block``, or inserts them before ``anchor``, if given."""

    __slots__ = ("anchor", "block", "loc")

    def __init__(self, block: Block, loc: Loc = UNKNOWN, anchor: Op | None = None) -> None:
        self.block = block
        self.loc = loc
        self.anchor = anchor

    def insert(self, op: Op) -> Op:
        """Insert a new operation.

        It takes the builder's location if it has none.
        """
        if op.loc is UNKNOWN:
            op.loc = self.loc
        if self.anchor is None:
            return self.block.append(op)
        self.block.insert_before(self.anchor, op)
        return op

    def __call__(self, op: Op, name: str | None = None) -> Any:
        """Insert ``op`` and return its only result.

        An operation with no result, or with several, is returned itself.
        """
        self.insert(op)
        if len(op.results) != 1:
            return op
        return op.results[0].named(name)

    @contextmanager
    def at(self, loc: Loc) -> Iterator[None]:
        """Give ``loc`` to operations built inside the ``with``."""
        previous, self.loc = self.loc, loc
        try:
            yield
        finally:
            self.loc = previous

    @contextmanager
    def inside(self, block: Block) -> Iterator[Block]:
        """Build at the end of ``block`` inside the ``with``."""
        previous = self.block, self.anchor
        self.block, self.anchor = block, None
        try:
            yield block
        finally:
            self.block, self.anchor = previous
