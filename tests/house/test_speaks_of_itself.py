"""The repository speaks of itself only.

It names no path outside, and says nothing of where it was written.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from house.files import read, repository_files

TEXT = {".py", ".md", ".mlir", ".toml", ".txt", ".cfg", ".yml", ".ll", ".ptx", ""}

# Written in pieces, or this file would be the first to break its own rule.
KIT_PATH = re.compile(r"\bsha" + r"red/")
ELSEWHERE = re.compile(
    "|".join(
        [
            r"/wo" + r"rk/",
            r"/tm" + r"p/venv",
            r"\bissues? #?\d+\b",
            r"\bwork" + r"place\b",
            r"\bthis ses" + r"sion\b",
            r"\bcontract" + r"\.md\b",
            r"\b(cla" + r"ude|anthro" + r"pic|chat" + r"gpt)\b",
            r"\b(find-li" + r"nks|extra-index-" + r"url)\b",
        ]
    ),
    re.IGNORECASE,
)


def violations(name: Path, text: str) -> list[str]:
    """Places in a text that speak of the outside.

    Outside is whatever is not the repository.
    """
    found = [*ELSEWHERE.finditer(text)]
    if (
        name.parts[0] != "benchmarks"
    ):  # the benchmarks may use a kit that lies beside the repository
        found += KIT_PATH.finditer(text)
    return [f"{name}:{text.count(chr(10), 0, m.start()) + 1}: {m.group()}" for m in found]


def text_files() -> list[Path]:
    """Every file of the repository that holds text."""
    return [name for name in repository_files() if name.suffix in TEXT and name.name != "LICENSE"]


@pytest.mark.parametrize("name", text_files(), ids=str)
def test_speaks_of_itself(name: Path) -> None:
    assert violations(name, read(name)) == []


def test_the_rule_itself() -> None:
    """The checker finds what it should find, and no more."""
    path = "sha" + "red/bench"
    assert violations(Path("docs/a.md"), f"see {path}")
    assert violations(Path("benchmarks/a.py"), f"see {path}") == []
    assert violations(Path("a.py"), "first line\nsee issue " + "12") == ["a.py:2: issue " + "12"]
    assert violations(Path("a.py"), "a common issue; shared memory; a working session") == []
