"""Sizes: files, functions and classes stay small. ``make sizes`` prints the table."""

from __future__ import annotations

import ast
from pathlib import Path

from attrs import frozen

from house.files import python_files, read

LIMITS = {"file": 500, "function": 60, "class": 300}
PLURAL = {"file": "files", "function": "functions", "class": "classes"}
SHOWN = 8
"""The number of the largest of each kind in the table."""


@frozen
class Size:
    """The length of one file, function or class in lines."""

    kind: str
    lines: int
    place: str


def sizes_of(name: Path, text: str) -> list[Size]:
    """The sizes of a file and of everything in it."""
    found = [Size("file", text.count("\n"), str(name))]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            kind = "class" if isinstance(node, ast.ClassDef) else "function"
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            found.append(Size(kind, lines, f"{name}:{node.lineno} {node.name}"))
    return found


def table(sizes: list[Size]) -> str:
    """The totals and the largest of each kind, as text."""
    lines = []
    for kind, limit in LIMITS.items():
        each = sorted((s for s in sizes if s.kind == kind), key=lambda s: -s.lines)
        total = sum(s.lines for s in each)
        mean = total / max(1, len(each))
        lines.append(f"{len(each)} {PLURAL[kind]}, {mean:.0f} lines on average, at most {limit}")
        lines += [f"  {s.lines:5d}  {s.place}" for s in each[:SHOWN]]
    return "\n".join(lines)


def test_sizes() -> None:
    sizes = [size for name in python_files() for size in sizes_of(name, read(name))]
    print("\n" + table(sizes))
    too_large = [f"{s.place}: {s.lines} lines" for s in sizes if s.lines > LIMITS[s.kind]]
    assert too_large == []


def test_the_rule_itself() -> None:
    """The checker measures what it should."""
    text = "class A:\n    def f(self):\n        pass\n\n\ndef g():\n    pass\n"
    measured = {(s.kind, s.lines) for s in sizes_of(Path("a.py"), text)}
    assert measured == {("file", 7), ("class", 3), ("function", 2)}
