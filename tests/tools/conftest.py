"""The command as a fixture."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.kit import Command, command


@pytest.fixture
def dump(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """``dump("model.py", "--stage", "net")``."""
    return command(tmp_path, monkeypatch, capsys)
