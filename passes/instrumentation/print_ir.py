"""Print the IR before and after passes, as ``mlir-opt --mlir-print-ir-after`` does."""

from __future__ import annotations

from ...ir.core import Op
from ..framework.context import Context
from ..framework.core import Pass
from . import Instrumentation
from .common import chosen, say, target, text_of


def show(when: str, item: Pass, op: Op, text: str) -> None:
    """A headline and the text, if there is one."""
    if text:
        say(f"// ----- {when} {item}{target(op)}\n{text}\n")


class PrintIR(Instrumentation):
    """Prints before and after the passes that the options name."""

    def __init__(self, context: Context) -> None:
        options = context.options
        self.before = chosen(options.print_ir_before, "print_ir_before")
        self.after = chosen(options.print_ir_after, "print_ir_after")
        self.only = options.print_ir_filter

    def before_pass(self, item: Pass, op: Op) -> None:
        """Print if asked for."""
        if self.before is None or item.name in self.before:
            show("before", item, op, text_of(op, self.only))

    def after_pass(self, item: Pass, op: Op, changed: bool) -> None:
        """Print if asked for."""
        if self.after is None or item.name in self.after:
            show("after" if changed else "after (no change)", item, op, text_of(op, self.only))

    def pass_failed(self, item: Pass, op: Op, error: Exception) -> None:
        """Print what the pass left behind."""
        if self.after is None or item.name in self.after:
            show("failed in", item, op, text_of(op, self.only))
