"""Meaning of the ``rng`` dialect, lane by lane; see :mod:`.standard`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..dialects import rng
from ..types import scalar_of
from . import standard
from .core import RULES, Env, Interpreter, Rule, interprets
from .philox import uniform
from .standard import Draw
from .values import dtype_of, lanewise


@interprets(rng.Uniform)
def draw_uniform(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Draw a number in [0, 1); see :mod:`.philox`."""
    type_ = op.results[0].type
    bits = 8 * dtype_of(type_).itemsize

    def one(seed: int, step: int, id_: int) -> float:
        return uniform(seed, op.stream, step, id_, op.draw, bits=bits)

    return lanewise(one, type_, env[op.seed], env[op.step], env[op.id])


def _rule(function: Callable[..., Any]) -> Rule:
    def rule(op: Any, env: Env, interpreter: Interpreter) -> Any:
        type_ = op.results[0].type
        scalar = scalar_of(type_)
        number = dtype_of(scalar).type

        def one(seed: int, step: int, id_: int, *parameters: float) -> Any:
            draw = Draw(seed, op.stream, step, id_, scalar)
            return function(draw, *[number(p) for p in parameters])

        return lanewise(one, type_, *[env[v] for v in op.operands])

    return rule


RULES.update(
    {
        rng.Normal: _rule(standard.normal),
        rng.Exponential: _rule(standard.exponential),
        rng.Gamma: _rule(standard.gamma),
        rng.Binomial: _rule(standard.binomial),
    }
)
