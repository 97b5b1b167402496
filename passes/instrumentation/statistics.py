"""Counts of every pass, and of rewrite rules.

A pass counts on what it ran, a rule how often it was tried and matched.

    ----- statistics -----
    licm
      @pop0_update           14 licm
    canonicalize: rules          tried  matched      time  skipped because
      fold_float                    31        2   0.04 ms  29 x an operand is not constant

Rules are only timed while this looks on.
"""

from __future__ import annotations

from collections import Counter

from ...ir.core import Op, symbol_name
from ...ir.dialects.builtin import Module
from ..framework.context import Context
from ..framework.core import Pass
from . import Instrumentation
from .common import say


class Statistics(Instrumentation):
    """Takes the difference of ``report.statistics`` over every pass.

    It prints after the pipeline.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.counts: dict[str, dict[str, Counter[str]]] = {}
        self._before: Counter[str] = Counter()
        context.rules = {}

    def before_pass(self, item: Pass, op: Op) -> None:
        """Note the counts before the pass."""
        self._before = self.context.report.statistics.copy()

    def after_pass(self, item: Pass, op: Op, changed: bool) -> None:
        """Take the counts since then."""
        found = self.context.report.statistics - self._before
        if found:
            name = symbol_name(op)
            by_symbol = self.counts.setdefault(item.name, {})
            by_symbol.setdefault(f"@{name}" if name else "the module", Counter()).update(found)

    def after_pipeline(self, module: Module) -> None:
        """Print, and start again."""
        say("\n".join(["----- statistics -----", *self.lines()]))
        self.counts = {}
        self.context.rules = {}

    def lines(self) -> list[str]:
        """The tables as text."""
        out: list[str] = []
        for name, by_symbol in self.counts.items():
            out.append(name)
            for symbol, counts in by_symbol.items():
                said = ", ".join(f"{n} {what}" for what, n in counts.most_common())
                out.append(f"  {symbol:<28} {said}")
        return out + self._rules()

    def _rules(self) -> list[str]:
        out: list[str] = []
        last = ""
        for (pass_name, rule), one in sorted((self.context.rules or {}).items()):
            if pass_name != last:
                head = f"{pass_name}: rules"
                out.append(f"{head:<28} {'tried':>7} {'matched':>8} {'time':>10}  skipped because")
                last = pass_name
            why = "; ".join(f"{n} x {reason}" for reason, n in one.skipped.most_common(3))
            row = f"  {rule:<26} {one.tried:>7} {one.matched:>8} {one.seconds * 1e3:>7.2f} ms"
            out.append(f"{row}  {why}".rstrip())
        return out
