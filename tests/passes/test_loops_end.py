"""Kernels end, whatever their buffers hold.

No loop waits for a value without a limit.

Bounds of ``scf.for`` come from structure that the run time has made, or has checked where a file
brought it; ``check-bounds`` lets a load outside give the first element. Loops that wait for a
condition are all built by ``repeat``, which counts their turns.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from house.files import package_files, read
from ranvier.codegen_llvm.call import call
from ranvier.ir.builder import Builder
from ranvier.ir.dialects import func
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.interpreter import run
from ranvier.ir.types import f64
from ranvier.ir.verifier import verify
from ranvier.passes.functions.control import repeat
from ranvier.passes.functions.number import DOUBLE, Code, Number


def counting(limit: int) -> Module:
    """A function that counts turns while its argument is not negative."""
    module = Module()
    made = Builder(module.body.block)(func.definition("turns", (f64,), (f64,)))
    build = Builder(made.body.block)
    code = Code(build, DOUBLE, 0)
    x = Number(code, made.body.block.args[0])

    def turn(count: Number, going: Number, state: list[Number]) -> tuple[Number, list[Number]]:
        return going, [state[0] + 1.0]

    (turns,) = repeat(limit, x >= 0.0, [x.like(0.0)], turn)
    build(func.Return(turns.value))
    verify(module)
    return module


@pytest.mark.parametrize("how", [run, call])
@pytest.mark.parametrize("limit", [0, 1, 7, 1000])
def test_turns_are_counted(how: Any, limit: int) -> None:
    """Lanes that would go on for ever stop at the limit."""
    module = counting(limit)
    assert how(module, "turns", np.inf) == limit
    assert how(module, "turns", -1.0) == 0


def loops_made(text: str) -> Iterator[str]:
    """Places where a module makes loops that wait for a condition.

    They are names of the functions around.
    """
    for function in ast.walk(ast.parse(text)):
        if isinstance(function, ast.FunctionDef):
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            if any(ast.unparse(node.func) in ("scf.While", "While") for node in calls):
                yield function.name


def test_all_loops_that_wait_count_their_turns() -> None:
    makers = [
        name for name in package_files() if name.parts[0] in ("frontend", "passes", "runtime")
    ]
    found = {(name, each) for name in makers for each in loops_made(read(name))}
    assert found == {(Path("passes/functions/control.py"), "repeat")}
