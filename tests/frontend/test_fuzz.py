"""Random calls end no process.

Of twenty thousand, no error is raw or without a place.

Half of them run kernels that test their indices.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
CALLS = int(os.environ.get("RANVIER_FUZZ_CASES", "0")) or 5000


@pytest.mark.parametrize("seed", range(1, 5))
def test_random_calls(seed: int, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(TESTS), "RANVIER_CACHE": "1"}
    environment["RANVIER_CACHE_DIR"] = str(tmp_path / "cache")
    environment["RANVIER_CHECK"] = ("none", "bounds")[seed % 2]
    log = tmp_path / "last-call"
    command = [sys.executable, "-X", "faulthandler", "-m", "surface.fuzz", str(seed), str(CALLS)]
    done = subprocess.run(
        [*command, str(log)],
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=1500,
        cwd=tmp_path,
    )
    last = log.read_text(errors="replace").strip()
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\nlast call of seed {seed}: {last}"
    assert f"{CALLS} calls, " in done.stdout
