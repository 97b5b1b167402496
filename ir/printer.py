"""Printing: MLIR's generic syntax, exactly.

``results = "name"(operands) <{properties}> ({regions}) {attributes} : (types) -> types loc(...)``.
Value names are the hints of the front end, made unique within each isolated operation.
"""

from __future__ import annotations

from .attributes import format_dict, quote
from .core import Block, Op, Region, Value
from .location import FileLineCol, Fused, Loc, Named

_INDENT = "  "


def print_op(op: Op, *, locations: bool = False) -> str:
    """The text of ``op`` and all inside it, without a final newline."""
    printer = Printer(locations)
    printer.op(op, 0)
    return "\n".join(printer.lines)


class Printer:
    """Collects lines; knows the names given to values and blocks so far."""

    def __init__(self, locations: bool = False) -> None:
        self.lines: list[str] = []
        self.locations = locations
        self.names: dict[Value, str] = {}
        self.taken: dict[str, int] = {}
        self.counter = 0

    def value(self, value: Value) -> str:
        """The name of a value, chosen at its first sight."""
        known = self.names.get(value)
        if known is None:
            known = self.names[value] = "%" + self._fresh(value.name)
        return known

    def _fresh(self, hint: str | None) -> str:
        if not hint:
            name = str(self.counter)
            self.counter += 1
            return name
        clean = "".join(c if c.isascii() and (c.isalnum() or c in "_$.-") else "_" for c in hint)
        if clean[0].isdigit() or clean[0] == "-":
            clean = "_" + clean
        count = self.taken.get(clean, 0)
        self.taken[clean] = count + 1
        if not count:
            return clean
        return self._fresh(f"{clean}_{count}")

    def op(self, op: Op, depth: int) -> None:
        """Print one operation."""
        scope = (self.names, self.taken, self.counter)
        head = self._head(op)
        if op.isolated:
            self.names, self.taken, self.counter = {}, {}, 0
        if op.regions:
            self.lines.append(f"{_INDENT * depth}{head} ({{")
            for i, region in enumerate(op.regions):
                if i:
                    self.lines.append(f"{_INDENT * depth}}}, {{")
                self.region(region, depth + 1)
            self.lines.append(f"{_INDENT * depth}}}){self._tail(op)}")
        else:
            self.lines.append(f"{_INDENT * depth}{head}{self._tail(op)}")
        if op.isolated:
            self.names, self.taken, self.counter = scope

    def _head(self, op: Op) -> str:
        results = ", ".join(self.value(v) for v in op.results)
        operands = ", ".join(self.value(v) for v in op.operands)
        head = f"{results} = " if results else ""
        props = f" <{format_dict(op.props)}>" if op.props else ""
        return f"{head}{quote(op.name)}({operands}){props}"

    def _tail(self, op: Op) -> str:
        attributes = f" {format_dict(op.attributes)}" if op.attributes else ""
        operands = ", ".join(str(v.type) for v in op.operands)
        types = [str(v.type) for v in op.results]
        results = types[0] if len(types) == 1 else f"({', '.join(types)})"
        loc = f" {print_loc(op.loc)}" if self.locations else ""
        return f"{attributes} : ({operands}) -> {results}{loc}"

    def region(self, region: Region, depth: int) -> None:
        """Print the blocks of a region."""
        for number, block in enumerate(region.blocks):
            self.block(block, number, depth)

    def block(self, block: Block, number: int, depth: int) -> None:
        """Print a block; the label appears where it says something."""
        if block.args or number:
            args = ", ".join(f"{self.value(a)}: {a.type}" for a in block.args)
            label = f"^bb{number}({args}):" if args else f"^bb{number}:"
            self.lines.append(_INDENT * (depth - 1) + label)
        for op in block.ops:
            self.op(op, depth)


def print_loc(loc: Loc) -> str:
    """``loc(...)`` as MLIR writes it."""
    return f"loc({_inner_loc(loc)})"


def _inner_loc(loc: Loc) -> str:
    if isinstance(loc, FileLineCol):
        span = f" to :{loc.end_col}" if loc.end_col > loc.col else ""
        return f"{quote(loc.file)}:{loc.line}:{loc.col}{span}"
    if isinstance(loc, Named):
        return f"{quote(loc.name)}({_inner_loc(loc.inner)})"
    if isinstance(loc, Fused):
        inner = ", ".join(_inner_loc(x) for x in loc.locs)
        return f"fused<{quote(loc.reason)}>[{inner}]"
    return "unknown"
