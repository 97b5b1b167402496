"""The documentation runs.

Every page runs from top to bottom, in one fresh interpreter and folder.

``pages.py`` says what blocks there are and what they do.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from house.files import ROOT, read, repository_files
from house.pages import PageError, blocks_of, run_page


def pages() -> list[Path]:
    """The pages that hold at least one block that runs."""
    named = [
        name
        for name in repository_files()
        if name.suffix == ".md" and (len(name.parts) == 1 or name.parts[0] == "docs")
    ]
    return [name for name in named if blocks_of(read(name))]


def _commands(folder: Path) -> str:
    """A folder of commands.

    This Python, and ir-dump even if it is not installed.
    """
    folder.mkdir()
    for name, arguments in (("python", ""), ("ir-dump", " -m ranvier.ir_dump")):
        command = folder / name
        command.write_text(f'#!/bin/sh\nexec {sys.executable}{arguments} "$@"\n')
        command.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.long
@pytest.mark.parametrize("name", pages(), ids=str)
def test_the_page_runs(name: Path, tmp_path: Path) -> None:
    """Commands see the examples, as from the root of the repository."""
    folder = tmp_path / "page"
    folder.mkdir()
    (folder / "examples").symlink_to(ROOT / "examples")
    answer = subprocess.run(
        [sys.executable, "-m", "house.pages", str(ROOT / name)],
        cwd=folder,
        env={
            **os.environ,
            "MPLBACKEND": "Agg",
            "PATH": _commands(tmp_path / "bin"),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "tests"), *_search_path()]),
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def _search_path() -> list[str]:
    """The path on which this process looks for packages."""
    return [each for each in os.environ.get("PYTHONPATH", "").split(os.pathsep) if each]


def test_the_readme_begins_with_its_two_commands() -> None:
    """`make demo`, then `make test`, before anything else but the title."""
    commands = re.findall(r"^make \w+", read(Path("README.md"))[:400], re.MULTILINE)
    assert commands[:2] == ["make demo", "make test"]


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ("```python\nx = 1\n```\n```python\nassert x == 1\n```\n", None),
        ("```python file=a.py\nprint(6 * 7)\n```\n```console\n$ python a.py\n42\n```\n", None),
        ("```console\n$ echo a b c; echo d; echo e\na ... c\n...\ne\n```\n", None),
        ("```console\n$ echo a; echo b\na\n```\n", "the page says"),
        ("```console\n$ false\n```\n", "'false' fails"),
        ("```console\n$ echo a\n```\n", None),
    ],
)
def test_the_rule_itself(
    page: str, complaint: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages that do what they say run, others do not."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "page.md"
    path.write_text(page)
    if complaint is None:
        run_page(path)
        return
    with pytest.raises(PageError, match=complaint):
        run_page(path)
