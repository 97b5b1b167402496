"""Random calls end no process.

Of twenty thousand, no error is raw or without a place.

Half of them run kernels that test their indices.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from surface.processes import run

CALLS = int(os.environ.get("RANVIER_FUZZ_CASES", "0")) or 5000


@pytest.mark.parametrize("seed", range(1, 5))
def test_random_calls(seed: int, tmp_path: Path) -> None:
    check = ("none", "bounds")[seed % 2]
    said = run(tmp_path, "fuzz", str(seed), str(CALLS), RANVIER_CACHE="1", RANVIER_CHECK=check)
    assert f"{CALLS} calls, " in said
