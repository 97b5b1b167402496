"""Files and modules that docstrings, comments and pages name are there.

Paths count from the root (``passes/cse.py``) or from any folder: ``kernels/tile.py``, ``tile.py``.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from house.files import package_files, read, repository_files

PATH = re.compile(r"`((?:[a-z_0-9]+/)+(?:[a-z_0-9]+\.(?:py|md|mlir))?|[a-z_0-9]+\.py)`")
EXAMPLES = {
    "decay.py",
    "divide_once.py",
    "passes/kernels/layouts/name.py",
    "passes/methods/trapezoidal.py",
    "runtime/layouts/name.py",
    "fixtures/name.mlir",
    "fixtures/spiking.mlir",
}
"""Files that the pages write, and names of files in general."""


@cache
def _known() -> frozenset[str]:
    """Every path from the root, and its ends: ``kernels/tile.py``."""
    files = [name.as_posix() for name in repository_files()]
    folders = {f"{parent.as_posix()}/" for name in files for parent in Path(name).parents}
    paths = [*files, *folders]
    starts = [[0, *(at + 1 for at, c in enumerate(path[:-1]) if c == "/")] for path in paths]
    return frozenset(path[at:] for path, each in zip(paths, starts, strict=True) for at in each)


def missing(text: str) -> list[str]:
    """The paths in a text that nothing in the repository has."""
    return [path for path in dict.fromkeys(PATH.findall(text)) if path not in _known() | EXAMPLES]


def _looked_at() -> list[Path]:
    pages = [name for name in repository_files() if name.suffix == ".md"]
    return [*package_files(), *(name for name in pages if name.name != "CHANGELOG.md")]


@pytest.mark.parametrize("name", _looked_at(), ids=str)
def test_named_files_are_there(name: Path) -> None:
    assert missing(read(name)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see ``passes/cse.py`` and `kernels/tile.py`", []),
        ("see ``rewrite.py``", ["rewrite.py"]),
        ("see ``passes/kernels/arrivals.py``", ["passes/kernels/arrivals.py"]),
        ("the folder `passes/core/`, not `passes/framework/`", ["passes/core/"]),
        ("`a/b` and `x/y.txt` are no names of files", []),
    ],
)
def test_the_rule_itself(text: str, expected: list[str]) -> None:
    """The checker finds what it should find, and no more."""
    assert missing(text) == expected
