"""Debug info that leads from instructions to lines of a listing. Only those who ask for it get it.

The listing is the printed module, so line 12 of the debug info is line 12 of its text. LLVM carries
these lines through its passes into the assembly, and :func:`llvm_lines` and :func:`assembly_lines`
read them back. Instructions that LLVM made of several lines have line 0. Nothing of it reaches the
machine code: the compile unit asks for directives only.

    %sum.4 = fadd double %a.1, %b.2, !dbg !9      !9 = !DILocation(line: 12, column: 1, scope: !4)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ...ir.core import Op
from ...ir.dialects.func import Func
from .lowering import ModuleDeclarations, Writer

Lines = Mapping[Op, int]
"""The line of each operation in a module's listing, from 1."""


class DebugInfo:
    """The metadata of one LLVM module; its nodes go to ``declarations``."""

    def __init__(self, lines: Lines, declarations: ModuleDeclarations, file: str) -> None:
        self.lines = lines
        self._nodes = declarations.metadata
        self._locations: dict[tuple[str, int], str] = {}
        self._file = self._node(f'!DIFile(filename: "{file}", directory: "")')
        self._unit = self._node(
            f"distinct !DICompileUnit(language: DW_LANG_C, file: {self._file}, "
            'producer: "ranvier", isOptimized: true, runtimeVersion: 0, '
            "emissionKind: DebugDirectivesOnly)"
        )
        nothing = self._node("!{}")
        self._type = self._node(f"!DISubroutineType(types: {nothing})")
        version = self._node('!{i32 2, !"Debug Info Version", i32 3}')
        self.named = f"!llvm.dbg.cu = !{{{self._unit}}}\n!llvm.module.flags = !{{{version}}}\n"

    def _node(self, text: str) -> str:
        name = f"!{len(self._nodes)}"
        self._nodes.append(f"{name} = {text}")
        return name

    def subprogram(self, function: Func) -> str:
        """The scope of a function's lines."""
        return self._node(
            f'distinct !DISubprogram(name: "{function.sym_name}", scope: {self._file}, '
            f"file: {self._file}, line: {self.lines.get(function, 0)}, type: {self._type}, "
            f"unit: {self._unit}, spFlags: DISPFlagDefinition | DISPFlagOptimized)"
        )

    def location(self, scope: str, op: Op) -> str:
        """The location of an operation in a scope."""
        key = scope, self.lines.get(op, 0)
        if key not in self._locations:
            text = f"!DILocation(line: {key[1]}, column: {int(key[1] > 0)}, scope: {scope})"
            self._locations[key] = self._node(text)
        return self._locations[key]


class LocatedWriter(Writer):
    """A writer of instructions with the listing lines they come from."""

    def __init__(self, declarations: ModuleDeclarations, info: DebugInfo, function: Func) -> None:
        super().__init__(declarations)
        self.info = info
        self.scope = info.subprogram(function)
        self.rules = _Marking(declarations.rules)

    def mark(self, start: int, op: Op) -> None:
        """Add the line of ``op`` to instructions from ``start`` on.

        Those that have a line keep it.
        """
        suffix = f", !dbg {self.info.location(self.scope, op)}"
        for i in range(start, len(self.lines)):
            line = self.lines[i]
            if line.startswith("  ") and "!dbg" not in line:
                self.lines[i] = line + suffix


class _Marking:
    """A table of rules that mark the lines they wrote."""

    def __init__(self, rules: Mapping[type[Op], Any]) -> None:
        self._rules = rules

    def get(self, kind: type[Op], other: Any) -> Any:
        """The rule of a class of operations."""
        rule = self._rules.get(kind, other)

        def marked(op: Op, write: LocatedWriter) -> Any:
            start = len(write.lines)
            found = rule(op, write)
            write.mark(start, op)
            return found

        return marked


Located = tuple[str, int]
"""A line of text and its line of the listing. 0: it comes from none."""

_LOCATION = re.compile(r"^(![0-9]+) = (?:distinct )?!DILocation\((?:line: ([0-9]+))?", re.MULTILINE)
_DEBUG = re.compile(r",? !dbg (![0-9]+)")
_DESCRIBES = re.compile(r"^![0-9]+ = (?:distinct )?!(?:DI\w+\(|\{\}|\{i32 2, !\"Debug Info)")


def llvm_lines(text: str) -> list[Located]:
    """The lines of LLVM IR without its debug info. Each comes with its line of the listing."""
    known = {name: int(line or 0) for name, line in _LOCATION.findall(text)}
    found = []
    for line in text.rstrip("\n").split("\n"):
        if _DESCRIBES.match(line) or line.startswith(("!llvm.dbg.cu", "!llvm.module.flags")):
            continue
        node = _DEBUG.search(line)
        at = known.get(node[1], 0) if node and not line.startswith("define") else 0
        found.append((_DEBUG.sub("", line), at))
    while found and not found[-1][0]:
        found.pop()
    return found


_NOISE = re.compile(r"\s*\.(cfi_\w+|file|ident|section\s+\.debug|section\s+\"?\.note)\b")
_MARKS = (".Ltmp", ".Lfunc_", "$L__tmp", "$L__func_")
_PLACE = re.compile(r"\s*\.loc\s+\d+\s+(\d+)")
_LABEL = re.compile(r"([\w.$@]+):")


def assembly_lines(text: str) -> list[Located]:
    """The lines of assembly without directives of debug info.

    Each comes with its line of the listing.

    Labels that LLVM makes for debug info alone (``.Ltmp``, in PTX ``$L__tmp``) go away too.
    """
    return list(_assembly_lines(text))


def _assembly_lines(text: str) -> Iterator[Located]:
    at = 0
    for line in text.rstrip("\n").split("\n"):
        place = _PLACE.match(line)
        if place:
            at = int(place[1])
            continue
        if _NOISE.match(line) or line.startswith(_MARKS):
            continue
        plain = line.expandtabs(8).rstrip()
        label = _LABEL.match(plain)
        if label and not label[1].startswith(".L"):
            at = 0
        directive = plain.lstrip().startswith((".", "#", "//"))
        is_instruction = plain.startswith(" ") and not directive
        if plain:
            yield plain, at if is_instruction else 0
