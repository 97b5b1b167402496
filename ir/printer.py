"""Printing in MLIR's generic syntax, exactly.

``results = "name"(operands)[successors] <{properties}> ({regions}) {attributes} : types loc(...)``.
Value names are the hints of the front end, made unique within each isolated operation; blocks are
numbered within their region. The text parses back to an equal module
(:func:`ranvier.ir.parser.parse`) that prints the same. :mod:`.assembly.printer` prints the custom
syntax.
"""

from __future__ import annotations

from functools import lru_cache

from .attributes import Attribute
from .core import Block, Op, Region, Value
from .location import FileLineCol, Fused, Loc, Named, Unknown
from .mlir_text import format_dict, quote

_INDENT = "  "


def print_op(op: Op, locations: bool = False) -> str:
    """The text of ``op`` in the generic form.

    It has no final newline, and parses back.
    """
    printer = Printer(locations)
    printer.op(op, "")
    return "\n".join(printer.lines)


def print_custom(op: Op, locations: bool = False) -> str:
    """The text of ``op`` in the custom form; see :mod:`.assembly`.

    It has no final newline, and parses back.
    """
    from .assembly.printer import CustomPrinter

    printer = CustomPrinter(locations)
    printer.op(op, "")
    return "\n".join(printer.lines)


FORMS = ("custom", "generic", "pretty")
"""The forms of the text of an operation."""


def text_of(op: Op, form: str = "custom", locations: bool = False) -> str:
    """The text of ``op`` in one of ``FORMS``.

    See :func:`print_custom`, :func:`print_op` (generic) and :func:`pretty`.
    """
    if form == "pretty":
        return pretty(op)
    return (print_op if form == "generic" else print_custom)(op, locations)


def pretty(op: Op) -> str:
    """The text of ``op`` for people: equations and loops.

    It uses the model's own names and cannot be parsed.
    """
    from .pretty import pretty_op

    return pretty_op(op)


@lru_cache(maxsize=4096)
def clean_name(hint: str) -> str:
    """The name that MLIR takes for a hint.

    It consists of letters, digits and ``_$.-``, and does not start with a digit.
    """
    clean = "".join(c if c.isascii() and (c.isalnum() or c in "_$.-") else "_" for c in hint)
    return "_" + clean if clean[0].isdigit() or clean[0] == "-" else clean


def in_order(op: Op) -> dict[str, Attribute]:
    """The properties in the order of the declaration."""
    props = op.props
    ordered = {name: props[name] for name in op.defn.prop_names if name in props}
    return ordered if len(ordered) == len(props) else {**ordered, **props}


class Names:
    """The names given to values so far, in one isolated operation.

    ``mark`` stands before each, ``unnamed`` before the number of those without a hint.
    """

    __slots__ = ("_counter", "_mark", "_taken", "_unnamed", "known")

    def __init__(self, mark: str = "%", unnamed: str = "") -> None:
        self.known: dict[Value, str] = {}
        self._taken: dict[str, int] = {}
        self._counter = 0
        self._mark = mark
        self._unnamed = unnamed

    def of(self, value: Value) -> str:
        """The name of a value, chosen when first asked for."""
        name = self.known.get(value)
        if name is None:
            name = self.known[value] = self._mark + self._fresh(value.name)
        return name

    def reserve(self, name: str) -> None:
        """Give ``name`` to no value."""
        self._taken.setdefault(name, 0)

    def _fresh(self, hint: str | None) -> str:
        if not hint:
            self._counter += 1
            return f"{self._unnamed}{self._counter - 1}"
        taken, clean = self._taken, clean_name(hint)
        count = taken.get(clean)
        if count is None:
            taken[clean] = 0
            return clean
        while True:
            count += 1
            name = f"{clean}_{count}"
            if name not in taken:
                break
        taken[clean] = count
        taken[name] = 0
        return name


