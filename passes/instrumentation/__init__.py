"""Observers of passes: printing, timing, verifying, reproducing. The pass manager only
calls the hooks below; nothing costs anything while it is off.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ...ir.core import Op
from ...ir.dialects.builtin import Module

if TYPE_CHECKING:
    from ..framework.context import Context
    from ..framework.core import Pass
    from ..framework.pipeline import Pipeline
    from ..framework.settings import Options


class Instrumentation:
    """Hooks around passes. Override what is needed; what is not overridden is never called.

    ``op`` is what the pass runs on: the module, or one function, population or projection.
    """

    def before_pipeline(self, pipeline: Pipeline, module: Module) -> None:
        """Hook before the first pass."""

    def before_pass(self, item: Pass, op: Op) -> None:
        """Hook before a pass runs on ``op``."""

    def after_pass(self, item: Pass, op: Op, changed: bool) -> None:
        """Hook after a pass. An exception raised here counts as one of the pass."""

    def pass_failed(self, item: Pass, op: Op, error: Exception) -> None:
        """Hook after a failure. ``error`` is a ModelError of the user or a PassFailed."""

    def after_pipeline(self, module: Module) -> None:
        """Hook after the last pass."""

    def analysis_computed(self, name: str, op: Op) -> None:
        """Hook for an analysis that was not in the cache."""

    def before_stage(self, name: str) -> None:
        """Hook before a stage of the compiler: ``emit``, ``passes``, ``llvm``, ..."""

    def after_stage(self, name: str, seconds: float) -> None:
        """Hook after a stage."""

    def produced(self, name: str, text: Callable[[], str]) -> None:
        """Hook for a stage's output, e.g. ``90.ll``. Call ``text`` to have its text."""


def hooks(instrumentations: list[Instrumentation], name: str) -> list[Callable[..., None]]:
    """The methods ``name`` of all instrumentations that override it."""
    default = getattr(Instrumentation, name)
    return [
        getattr(each, name)
        for each in instrumentations
        if getattr(type(each), name, default) is not default
    ]


_SWITCHES: tuple[tuple[str, str, Callable[[Options], Any]], ...] = (
    ("verify_each", "VerifyEach", lambda o: o.verify >= 1),
    ("round_trip", "RoundTripEach", lambda o: o.verify >= 2),
    ("print_ir", "PrintIR", lambda o: o.print_ir_before or o.print_ir_after),
    ("print_changes", "PrintChanges", lambda o: o.print_ir_after_change),
    ("diff", "Diff", lambda o: o.diff),
    ("dump", "DumpDirectory", lambda o: o.dump_dir),
    ("trace", "TraceRewrites", lambda o: o.trace_rewrites),
    ("statistics", "Statistics", lambda o: o.stats),
    ("timing", "Timing", lambda o: o.time),
    ("reproducer", "Reproducer", lambda o: True),
)
"""Module, class, and whether options ask for it. Timing comes late, so that it does not time the
others' printing before a pass."""


def from_options(context: Context) -> list[Instrumentation]:
    """The instrumentations that the options of ``context`` ask for."""
    found = []
    for module, name, wanted in _SWITCHES:
        if wanted(context.options):
            kind = getattr(importlib.import_module("." + module, __package__), name)
            found.append(kind(context))
    return found
