"""Meaning of ``gpu`` and ``nvvm`` for subgroups of one lane."""

from __future__ import annotations

from typing import Any

from ..dialects import gpu, nvvm
from .core import Env, Interpreter, interprets


@interprets(gpu.LaneId)
def lane(op: Any, env: Env, interpreter: Interpreter) -> int:
    """Return the first lane."""
    return 0


@interprets(gpu.SubgroupSize)
def size(op: Any, env: Env, interpreter: Interpreter) -> int:
    """Return one lane."""
    return 1


@interprets(gpu.Shuffle)
def shuffle(op: Any, env: Env, interpreter: Interpreter) -> tuple[Any, bool]:
    """Return the own value. Another lane is not there."""
    return env[op.value], env[op.offset] == 0


@interprets(nvvm.Vote)
def vote(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Return the own answer: of a ballot as bit 0."""
    kind, yes = op.kind.partition(" ")[2], bool(env[op.pred])
    if kind == "ballot":
        return int(yes)
    return yes or kind == "uni"


@interprets(nvvm.WarpBarrier)
def meet(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Do nothing: no other lane comes."""
