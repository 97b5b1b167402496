"""Mutated pipelines give only diagnostics.

In a process of their own: never a crash, never a hang.

``RANVIER_FUZZ_CASES=100000`` tries that many texts; few by default.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

COUNT = int(os.environ.get("RANVIER_FUZZ_CASES", "3000"))


def test_only_diagnostics() -> None:
    program = Path(__file__).with_name("fuzz_pipelines.py")
    answer = subprocess.run(
        [sys.executable, str(program), "1", str(COUNT)],
        capture_output=True,
        text=True,
        timeout=300 + COUNT / 20,
    )
    assert answer.returncode == 0, answer.stderr[-2000:]
    count, good = (int(word) for word in answer.stdout.split() if word.isdigit())
    assert count == COUNT
    assert 0 < good < count, "every text, or none, was a pipeline: nothing was tried"
