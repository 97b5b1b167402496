"""The rewriter: worklist, cycles, traces, statistics, locations, versions; changes of blocks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ranvier.ir.builder import Builder
from ranvier.ir.core import Block, Op, Value
from ranvier.ir.dialects import arith, func
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.location import Fused, file_loc
from ranvier.ir.patterns import pattern, table
from ranvier.ir.rewriter import RewriteCycleError, Rewriter
from ranvier.ir.trace import Trace
from ranvier.ir.types import f64, i64
from ranvier.ir.verifier import verify


def build(body: Any, *types: Any) -> Module:
    """A module with a function ``@f``.

    Its result is what ``body`` builds from its arguments.
    """
    module = Module()
    made = func.definition("f", types, (types[0],), tuple("xyz"[: len(types)]))
    module.body.block.append(made)
    b = Builder(made.body.block, file_loc("model.py", 3, 1))
    b(func.Return(body(b, *made.body.block.args)))
    verify(module)
    return module


def names(module: Module) -> list[str]:
    """The operations of ``@f``, in order."""
    return [op.name.partition(".")[2] for op in module.ops[0].regions[0].block.ops]


@pattern(arith.SubF)
def as_sum(op: Any, rw: Rewriter) -> None:
    """Rewrite x - y -> x + -y."""
    rw.replace(op, arith.AddF(op.lhs, rw.insert_before(op, arith.NegF(op.rhs))))


@pattern(arith.AddF)
def as_difference(op: Any, rw: Rewriter) -> None:
    """Rewrite x + -y -> x - y."""
    if not isinstance(op.rhs.op, arith.NegF):
        return rw.skip("the right side is not a negation")
    rw.replace(op, arith.SubF(op.lhs, op.rhs.op.operand))


@pattern(arith.MulF)
def commute(op: Any, rw: Rewriter) -> None:
    """Rewrite x * y -> y * x."""
    rw.swap_operands(op)


@pattern(arith.AddI)
def join(op: Any, rw: Rewriter) -> None:
    """Rewrite ``(x + c) + d -> x + (c + d)``.

    The sum is left as it is.
    """
    inner = op.lhs.op
    if not isinstance(inner, arith.AddI) or not isinstance(op.rhs.op, arith.Constant):
        return rw.skip("there are no two constants")
    total = op.rhs.op.literal + inner.rhs.op.literal
    rw.replace(op, arith.AddI(inner.lhs, rw.insert_before(op, arith.constant(total, i64))))


def test_rules_that_undo_one_another_are_named() -> None:
    """Rules that undo one another are found early.

    The size of the module does not matter; the error has the place of the operation.
    """
    module = build(lambda b, x, y: b(arith.SubF(x, y)), f64, f64)
    rw = Rewriter()
    with pytest.raises(RewriteCycleError, match=r"model.py:3:1: .* undo one another") as caught:
        rw.apply(module, table([as_sum, as_difference]))
    assert set(caught.value.rules) == {"as_sum", "as_difference"}
    assert sum(rw.matches.values()) < 100
    assert rw.apply(module, {})  # the rewriter is usable afterwards


def test_a_rule_that_undoes_itself_is_named() -> None:
    module = build(lambda b, x, y: b(arith.MulF(x, y)), f64, f64)
    with pytest.raises(RewriteCycleError, match=r"commute .* does not end"):
        Rewriter().apply(module, table([commute]))


def test_a_rule_that_always_grows_is_stopped() -> None:
    @pattern(arith.NegF)
    def thrice(op: Any, rw: Rewriter) -> None:
        """Rewrite -x -> ---x."""
        once = rw.insert_before(op, arith.NegF(op.operand))
        rw.replace(op, arith.NegF(rw.insert_before(op, arith.NegF(once))))

    module = build(lambda b, x: b(arith.NegF(x)), f64)
    with pytest.raises(RewriteCycleError, match="thrice"):
        Rewriter().apply(module, table([thrice]))


def test_a_long_chain_is_no_cycle() -> None:
    def body(b: Builder, x: Value) -> Value:
        for i in range(500):
            x = b(arith.AddI(x, b(arith.constant(i, i64))))
        return x

    module = build(body, i64)
    rw = Rewriter()
    rw.apply(module, table([join]))
    assert names(module) == ["constant", "addi", "return"]
    assert rw.matches["join"] == 499
    verify(module)


def test_statistics() -> None:
    def body(b: Builder, x: Value, y: Value) -> Any:
        return b(arith.AddF(b(arith.AddF(x, y)), b(arith.NegF(y))))

    rw = Rewriter(timing=True)
    rw.apply(build(body, f64, f64), table([as_difference]))
    rule = rw.statistics["as_difference"]
    assert (rule.tried, rule.matched) == (3, 1)  # the inner sum again, after its user changed
    assert rule.skipped["the right side is not a negation"] == 2
    assert rule.seconds > 0.0
    quiet = Rewriter()
    quiet.apply(build(body, f64, f64), table([as_difference]))
    assert quiet.statistics["as_difference"].seconds == 0.0


def test_trace() -> None:
    """The trace has the rule, the operation before and after.

    It tells the rule's file and line, and the place in the model.
    """

    def body(b: Builder, x: Value, y: Value) -> Any:
        return b(arith.AddF(x, b(arith.NegF(y))), "total")

    trace = Trace()
    module = build(body, f64, f64)
    Rewriter(trace).apply(module, table([as_difference]))
    (step,) = trace.steps
    assert step.rule == "as_difference"
    assert step.place.startswith("tests/ir/test_rewriter.py:")
    assert step.before == "%total = arith.addf %x, %0 : f64"
    assert len(step.after) == 1
    assert step.after[0].endswith("= arith.subf %x, %y : f64")
    assert "[model.py:3]" in str(trace)


def test_trace_of_a_replacement_by_a_value() -> None:
    @pattern(arith.NegF)
    def drop(op: Any, rw: Rewriter) -> None:
        """Rewrite -x -> x (wrong, but short)."""
        rw.replace(op, op.operand)

    trace = Trace()
    Rewriter(trace).apply(build(lambda b, x: b(arith.NegF(x), "y"), f64), table([drop]))
    assert trace.steps[0].after == ("%y = %x",)


def test_locations() -> None:
    """New operations take the place of what they replace.

    Merged ones have both.
    """
    module = build(lambda b, x, y: b(arith.SubF(x, y)), f64, f64)
    Rewriter().apply(module, table([as_sum]))
    for op in module.ops[0].regions[0].block.ops:
        assert op.loc == file_loc("model.py", 3, 1)

    block = Block((f64,))
    one, two, three = (block.append(arith.NegF(block.args[0])) for _ in range(3))
    for line, op in enumerate((one, two, three), 1):
        op.loc = file_loc("model.py", line, 1)
    rw = Rewriter()
    rw.merge(two, one, "cse")
    rw.merge(three, one, "cse")
    assert one.loc == Fused("cse", tuple(file_loc("model.py", line, 1) for line in (1, 2, 3)))
    assert block.ops == [one]


def test_versions_count_changes() -> None:
    """Versions count changes of the function and of the module. No others count them."""
    module = build(lambda b, x, y: b(arith.SubF(x, y)), f64, f64)
    other = func.declaration("g", (f64,))
    module.body.block.append(other)
    function = module.ops[0]
    before = module.version, function.version
    Rewriter().apply(module, {})
    assert (module.version, function.version) == before
    Rewriter().apply(function, table([as_sum]))
    assert module.version > before[0] and function.version > before[1]
    assert other.version == 0


def test_dead_operations_go() -> None:
    """A dropped user frees its operands."""

    def body(b: Builder, x: Value) -> Value:
        b(arith.NegF(b(arith.NegF(b(arith.NegF(x))))))
        return x

    module = build(body, f64)
    Rewriter().apply(module, {})
    assert names(module) == ["return"]


def test_tables_keep_the_order_of_rules() -> None:
    rules = table([as_sum, as_difference, commute])
    assert rules[arith.AddF] == (as_difference,)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_blocks_change_as_lists_do(data: st.DataObject) -> None:
    """Blocks change as lists do.

    Any order of insertions, removals, moves and readings gives the same.
    """
    block = Block()
    model: list[Op] = []

    def new() -> Op:
        return arith.constant(len(seen), i64)

    seen: list[Op] = []
    for _ in range(data.draw(st.integers(1, 30))):
        choice = data.draw(
            st.sampled_from(["append", "insert", "insert", "remove", "move", "read"])
        )
        if choice == "append" or not model:
            seen.append(block.append(new()))
            model.append(seen[-1])
            continue
        anchor = data.draw(st.sampled_from(model))
        if choice == "insert":
            op = new()
            seen.append(op)
            block.insert_before(anchor, op)
            model.insert(model.index(anchor), op)
        elif choice == "remove":
            block.remove(anchor)
            model.remove(anchor)
        elif choice == "move":
            op = data.draw(st.sampled_from(model))
            if op is not anchor:
                block.remove(op)
                model.remove(op)
                block.insert_before(anchor, op)
                model.insert(model.index(anchor), op)
        else:
            assert block.ops == model
    assert block.ops == model
    assert all(op.block is block for op in model)
