"""Writes the IR after every change to numbered files.

Passes change it; what the stages make is written, too.

    00.mlir  01-canonicalize.pop0.mlir  ...  21-licm.pop0_update.mlir  90.ll  91.opt.ll  92.s

The IR that came in is the first file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from ...ir.core import Op, symbol_name
from ...ir.diagnostics import fail
from ...ir.dialects.builtin import Module
from ...ir.printer import print_custom
from ..framework.context import Context
from ..framework.core import Pass
from ..framework.pipeline import Pipeline
from .changes import Changes


class DumpDirectory(Changes):
    """A folder of files, numbered over all pipelines of a compilation.

    An older file is replaced.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.folder = Path(context.options.dump_dir)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as problem:
            fail(f"'dump_dir' (RANVIER_DUMP_DIR): cannot make the folder: {problem}")
        self.number = 0

    def before_pipeline(self, pipeline: Pipeline, module: Module) -> None:
        """Write the IR that comes in."""
        self.write(".mlir", print_custom(module, locations=True))

    def change(self, item: Pass, op: Op, before: str, after: str) -> None:
        """Write the IR after a change."""
        name = symbol_name(op)
        self.write(f"-{item.name}{f'.{name}' if name else ''}.mlir", after)

    def produced(self, name: str, text: Callable[[], str]) -> None:
        """Write LLVM IR or assembly; their names are numbers already."""
        self._write(name, text())

    def write(self, name: str, text: str) -> None:
        """Write the next file."""
        self._write(f"{self.number:02d}{name}", text)
        self.number += 1

    def _write(self, name: str, text: str) -> None:
        safe = re.sub(r"[^\w.-]", "_", name)
        (self.folder / safe).write_text(text + "\n", encoding="utf-8")
