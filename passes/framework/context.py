"""The context that passes share: options, report, diagnostics, analyses, instrumentations."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from attrs import field

from ...ir.attrs_classes import define
from ...ir.core import Op
from ...ir.diagnostics import Diagnostics
from ...ir.rewriter import Rewriter, RuleStatistics
from ...ir.target import Target, find_target
from ..instrumentation import Instrumentation, from_options, hooks
from .analyses import Analyses
from .report import Report
from .settings import Options, changed_options, current_options

if TYPE_CHECKING:
    from ...ir.trace import Trace


@define(eq=False)
class Context:
    """One compilation. ``Context()`` is silent; ``from_environment`` obeys ``RANVIER_*``.

    ``seconds`` says how long each stage took. ``trace`` and ``rules`` are None unless an
    option asks for every rewrite, or for what became of every rule (by pass and rule). ``again``
    makes the module that came in once more. Errors that a pass puts into ``diagnostics`` are raised
    together when it ends.
    """

    options: Options = field(factory=Options)
    report: Report = field(factory=Report)
    diagnostics: Diagnostics = field(factory=Diagnostics)
    instrumentations: list[Instrumentation] = field(factory=list)
    analyses: Analyses = field(factory=Analyses)
    again: Callable[[], Op] | None = None
    seconds: dict[str, float] = field(factory=dict)
    trace: Trace | None = None
    rules: dict[tuple[str, str], RuleStatistics] | None = None

    @classmethod
    def from_environment(cls, **changes: Any) -> Context:
        """A context with the options in force, and their instrumentations.

        The options may be changed.
        """
        return cls.of(changed_options(current_options(), changes) if changes else current_options())

    @classmethod
    def of(cls, options: Options) -> Context:
        """A context with these options, and the instrumentations they ask for."""
        context = cls(options)
        context.instrumentations = from_options(context)
        return context

    @property
    def target(self) -> Target:
        """The kind of machine that kernels are made for."""
        return find_target(self.options.target, self.options.gpu_arch)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage of the compiler, and tell the instrumentations.

        Its time is added to ``seconds``.
        """
        for hook in hooks(self.instrumentations, "before_stage"):
            hook(name)
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start
        for hook in hooks(self.instrumentations, "after_stage"):
            hook(name, self.seconds[name])

    def produced(self, name: str, text: Callable[[], str]) -> None:
        """Offer the text that a stage made to the instrumentations."""
        for hook in hooks(self.instrumentations, "produced"):
            hook(name, text)

    def rewriter(self) -> Rewriter:
        """A rewriter, traced and timed if an option asks for it."""
        return Rewriter(self.trace, timing=self.rules is not None)

    def count(self, pass_name: str, rw: Rewriter) -> None:
        """Add what the rules of a rewriter did to the statistics."""
        self.report.statistics.update(rw.matches)
        if self.rules is not None:
            for name, one in rw.statistics.items():
                total = self.rules.setdefault((pass_name, name), RuleStatistics())
                total.tried += one.tried
                total.matched += one.matched
                total.seconds += one.seconds
                total.skipped.update(one.skipped)
