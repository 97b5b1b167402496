"""The parser of a whole text."""

from __future__ import annotations

from ..core import Block, Region
from ..dialects.builtin import Module
from ..location import UNKNOWN
from .custom import CustomParser
from .source import ParseError, Source, SyntaxStopError


class ModuleParser(CustomParser):
    """The parser of the top of a text: operations and aliases."""

    def __init__(self, text: str, filename: str) -> None:
        super().__init__(Source(text, filename))

    def parse(self) -> Module:
        """Parse the module; see :func:`ranvier.ir.parser.parse`."""
        top = Region(Block())
        try:
            while self.texts[self.at]:
                self._item(top.block)
            self.check_all_defined()
            self.check_all_labels()
        except SyntaxStopError:
            pass
        if self.source.problems:
            raise ParseError(self.source.problems)
        return self._module(top)

    def _item(self, block: Block) -> None:
        token = self.texts[self.at]
        if token[:1] in ("#", "!") and self.texts[self.at + 1] == "=":
            self.alias_definition()
        elif token in ("}", "^"):
            self.fail("an operation")
        else:
            self.operation_or_skip(block)

    def _module(self, top: Region) -> Module:
        ops = top.block.ops
        if len(ops) == 1 and isinstance(ops[0], Module):
            ops[0].block = None
            return ops[0]
        module = Module(body=top)
        module.loc = ops[0].loc if ops else UNKNOWN
        return module
