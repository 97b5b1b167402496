"""Printing for people: equations and loops in the model's own names.

The text cannot be parsed back.

    %El = "eq.read"() <{variable = @El}> : () -> f64
    %v = "eq.read"() <{variable = @v}> : () -> f64                   v = v + dt * (El - v)
    %0 = "arith.subf"(%El, %v) : (f64, f64) -> f64            ->
    ...
    "eq.write"(%3) <{variable = @v}> : (f64) -> ()

A value that is used once, in the block where it is defined, is written where it is used, and so are
constants and reads of variables, as long as nothing was written in between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from . import pretty_loops  # noqa: F401  (fills the tables)
from .core import Block, Op, Region, Value
from .effects import Effect, Target, effects
from .pretty_statements import STATEMENTS
from .pretty_words import Words, expression
from .printer import Names

LONGEST = 90
"""The length up to which expressions need no name."""

_ALWAYS_INLINE = (
    *("arith.constant", "eq.read", "eq.pre", "eq.post", "eq.ddt", "eq.time", "eq.dt"),
    *("loops.load", "loops.now", "loops.dt", "loops.period", "loops.size", "loops.fixed"),
    *("loops.due", "loops.clock"),
)


def pretty_op(op: Op) -> str:
    """The text of ``op``, with all inside it, for people."""
    writer = PrettyWriter()
    writer.op(op)
    return "\n".join(writer.lines)


class PrettyWriter:
    """A collector of lines, with the names and texts of values.

    ``inlined`` are the values that are written where they are used, with the reads inside them.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.indent = ""
        self.names = Names("", "_")
        self.texts: dict[Value, Words] = {}
        self.inlined: dict[Value, list[Effect]] = {}

    # ------------------------------------------------------------------ text

    def line(self, text: str) -> None:
        """Write a line at the current indentation."""
        self.lines.append(self.indent + text if text else "")

    def nested(self, *regions: Region | Block) -> None:
        """Write the operations of regions, one level further in."""
        outer, self.indent = self.indent, self.indent + "  "
        for region in regions:
            for block in [region] if isinstance(region, Block) else region.blocks:
                self.block(block)
        self.indent = outer

    def alone(self, write: Callable[[], None]) -> None:
        """Call ``write`` with fresh names for values."""
        outer, self.names = self.names, Names("", "_")
        write()
        self.names = outer

    def value(self, value: Value) -> str:
        """The text that stands for a value."""
        return self.words(value).text

    def values(self, values: Sequence[Value]) -> str:
        """The text that stands for several values."""
        return ", ".join(map(self.value, values))

    def words(self, value: Value) -> Words:
        """The text that stands for a value, with its precedence."""
        found = self.texts.get(value)
        return Words(self.names.of(value)) if found is None else found

    def name(self, value: Value, like: Value | None = None) -> str:
        """The name of a value, its own or that of ``like``."""
        if like is not None:
            self.texts[value] = Words(self.names.of(like))
        return self.names.of(value if like is None else like)

    # ------------------------------------------------------------------ operations

    def block(self, block: Block) -> None:
        """Write all operations of a block.

        Values that are inlined in it are not known outside.
        """
        outer, self.inlined = self.inlined, {}
        for op in block.ops:
            self.op(op)
        self.inlined = outer

    def op(self, op: Op) -> None:
        """Write a statement, or keep an expression for its uses."""
        self._settle(op)
        statement = STATEMENTS.get(op.name)
        if statement is not None:
            statement(op, self)
        elif op.regions or len(op.results) != 1:
            self._other(op)
        else:
            self._expression(op)

    def _expression(self, op: Op) -> None:
        result = op.results[0]
        found = expression(op, [self.words(v) for v in op.operands])
        if not self._is_inline(op, found):
            self.line(f"{self.names.of(result)} = {found.text}")
            return
        self.texts[result] = found
        read = [effect for v in op.operands for effect in self.inlined.get(v, ())]
        read += effects(op) if op.reads else ()
        if read:
            self.inlined[result] = read

    def _is_inline(self, op: Op, found: Words) -> bool:
        if op.name in _ALWAYS_INLINE:
            return True
        if op.operands and found.text == self.value(op.operands[0]):
            return True  # a cast that does not show in the text
        result = op.results[0]
        once = len(result.uses) == 1 and result.users()[0].block is op.block
        return once and not result.name and len(found.text) <= LONGEST

    def _settle(self, op: Op) -> None:
        """Give names to inlined reads before ``op`` overwrites what they read.

        Only those that are used later need one.
        """
        if not op.writes or not self.inlined:
            return
        written = [effect.target for effect in effects(op) if effect.writes]
        for value, read in list(self.inlined.items()):
            if any(meet(target, effect.target) for target in written for effect in read):
                del self.inlined[value]
                if _is_needed_after(value, op):
                    text = self.texts.pop(value).text
                    self.line(f"{self.names.of(value)} = {text}")

    def _other(self, op: Op) -> None:
        """Write an operation that has no entry in the tables."""
        results = f"{self.values(op.results)} = " if op.results else ""
        end = ":" if op.regions else ""
        self.line(f"{results}{expression(op, [self.words(v) for v in op.operands]).text}{end}")
        self.nested(*op.regions)


def meet(one: Target, other: Target) -> bool:
    """Whether two accesses may be of the same buffer or variable."""
    return one is None or other is None or one == other


def _is_needed_after(value: Value, op: Op) -> bool:
    """Whether ``value`` is used inside of ``op`` or after it."""
    if op.block is None:
        return False
    following = set(op.block.ops[op.block.ops.index(op) + (not op.regions) :])
    for user in value.users():
        around: Op | None = user
        while around is not None and around.block is not op.block:
            around = around.parent_op
        if around in following:
            return True
    return False
