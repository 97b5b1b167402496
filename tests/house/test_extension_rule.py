"""The extension rule: things are named where they are defined.

These are numerical methods, events of neurons, and kinds of recordings.

Everything else asks its record, so that a new one touches few files. ``docs/extending.md`` says
which, and adds some; ``test_layout_rule.py`` holds the same for layouts.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

from house.files import package_files, read
from ranvier.ir import recorded
from ranvier.ir.events import EVENTS, SPIKE
from ranvier.ir.methods import METHODS, NAMES
from ranvier.ir.recorded import KINDS

AT_HOME = {
    "event": {"ir/events.py", "ir/dialects/net.py", "frontend/neuron.py", "frontend/synapse.py"},
    "kind": {"ir/recorded.py", "ir/interpreter/recording.py", "passes/kernels/taps.py"},
    "method": {"ir/methods/table.py", "ir/methods/exact.py", "ir/methods/stages.py"},
}
"""The files that may name one."""

COMMON = {"exponential", "explicit", "implicit", "exact", "event-driven"}
"""Names of methods that are common words too."""


def _events() -> set[str]:
    """All names of events but those of plain spikes."""
    return {n for e in EVENTS if e is not SPIKE for n in (e.name, e.reset, e.arrival)}


def kinds_named(text: str) -> set[str]:
    """The kinds of recordings whose constants a module imports."""
    tree = ast.walk(ast.parse(text))
    imported = [node for node in tree if isinstance(node, ast.ImportFrom)]
    mine = [node for node in imported if (node.module or "").endswith("recorded")]
    taken = [getattr(recorded, alias.name, None) for node in mine for alias in node.names]
    return {name for name in taken if isinstance(name, str) and name in KINDS}


def words(text: str) -> set[str]:
    """The names and texts of a module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
        elif isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            found.add(node.arg)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
    return found


def named_in(wanted: Iterable[str]) -> set[str]:
    """The modules of the package that name one of these."""
    names = set(wanted)
    files = (each for each in package_files() if not each.as_posix().startswith("passes/methods/"))
    return {each.as_posix() for each in files if names & words(read(each))}


def test_axonal_spikes_are_an_event_like_others() -> None:
    assert named_in(_events()) <= AT_HOME["event"]


def test_kinds_of_recordings_are_named_in_three_files() -> None:
    found = {each.as_posix() for each in package_files() if kinds_named(read(each))}
    assert found <= AT_HOME["kind"]


def test_methods_are_named_in_their_table() -> None:
    own = NAMES.keys() - COMMON
    assert {"midpoint", "rk4", "semiimplicit"} <= own
    assert named_in(own) <= AT_HOME["method"]


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: str(method.name))
def test_files_of_a_method(method: object) -> None:
    """A method, or its family, has the name of its file."""
    name = str(getattr(method, "group", "")).replace("-", "_")
    assert Path(f"passes/methods/{name}.py") in package_files()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = f(axon_spike=1)", {"x", "f", "axon_spike"}),
        ("def f(axon_spike): ...", {"axon_spike"}),
        ("from ..recorded import COUNT", {"COUNT"}),
        ("x.axon_reset", {"x", "axon_reset"}),
        ('"""Axonal axon_spike of a neuron."""', {"Axonal axon_spike of a neuron."}),
    ],
)
def test_the_rule_itself(text: str, expected: set[str]) -> None:
    """The checker finds what it should find, and no more."""
    assert words(text) == expected
    assert kinds_named("from ...ir.recorded import COUNT, KINDS, written") == {"count"}
