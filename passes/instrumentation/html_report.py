"""A page with everything about a compilation.

It shows the source, every pass as a diff, LLVM IR and assembly.

The page is one file without any server or network. Lines are linked by what they come from: lines
of IR by the location of their operation, lines of LLVM IR and assembly by the debug info that LLVM
carried from the lines of the last listing (0: LLVM knows of no single one).

Passes on functions run function by function; the page shows them pass by pass, which is the same,
since a function pass changes nothing outside of its function.
"""

from __future__ import annotations

import linecache
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import field

from ...ir.attrs_classes import define, frozen
from ...ir.core import Op, symbol_name
from ...ir.dialects.builtin import Module
from ...ir.location import UNKNOWN, FileLineCol, Loc
from ...ir.printer import print_loc
from ...ir.trace import RewriteStep, Trace
from ..framework.context import Context
from ..framework.core import Pass
from ..framework.pipeline import Pipeline
from ..framework.report import Remark
from ..tools.changes import changes
from ..tools.explain import Explanation
from ..tools.listing import Listing, listing, name_of, pretty_listing, spans_of
from . import Instrumentation
from .html_page import page


@frozen(eq=False)
class Part:
    """The lines of one operation of the module.

    ``pretty`` has them for people; ``operations`` counts what is inside.
    """

    name: str
    lines: list[str]
    locs: list[Loc]
    pretty: Listing
    operations: int


@define(eq=False)
class PassRecord:
    """The work of one place of the pipeline, over its functions."""

    item: Pass
    seconds: float = 0.0
    changed: bool = False
    parts: dict[str, Part] = field(factory=dict)
    whole: list[Part] | None = None
    remarks: list[Remark] = field(factory=list)
    statistics: Counter[str] = field(factory=Counter)
    steps: list[RewriteStep] = field(factory=list)


class PassClock(Instrumentation):
    """A clock for every place of a pipeline. Nothing else that would take time happens in it."""

    def __init__(self) -> None:
        self.seconds: dict[int, float] = {}
        self._places: dict[int, int] = {}
        self._start = 0.0

    def before_pipeline(self, pipeline: Pipeline, module: Module) -> None:
        """Number the passes."""
        self._places = {id(item): i for i, item in enumerate(pipeline.passes)}

    def before_pass(self, item: Pass, op: Op) -> None:
        """Start."""
        self._start = time.perf_counter()

    def after_pass(self, item: Pass, op: Op, changed: bool) -> None:
        """Stop."""
        place = self._places[id(item)]
        self.seconds[place] = self.seconds.get(place, 0.0) + time.perf_counter() - self._start


class HtmlReport(Instrumentation):
    """Collects while passes run; :meth:`add` takes later listings, :meth:`write` the page.

    ``seconds`` are those of an undisturbed run by place in the pipeline, where there was one.
    """

    def __init__(self, context: Context, seconds: Mapping[int, float] | None = None) -> None:
        self.context = context
        self.seconds = seconds
        self.records: list[PassRecord] = []
        self.start: list[Part] = []
        self.listings: list[dict[str, Any]] = []
        self._places: dict[int, PassRecord] = {}
        self._clock = 0.0
        self._seen = (0, Counter[str]())
        self._trace = Trace()
        self._tables = _Tables()
        context.rules = {} if context.rules is None else context.rules

    def before_pipeline(self, pipeline: Pipeline, module: Module) -> None:
        """Keep the IR that comes in."""
        self.records = [PassRecord(item) for item in pipeline.passes]
        self._places = {id(record.item): record for record in self.records}
        self.start = _parts(module)

    def before_pass(self, item: Pass, op: Op) -> None:
        """Note the remarks so far, and start the clock."""
        report = self.context.report
        self._seen = (report.mark, report.statistics.copy())
        self._trace = self.context.trace = self.context.trace or Trace()
        self._clock = time.perf_counter()

    def after_pass(self, item: Pass, op: Op, changed: bool) -> None:
        """Stop the clock, and keep the text after the pass.

        Only the operation that the pass ran on is printed.
        """
        record = self._places[id(item)]
        record.seconds += time.perf_counter() - self._clock
        report, self.context.trace = self.context.report, None
        mark, statistics = self._seen
        record.remarks += report.since(mark)
        record.statistics += report.statistics - statistics
        record.steps += self._trace.steps
        if isinstance(op, Module):
            record.whole = _parts(op)
        else:
            record.parts[symbol_name(op) or ""] = _part(op)

    def add(
        self, name: str, language: str, seconds: float, lines: Sequence[tuple[str, int]]
    ) -> None:
        """Add a listing that comes after the passes.

        Each line comes with its line of the last IR.
        """
        self.listings.append(
            {
                "name": name,
                "language": language,
                "seconds": seconds,
                "text": [self._tables.line(text) for text, _ in lines],
                "from": [line for _, line in lines],
            }
        )

    def write(
        self, folder: str | Path, title: str, explanation: Explanation, texts: Mapping[str, str]
    ) -> Path:
        """Write ``index.html``. ``texts`` holds sources that are in no file, by name."""
        path = Path(folder) / "index.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(title, self.data(title, explanation, texts)), encoding="utf-8")
        return path

    def data(
        self, title: str, explanation: Explanation, texts: Mapping[str, str]
    ) -> dict[str, Any]:
        """Everything that the page shows."""
        tables, states, passes = self._tables, [self.start], []
        for place, record in enumerate(self.records):
            states.append(_after(states[-1], record))
            seconds = record.seconds if self.seconds is None else self.seconds.get(place, 0.0)
            passes.append(_described(record, seconds, states[-2], states[-1], tables))
        return {
            "title": title,
            "states": [tables.state(state) for state in states],
            "passes": passes,
            "listings": self.listings,
            "explain": [_subject(each, tables) for each in explanation.subjects],
            "rules": self._rules(),
            "lines": tables.lines,
            "locs": tables.locs,
            "sources": tables.sources(texts),
        }

    def _rules(self) -> list[Any]:
        """Pass, rule, tried, matched, milliseconds, reasons of every tried rule."""
        found = sorted((self.context.rules or {}).items(), key=lambda pair: -pair[1].matched)
        return [
            (name, rule, one.tried, one.matched, one.seconds * 1e3, one.skipped.most_common(3))
            for (name, rule), one in found
        ]


