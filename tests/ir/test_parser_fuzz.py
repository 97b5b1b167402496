"""Mutated texts give diagnostics only.

Never another exception, a crash or a hang.

``RANVIER_FUZZ_CASES`` says how many (20,000 without it).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

CASES = int(os.environ.get("RANVIER_FUZZ_CASES", "20000"))
PATIENCE = 300.0 + CASES * 0.05


def test_mutated_texts() -> None:
    """A process of its own parses the texts.

    So a crash is seen and a hang ends.
    """
    script = Path(__file__).with_name("fuzz_parser.py")
    answer = subprocess.run(
        [sys.executable, str(script), str(CASES)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        errors="backslashreplace",
        timeout=PATIENCE,
    )
    assert answer.returncode == 0, answer.stdout[-5000:] + answer.stderr[-5000:]
    assert answer.stdout.startswith(f"{CASES} cases")
