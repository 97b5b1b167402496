"""Runs a page of the documentation.

Its blocks run from top to bottom, in one folder.

==========================  ====================================================================
```` ```python ````          runs; names stay known to the blocks below
```` ```python file=a.py ````  is written to a file (so is ``mlir``); ``RUN`` lines in it are tested
```` ```console ````         ``$ command``, then what it prints: ``...`` alone stands for any lines,
                           within a line for any text
==========================  ====================================================================

``RANVIER_BLESS=1`` writes what commands print into the page, but for blocks with ``...``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from attrs import frozen

_BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
KINDS = ("python", "mlir", "console")


class PageError(Exception):
    """A page does not do what it says."""


@frozen
class Block:
    """A block of code in a page.

    Its language, the file it is, its text and its place.
    """

    kind: str
    file: str | None
    text: str
    start: int

    @property
    def runs(self) -> bool:
        """Whether it does anything."""
        return self.kind in ("python", "console") or self.file is not None


def blocks_of(page: str) -> list[Block]:
    """The blocks of a page that do something."""
    found = [Block(m[1], m[2], m[3], m.start(3)) for m in _BLOCK.finditer(page)]
    return [block for block in found if block.kind in KINDS and block.runs]


def run_page(path: Path) -> None:
    """Run a page in the current folder.

    :class:`PageError` if it does not do what it says.
    """
    page = path.read_text(encoding="utf-8")
    space: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks_of(page):
        if block.file is not None:
            Path(block.file).write_text(block.text, encoding="utf-8")
            if block.kind == "mlir":
                _test_file(Path(block.file))
        elif block.kind == "python":
            padding = "\n" * page.count("\n", 0, block.start)
            exec(compile(padding + block.text, str(path), "exec"), space)
        else:
            _console(block, path)


def _test_file(path: Path) -> None:
    """Run the file tests of a file.

    They have the passes of the page.
    """
    from file_tests.case import cases_of
    from file_tests.run import run_case
    from ranvier.passes.framework.registry import load_passes

    for other in path.parent.glob("*.py"):
        if "@register" in other.read_text(encoding="utf-8"):
            load_passes(other)
    for case in cases_of(path):
        run_case(case)


def _console(block: Block, path: Path) -> None:
    """Run the commands of a block and compare what they print."""
    printed = []
    for session in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, expected = session.partition("\n")
        answer = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        if answer.returncode:
            raise PageError(f"'{command}' fails:\n{answer.stdout}")
        printed.append(f"$ {command}\n{answer.stdout}")
        fits = _pattern(expected).fullmatch(answer.stdout.rstrip() + "\n")
        if expected.strip() and not fits and not _blessed(block):
            raise PageError(f"'{command}' prints\n{answer.stdout}\nthe page says\n{expected}")
    if _blessed(block):
        page = path.read_text(encoding="utf-8")
        path.write_text(page.replace(block.text, "\n".join(printed)), encoding="utf-8")


def _blessed(block: Block) -> bool:
    return os.environ.get("RANVIER_BLESS") == "1" and "..." not in block.text


def _pattern(expected: str) -> re.Pattern[str]:
    """The pattern of an expected output."""
    lines = expected.rstrip().splitlines()
    parts = [
        r"(?:.*\n)*?"
        if line.strip() == "..."
        else r".*".join(map(re.escape, line.split("..."))) + r"\s*\n"
        for line in lines
    ]
    return re.compile("".join(parts))


if __name__ == "__main__":
    run_page(Path(sys.argv[1]))
