"""Print the IR after every pass that changed it."""

from __future__ import annotations

from ...ir.core import Op
from ..framework.core import Pass
from .changes import Changes
from .print_ir import show


class PrintChanges(Changes):
    """Prints the whole outcome of each change by a pass."""

    def change(self, item: Pass, op: Op, before: str, after: str) -> None:
        """Print it."""
        show("after", item, op, after)
