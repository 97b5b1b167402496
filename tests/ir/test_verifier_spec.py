"""The levels of the IR, and diagnostics."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import pytest
from samples.random_networks import random_network

import ranvier.codegen.llvm_ir.emit  # noqa: F401  (fills the table of rules)
from ranvier.codegen.llvm_ir.lowering import RULES as LLVM
from ranvier.ir import dialects
from ranvier.ir.declare import OPS
from ranvier.ir.diagnostics import Diagnostics, ModelError, error, in_order, render
from ranvier.ir.interpreter import all_rules
from ranvier.ir.location import Fused, Named, file_loc, fused_loc, named_loc
from ranvier.ir.spec import REMOVED_BY, SPECS, check_level
from ranvier.ir.suggest import closest, did_you_mean, unknown
from ranvier.ir.verifier import VerifyError
from ranvier.passes.framework.core import find_pass

for info in iter_modules(dialects.__path__):
    import_module(f"{dialects.__name__}.{info.name}")

CONTAINERS = {"builtin.module", "func.func"}
READ_AS_A_WHOLE = {
    "net.population",
    "net.projection",
    "net.monitor",
    "eq.variable",
    "eq.equation",
    "eq.ddt",
}
"""Operations that the interpreter of networks reads itself."""


@pytest.mark.parametrize("name", sorted(OPS))
def test_every_operation_has_a_level_and_a_meaning(name: str) -> None:
    """Every operation may occur somewhere.

    There it can be run; and it becomes machine code or goes away.
    """
    cls = OPS[name]
    levels = [spec.name for spec in SPECS.values() if spec.allows(name)]
    if name.startswith("cf."):
        assert not levels  # only text of others holds branches
        return
    assert levels, f"{name} may occur at no level"
    runs = not cls.terminator and name not in CONTAINERS
    assert not runs or (cls in all_rules()) != (name in READ_AS_A_WHOLE)
    removed = REMOVED_BY.get(name) or REMOVED_BY.get(name.partition(".")[0])
    if SPECS["native"].allows(name):
        assert not runs or cls in LLVM
        if not SPECS["scalar"].allows(name) and not name.startswith("vector."):
            assert find_pass(SPECS["scalar"].remover(name) or "")
    else:
        assert removed is not None and find_pass(removed)
        assert cls not in LLVM


def test_levels_say_what_is_too_much_and_who_should_have_removed_it() -> None:
    module = random_network(1)
    check_level(module, "net")
    with pytest.raises(VerifyError) as caught:
        check_level(module, "eq")
    texts = [d.text for d in caught.value.diagnostics]
    assert any("'eq.system' does not belong to the level 'eq'" in text for text in texts)
    assert all("'discretize' should have removed it" in text for text in texts)
    texts = [d.text for d in SPECS["native"].check(module)]
    assert any("'net.population'" in t and "'map-to-threads' should" in t for t in texts)
    assert any("'eq.variable'" in t and "'lower-equations' should" in t for t in texts)


def test_diagnostics_collect_and_sort() -> None:
    found = Diagnostics()
    found.error("second", file_loc("a.mlir", 9, 2)).note("see here", file_loc("a.mlir", 1, 1))
    found.warning("careful", file_loc("a.mlir", 3, 1))
    found.error("first", file_loc("a.mlir", 2, 5))
    found.error("nowhere")
    assert [d.text for d in in_order(found.found)] == ["first", "careful", "second", "nowhere"]
    assert "note: see here (a.mlir:1)" in str(found)
    with pytest.raises(ModelError) as caught:
        found.raise_errors()
    assert [d.text for d in caught.value.diagnostics] == ["first", "second", "nowhere"]
    Diagnostics().raise_errors()


def test_equal_diagnostics_are_shown_once() -> None:
    one = error("twice", file_loc("a.mlir", 2, 5))
    assert render([one, one]).count("twice") == 1


def test_names_and_merged_places_are_explained() -> None:
    first, second = file_loc("m.py", 3, 4), file_loc("m.py", 8, 4)
    named = named_loc("dv/dt", first)
    assert isinstance(named, Named)
    assert "note: in 'dv/dt'" in str(error("wrong", named))
    merged = fused_loc("cse", named, second)
    assert isinstance(merged, Fused)
    text = str(error("wrong", merged))
    assert text.startswith("m.py:3:4: error: wrong")
    assert "note: merged by 'cse' with (m.py:8)" in text


def test_suggestions() -> None:
    assert closest("taau", ["v", "tau"]) == "tau"
    assert closest("zzz", ["v", "tau"]) is None
    assert did_you_mean("rat", ["rate"]) == "; did you mean 'rate'?"
    assert list(unknown("kind", "b", ["a", "c"])) == ["there is no kind 'b'; there are a, c"]
    assert not list(unknown("kind", None, ["a"])) and not list(unknown("kind", "a", ["a"]))
