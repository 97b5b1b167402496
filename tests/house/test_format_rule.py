"""The format rule: the sum of layouts and targets, never their product.

Code generators know no layout of synapses; the passes that lower layouts know no target.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from house.files import package_files, read

FORMATS = {"csr", "ell", "dense", "lil"}
TARGETS = {"llvm", "ptx"}
LOWERS_FORMATS = {"analyse_connectivity", "specialize_connectivity", "map_to_threads"}
"""The passes that know formats by their very task; every other that names one is found by it."""

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def words(text: str) -> set[str]:
    """The words of a text in lower case: ``CSRMatrix``, ``csr_rows`` and ``csr32`` hold ``csr``."""
    return {word.lower() for word in WORD.findall(text)}


def violations(name: Path, text: str) -> set[str]:
    """The words that a file of the package must not hold."""
    found = words(text)
    if name.parts[0].startswith("codegen_"):
        return found & FORMATS
    lowers = name.stem in LOWERS_FORMATS or bool(found & FORMATS)
    if name.parts[0] == "passes" and lowers and name.stem != "pipelines":
        return found & TARGETS
    return set()


@pytest.mark.parametrize("name", package_files(), ids=str)
def test_format_rule(name: Path) -> None:
    assert violations(name, read(name)) == set()


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("codegen_llvm/emit.py", "class CSRMatrix: ...", {"csr"}),
        ("codegen_llvm/emit.py", "def dense_rows(): ...", {"dense"}),
        ("codegen_llvm/emit.py", "cells, spelling, condensed", set()),
        ("passes/map_to_threads.py", "# for LLVM", {"llvm"}),
        ("passes/fuse_rows.py", "csr and ptx", {"ptx"}),
        ("passes/vectorize.py", "what LLVM does not do", set()),
        ("passes/pipelines.py", "dense, then llvm", set()),
    ],
)
def test_the_rule_itself(name: str, text: str, expected: set[str]) -> None:
    """The checker finds what it should find, and no more."""
    assert violations(Path(name), text) == expected
