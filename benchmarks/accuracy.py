"""Accuracy of the functions of ``expand-math``: ``python -m benchmarks.accuracy [--write]``.

Compares a million results of each with mpmath, in f64 and f32, and prints the table of
``docs/math.md`` (or writes it there): the largest error in ulp, where it is, and the share of
results that are correctly rounded.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from attrs import frozen

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from differential.elementary import math_kernel  # type: ignore[import-not-found]  # noqa: E402

from references import elementary  # type: ignore[import-not-found]  # noqa: E402

PAGE = ROOT / "docs" / "math.md"
BEGIN, END = "<!-- accuracy: begin -->\n", "<!-- accuracy: end -->\n"
CHUNK = 50_000


@frozen
class Row:
    """The errors of one function in one format."""

    name: str
    bits: int
    count: int
    worst: float
    at: tuple[float, ...]
    rounded: int

    def __add__(self, other: Row) -> Row:
        worse = other if other.worst > self.worst else self
        total, right = self.count + other.count, self.rounded + other.rounded
        return Row(self.name, self.bits, total, worse.worst, worse.at, right)


def measure(task: tuple[str, int, int, int]) -> Row:
    """Errors at some points of one function."""
    name, bits, count, seed = task
    operands = elementary.points(name, bits, count, seed)
    found = math_kernel(name, bits, 512 // bits)(*operands)
    columns = [x.tolist() for x in (found, *operands)]
    errors = np.array([elementary.error(name, bits, *row) for row in zip(*columns, strict=True)])
    worst = int(np.argmax(errors))
    at = tuple(float(x[worst]) for x in operands)
    # Off by half an ulp at most; a power of two has half the ulp below it.
    return Row(name, bits, count, float(errors[worst]), at, int(np.sum(errors <= 0.5)))


def measured(names: list[str], count: int, workers: int) -> list[dict[int, Row]]:
    """Errors of functions in both formats."""
    tasks = [
        (name, bits, min(CHUNK, count), seed)
        for name in names
        for bits in (64, 32)
        for seed in range(max(1, count // CHUNK))
    ]
    rows: dict[tuple[str, int], Row] = {}
    with ProcessPoolExecutor(workers) as pool:
        for row in pool.map(measure, tasks):
            key = row.name, row.bits
            rows[key] = rows[key] + row if key in rows else row
            print(f"\r{row.name:8s}{row.bits}", end="", file=sys.stderr, flush=True)
    return [{bits: rows[name, bits] for bits in (64, 32)} for name in names]


def _cells(row: Row) -> str:
    where = ", ".join(x.hex() for x in row.at)
    return f"{row.worst:.3f} | `{where}` | {100 * row.rounded / row.count:.1f} %"


def table(rows: list[dict[int, Row]]) -> str:
    """The table as Markdown."""
    count = rows[0][64].count
    lines = [
        f"Largest error of {count:,} results each, in ulp, where it was found, and the share of",
        "results that are the exact value rounded:",
        "",
        "| function | bound | f64 | at | rounded | f32 | at | rounded |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        name = row[64].name
        bound = elementary.BOUNDS.get(name, elementary.OTHERS)
        lines.append(f"| {name} | {bound:g} | {_cells(row[64])} | {_cells(row[32])} |")
    return "\n".join(lines) + "\n"


def main(arguments: Any = None) -> None:
    """Measure and print, or write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("names", nargs="*", help="functions; all by default")
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="into docs/math.md")
    chosen = parser.parse_args(arguments)
    names = chosen.names or list(elementary.REFERENCES)
    text = table(measured(names, chosen.points, chosen.workers))
    print("\n" + text)
    if chosen.write:
        page = PAGE.read_text()
        head, rest = page.split(BEGIN)
        PAGE.write_text(head + BEGIN + text + END + rest.split(END)[1])


if __name__ == "__main__":
    main()
