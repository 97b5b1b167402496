"""Meaning of ``gpu`` and ``nvvm``, for subgroups of one lane."""

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


@interprets(gpu.NUMBERS["thread_id"])
def thread(op: Any, env: Env, interpreter: Interpreter) -> int:
    """Return the number of the thread in its block."""
    return interpreter.place.thread


@interprets(gpu.NUMBERS["block_dim"])
def threads(op: Any, env: Env, interpreter: Interpreter) -> int:
    """Return the number of threads of a block."""
    return interpreter.place.threads


@interprets(gpu.NUMBERS["block_id"])
def block(op: Any, env: Env, interpreter: Interpreter) -> int:
    """Return the number of the block."""
    return interpreter.place.block


@interprets(gpu.NUMBERS["grid_dim"])
def blocks(op: Any, env: Env, interpreter: Interpreter) -> int:
    """Return the number of blocks."""
    return interpreter.place.blocks


@interprets(gpu.Barrier)
def wait(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Wait for the threads of the block."""
    interpreter.place.meet(op)


@interprets(nvvm.WarpBarrier)
def meet(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Do nothing: no other lane comes."""
