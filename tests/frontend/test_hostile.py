"""No input ends the process.

Not by its size, its type, its values, nor from a file.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from surface.hostile import KINDS

TESTS = Path(__file__).parent.parent


@pytest.mark.parametrize("kind", KINDS)
def test_inputs(kind: str, tmp_path: Path) -> None:
    """Each kind runs in a process that must live on."""
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    environment["RANVIER_CACHE_DIR"] = str(tmp_path / "cache")
    log = tmp_path / "tried"
    command = [sys.executable, "-X", "faulthandler", "-m", "surface.hostile", kind, str(log)]
    done = subprocess.run(
        command,
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=1500,
        cwd=tmp_path,
    )
    tried = log.read_text(errors="replace").strip() if log.exists() else ""
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\nwhat was tried last: {tried}"
    counted = re.fullmatch(r"(\d+) taken, (\d+) refused\n", done.stdout)
    assert counted is not None and min(map(int, counted.groups())) >= 5, done.stdout
