"""What the ``rng`` dialect means."""

from __future__ import annotations

from typing import Any

from ..dialects import rng
from ..types import FloatType, scalar_of
from .core import Env, Interpreter, interprets
from .philox import uniform
from .values import lanewise


@interprets(rng.Uniform)
def draw(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """One number per lane; see :mod:`.philox`."""
    type_ = op.results[0].type
    kind = scalar_of(type_)
    assert isinstance(kind, FloatType)

    def one(seed: int, step: int, id_: int) -> float:
        return uniform(seed, op.stream, step, id_, op.draw, kind.bits)

    return lanewise(one, type_, env[op.seed], env[op.step], env[op.id])