def _part(op: Op) -> Part:
    found = listing(op)
    return Part(
        symbol_name(op) or op.name,
        ["  " + line for line in found.lines],
        found.locs,
        pretty_listing(op),
        len(found.line_of),
    )


def _parts(module: Module) -> list[Part]:
    """The line that a module begins with, and its operations."""
    alone = Module()
    alone.attributes.update(module.attributes)
    head = Part("module", listing(alone).lines[:1], [UNKNOWN], Listing([], {}, []), 0)
    return [head, *(_part(op) for op in module.ops)]


def _after(before: list[Part], record: PassRecord) -> list[Part]:
    """The module after a pass."""
    parts = before if record.whole is None else record.whole
    return [record.parts.get(part.name, part) for part in parts]


def _text(parts: list[Part]) -> list[str]:
    return [*(line for part in parts for line in part.lines), "}"]


def _paired(found: Listing) -> list[tuple[str, Loc]]:
    """Lines with their locations, and an empty one behind."""
    return [*zip(found.lines, found.locs, strict=True), ("", UNKNOWN)]


def _described(
    record: PassRecord, seconds: float, before: list[Part], after: list[Part], tables: _Tables
) -> dict[str, Any]:
    """A row of the list of passes."""
    old, new = _text(before), _text(after)
    return {
        "name": record.item.name,
        "text": str(record.item),
        "ensures": record.item.ensures,
        "doc": (type(record.item).__doc__ or "").strip().split("\n")[0],
        "ms": seconds * 1e3,
        "operations": [sum(part.operations for part in parts) for parts in (before, after)],
        "diff": changes(old, new) if old != new else [],
        "remarks": [(r.applied, r.subject, r.text, r.reason) for r in record.remarks],
        "statistics": record.statistics.most_common(),
        "rewrites": [
            (
                s.rule,
                _short(s.place),
                s.before.strip(),
                [a.strip() for a in s.after],
                tables.loc(s.loc),
            )
            for s in record.steps
        ],
    }


def _short(place: str) -> str:
    """A path from the folder of passes on."""
    return place[place.rfind("passes") :] if "passes" in place else place


def _subject(subject: Any, tables: _Tables) -> dict[str, Any]:
    loc = tables.loc(subject.loc) if subject.loc is not None else 0
    return {"title": subject.title, "place": subject.place, "loc": loc, "rows": subject.rows}


class _Tables:
    """Lines, locations and source files, each kept once."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.locs: list[tuple[str, str, list[tuple[int, int, int, int]]]] = [("", "", [])]
        self.files: dict[str, int] = {}
        self._lines: dict[str, int] = {}
        self._locs: dict[Loc, int] = {}

    def line(self, text: str) -> int:
        """The number of a line of text."""
        if text not in self._lines:
            self._lines[text] = len(self.lines)
            self.lines.append(text)
        return self._lines[text]

    def loc(self, loc: Loc) -> int:
        """The number of a location; 0 says nothing."""
        spans = spans_of(loc)
        if not spans:
            return 0
        if loc not in self._locs:
            self._locs[loc] = len(self.locs)
            self.locs.append((name_of(loc), print_loc(loc)[4:-1], [self._span(s) for s in spans]))
        return self._locs[loc]

    def _span(self, span: FileLineCol) -> tuple[int, int, int, int]:
        file = self.files.setdefault(span.file, len(self.files))
        return file, span.line, span.col, span.end_col

    def state(self, parts: list[Part]) -> dict[str, list[int]]:
        """A module as numbers of lines and locations."""
        locs = [*(self.loc(loc) for part in parts for loc in part.locs), 0]
        people = [pair for part in parts if part.pretty.lines for pair in _paired(part.pretty)]
        return {
            "text": [self.line(text) for text in _text(parts)],
            "locs": locs,
            "pretty": [self.line(text) for text, _ in people],
            "prettyLocs": [self.loc(loc) for _, loc in people],
        }

    def sources(self, texts: Mapping[str, str]) -> list[dict[str, Any]]:
        """The source files by number, those that are nowhere without text."""
        found = []
        for name in self.files:
            lines = texts[name].splitlines() if name in texts else linecache.getlines(name)
            found.append({"file": name, "lines": [line.rstrip("\n") for line in lines]})
        return found
