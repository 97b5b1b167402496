"""The report of a run: ``gpu-report.json``, and ``gpu-report.md`` for ``docs/gpu.md``."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrs import asdict, define, field

from .child import plain
from .tasks import WORDS, Facts, Outcome, Task

NAME = "gpu-report"

COLUMNS = (
    *("network", "package", "a step", "calculated", "times that", "real time", "rate", "launches"),
    *("bytes", "bytes per second", "registers, occupancy, blocks", "clock"),
)
"""The table of times."""


@define(eq=False)
class Report:
    """Tasks with their outcomes, in files of a folder. It is written after each task."""

    folder: Path
    done: list[tuple[Task, Outcome]] = field(factory=list)
    made: str = field(factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    seconds: float = 0.0

    def add(self, task: Task, outcome: Outcome, seconds: float) -> None:
        """Add an outcome, ``seconds`` after the start, and write the files."""
        self.done.append((task, outcome))
        self.seconds = seconds
        self.folder.mkdir(parents=True, exist_ok=True)
        _write(self.folder / f"{NAME}.json", json.dumps(self.content(), indent=1, default=plain))
        _write(self.folder / f"{NAME}.md", self.markdown())

    def content(self) -> Facts:
        """All that is known."""
        return {
            "made": self.made,
            "seconds": round(self.seconds, 1),
            "counts": dict(Counter(outcome.status for _, outcome in self.done)),
            "tasks": [
                {
                    "part": task.part, "name": task.name, "package": task.package,
                    "arguments": task.arguments, **asdict(outcome),
                }
                for task, outcome in self.done
            ],
        }  # fmt: skip

    def summary(self) -> str:
        """The counts of outcomes, in a line."""
        counts = Counter(outcome.status for _, outcome in self.done)
        said = ", ".join(f"{counts[each]} {each} ({WORDS[each]})" for each in WORDS if counts[each])
        return f"{said}; {self.seconds:.0f} s; {self.folder / NAME}.json and .md"

    # ------------------------------------------------------------------ Markdown

    def _of(self, part: int) -> list[tuple[Task, Outcome]]:
        return [(task, outcome) for task, outcome in self.done if task.part == part]

    def markdown(self) -> str:
        """The tables."""
        lines = [*self._device(), *self._kernels(), *self._bits(), *self._times(), *self._left()]
        return "\n".join(lines) + "\n"

    def _facts(self, name: str) -> Iterator[tuple[Task, Facts]]:
        return ((t, o.facts) for t, o in self.done if t.name == name and o.status == "ok")

    def _device(self) -> Iterator[str]:
        """Device, driver, clock, and what it does alone."""
        yield from (f"Measured on {self.made}, in {self.seconds:.0f} s:", "", "| | |", "|---|---|")
        for _, facts in self._facts("device"):
            yield _row("device" + " (emulated)" * bool(facts["emulated"]),
                       f"{facts['name']}, {facts['machine']}, {facts['multiprocessors']} "
                       f"multiprocessors, {facts['memory'] / 2**30:.1f} GiB, driver for CUDA "
                       f"{facts['driver']}, {facts['package']}")  # fmt: skip
        for _, facts in self._facts("machine"):
            clock = facts["clocks"]
            if clock:
                yield _row("driver, clocks of processor and memory",
                           f"{clock.get('driver_version')}, {clock.get('clocks.max.sm')}, "
                           f"{clock.get('clocks.max.mem')}")  # fmt: skip
            libraries = ", ".join(f"{name} {each}" for name, each in facts["libraries"].items())
            yield _row("host", f"{facts['system']}, Python {facts['python']}, {libraries}")
        for task, facts in self._facts("numbers"):
            yield _row(f"memory is filled with ({task.package})",
                       f"{facts['bytes per second, written'] / 1e12:.3g} TB/s")  # fmt: skip
            graph = facts.get("seconds of a launch in a graph")
            more = f", in a graph {_time(graph)}" if graph is not None else ""
            yield _row(f"an empty launch ({task.package})",
                       f"{_time(facts['seconds of a launch'])}{more}")  # fmt: skip
        yield ""

    def _kernels(self) -> Iterator[str]:
        """Registers and local memory of all kernels."""
        rows = [
            (task.name.removeprefix("kernels of "), kernel, each)
            for task, outcome in self._of(1)
            for kernel, each in outcome.facts.get("kernels", {}).items()
        ]
        if not rows:
            return
        yield "| network | kernel | registers | of `ptxas` | local bytes | spills of `ptxas` |"
        yield "|---|---|---|---|---|---|"
        for network, kernel, each in rows:
            own = each["ptxas"]
            yield _row(network, f"`{kernel}`", each["registers"], own.get("registers", "?"),
                       each["local"], own.get("spills", "?"))  # fmt: skip
        yield ""

    def _bits(self) -> Iterator[str]:
        """Outcomes of all parts but the times."""
        yield from ("| part | task | package | outcome | |", "|---|---|---|---|---|")
        for part in (1, 2, 3, 4):
            good = [task for task, outcome in self._of(part) if outcome.status == "ok"]
            if good:
                names = ", ".join(dict.fromkeys(task.name for task in good))
                packages = ", ".join(sorted({task.package for task in good}))
                yield _row(part, names, packages, f"ok: {len(good)}", "")
            for task, outcome in self._of(part):
                if outcome.status not in ("ok", "not reached"):
                    said = " ".join(outcome.said.split())[:300].replace("|", "/")
                    yield _row(part, task.name, task.package, outcome.status, said)
        yield ""

    def _times(self) -> Iterator[str]:
        """Measured times beside calculated ones."""
        rows = [(task, outcome) for task, outcome in self._of(5) if outcome.facts]
        if not rows:
            return
        yield _row(*COLUMNS)
        yield "|" + "---|" * len(COLUMNS)
        for task, outcome in rows:
            if outcome.status == "ok":
                yield _time_row(task, outcome.facts)
            else:
                yield _row(task.name, task.package, outcome.status, *[""] * (len(COLUMNS) - 3))
        yield ""

    def _left(self) -> Iterator[str]:
        """The tasks that were not reached."""
        left = [task.name for task, outcome in self.done if outcome.status == "not reached"]
        if left:
            yield f"Not reached: {', '.join(left)}."


def _time_row(task: Task, facts: Facts) -> str:
    """The row of a network."""
    seconds = facts["seconds of a step"]
    bound, ratio = facts.get("bound"), facts.get("times the bound")
    moved = facts.get("calculated bytes of a step")
    kernels = [
        f"`{name}`: {each['registers']}, {each['occupancy']:.0%}, {each['blocks']} x "
        f"{each['threads']}"
        for name, each in facts["kernels"].items()
    ]
    return _row(
        task.name, task.package, _time(seconds),
        _range(bound, _time), _range(ratio, lambda x: f"{x:.3g}"),
        f"{seconds / (facts['dt'] * 1e-3):.3g}",
        f"{facts['rate']:.3g} Hz" if "rate" in facts else "",
        f"{facts['launches of a step']:.3g}{' in graphs' if facts['graphs'] else ''}",
        _range(moved, _bytes),
        f"{facts['bytes per second'] / 1e9:.3g} GB/s" if moved else "",
        "; ".join(kernels), facts["clock"],
    )  # fmt: skip


def _row(*cells: Any) -> str:
    return f"| {' | '.join(str(each) for each in cells)} |"


def _range(values: Sequence[float] | None, shown: Any) -> str:
    """One value or two."""
    if values is None:
        return ""
    texts = list(dict.fromkeys(shown(each) for each in values))
    return " to ".join(texts)


def _time(seconds: float) -> str:
    """Seconds for people."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def _bytes(count: float) -> str:
    """Bytes for people, in decimal units as bandwidths are."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("KB", 1e3)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count:.0f} B"


def _write(file: Path, text: str) -> None:
    """Write a file whole or not at all."""
    part = file.with_suffix(f"{file.suffix}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, file)
