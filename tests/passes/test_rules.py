"""Every rule of ``canonicalize`` keeps what its examples compute.

Wrong ones are caught.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from differential.rule_check import check

from ranvier.ir.dialects import arith
from ranvier.ir.patterns import Pattern
from ranvier.ir.rewriter import Rewriter, pattern
from ranvier.passes.canonicalize import Canonicalize
from ranvier.passes.rules.document import PAGE, page
from ranvier.passes.rules.match import const_value, constant, is_const

RULES = tuple(dict.fromkeys(rule for rules in Canonicalize.table.values() for rule in rules))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rule_keeps_every_bit(rule: Pattern) -> None:
    """Each example computes the same before and after.

    The rule rewrites it.
    """
    found = check(rule)
    assert rule.examples, "a rule needs examples"
    assert not found.silent, f"not rewritten: {found.silent}"
    assert not found.wrong, found.wrong[0]


def test_rules_are_declared() -> None:
    """Names are unique, the algebra is written down.

    Only exact rules are in use.
    """
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert "->" in rule.algebra, rule.name
        assert rule.exact or rule.flag


def wrong(root: Any, *examples: str) -> Callable[[Any], Pattern]:
    """Declare a rule that must be caught."""

    def declare(function: Any) -> Pattern:
        rule = pattern(root, examples=examples)(function)
        WRONG.append(rule)
        return rule

    return declare


WRONG: list[Pattern] = []


@wrong(arith.AddF, "addf(x, 0.0)")
def zero_is_neutral(op: Any, rw: Rewriter) -> None:
    """-0.0 + 0.0 is 0.0."""
    if is_const(op.rhs, 0.0):
        rw.replace(op, op.lhs)


@wrong(arith.SubF, "subf(x, x)")
def difference_is_zero(op: Any, rw: Rewriter) -> None:
    """inf - inf is NaN."""
    rw.replace(op, constant(0.0, op.lhs.type))


@wrong(arith.MulF, "mulf(x, 0.0)")
def product_is_zero(op: Any, rw: Rewriter) -> None:
    """-1.0 * 0.0 is -0.0."""
    rw.replace(op, constant(0.0, op.lhs.type))


@wrong(arith.DivF, "divf(x, 3.0)")
def reciprocal(op: Any, rw: Rewriter) -> None:
    """1/3 is rounded."""
    inverse = constant(1.0 / const_value(op.rhs), op.rhs.type)
    rw.replace(op, arith.MulF(op.lhs, rw.insert_before(op, inverse)))


@wrong(arith.AddF, "addf(addf(x, 0.1), 0.2)")
def float_association(op: Any, rw: Rewriter) -> None:
    """Sums are rounded in their order."""
    inner = op.lhs.op
    if isinstance(inner, arith.AddF):
        joined = rw.insert_before(op, arith.AddF(inner.rhs, op.rhs))
        rw.replace(op, arith.AddF(inner.lhs, joined))


@wrong(arith.NegF, "negf(subf(x, y))")
def negated_difference(op: Any, rw: Rewriter) -> None:
    """-(x - x) is -0.0."""
    inner = op.operand.op
    if isinstance(inner, arith.SubF):
        rw.replace(op, arith.SubF(inner.rhs, inner.lhs))


@wrong(arith.DivSI, "divsi(a[i32], 4)")
def signed_division_by_shift(op: Any, rw: Rewriter) -> None:
    """-1 / 4 is 0."""
    rw.replace(op, arith.ShRUI(op.lhs, rw.insert_before(op, constant(2, op.rhs.type))))


@wrong(arith.CmpI, "cmpi('slt', addi(a, 1), 0)")
def comparison_of_sum(op: Any, rw: Rewriter) -> None:
    """Sums overflow."""
    inner = op.lhs.op
    if isinstance(inner, arith.AddI):
        other = rw.insert_before(op, constant(-1, op.rhs.type))
        rw.replace(op, arith.cmpi("slt", inner.lhs, other))


@wrong(arith.CmpF, "cmpf('oeq', x, x)")
def equal_to_itself(op: Any, rw: Rewriter) -> None:
    """NaN is not equal to itself."""
    rw.replace(op, constant(1, op.results[0].type))


@wrong(arith.Select, "select(cmpf('ogt', x, y), x, y)")
def select_is_maximum(op: Any, rw: Rewriter) -> None:
    """NaN is not greater, and the maximum of NaN is NaN."""
    rw.replace(op, arith.MaximumF(op.true_value, op.false_value))


@wrong(arith.TruncI, "trunci(extui(a[i8], i32), i8)")
def truth_of_a_byte(op: Any, rw: Rewriter) -> None:
    """Keeps one bit only."""
    one = rw.insert_before(op, constant(1, op.results[0].type))
    rw.replace(op, arith.AndI(op.operand.op.operand, one))


@wrong(arith.SubI, "subi(a, a)")
def introduces_a_trap(op: Any, rw: Rewriter) -> None:
    """Divides by what may be zero."""
    quotient = rw.insert_before(op, arith.DivUI(op.lhs, op.rhs))
    one = rw.insert_before(op, constant(1, op.lhs.type))
    rw.replace(op, arith.XOrI(quotient, one))


@pytest.mark.parametrize("rule", WRONG, ids=lambda rule: rule.name)
def test_wrong_rule_is_caught(rule: Pattern) -> None:
    """The property test can fail."""
    found = check(rule)
    assert found.fired and found.wrong


def test_rule_that_never_applies_is_caught() -> None:
    """An example that is not rewritten counts as a failure."""
    rule = pattern(arith.AddF, examples=["addf(x, y)"])(lambda op, rw: rw.skip("never"))
    assert check(rule).silent == ["addf(x, y)"]


def test_rounding_needs_a_flag() -> None:
    """A rule with an error must name what allows it."""
    with pytest.raises(ValueError, match="must name the flag"):
        pattern(arith.AddF, ulps=1)


def test_the_table_of_rules_is_up_to_date() -> None:
    """``python -m ranvier.passes.rules.document`` renews it."""
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text
