"""Rewriting: patterns in tables indexed by the root operation, and the driver that applies them.

A pattern is a function ``pattern(op, rw)``; it returns without doing anything (or with
``rw.skip(reason)``) when it does not apply::

    @pattern(arith.AddF)
    def add_zero(op, rw):
        "x + -0.0 -> x"
        if const_value(op.rhs) != 0.0: return rw.skip("not zero")
        rw.replace(op, op.lhs)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .builder import Builder
from .core import Block, Op, Region, Value
from .location import fused_loc

Pattern = Callable[[Any, "Rewriter"], None]
Table = dict[type[Op], tuple[Pattern, ...]]


def pattern(*roots: type[Op]) -> Callable[[Pattern], Pattern]:
    """Mark a function as a pattern for operations of the classes ``roots``."""

    def mark(function: Pattern) -> Pattern:
        function.roots = roots  # type: ignore[attr-defined]
        return function

    return mark


def table(patterns: Iterable[Pattern]) -> Table:
    """Index patterns by root."""
    out: Table = {}
    for function in patterns:
        for root in function.roots:  # type: ignore[attr-defined]
            out[root] = (*out.get(root, ()), function)
    return out


class Rewriter:
    """The only mutator of existing IR. New operations get the location of what they replace."""

    def __init__(self) -> None:
        self.changed = False
        self.matches: Counter[str] = Counter()
        self.skips: Counter[tuple[str, str]] = Counter()
        self._worklist: dict[Op, None] = {}
        self._rule = ""

    def skip(self, reason: str) -> None:
        """Say why the running pattern does not apply."""
        self.skips[self._rule, reason] += 1

    def insert_before(self, anchor: Op, op: Op) -> Any:
        """Insert ``op`` before ``anchor`` with its location; return the result as a builder does."""
        assert anchor.block is not None
        self._touch(op)
        return Builder(anchor.block, anchor.loc, anchor)(op)

    def replace(self, op: Op, *new: Op | Value) -> None:
        """Replace the results of ``op``, one for one, by values or by inserted operations' results."""
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

    def replace_uses(self, old: Value, new: Value) -> None:
        """Use ``new`` wherever ``old`` is used."""
        self.changed = True
        for user, i in list(old.uses):
            user.set_operand(i, new)
            self._touch(user)

    def set_operand(self, op: Op, i: int, value: Value) -> None:
        """Replace one operand."""
        self.changed = True
        self._touch(op)
        op.set_operand(i, value)

    def erase(self, op: Op) -> None:
        """Remove an operation without uses, and all inside it."""
        assert op.block is not None
        assert not any(v.uses for v in op.results), f"{op.name} is still used"
        self.changed = True
        op.block.ops.remove(op)
        for inner in op.walk():
            for value in inner.operands:
                if value.op is not None:
                    self._touch(value.op)
            inner.drop_operands()
            self._worklist.pop(inner, None)
            inner.block = None

    def inline_before(self, anchor: Op, block: Block, arguments: Iterable[Value]) -> list[Value]:
        """Move the body of ``block`` before ``anchor``; return the operands of its terminator."""
        assert anchor.block is not None
        self.changed = True
        for arg, value in zip(block.args, arguments, strict=True):
            self.replace_uses(arg, value)
        end = block.terminator
        results = list(end.operands) if end else []
        body = [op for op in block.ops if op is not end]
        position = anchor.block.ops.index(anchor)
        for op in body:
            op.block = anchor.block
            self._touch(op)
        anchor.block.ops[position:position] = body
        block.ops = []
        if end is not None:
            end.drop_operands()
        return results

    def move_before(self, anchor: Op, op: Op) -> None:
        """Move ``op`` to just before ``anchor``."""
        assert op.block is not None and anchor.block is not None
        self.changed = True
        op.block.ops.remove(op)
        op.block = anchor.block
        anchor.block.ops.insert(anchor.block.ops.index(anchor), op)

    def fuse_locations(self, op: Op, reason: str, other: Op) -> None:
        """``op`` now stands for ``other`` too."""
        op.loc = fused_loc(reason, op.loc, other.loc)

    def _touch(self, op: Op) -> None:
        self._worklist.pop(op, None)
        self._worklist[op] = None

    def apply(self, root: Op, rules: Table) -> bool:
        """Apply ``rules`` inside ``root`` until nothing changes, dropping dead pure operations."""
        self._worklist = dict.fromkeys(reversed([op for op in root.walk() if op is not root]))
        budget = 64 * len(self._worklist) + 1024
        last: list[str] = []
        while self._worklist:
            op, _ = self._worklist.popitem()
            if op.block is None:
                continue
            if op.pure and not any(v.uses for v in op.results):
                self.erase(op)
                continue
            for function in rules.get(type(op), ()):
                self._rule = function.__name__
                before, self.changed = self.changed, False
                function(op, self)
                fired, self.changed = self.changed, self.changed or before
                if fired:
                    self.matches[self._rule] += 1
                    last = [*last[-5:], self._rule]
                    for value in op.results:
                        for user, _ in value.uses:
                            self._touch(user)
                    budget -= 1
                    break
            if budget < 0:
                raise RuntimeError(f"rewriting does not end; the last rules were {', '.join(last)}")
        return self.changed


def walk_regions(op: Op) -> Iterator[Region]:
    """All regions inside ``op``, outer before inner."""
    for inner in op.walk():
        yield from inner.regions
