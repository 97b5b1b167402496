"""The reference of the operations is what their declarations say."""

from __future__ import annotations

from pathlib import Path

from house.files import read
from ranvier.passes.tools.op_reference import reference

PAGE = Path("docs/op_reference.md")
COMMAND = f"python -m ranvier.passes.tools.op_reference {PAGE}"


def test_the_reference_is_current() -> None:
    assert read(PAGE) == reference(), f"update it: {COMMAND}"


def test_the_command_is_told() -> None:
    assert COMMAND in read(PAGE) and COMMAND in read(Path("docs/ops.md"))
