"""The lowering helper.

Tables of rules, copies, refusals, results, what is left over.
"""

from __future__ import annotations

from typing import Any

import pytest

from ranvier.ir.builder import Builder
from ranvier.ir.core import Block, Op, Value
from ranvier.ir.dialects import arith, func, rng
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.location import file_loc
from ranvier.ir.lowering import LoweringError, expand, lower_block, none_left
from ranvier.ir.rewriter import Rewriter
from ranvier.ir.types import f64, i32, i64
from ranvier.ir.verifier import verify


def source() -> Block:
    """Negation, sum and wide product."""
    block = Block((f64, i32))
    b = Builder(block, file_loc("model.py", 7, 2))
    x, n = block.args
    total = b(arith.AddF(b(arith.NegF(x)), x))
    low, _high = b(arith.MulUIExtended(n, n)).results
    b(func.Return(total, low))
    return block


def test_rules_get_operations_in_order_and_bind_results() -> None:
    block = source()
    seen: list[str] = []
    rules = {
        arith.NegF: lambda op, env: -env[op.operand],
        arith.AddF: lambda op, env: env[op.lhs] + env[op.rhs],
        arith.MulUIExtended: lambda op, env: (env[op.lhs] * 10, 0),
    }
    env: dict[Value, Any] = {block.args[0]: 2.5, block.args[1]: 4}
    assert lower_block(block, rules, env, env) == [0.0, 40]
    assert not seen


def test_unknown_operations_are_refused_with_their_place() -> None:
    block = source()
    with pytest.raises(LoweringError, match=r"model.py:7:2: error: 'arith.negf' cannot be lowered"):
        lower_block(block, {}, None, {})


def test_unknown_operations_may_be_copied() -> None:
    """The builder has the location of the operation at hand.

    Afterwards it has its own back.
    """
    block, new = source(), Block((f64, i32))
    build = Builder(new, file_loc("other.py", 1, 1))
    env: dict[Value, Any] = dict(zip(block.args, new.args, strict=True))

    def double(op: Any, context: Any) -> Any:
        return build(arith.AddF(env[op.operand], env[op.operand]))

    def copy(op: Any, context: Any) -> None:
        build.insert(op.clone(env))

    values = lower_block(block, {arith.NegF: double}, None, env, other=copy, builder=build)
    assert [op.name for op in new.ops] == ["arith.addf", "arith.addf", "arith.mului_extended"]
    assert all(op.loc == file_loc("model.py", 7, 2) for op in new.ops)
    assert build.loc == file_loc("other.py", 1, 1)
    assert [v.owner for v in values] == [new.ops[1], new.ops[2]]


def draws() -> Module:
    """A function with one random draw."""
    module = Module()
    made = func.definition("f", (i64, i64, i64), (f64,))
    module.body.block.append(made)
    b = Builder(made.body.block, file_loc("model.py", 9, 1))
    draw = b(rng.Uniform(*made.body.block.args, stream=1, result_type=f64), "u")
    b(func.Return(draw))
    return module


def test_expansion_in_place() -> None:
    module = draws()
    rules: dict[type[Op], Any] = {rng.Uniform: lambda op, build: build(arith.constant(0.5, f64))}
    assert expand(module, rules, Rewriter()) == 1
    verify(module)
    constant, _ = module.ops[0].regions[0].block.ops
    assert constant.loc == file_loc("model.py", 9, 1)
    assert constant.results[0].name == "u"


def test_expansion_must_finish() -> None:
    def again(op: Any, build: Builder) -> Any:
        return build(rng.Uniform(*op.operands, stream=2, result_type=f64))

    with pytest.raises(LoweringError, match=r"model.py:9:1: error: 'rng.uniform' is left over"):
        expand(draws(), {rng.Uniform: again}, Rewriter())


def test_what_is_left_of_a_dialect() -> None:
    none_left(draws(), "eq")
    with pytest.raises(LoweringError, match="left over"):
        none_left(draws(), "rng")
