"""Passes do what their docstrings show."""

from __future__ import annotations

import sys

import pytest

from house.snippets import Snippet, outcome, pattern, snippets
from ranvier.passes.framework.registry import all_passes, own_passes


@pytest.mark.parametrize("name", sorted(own_passes()))
def test_before_and_after(name: str) -> None:
    """Each pass shows at least one snippet.

    If the output is another, its last one is told.
    """
    module = sys.modules[all_passes()[name].__module__]
    found = list(snippets(module.__doc__ or ""))
    assert found, f"the docstring of {name} shows no IR before and after; see house/snippets.py"
    for snippet in found:
        output = outcome(snippet, name)
        assert pattern(snippet.after).fullmatch(output + "\n"), f"{name} makes of it\n{output}"


TEXT = """A pass.

    func.func @f(%x: f64) -> f64 {
      %one = arith.constant 1.0 : f64
      %y = arith.mulf %x, %one : f64
      return %y : f64
    }
    ==>
    func.func @f(...) -> f64 {
      return %x : f64
    }

No snippet::

    $ ls
"""


def test_snippets_are_found_and_run() -> None:
    (snippet,) = snippets(TEXT)
    output = outcome(snippet, "canonicalize")
    assert output == "func.func @f(%x: f64) -> f64 {\n  return %x : f64\n}"
    assert pattern(snippet.after).fullmatch(output + "\n")
    wrong = Snippet(snippet.before, "cse", snippet.after)
    assert not pattern(wrong.after).fullmatch(outcome(wrong, "canonicalize") + "\n")


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("a\n...\nd", True),
        ("...\nd", True),
        ("a\n...", True),
        ("a\nb\n...\nc\nd", True),
        ("a\n...c\nd", False),
        ("a\nb...\nc...\nd", True),
        ("...\ne", False),
    ],
)
def test_what_dots_stand_for(text: str, matches: bool) -> None:
    assert bool(pattern(text).fullmatch("a\nb\nc\nd\n")) == matches
