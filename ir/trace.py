"""The rewrite trace, with every application of a rule.

Each has its place in the rules and in the model::

    fold  passes/rules/fold.py:31
      - %7 = arith.addi %c1, %c2 : index
      + %7 = arith.constant 3 : index
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .assembly.printer import CustomPrinter
from .attrs_classes import frozen
from .location import Loc, spot

if TYPE_CHECKING:
    from .core import Op, Value


@frozen
class RewriteStep:
    """One application of a rule, with the texts before and after."""

    rule: str
    place: str
    before: str
    after: tuple[str, ...]
    loc: Loc

    def __str__(self) -> str:
        found = spot(self.loc)
        where = f"  [{found.file}:{found.line}]" if found else ""
        lines = [f"{self.rule}  {self.place}{where}", f"  - {self.before}"]
        return "\n".join([*lines, *(f"  + {text}" for text in self.after)])


class Trace:
    """A collector of rewrite steps.

    Values keep one name from the first step of their function to the last.
    """

    def __init__(self) -> None:
        self.steps: list[RewriteStep] = []
        self._printers: dict[Op, CustomPrinter] = {}
        self._printer = CustomPrinter()

    def __str__(self) -> str:
        return "\n".join(map(str, self.steps))

    def enter(self, op: Op) -> str:
        """Take over the names of the function around ``op``.

        Returns the text of ``op``.
        """
        outer = op
        while outer.parent_op is not None:
            outer = outer.parent_op
            if outer.isolated:
                break
        if outer not in self._printers:
            self._printer = self._printers[outer] = CustomPrinter()
            for region in outer.regions:
                self._printer._region(region, "")
        self._printer = self._printers[outer]
        return self.text(op)

    def record(self, rule: str, place: str, before: str, after: list[str], loc: Loc) -> None:
        """Add a step.

        It has the texts of an operation and of all that stands for it now.
        """
        self.steps.append(RewriteStep(rule, place, before, tuple(after), loc))

    def text(self, op: Op) -> str:
        """The text of an operation on one line, without its regions."""
        printer = self._printer
        printer.lines.clear()
        printer.op(op, "")
        first, *_, last = [*printer.lines, printer.lines[-1]]
        return first if len(printer.lines) == 1 else f"{first} ... {last.strip()}"

    def name(self, value: Value) -> str:
        """The name of a value in the current function."""
        return self._printer.names.of(value)