class Printer:
    """A collector of lines in the generic form."""

    def __init__(self, locations: bool = False) -> None:
        self.lines: list[str] = []
        self.locations = locations
        self.names = Names()
        self.blocks: dict[Block, str] = {}

    def op(self, op: Op, indent: str) -> None:
        """Print one operation."""
        head = indent + self._head(op)
        if not op.regions:
            self.lines.append(head + self._tail(op))
            return
        outer = self.names
        if op.isolated:
            self.names = Names()
        self.lines.append(f"{head} ({{")
        for i, region in enumerate(op.regions):
            if i:
                self.lines.append(f"{indent}}}, {{")
            self._region(region, indent)
        self.names = outer
        self.lines.append(f"{indent}}}){self._tail(op)}")

    def _head(self, op: Op) -> str:
        names = self.names
        known, name = names.known, names.of
        operands = ", ".join([known.get(v) or name(v) for v in op.operands])
        text = f'"{op.name}"({operands})'
        if op.results:
            text = f"{', '.join([name(v) for v in op.results])} = {text}"
        if op.successors:
            text += f"[{', '.join([self._label(b) for b in op.successors])}]"
        if not op.props:
            return text
        props = op.props if len(op.props) == 1 else in_order(op)
        return f"{text} <{format_dict(props)}>"

    def _tail(self, op: Op) -> str:
        operands = ", ".join([v.type.text for v in op.operands])
        if len(op.results) == 1:
            results = op.results[0].type.text
            if results[0] == "(":
                results = f"({results})"
        else:
            results = f"({', '.join([v.type.text for v in op.results])})"
        text = f" : ({operands}) -> {results}"
        if op.attributes:
            text = f" {format_dict(op.attributes)}{text}"
        return f"{text} {print_loc(op.loc)}" if self.locations else text

    def _region(
        self, region: Region, indent: str, arguments: bool = False, implied: bool = False
    ) -> None:
        """Print the blocks of a region.

        ``arguments``: those of the entry are written elsewhere; ``implied``: the terminator is left
        out.
        """
        if len(region.blocks) > 1:
            self.blocks.update((b, f"^bb{i}") for i, b in enumerate(region.blocks))
        for number, block in enumerate(region.blocks):
            if number or not arguments:
                self._block_label(block, number, indent)
            self._operations(block.ops[:-1] if implied else block.ops, indent + _INDENT)

    def _block_label(self, block: Block, number: int, indent: str) -> None:
        """Print the label of a block that is no plain entry."""
        if block.args or number or not block.ops or entered_again(block):
            args = ", ".join([f"{self.names.of(a)}: {a.type}" for a in block.args])
            self.lines.append(f"{indent}^bb{number}({args}):" if args else f"{indent}^bb{number}:")

    def _operations(self, ops: list[Op], indent: str) -> None:
        for op in ops:
            self.op(op, indent)

    def _label(self, block: Block) -> str:
        label = self.blocks.get(block)
        if label is None:
            region = block.parent
            number = region.blocks.index(block) if region else 0
            label = self.blocks[block] = f"^bb{number}" if region else "^nowhere"
        return label


def entered_again(entry: Block) -> bool:
    """Whether an operation branches to the entry of its region.

    The entry then needs a label.
    """
    blocks = entry.parent.blocks if entry.parent else ()
    return any(op.successors and entry in op.successors for block in blocks for op in block.ops)


def print_loc(loc: Loc) -> str:
    """``loc(...)`` as MLIR writes it."""
    return f"loc({_inner_loc(loc)})"


def _inner_loc(loc: Loc) -> str:
    if isinstance(loc, FileLineCol):
        span = f" to :{loc.end_col}" if loc.end_col > loc.col else ""
        return f"{quote(loc.file)}:{loc.line}:{loc.col}{span}"
    if isinstance(loc, Named):
        inner = "" if isinstance(loc.inner, Unknown) else f"({_inner_loc(loc.inner)})"
        return quote(loc.name) + inner
    if isinstance(loc, Fused):
        inner = ", ".join(_inner_loc(x) for x in loc.locs)
        reason = f"<{quote(loc.reason)}>" if loc.reason else ""
        return f"fused{reason}[{inner}]"
    return "unknown"
