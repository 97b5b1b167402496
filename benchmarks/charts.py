"""Charts of reports as PNG: times relative to Ranvier's, over threads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .report import Report

COLOURS = {"ranvier": "#1f6f8b", "limit": "#7a7a7a"}
PEER = "#d08c3f"


def draw(reports: list[Report], folder: Path) -> list[Path]:
    """Draw the reports into files of ``folder``; return the files."""
    import matplotlib

    matplotlib.use("Agg")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    if barred := [report for report in reports if report.bars]:
        written.append(_save(_bars(barred), folder / "ratios.png"))
    if curved := [r for r in reports if any(len(c) > 1 for c in r.curves.values())]:
        written.append(_save(_curves(curved), folder / "scaling.png"))
    return written


def _save(figure: Any, file: Path) -> Path:
    figure.savefig(file, dpi=120)
    return file


def _grid(count: int, height: float) -> tuple[Any, list[Any]]:
    """A figure with one field a report, three in a row."""
    import matplotlib.pyplot as plt

    columns = min(3, count)
    rows = -(-count // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(5.0 * columns, height * rows), squeeze=False, layout="constrained"
    )
    fields = list(axes.flat)
    for unused in fields[count:]:
        unused.set_axis_off()
    return figure, fields


def _bars(reports: list[Report]) -> Any:
    """Horizontal bars on a logarithmic axis: right of 1 is slower."""
    height = 0.9 + 0.35 * max(len(report.bars) for report in reports)
    figure, fields = _grid(len(reports), height)
    for report, axes in zip(reports, fields, strict=False):
        names, values = list(report.bars), list(report.bars.values())
        # Bars grow from 1: those of systems faster than Ranvier point to the left.
        widths = [value - 1.0 for value in values]
        axes.barh(names, widths, left=1.0, color=[_colour(name) for name in names], height=0.6)
        axes.set_xscale("log")
        axes.set_xlim(min(0.5, min(values) / 1.5), max(2.0, max(values)) * 2.5)
        axes.axvline(1.0, color=COLOURS["ranvier"], linewidth=1)
        for place, value in enumerate(values):
            axes.text(max(value, 1.0) * 1.06, place, f"{value:.2f}", va="center", fontsize=8)
        axes.invert_yaxis()
        axes.set_title(report.title, fontsize=9)
        axes.set_xlabel("time / time of ranvier, 1 thread", fontsize=8)
        axes.tick_params(labelsize=8)
    return figure


def _colour(name: str) -> str:
    return next((c for kind, c in COLOURS.items() if name.startswith(kind)), PEER)


def _curves(reports: list[Report]) -> Any:
    """Speed over threads, relative to one thread of the same system. The diagonal is ideal."""
    figure, fields = _grid(len(reports), 3.4)
    for report, axes in zip(reports, fields, strict=False):
        for name, seconds in report.curves.items():
            if len(seconds) < 2:
                continue
            threads = sorted(seconds)
            first = seconds[threads[0]]
            axes.plot(threads, [first / seconds[n] for n in threads], marker="o", label=name)
        most = max(max(seconds) for seconds in report.curves.values())
        axes.plot([1, most], [1, most], color="#bbbbbb", linestyle=":", label="ideal")
        axes.set_xticks(range(1, most + 1))
        axes.set_ylim(bottom=0)
        axes.set_title(report.title, fontsize=9)
        axes.set_xlabel("threads", fontsize=8)
        axes.set_ylabel("speed-up", fontsize=8)
        axes.legend(fontsize=7)
    return figure
