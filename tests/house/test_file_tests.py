"""Every pass has its file: ``fuse-loops`` has ``tests/passes/fuse_loops.mlir``."""

from __future__ import annotations

import re

import pytest

from house.files import ROOT
from ranvier.passes.framework.registry import all_passes, own_passes


def _runs(name: str) -> list[str]:
    path = ROOT / "tests" / "passes" / (name.replace("-", "_") + ".mlir")
    assert path.is_file(), f"the pass {name} needs the file test {path.relative_to(ROOT)}"
    return re.findall(r"^// RUN: (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", sorted(own_passes()))
def test_every_pass_has_its_file(name: str) -> None:
    """The file of its name runs it."""
    assert any(re.search(rf"\b{name}\b", run) for run in _runs(name))


@pytest.mark.parametrize("name", sorted(own_passes()))
def test_the_name_is_the_name_of_the_file(name: str) -> None:
    found = all_passes()[name]
    assert found.__module__ == "ranvier.passes." + name.replace("-", "_")
    assert (found.__doc__ or "").strip()


def test_every_fixture_is_used() -> None:
    """A file of ``fixtures`` is used twice at least.

    It stands in front of the tests.
    """
    for folder in ROOT.glob("tests/**/fixtures"):
        texts = "".join(p.read_text(encoding="utf-8") for p in folder.parent.glob("*.mlir"))
        for fixture in folder.glob("*.mlir"):
            uses = re.findall(rf"^// USE: {fixture.stem}\b", texts, re.MULTILINE)
            assert len(uses) > 1, f"{fixture.relative_to(ROOT)} is used {len(uses)} times"
