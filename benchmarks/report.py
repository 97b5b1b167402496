"""Reports of benchmarks: text tables, numbers for JSON, data for charts."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen


@frozen
class Report:
    """A table with a title and notes below it.

    ``bars`` are times in multiples of Ranvier's, ``curves`` seconds by number of threads; both are
    for the charts. ``numbers`` are for JSON.
    """

    name: str
    title: str
    header: tuple[str, ...]
    rows: list[tuple[str, ...]]
    notes: list[str] = field(factory=list)
    bars: dict[str, float] = field(factory=dict)
    curves: dict[str, dict[int, float]] = field(factory=dict)
    numbers: dict[str, Any] = field(factory=dict)

    def __str__(self) -> str:
        lines = [self.title, *(f"  {line}" for line in table(self.header, self.rows))]
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])


def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """Aligned columns: the first to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    return ["  ".join(_cells(row, widths)).rstrip() for row in (header, *rows)]


def _cells(row: tuple[str, ...], widths: list[int]) -> list[str]:
    first = row[0].ljust(widths[0])
    return [first, *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]


def ratio(time: float, other: float) -> str:
    """A time in multiples of another; empty if unmeasurably short."""
    return number(time / other, 2) if other else ""


def number(value: float | None, digits: int = 3) -> str:
    """A number for a cell; empty where there is none."""
    return "" if value is None else f"{value:.{digits}f}"
