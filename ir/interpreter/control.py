"""Meaning of the ``func`` and ``scf`` dialects."""

from __future__ import annotations

from typing import Any

from ..dialects import func, scf
from .core import Env, Interpreter, InterpreterError, interprets


@interprets(func.Call)
def call(op: Any, env: Env, interpreter: Interpreter) -> tuple[Any, ...]:
    """Call the function and return its results."""
    return interpreter.call(op.callee, *[env[v] for v in op.operands])


@interprets(scf.For)
def loop(op: Any, env: Env, interpreter: Interpreter) -> tuple[Any, ...]:
    """Run one iteration after the other.

    They do so also where ``parallel`` would allow any order.
    """
    lower, upper, step = env[op.lower], env[op.upper], env[op.step]
    if step <= 0:
        raise InterpreterError(f"a loop has the step {step}", op.loc)
    carried = tuple(env[v] for v in op.inits)
    for iv in range(lower, upper, step):
        carried = interpreter.block(op.body.block, env, (iv, *carried))
    return carried


@interprets(scf.If)
def branch(op: Any, env: Env, interpreter: Interpreter) -> tuple[Any, ...]:
    """Run the chosen branch and return the values that it yields."""
    chosen = op.then if env[op.condition] else op.otherwise
    return interpreter.block(chosen.block, env) if chosen.blocks else ()


@interprets(scf.While)
def while_loop(op: Any, env: Env, interpreter: Interpreter) -> tuple[Any, ...]:
    """Run both regions in turn, until the first passes false.

    Returns the other values that it passes then.
    """
    values = tuple(env[v] for v in op.inits)
    while True:
        condition, *passed = interpreter.block(op.before.block, env, values)
        if not condition:
            return tuple(passed)
        values = interpreter.block(op.after.block, env, passed)
