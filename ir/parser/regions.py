"""The parser of regions and blocks, which goes on after errors."""

from __future__ import annotations

from ..core import Block, Op, Region
from ..types import Type
from .operations import OperationParser
from .scopes import BlockNames, ValueScope
from .source import Source, SyntaxStopError

Arguments = list[tuple[int, Type]]
"""Entry arguments that stand before their region: tokens of names, types."""


class RegionParser(OperationParser):
    """The parser of regions and of the blocks in them."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.dialect = "builtin"
        """The dialect of operations that are named without one."""

    def _regions(self, cls: type[Op]) -> tuple[Region, ...]:
        """Parse regions, ``({...}, {...})``."""
        self.at += 1
        outer = self.scope
        isolated = cls.isolated
        regions = []
        while True:
            if isolated:
                self.scope = ValueScope()
            regions.append(self.plain_region())
            if isolated:
                self.check_all_defined()
                self.scope = outer
            if not self.accept(","):
                break
        self.expect(")", " or ',' after a region")
        return tuple(regions)

    def check_all_defined(self) -> None:
        """Complain about names that were used but never defined."""
        for name, value in self.scope.forward.items():
            self.problem(f"'{name}' is not defined", value.index)

    def check_all_labels(self) -> None:
        """Complain about branches to blocks that are not there."""
        for label, at in self.labels.undefined():
            self.problem(f"the block '{label}' is not defined", at)

    def plain_region(self, arguments: Arguments | None = None, dialect: str = "") -> Region:
        """Parse a region, ``{ operations }``.

        ``arguments`` are those of the entry where they stand before it.
        """
        self.expect("{", " at the start of a region")
        self.enter()
        region = Region()
        outer, self.labels = self.labels, BlockNames(region)
        around, self.dialect = self.dialect, dialect
        scope, mark = self.scope, len(self.scope.order)
        if arguments is not None:
            entry = region.append(Block())
            for at, type_ in arguments:
                self.define(self.texts[at], entry.add_arg(type_), at)
            self._operations(entry)
        elif self.texts[self.at] not in ("}", "") and self.texts[self.at][:1] != "^":
            self._operations(region.append(Block()))
        while self.texts[self.at][:1] == "^":
            self._operations(self._block())
        self.expect("}", " or an operation")
        self.check_all_labels()
        scope.forget(mark)
        self.labels, self.dialect = outer, around
        self.leave()
        return region

    def _block(self) -> Block:
        """Parse the head of a block, ``^label(%argument: type):``."""
        label, at = self.texts[self.at], self.at
        if len(label) < 2:
            self.fail("a block")
        self.at += 1
        block = self.labels.define(label)
        if block is None:
            self.problem(f"the block '{label}' is defined twice", at)
            block = Block()
        if self.accept("(") and not self.accept(")"):
            self._argument(block)
            while self.accept(","):
                self._argument(block)
            self.expect(")", " or ',' after a block argument")
        self.expect(":", " after the label of a block")
        return block

    def _argument(self, block: Block) -> None:
        name, at = self.texts[self.at], self.at
        if name[:1] != "%" or len(name) < 2 or "#" in name:
            self.fail("a block argument")
        self.at += 1
        self.expect(":", " and the type of the block argument")
        self.define(name, block.add_arg(self.type()), at)
        if self.texts[self.at] == "loc":
            self.location()

    def _operations(self, block: Block) -> None:
        """Parse operations up to the end of the block."""
        texts = self.texts
        while texts[self.at] not in ("}", "") and texts[self.at][:1] != "^":
            self.operation_or_skip(block)

    def operation_or_skip(self, block: Block) -> None:
        """Parse one operation, or skip it after an error in it.

        Parsing goes on with the next operation where it is clear where that begins.
        """
        start, depth, scope, labels = self.at, self.depth, self.scope, self.labels
        dialect = self.dialect
        mark = len(scope.order)
        try:
            self.operation(block)
        except SyntaxStopError:
            following = self._next_operation(start, inside=depth > 0)
            if following is None:
                raise
            self.at, self.depth, self.scope, self.labels = following, depth, scope, labels
            self.dialect = dialect
            self._open.clear()
            scope.forget(mark)
            end = start
            while self.texts[end][:1] in ("%", ",") and "#" not in self.texts[end]:
                end += 1
            self.define_unclear([n for n in self.texts[start:end] if n != ","], start)

    def _next_operation(self, start: int, inside: bool) -> int | None:
        """The first token after the operation at ``start``.

        It opens a line, outside of the braces of the operation. ``inside`` a region, the end of the
        region ends the operation too.
        """
        level = 0
        text = self.source.text
        for at in range(start + 1, len(self.texts)):
            token = self.texts[at]
            level += (token == "{") - (token == "}")
            if level < 0:
                return at if inside else None
            if level == 0 and (token[:1] in ("%", '"', "^") or self.names_operation(token)):
                space = text[self.matches[at].start() : self.matches[at].start(1)]
                if "\n" in space and self.texts[at - 1] not in (",", "("):
                    return at
        return None

    def names_operation(self, token: str) -> bool:
        """Whether a token may be the name of an operation."""
        raise NotImplementedError
