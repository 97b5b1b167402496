"""The base of instrumentations that compare the IR around a pass.

They look at it before and after each one.
"""

from __future__ import annotations

from ...ir.core import Op
from ..framework.context import Context
from ..framework.core import Pass
from . import Instrumentation
from .common import text_of


class Changes(Instrumentation):
    """Calls :meth:`change` after a pass that changed the text.

    Only the text of what is looked at counts.
    """

    def __init__(self, context: Context) -> None:
        self.only = context.options.print_ir_filter
        self._before = ""

    def before_pass(self, item: Pass, op: Op) -> None:
        """Note the text before the pass."""
        self._before = text_of(op, self.only)

    def after_pass(self, item: Pass, op: Op, changed: bool) -> None:
        """Compare texts. What a pass says of itself is not believed."""
        text = text_of(op, self.only)
        if text != self._before:
            self.change(item, op, self._before, text)

    def change(self, item: Pass, op: Op, before: str, after: str) -> None:
        """Print or write a difference of the texts."""
        raise NotImplementedError
