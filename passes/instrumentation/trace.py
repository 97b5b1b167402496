"""Prints every rewrite: rule, operation before, and outcome. The rule comes with file and line."""

from __future__ import annotations

from ...ir.core import Op
from ...ir.trace import Trace
from ..framework.context import Context
from ..framework.core import Pass
from . import Instrumentation
from .common import say, target, visible


class TraceRewrites(Instrumentation):
    """Gives every pass a trace and prints it afterwards.

    A trace is printed when the pass failed, too.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.only = context.options.print_ir_filter

    def before_pass(self, item: Pass, op: Op) -> None:
        """A new trace where the pass is looked at."""
        self.context.trace = Trace() if any(True for _ in visible(op, self.only)) else None

    def after_pass(self, item: Pass, op: Op, changed: bool) -> None:
        """Print it."""
        trace, self.context.trace = self.context.trace, None
        if trace is not None and trace.steps:
            say(f"// ----- rewrites of {item}{target(op)}\n{trace}\n")

    def pass_failed(self, item: Pass, op: Op, error: Exception) -> None:
        """Print the trace: its last rewrite is where it went wrong."""
        self.after_pass(item, op, True)
