"""Prints and parses the IR after every pass. The text must come back the same."""

from __future__ import annotations

from ...ir.core import Op
from ...ir.diagnostics import RanvierError
from ...ir.dialects.builtin import Module
from ...ir.equality import difference
from ...ir.printer import print_custom, print_op
from ..framework.context import Context
from ..framework.core import Pass
from ..framework.pipeline import Pipeline
from . import Instrumentation
from .diff import unified


class RoundTripError(RanvierError):
    """The text of the IR does not say all of it."""


class RoundTripEach(Instrumentation):
    """Prints and parses whole modules.

    A pass on functions is followed by the text of its module.
    """

    def __init__(self, context: Context) -> None:
        self.module: Module | None = None

    def before_pipeline(self, pipeline: Pipeline, module: Module) -> None:
        """Check what comes in."""
        self.module = module
        self.check(module)

    def after_pass(self, item: Pass, op: Op, changed: bool) -> None:
        """Check what came out."""
        if changed and self.module is not None:
            self.check(self.module)

    def check(self, module: Module) -> None:
        """Print and parse in both forms; compare modules, then texts.

        Locations are compared, too.
        """
        from ...ir.parser import parse

        for form in (print_op, print_custom):
            text = form(module, True)
            back = parse(text)
            lost = difference(module, back, locations=True)
            if lost is not None:
                raise RoundTripError(f"the text of the IR does not say all of it: {lost}")
            again = form(back, True)
            if again != text:
                raise RoundTripError(f"the printed IR reads differently:\n{unified(text, again)}")
