"""No two public classes share a name.

A name says which class is meant.

Operations are written with their dialect (``net.Population``, ``vector.Load``) and do not count.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from pathlib import Path

from house.files import package_files, read


def public_classes() -> dict[str, list[Path]]:
    """The files that define each public class, but for operations."""
    found: dict[str, list[Path]] = defaultdict(list)
    for file in package_files():
        if not file.is_relative_to("ir/dialects"):
            for node in ast.parse(read(file)).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found[node.name].append(file)
    return found


def shared_names() -> set[str]:
    """The names of several classes."""
    return {name for name, files in public_classes().items() if len(files) > 1}


def test_no_two_public_classes_share_a_name() -> None:
    assert shared_names() == set()


def test_no_module_defines_a_class_twice() -> None:
    for file in package_files():
        names = [n.name for n in ast.parse(read(file)).body if isinstance(n, ast.ClassDef)]
        assert [name for name, count in Counter(names).items() if count > 1] == [], file
