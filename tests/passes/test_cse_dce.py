"""``cse`` and ``dce``: what they share and remove.

And what they must not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ranvier.ir.builder import Builder
from ranvier.ir.core import Region
from ranvier.ir.dialects import arith, func, memref, scf
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.interpreter import run
from ranvier.ir.location import Fused, file_loc
from ranvier.ir.types import f64, index
from ranvier.ir.types import memref as buffer_of
from ranvier.ir.verifier import verify
from ranvier.passes.framework.context import Context
from ranvier.passes.framework.core import find_pass

Body = Callable[[Builder, Any, Any, Any], Any]


def module_of(body: Body) -> Module:
    """``@f(one, other, x)`` with two buffers of four floats."""
    module = Module()
    made = func.definition("f", (buffer_of(f64), buffer_of(f64), f64), (f64,))
    module.body.block.append(made)
    b = Builder(made.body.block)
    result = body(b, *made.body.block.args)
    b(func.Return(result))
    verify(module)
    return module


def passed(name: str, module: Module) -> list[str]:
    """Run a pass that leaves a function's values the same.

    Returns the names of what is left.
    """
    function: Any = module.ops[0]
    before = computed(module)
    find_pass(name)().run(function, Context())
    verify(module)
    np.testing.assert_array_equal(before, computed(module))
    return [op.name.partition(".")[2] for op in function.walk()][1:]


def computed(module: Module) -> Any:
    """The result and both buffers."""
    one, other = np.arange(4.0), np.arange(4.0) + 0.5
    return np.concatenate([[run(module, "f", one, other, 1.25)], one, other])


def at(b: Builder, i: int = 1) -> Any:
    """An index."""
    return b(arith.constant(i, index))


def test_commuted_operands_are_equal() -> None:
    def body(b: Builder, m: Any, n: Any, x: Any) -> Any:
        y = b(memref.Load(m, at(b)))
        return b(arith.SubF(b(arith.AddF(x, y)), b(arith.AddF(y, x))))

    assert passed("cse", module_of(body)).count("addf") == 1


def test_differences_are_not_commuted() -> None:
    def body(b: Builder, m: Any, n: Any, x: Any) -> Any:
        y = b(memref.Load(m, at(b)))
        return b(arith.AddF(b(arith.SubF(x, y)), b(arith.SubF(y, x))))

    assert passed("cse", module_of(body)).count("subf") == 2


@pytest.mark.parametrize(("target", "loads"), [(0, 2), (1, 1)])
def test_a_store_separates_reads_of_its_buffer_only(target: int, loads: int) -> None:
    def body(b: Builder, m: Any, n: Any, x: Any) -> Any:
        i = at(b)
        first = b(memref.Load(m, i))
        b(memref.Store(x, (m, n)[target], i))
        return b(arith.AddF(first, b(memref.Load(m, i))))

    assert passed("cse", module_of(body)).count("load") == loads


def test_signs_of_zero_are_told_apart() -> None:
    def body(b: Builder, m: Any, n: Any, x: Any) -> Any:
        return b(arith.DivF(b(arith.constant(0.0, f64)), b(arith.constant(-0.0, f64))))

    assert passed("cse", module_of(body)).count("constant") == 2


def loop(b: Builder, build: Callable[[Any], None], steps: int = 3) -> None:
    """A loop without carried values."""
    body = scf.loop_block(index, (), ("i",))
    b(scf.For(at(b, 0), at(b, steps), at(b, 1), body=Region(body)))
    with b.inside(body):
        build(body.args[0])
        b(scf.Yield())


@pytest.mark.parametrize(("target", "loads"), [(0, 2), (1, 1)])
def test_a_loop_forgets_what_it_writes(target: int, loads: int) -> None:
    """The second iteration sees what the first one wrote."""

    def body(b: Builder, m: Any, n: Any, x: Any) -> Any:
        first = b(memref.Load(m, at(b)))

        def inside(i: Any) -> None:
            again = b(memref.Load(m, at(b)))
            b(memref.Store(b(arith.AddF(again, x)), (m, n)[target], at(b)))

        loop(b, inside)
        return first

    module = module_of(body)
    find_pass("cse")().run(module.ops[0], Context())  # one constant for each index
    assert passed("cse", module).count("load") == loads


def test_branches_share_what_came_before_and_forget_what_they_wrote() -> None:
    def body(b: Builder, m: Any, n: Any, x: Any) -> Any:
        i = at(b)
        first = b(memref.Load(m, i))
        test = b(arith.cmpf("ogt", first, x))
        chosen = scf.If(test, otherwise=Region())
        b(chosen)
        with b.inside(chosen.then.block):
            again = b(memref.Load(m, i))
            b(memref.Store(b(arith.AddF(again, x)), m, i))
            b(scf.Yield())
        return b(arith.AddF(first, b(memref.Load(m, i))))

    assert passed("cse", module_of(body)).count("load") == 2


def test_a_shared_operation_stands_for_all_places() -> None:
    def body(b: Builder, m: Any, n: Any, x: Any) -> Any:
        values = []
        for line in (1, 2, 3):
            with b.at(file_loc("model.py", line, 1)):
                values.append(b(arith.MulF(x, x)))
        return b(arith.AddF(b(arith.AddF(values[0], values[1])), values[2]))

    module = module_of(body)
    passed("cse", module)
    shared = next(op for op in module.walk() if isinstance(op, arith.MulF))
    assert shared.loc == Fused("cse", tuple(file_loc("model.py", line, 1) for line in (1, 2, 3)))


def test_loops_that_only_read_are_dead() -> None:
    def body(b: Builder, m: Any, n: Any, x: Any) -> Any:
        loop(b, lambda i: b(arith.MulF(x, b(memref.Load(m, i)))))
        return x

    assert passed("dce", module_of(body)) == ["return"]


def test_loops_that_write_stay() -> None:
    def body(b: Builder, m: Any, n: Any, x: Any) -> Any:
        def inside(i: Any) -> None:
            b(memref.Load(n, i))
            b(memref.Store(x, m, i))

        loop(b, inside)
        return x

    left = passed("dce", module_of(body))
    assert "for" in left and "store" in left and "load" not in left


def test_calls_stay() -> None:
    module = module_of(lambda b, m, n, x: x)
    function = module.ops[0]
    Builder(function.regions[0].block, anchor=function.regions[0].block.ops[-1])(
        func.Call(callee="ranvier_barrier")
    )
    module.body.block.append(func.declaration("ranvier_barrier", ()))
    assert "call" in passed("dce", module)
