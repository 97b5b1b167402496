"""Printing in the custom form.

Operations that have none, or do not fit it, are printed in the generic form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..core import Block, Op, Region, Value
from ..mlir_text import format_dict
from ..printer import Names, Printer, print_loc

_INDENT = "  "
_WIDTH = 100


class CustomPrinter(Printer):
    """A collector of lines in the custom form.

    Forms write the text after the name of an operation into the open line.
    """

    def __init__(self, locations: bool = False) -> None:
        super().__init__(locations)
        self.text = ""
        self.indent = ""
        self.dialect = "builtin"
        self._loc: Any = None
        self._spaced = True
        self._after_sign = False

    def op(self, op: Op, indent: str) -> None:
        """Print one operation."""
        form = op.form
        if form is None or not form.fits(op):
            outer, self.dialect = self.dialect, ""
            super().op(op, indent)
            self.dialect = outer
            return
        saved = self.text, self.indent, self._loc
        of = self.names.of
        for value in op.operands:
            of(value)
        head = f"{', '.join([of(v) for v in op.results])} = " if op.results else ""
        self.text = f"{indent}{head}{self._name(op.name)}"
        self.indent, self._loc = indent, op.loc
        self._spaced, self._after_sign = True, False
        form.write(op, self)
        self.lines.append(f"{self.text} {print_loc(op.loc)}" if self.locations else self.text)
        self.text, self.indent, self._loc = saved

    def _name(self, name: str) -> str:
        """The name of an operation, without the dialect of its parent."""
        dialect, _, short = name.partition(".")
        return short if dialect == self.dialect and "." not in short else name

    # ------------------------------------------------------------------ pieces of a line

    def literal(self, text: str) -> None:
        """Write a word or sign, with spaces as in MLIR."""
        sign = not (text[0].isalpha() or text[0] == "_")
        if len(text) != 1 and text != "->":
            space = True
        elif self._after_sign:
            space = text[0] not in ">)}],"
        else:
            space = text[0] not in "<>(){}[],"
        if self._spaced and space:
            self.text += " "
        self.text += text
        self._spaced = len(text) != 1 or text not in "<({["
        self._after_sign = sign

    def item(self, text: str) -> None:
        """Write any other text; an empty one leaves no trace."""
        if not text:
            return
        self.text += f" {text}" if self._spaced else text
        self._spaced, self._after_sign = True, False

    def values(self, values: Iterable[Value]) -> str:
        """The names of values, ``%a, %b``."""
        return ", ".join([self.names.of(v) for v in values])

    def listed(self, opening: str, texts: Sequence[str], closing: str) -> None:
        """Write texts in parentheses, on several lines if need be."""
        line = f"{opening}{', '.join(texts)}{closing}"
        if len(self.text) + len(line) < _WIDTH:
            self.item(line)
            return
        self.item(opening)
        for i, text in enumerate(texts):
            piece = f" {text}{',' if i + 1 < len(texts) else closing}"
            if i == 0 or len(self.text) + len(piece) > _WIDTH:
                self.lines.append(self.text)
                self.text = f"{self.indent}{2 * _INDENT}"[:-1]
            self.text += piece

    def label(self, block: Block) -> str:
        """The label of a block, ``^bb1``."""
        return self._label(block)

    def dictionary(self, items: Mapping[str, Any], keyword: bool = False) -> None:
        """Write a dictionary, ``{name = attribute}``."""
        self.item(("attributes " if keyword else "") + format_dict(items))

    # ------------------------------------------------------------------ regions

    def region(
        self,
        region: Region,
        implicit: str | None = None,
        dialect: str = "",
        arguments: bool = False,
    ) -> None:
        """Write a region, ``{ operations }``.

        ``arguments``: those of the entry have been written before it.
        """
        outer, self.dialect = self.dialect, dialect
        indent, names = self.indent, self.names
        self.item("{")
        self.lines.append(self.text)
        if region.parent is not None and region.parent.isolated and not arguments:
            self.isolate()
        self._region(region, indent, arguments, self.implied(region, implicit))
        self.names = names
        self.text = f"{indent}}}"
        self.dialect = outer
        self._spaced, self._after_sign = True, False

    def isolate(self) -> Names:
        """Begin with fresh names, for an isolated operation.

        Returns the names so far.
        """
        outer, self.names = self.names, Names()
        return outer

    def named_regions(
        self, regions: Sequence[tuple[str, Region]], implicit: str | None = None
    ) -> None:
        """Write regions under their names, ``{ name { operations } ... }``."""
        outer = self.indent
        self.item("{")
        self.lines.append(self.text)
        self.indent = outer + _INDENT
        for name, region in regions:
            self.text = self.indent + name
            self.region(region, implicit)
            self.lines.append(self.text)
        self.indent = outer
        self.text = f"{outer}}}"

    def implied(self, region: Region, implicit: str | None) -> bool:
        """Whether the terminator of a region may be left out."""
        if implicit is None or len(region.blocks) != 1 or not region.block.ops:
            return False
        last = region.block.ops[-1]
        bare = not (last.operands or last.results or last.attributes or last.props)
        return last.name == implicit and bare and not (self.locations and last.loc != self._loc)
