"""The text of a module, with the line of each operation."""

from __future__ import annotations

from ...ir.assembly.printer import CustomPrinter
from ...ir.attrs_classes import frozen
from ...ir.core import Op
from ...ir.location import UNKNOWN, FileLineCol, Fused, Loc, Named
from ...ir.pretty import PrettyWriter


@frozen(eq=False)
class Listing:
    """The ``lines`` of a text. ``line_of`` counts from 1; ``locs`` has one location per line."""

    lines: list[str]
    line_of: dict[Op, int]
    locs: list[Loc]

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(self.lines)


class _Printer(CustomPrinter):
    """A printer that notes where each operation begins."""

    def __init__(self) -> None:
        super().__init__()
        self.line_of: dict[Op, int] = {}

    def op(self, op: Op, indent: str) -> None:
        """Print one operation."""
        self.line_of[op] = len(self.lines) + 1
        super().op(op, indent)


def listing(root: Op) -> Listing:
    """Print an operation and all inside it."""
    printer = _Printer()
    printer.op(root, "")
    locs: list[Loc] = [UNKNOWN] * len(printer.lines)
    for op, line in printer.line_of.items():
        locs[line - 1] = op.loc
    return Listing(printer.lines, printer.line_of, locs)


class _Pretty(PrettyWriter):
    """A printer that notes which statement each line belongs to."""

    def __init__(self) -> None:
        super().__init__()
        self.locs: list[Loc] = []
        self._here: list[Op] = []

    def line(self, text: str) -> None:
        """A line of the operation at hand."""
        super().line(text)
        self.locs.append(self._here[-1].loc if text and self._here else UNKNOWN)

    def op(self, op: Op) -> None:
        """One operation."""
        self._here.append(op)
        super().op(op)
        self._here.pop()


def pretty_listing(root: Op) -> Listing:
    """Print an operation for people. Those written inside an expression have no line."""
    writer = _Pretty()
    writer.op(root)
    return Listing(writer.lines, {}, writer.locs)


def spans_of(loc: Loc) -> list[FileLineCol]:
    """All places in files that a location speaks of, each once."""
    if isinstance(loc, FileLineCol):
        return [loc]
    if isinstance(loc, Named):
        return spans_of(loc.inner)
    if isinstance(loc, Fused):
        return list(dict.fromkeys(span for inner in loc.locs for span in spans_of(inner)))
    return []


def name_of(loc: Loc) -> str:
    """The name in the model that a location carries, e.g. ``dv/dt``; empty if none."""
    if isinstance(loc, Named):
        return loc.name
    if isinstance(loc, Fused):
        names = dict.fromkeys(name_of(inner) for inner in loc.locs)
        return ", ".join(name for name in names if name)
    return ""
