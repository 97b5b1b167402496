"""The format rule: the sum of layouts and targets.

Never their product.

Code generators and devices know no layout of synapses; what lowers or arranges layouts knows no
target. Comments count, too: to explain one by the other is to mix them.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from house.files import PACKAGE_FOLDERS, package_files, read
from ranvier.ir.layouts import LAYOUTS

TARGETS = {"cuda", "gpu", "llvm", "nvvm", "ptx", "x86"}
"""Words for what kernels become. A thread, the first target's worker, is none of them."""

FOR_TARGETS = ("codegen", "runtime/device/")
FOR_LAYOUTS = (
    "ir/layouts.py",
    "passes/choose_layout.py",
    "passes/kernels/",
    "passes/lower_equations.py",
    "passes/map_to_threads.py",
    "passes/to_loops/",
    "runtime/layouts/",
)
"""Files and folders that know the ones.

They must not know the others.
"""

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+\d*")


def words(text: str) -> set[str]:
    """The words of a text in lower case.

    ``LLVMType`` and ``for_llvm`` hold ``llvm``.
    """
    return {word.lower() for word in WORD.findall(text)}


def layouts_in(text: str) -> set[str]:
    """The layouts that a text names: ``by_pre``, ``BY_PRE``."""
    return {name for name in LAYOUTS if re.search(rf"\b{name}\b", text, re.IGNORECASE)}


def violations(name: Path, text: str) -> set[str]:
    """The words that a file of the package must not hold."""
    path = name.as_posix()
    if path.startswith(FOR_TARGETS):
        return layouts_in(text)
    return words(text) & TARGETS if path.startswith(FOR_LAYOUTS) else set()


@pytest.mark.parametrize("name", package_files(), ids=str)
def test_format_rule(name: Path) -> None:
    assert violations(name, read(name)) == set()


def test_all_that_is_named_is_there() -> None:
    """A file or folder that was renamed takes its rule along."""
    files = [name.as_posix() for name in package_files()]
    for start in (*FOR_TARGETS, *FOR_LAYOUTS):
        assert any(name.startswith(start) for name in files), start
    generators = {name.removeprefix("codegen_") for name in PACKAGE_FOLDERS if "_" in name}
    assert generators <= TARGETS


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("codegen/llvm_ir/emit.py", "class Dense_Rows: ...", {"dense_rows"}),
        ("codegen/widths.py", "# by_pre has 16 bits", {"by_pre"}),
        ("runtime/device/cpu.py", "if layout is BY_PRE", {"by_pre"}),
        ("codegen/llvm_ir/emit.py", "cells, condensed, by_preference", set()),
        ("passes/map_to_threads.py", "# for LLVM", {"llvm"}),
        ("passes/kernels/layouts/dense.py", "if target == 'x86'", {"x86"}),
        ("runtime/layouts/slices.py", "def for_gpu(): ...", {"gpu"}),
        ("passes/vectorize.py", "what LLVM does not do", set()),
        ("passes/kernels/tile.py", "a thread, a cache line", set()),
    ],
)
def test_the_rule_itself(name: str, text: str, expected: set[str]) -> None:
    """The checker finds what it should find, and no more."""
    assert violations(Path(name), text) == expected
