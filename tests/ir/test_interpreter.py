"""The interpreter against known answers, and what it refuses."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from ranvier.ir.builder import Builder
from ranvier.ir.core import Op
from ranvier.ir.dialects import arith, func, memref, rng, scf, syn, vector
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.interpreter import Interpreter, InterpreterError, interprets, run
from ranvier.ir.interpreter.core import RULES
from ranvier.ir.interpreter.philox import philox4x32, uniform
from ranvier.ir.types import Type, f32, f64, i1, i8, i32, i64, index, with_lanes
from ranvier.ir.types import memref as buffer
from ranvier.ir.types import vector as vector_type
from ranvier.ir.verifier import verify

ONES = 0xFFFFFFFF


def function(inputs: list[Type], results: list[Type], build: Any) -> Module:
    """A module whose function ``f`` returns what ``build(builder, *arguments)`` returns."""
    module = Module()
    made = Builder(module.body.block)(func.definition("f", inputs, results))
    b = Builder(made.body.block)
    b(func.Return(*build(b, *made.body.block.args)))
    verify(module)
    return module


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((ONES,) * 4, (ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_known_answers(counter: Any, key: Any, expected: Any) -> None:
    """The answers that the authors of Philox publish with it."""
    assert philox4x32(counter, key) == expected


def test_uniform_numbers() -> None:
    draws = np.array([uniform(7, 3, step, id_, 0) for step in range(40) for id_ in range(50)])
    assert draws.min() >= 0 and draws.max() < 1
    assert abs(draws.mean() - 0.5) < 0.02 and abs(draws.var() - 1 / 12) < 0.01
    assert len(set(draws)) == len(draws)


def test_uniform_reads_the_whole_of_its_arguments() -> None:
    high = 1 << 40
    answers = [uniform(*a) for a in ((1, 2, 3, 4, 0), (1 + high, 2, 3, 4, 0), (1, 5, 3, 4, 0),
                                     (1, 2, 3 + high, 4, 0), (1, 2, 3, 4 + high, 0),
                                     (1, 2, 3, 4, 1))]  # fmt: skip
    assert len(set(answers)) == len(answers)


@pytest.mark.parametrize("kind", [f32, f64], ids=str)
@pytest.mark.parametrize("lanes", [0, 4])
def test_rng_uniform(kind: Type, lanes: int) -> None:
    type_ = with_lanes(i64, lanes)

    def build(b: Builder, *args: Any) -> Any:
        draw = rng.Uniform(*args, stream=9, draw=2, result_type=with_lanes(kind, lanes))
        return [b(draw)]

    module = function([type_] * 3, [with_lanes(kind, lanes)], build)
    seeds, steps, ids = [-5] * 4, [0, 1, 2, 1 << 33], [0, -1, 77, 5]
    bits = 32 if kind is f32 else 64
    expected = [
        uniform(s, 9, t, i, 2, bits=bits) for s, t, i in zip(seeds, steps, ids, strict=True)
    ]
    if lanes:
        assert run(module, "f", seeds, steps, ids).tolist() == expected
    else:
        found = [run(module, "f", *row) for row in zip(seeds, steps, ids, strict=True)]
        assert found == expected


@pytest.mark.parametrize("lanes", [0, 4])
def test_syn_append(lanes: int) -> None:
    """Ranks below the limit follow those already there.

    The count grows.
    """
    truth = with_lanes(i1, lanes)
    types = [truth, index, buffer(i32), index, buffer(i64), index, index]

    def build(b: Builder, *args: Any) -> Any:
        b(syn.Append(*args))
        return []

    module = function(types, [], build)
    ranks, count = np.full(8, -1, np.int32), np.array([0, 1])
    hit = [True, False, True, True] if lanes else True
    run(module, "f", hit, 20, ranks, 2, count, 1, 23)
    assert count.tolist() == ([0, 3] if lanes else [0, 2])
    expected = [-1, -1, -1, 20, 22, -1] if lanes else [-1, -1, -1, 20, -1, -1]
    assert ranks[:6].tolist() == expected


def test_integers_wrap() -> None:
    module = function([i8, i8], [i8], lambda b, x, y: [b(arith.AddI(x, y))])
    assert run(module, "f", 127, 1) == -128
    module = function([i32, i32], [i32], lambda b, x, y: [b(arith.MulI(x, y))])
    assert run(module, "f", 1 << 30, 4) == 0


def test_float_to_integer_saturates() -> None:
    def build(b: Builder, x: Any) -> Any:
        return [b(arith.FPToSI(x, result_type=i32))]

    module = function([f64], [i32], build)
    answers = [run(module, "f", x) for x in (1e300, -1e300, float("nan"), -2.9, 2.9)]
    assert answers == [2**31 - 1, -(2**31), 0, -2, 2]


def test_several_results_and_none() -> None:
    module = function([f64, f64], [f64, f64], lambda b, x, y: [y, x])
    assert run(module, "f", 1.0, 2.0) == (2.0, 1.0)
    assert run(function([], [], lambda b: []), "f") is None


def test_while_counts() -> None:
    """The Collatz sequence of 27 has 111 steps."""

    def build(b: Builder, start: Any) -> Any:
        one, two, three = (b(arith.constant(n, i64)) for n in (1, 2, 3))
        loop = scf.While(start, b(arith.constant(0, i64)), result_types=(i64, i64))
        x, n = (loop.before.block.add_arg(i64) for _ in range(2))
        y, m = (loop.after.block.add_arg(i64) for _ in range(2))
        b(loop)
        with b.inside(loop.before.block):
            b(scf.Condition(b(arith.cmpi("ne", x, one)), x, n))
        with b.inside(loop.after.block):
            odd = b(arith.cmpi("eq", b(arith.RemUI(y, two)), one))
            triple = b(arith.AddI(b(arith.MulI(y, three)), one))
            following = b(arith.Select(odd, triple, b(arith.DivUI(y, two))))
            b(scf.Yield(following, b(arith.AddI(m, one))))
        return loop.results

    assert run(function([i64], [i64, i64], build), "f", 27) == (1, 111)


def test_externals() -> None:
    """A declared function is a Python function.

    The barrier may stay away.
    """
    module = Module()
    top = Builder(module.body.block)
    top(func.declaration("ranvier_barrier", (buffer(i64), index)))
    top(func.declaration("twice", (f64,), (f64,)))
    made = top(func.definition("f", [buffer(i64), f64], [f64]))
    b = Builder(made.body.block)
    state, x = made.body.block.args
    b(func.Call(state, b(arith.constant(1, index)), callee="ranvier_barrier"))
    b(func.Return(b(func.Call(x, callee="twice", result_types=(f64,)))))
    verify(module)
    externals = {"twice": lambda v: 2 * v}
    assert run(module, "f", np.zeros(16, np.int64), 4.0, externals=externals) == 8.0
    with pytest.raises(InterpreterError, match="no Python function stands for @twice"):
        run(module, "f", np.zeros(16, np.int64), 4.0)


def _load(b: Builder, m: Any, i: Any) -> Any:
    return [b(memref.Load(m, i))]


def _load_vector(b: Builder, m: Any, i: Any) -> Any:
    return [b(vector.Load(m, i, result_type=vector_type(4, f64)))]


def _divide(b: Builder, m: Any, i: Any) -> Any:
    return [b(arith.DivSI(i, b(arith.constant(0, index))))]


@pytest.mark.parametrize(
    ("build", "result", "at", "message"),
    [
        (_load, f64, 8, "index 8 beyond dimension 0"),
        (_load, f64, -1, "index -1 beyond dimension 0"),
        (_load_vector, vector_type(4, f64), 5, "lanes beyond the end"),
        (_divide, index, 1, "divided by zero"),
    ],
)
def test_refuses(build: Any, result: Type, at: int, message: str) -> None:
    module = function([buffer(f64), index], [result], build)
    with pytest.raises(InterpreterError, match=message):
        run(module, "f", np.zeros(8), at)


def test_refuses_wrong_arguments() -> None:
    module = function([buffer(f64)], [], lambda b, m: [])
    with pytest.raises(TypeError, match="expects an array of float64"):
        run(module, "f", np.zeros(8, np.float32))
    with pytest.raises(InterpreterError, match="takes 1 arguments, got 0"):
        run(module, "f")
    with pytest.raises(InterpreterError, match="no function @g"):
        run(module, "g")


def test_unknown_operations_are_named_and_can_be_added() -> None:
    class Foreign(Op):
        name = "test.foreign"

    module = function([], [], lambda b: [])
    foreign = Foreign()
    foreign._setup([], (), {})
    body = module.ops[0].regions[0].block
    body.ops.insert(0, foreign)
    with pytest.raises(InterpreterError, match=r"'test.foreign' cannot be interpreted"):
        run(module, "f")
    seen: list[Op] = []

    @interprets(Foreign)
    def rule(op: Op, env: Any, interpreter: Interpreter) -> None:
        seen.append(op)

    try:
        run(module, "f")
    finally:
        del RULES[Foreign]
    assert seen == [foreign]


def test_a_rule_of_others_counts_whenever_ours_loads() -> None:
    """Ours does not take its place when it loads."""
    code = """
from ranvier.ir.dialects import arith
from ranvier.ir.interpreter import all_rules, interprets
from ranvier.ir.interpreter.core import rule_of

@interprets(arith.AddF)
def mine(op, env, interpreter):
    return 0.0

assert rule_of(arith.AddF) is mine
assert rule_of(arith.MulF) is not None
assert all_rules()[arith.AddF] is mine
"""
    subprocess.run([sys.executable, "-c", code], check=True)
