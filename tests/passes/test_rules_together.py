"""All rules at once keep every bit of random terms. So do ``cse`` and ``dce`` after them."""

from __future__ import annotations

import itertools

import pytest
from differential.rule_check import outcome, rows, same
from differential.terms import SETTINGS, Setting, module_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ranvier.ir.core import Op
from ranvier.ir.dialects.arith import CMPF, CMPI
from ranvier.ir.verifier import verify
from ranvier.passes.framework.context import Context
from ranvier.passes.framework.core import find_pass

PASSES = ("canonicalize", "cse", "dce", "canonicalize")

FLOATS = ["0.0", "-0.0", "1.0", "-1.0", "0.5", "-4.0", "3.0", "inf"]
INTEGERS = ["0", "1", "-1", "2", "8", "-128", "127", "5"]


def call(name: str, *operands: str) -> str:
    """A term."""
    return f"{name}({', '.join(operands)})"


@st.composite
def terms(draw: st.DrawFn, kind: str, depth: int) -> str:
    """A random term of floats, integers or truth values. These are ``x``, ``a`` and ``p``."""
    letters = {"x": "xyz", "a": "abc", "p": "pq"}[kind]
    if depth == 0 or draw(st.integers(0, 9)) == 0:
        return draw(st.sampled_from(letters))
    names = {
        "x": ["addf", "subf", "mulf", "divf", "maximumf", "minimumf", "negf", "absf", "floor",
              "select", "sitofp", "when", "loop"],
        "a": ["addi", "subi", "muli", "andi", "ori", "xori", "maxsi", "minsi", "shli", "shrui",
              "divui", "remui", "select", "extui", "join"],
        "p": ["cmpi", "cmpf", "andi", "ori", "xori", "not", "select"],
    }[kind]  # fmt: skip
    name = draw(st.sampled_from(names))
    if name in ("negf", "absf", "floor"):
        return call(name, draw(terms(kind, depth - 1)))
    if name == "not":
        return call("xori", draw(terms("p", depth - 1)), "1")
    if name == "sitofp":
        return call(name, draw(terms("a", depth - 1)), "FLOAT")
    if name == "extui":
        return call(name, draw(terms("p", depth - 1)), "INTEGER")
    if name in ("select", "when"):
        condition = draw(terms("p", depth - 1))
        return call(name, condition, draw(terms(kind, depth - 1)), draw(terms(kind, depth - 1)))
    if name == "loop":
        body = draw(st.sampled_from(["acc", "addf(acc, y)", "mulf(x, x)"]))
        high = draw(st.sampled_from(["0", "1", "2"]))
        return call(name, "0", high, "1", draw(terms("x", depth - 1)), body)
    if name in ("cmpi", "cmpf"):
        inner = "a" if name == "cmpi" else "x"
        predicate = draw(st.sampled_from(CMPI if name == "cmpi" else CMPF))
        return call(name, repr(predicate), *draw(sides(inner, depth)))
    if name == "join":
        grown = call("addi", draw(terms("a", depth - 1)), draw(st.sampled_from(INTEGERS)))
        return call("addi", grown, draw(st.sampled_from(INTEGERS)))
    return call(name, *draw(sides(kind, depth)))


@st.composite
def sides(draw: st.DrawFn, kind: str, depth: int) -> tuple[str, str]:
    """Two operands: terms, a term and a number, or twins."""
    term = draw(terms(kind, depth - 1))
    other = draw(st.integers(0, 5))
    if other == 0:
        return term, term
    if other <= 2:
        pool = {"x": FLOATS, "a": INTEGERS, "p": ["0", "1"]}[kind]
        pair = (term, draw(st.sampled_from(pool)))
        return pair if draw(st.booleans()) else pair[::-1]
    return term, draw(terms(kind, depth - 1))


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
@pytest.mark.parametrize("kind", ["x", "a", "p"])
def test_results_stay(kind: str, setting: Setting) -> None:
    """Results stay for every setting of types.

    Branches and loops come only without lanes.
    """

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(terms(kind, 4))
    def check(term: str) -> None:
        if setting.lanes and ("when(" in term or "loop(" in term):
            return
        if "INTEGER" in term and str(setting.integer) == "index":
            return
        if "FLOAT" in term and str(setting.integer) == "index":
            return
        text = term.replace("FLOAT", str(setting.float)).replace("INTEGER", str(setting.integer))
        before, after = module_of(text, setting), module_of(text, setting)
        verify(before)
        for name in PASSES:
            find_pass(name)().run(after.ops[0], Context())
            verify(after)
        function: Op = before.ops[0]
        for row in rows(function.function_type.inputs, text)[:60]:  # type: ignore[attr-defined]
            expected, found = outcome(before, row), outcome(after, row)
            if expected is not None:
                assert found is not None, row
                assert all(map(same, expected, found, itertools.repeat(0))), (row, str(after))

    check()
