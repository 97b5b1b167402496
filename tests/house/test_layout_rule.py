"""The layout rule: a layout of synapses is rarely named.

Only in its own files and in the choice of one.

Everything else asks the record of a layout (``ir/layouts.py``) what can be done with it, so that a
new one is three files.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from house.files import package_files, read
from ranvier.ir import layouts
from ranvier.ir.layouts import LAYOUTS

RECORDS = {name for name, value in vars(layouts).items() if value in LAYOUTS.values()}
"""The names of the records as constants: ``BY_PRE``."""

LOWERED, STORED = "passes/kernels/layouts/", "runtime/layouts/"
AT_HOME = ("ir/layouts.py", "passes/choose_layout.py", LOWERED, STORED)
OTHER_MEANING = {("ir/parser/attributes.py", "dense"), ("frontend/annarchy_names.py", "diagonal")}
"""Lines in which a word only looks like a layout.

It is a word of MLIR or ANNarchy.
"""


def named(text: str) -> set[str]:
    """The layouts that a module names, as texts or as records."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and node.value in LAYOUTS:
            found.add(node.value)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").endswith("layouts"):
            found |= {alias.name for alias in node.names} & RECORDS
        elif isinstance(node, ast.Attribute) and node.attr in RECORDS:
            found.add(node.attr)
    return found


@pytest.mark.parametrize("name", package_files(), ids=str)
def test_layout_rule(name: Path) -> None:
    if not name.as_posix().startswith(AT_HOME):
        found = {(name.as_posix(), word) for word in named(read(name))}
        assert found <= OTHER_MEANING


@pytest.mark.parametrize("layout", LAYOUTS)
def test_files_of_a_layout(layout: str) -> None:
    """The files of a layout have its name. Passes and run time find them by it."""
    for folder in (LOWERED, STORED):
        assert Path(f"{folder}{layout}.py") in package_files()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 'dense'", {"dense"}),
        ("from .ir.layouts import DENSE, layout_of", {"DENSE"}),
        ("from .ir import layouts\nx = layouts.BY_PRE", {"BY_PRE"}),
        ('"""A dense projection by_pre."""', set()),
    ],
)
def test_the_rule_itself(text: str, expected: set[str]) -> None:
    """The checker finds what it should find, and no more."""
    assert named(text) == expected


def test_layouts_name_no_threads() -> None:
    """Loops over synapses take the share that a mapping hands them."""
    word = re.compile(r"\bkernel\.threads?\b|\.partition\(|\.border\(")
    inside = [file for file in package_files() if str(file).startswith(LOWERED)]
    files = [file for file in inside if file.name != "__init__.py"]
    assert len(files) > len(LAYOUTS)
    assert [file for file in files if word.search(read(file))] == []
