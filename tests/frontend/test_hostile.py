"""No input ends the process: no size, type, value or file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from surface.hostile import KINDS
from surface.processes import run


@pytest.mark.parametrize("kind", KINDS)
def test_inputs(kind: str, tmp_path: Path) -> None:
    """Each kind runs in a process that must live on."""
    counted = re.fullmatch(r"(\d+) taken, (\d+) refused\n", said := run(tmp_path, "hostile", kind))
    assert counted is not None and min(map(int, counted.groups())) >= 5, said
