"""A call gives at most five arguments by position.

More have names, or are fields of a record.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from house.files import package_files, read

MOST = 5

SEQUENCES = {
    *("references", "pattern", "_structure", "syn.Append", "relaxation.semiimplicit", "interpret"),
}
"""Functions that take any number of operands or terms."""


def long_calls(text: str) -> Iterator[tuple[int, str]]:
    """Line and callee of calls with more arguments by position."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            plain = [each for each in node.args if not isinstance(each, ast.Starred)]
            name = ast.unparse(node.func)
            if len(plain) > MOST and name not in SEQUENCES:
                yield node.lineno, name


def test_no_call_counts_on_the_order_of_many_arguments() -> None:
    found = [
        f"{file}:{line}: {name}"
        for file in package_files()
        for line, name in long_calls(read(file))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "count"),
    [("f(1, 2, 3, 4, 5)", 0), ("f(1, 2, 3, 4, 5, 6)", 1), ("f(1, 2, 3, 4, 5, x=6)", 0)],
)
def test_the_rule_itself(text: str, count: int) -> None:
    assert len(list(long_calls(text))) == count


def test_the_exceptions_are_needed() -> None:
    called = {
        ast.unparse(node.func)
        for file in package_files()
        for node in ast.walk(ast.parse(read(file)))
        if isinstance(node, ast.Call) and len(node.args) > MOST
    }
    assert called >= SEQUENCES
