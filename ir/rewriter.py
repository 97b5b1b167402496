"""The rewriter: a mutator that applies patterns until nothing changes.

It keeps a worklist: all operations at first, later those whose operands, users or properties
changed. Pure operations without uses are dropped on the way. Rules that undo one another are found
and named.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .core import Op, Value
from .diagnostics import RanvierError, error
from .location import Loc
from .mutator import Mutator
from .patterns import Pattern, Table, pattern, table

if TYPE_CHECKING:
    from .trace import Trace

__all__ = [
    "Pattern",
    "RewriteCycleError",
    "Rewriter",
    "RuleStatistics",
    "Table",
    "pattern",
    "table",
]

PATIENCE = 32
"""The number of rewrites of a lineage that suggests a cycle.

A lineage is an operation with all that replaced it.
"""

REPEATS = 8
"""The number of returns of one operation that make a cycle."""


class RewriteCycleError(RanvierError):
    """A cycle of rules that undo one another.

    ``rules`` are the names of those that alternate.
    """

    def __init__(self, text: str, rules: tuple[str, ...], loc: Loc) -> None:
        super().__init__(str(error(text, loc)))
        self.rules = rules


class RuleStatistics:
    """Statistics of a rule: trials, matches, reasons for skips, seconds.

    The time is measured on request only.
    """

    __slots__ = ("matched", "seconds", "skipped", "tried")

    def __init__(self) -> None:
        self.tried = 0
        self.matched = 0
        self.skipped: Counter[str] = Counter()
        self.seconds = 0.0


class _Lineage:
    """The history of an operation and of its replacements."""

    __slots__ = ("depth", "rules", "seen")

    def __init__(self) -> None:
        self.depth = 0
        self.rules: list[Pattern] = []
        self.seen: Counter[Any] = Counter()


class Rewriter(Mutator):
    """A mutator that applies rules, with statistics for each rule.

    ``trace`` collects every application of a rule.
    """

    def __init__(self, trace: Trace | None = None, *, timing: bool = False) -> None:
        super().__init__()
        self.statistics: dict[str, RuleStatistics] = {}
        self.trace = trace
        self.timing = timing
        self._worklist: dict[Op, None] = {}
        self._driving = False
        self._rule = RuleStatistics()
        self._fresh: list[Op] = []
        self._lineages: dict[Op, _Lineage] = {}
        self._renamed: list[tuple[Value, Value]] = []

    @property
    def matches(self) -> Counter[str]:
        """The number of applications of each rule."""
        return Counter({k: s.matched for k, s in self.statistics.items() if s.matched})

    def skip(self, reason: str) -> None:
        """Note the reason why the running pattern does not apply."""
        self._rule.skipped[reason] += 1

    def replace_uses(self, old: Value, new: Value) -> None:
        """Use ``new`` wherever ``old`` is used."""
        if self.trace is not None:
            self._renamed.append((old, new))
        super().replace_uses(old, new)

    def _enter(self, op: Op) -> None:
        self._fresh.append(op)
        super()._enter(op)

    def _leave(self, op: Op) -> None:
        if self._driving:
            for value in op.operands:
                if isinstance(value.owner, Op):
                    self._touch(value.owner)
            self._worklist.pop(op, None)

    def _touch(self, op: Op) -> None:
        if self._driving:
            self._worklist.pop(op, None)
            self._worklist[op] = None

    def apply(self, root: Op, rules: Table) -> bool:
        """Apply ``rules`` inside ``root`` until nothing changes.

        Pure operations without uses are dropped. Returns whether anything changed; raises
        :class:`RewriteCycleError` for rules that undo one another.
        """
        self._worklist = dict.fromkeys(reversed([op for op in root.walk() if op is not root]))
        self._driving = True
        try:
            self._run(rules)
        finally:
            self._driving, self._worklist, self._lineages, self._fresh = False, {}, {}, []
        return self.changed

    def _run(self, rules: Table) -> None:
        worklist = self._worklist
        known: dict[type[Op], list[tuple[Pattern, RuleStatistics]]] = {}
        budget = 64 * len(worklist) + 1024
        last: deque[Pattern] = deque(maxlen=16)
        while worklist:
            op, _ = worklist.popitem()
            if op.block is None:
                continue
            if op.pure and _unused(op):
                self.erase(op)
                continue
            candidates = known.get(type(op))
            if candidates is None:  # only rules of operations that occur are looked up
                candidates = [(p, self._statistics(p)) for p in rules.get(type(op), ())]
                known[type(op)] = candidates
            fired = self._try(op, candidates)
            if fired is not None:
                last.append(fired)
                budget -= 1
                if budget < 0:
                    raise _cycle(op, list(last))

    def _statistics(self, rule: Pattern) -> RuleStatistics:
        found = self.statistics.get(rule.name)
        if found is None:
            found = self.statistics[rule.name] = RuleStatistics()
        return found

    def _try(self, op: Op, candidates: Iterable[tuple[Pattern, RuleStatistics]]) -> Pattern | None:
        """Try rules in order; return the first that changes anything."""
        before, self.changed = self.changed, False
        text = self.trace.enter(op) if self.trace is not None and candidates else ""
        line = self._lineages.get(op)
        state = _state(op) if line is not None and line.depth >= PATIENCE else None
        for rule, statistics in candidates:
            self._rule = statistics
            statistics.tried += 1
            self._fresh, self._renamed = [], []
            if self.timing:
                start = time.perf_counter()
                rule.function(op, self)
                statistics.seconds += time.perf_counter() - start
            else:
                rule.function(op, self)
            if self.changed:
                statistics.matched += 1
                self._fired(op, rule, line or _Lineage(), state, text)
                return rule
        self.changed = before
        return None

    def _fired(self, op: Op, rule: Pattern, line: _Lineage, state: Any, text: str) -> None:
        """Revisit the users of ``op``, extend its lineage, look for cycles."""
        for value in op.results:
            for user, _ in value.uses:
                self._touch(user)
        if self.trace is not None:
            self._record(op, rule, text)
        line.depth += 1
        if op.block is not None:
            self._lineages[op] = line
        for new in self._fresh:
            self._lineages[new] = line
        if state is not None:
            line.rules.append(rule)
            line.seen[state] += 1
            if line.seen[state] > REPEATS:
                raise _cycle(op, line.rules)

    def _record(self, op: Op, rule: Pattern, before: str) -> None:
        trace = self.trace
        assert trace is not None
        made = [new for new in dict.fromkeys((*self._fresh, op)) if new.block is not None]
        after = [trace.text(new) for new in made]
        for old, value in self._renamed:
            if value.owner not in made:
                after.append(f"{trace.name(old)} = {trace.name(value)}")
        trace.record(rule.name, rule.place, before, after, op.loc)


def _unused(op: Op) -> bool:
    for value in op.results:  # noqa: SIM110 (twice as fast as any())
        if value.uses:
            return False
    return True


def _state(op: Op) -> Any:
    """A key of an operation: equal keys mean the same computation."""
    return type(op), tuple(op.operands), tuple(op.props.items())


def _cycle(op: Op, fired: list[Pattern]) -> RewriteCycleError:
    rules = tuple(dict.fromkeys(fired[-16:]))
    names = " and ".join(map(str, rules))
    verb = "undo one another" if len(rules) > 1 else "does not end"
    text = f"rewriting goes in a circle at '{op.name}': {names} {verb}"
    return RewriteCycleError(text, tuple(r.name for r in rules), op.loc)
