"""Verifies the IR after every pass. Passes that name a level have it verified before and after."""

from __future__ import annotations

from ...ir.core import Op
from ...ir.dialects.builtin import Module
from ...ir.spec import SPECS
from ...ir.verifier import VerifyError, verify
from ..framework.context import Context
from ..framework.core import Pass
from ..framework.pipeline import Pipeline
from . import Instrumentation


class VerifyEach(Instrumentation):
    """Raises a VerifyError, which counts as a failure of the pass. The manager reports it so."""

    def __init__(self, context: Context) -> None:
        """Start without anything of the context."""

    def before_pipeline(self, pipeline: Pipeline, module: Module) -> None:
        """Verify the input, else the first pass would be blamed."""
        verify(module)

    def before_pass(self, item: Pass, op: Op) -> None:
        """Check the level that the pass requires."""
        self._level(item.requires, op, f"'{item.name}' requires the level '{item.requires}'")

    def after_pass(self, item: Pass, op: Op, changed: bool) -> None:
        """Verify what changed, and the level that the pass ensures."""
        if changed:
            verify(op)
        self._level(item.ensures, op, f"'{item.name}' ensures the level '{item.ensures}'")

    def _level(self, level: str, op: Op, what: str) -> None:
        found = SPECS[level].check(op) if level else []
        if found:
            raise VerifyError([found[0].note(what), *found[1:]])
