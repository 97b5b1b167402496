"""The documentation runs: every Python block of a page, in order, in one fresh interpreter."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from house.files import ROOT, read, repository_files

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def python_blocks(text: str) -> list[str]:
    """The Python blocks of a page, each padded so that its line numbers are those of the page."""
    return ["\n" * text.count("\n", 0, m.start(1)) + m.group(1) for m in BLOCK.finditer(text)]


def pages() -> list[Path]:
    """The pages that hold at least one Python block."""
    named = [
        name
        for name in repository_files()
        if name.suffix == ".md" and (len(name.parts) == 1 or name.parts[0] == "docs")
    ]
    return [name for name in named if python_blocks(read(name))]


@pytest.mark.parametrize("name", pages(), ids=str)
def test_python_blocks_run(name: Path, tmp_path: Path) -> None:
    """Blocks share no names but those of the block before: each page reads from top to bottom."""
    source = str(ROOT / name)
    blocks = python_blocks(read(name))
    script = "import sys\nspace = {'__name__': '__main__'}\n" + "".join(
        f"exec(compile({block!r}, {source!r}, 'exec'), space)\n" for block in blocks
    )
    answer = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_the_readme_begins_with_its_two_commands() -> None:
    """`make demo`, then `make test`, before anything else but the title."""
    commands = re.findall(r"^make \w+", read(Path("README.md"))[:400], re.MULTILINE)
    assert commands[:2] == ["make demo", "make test"]
