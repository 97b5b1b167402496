"""Tasks that set variables of the role ``constant``.

These get the same values in all steps of a run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...ir.core import Op, Region, Value
from ...ir.dialects import eq, loops, net
from .equations import EquationFrame, about, lower_chosen
from .task import TaskBuilder


def constants(
    build: TaskBuilder,
    part: Region,
    variables: Mapping[str, Any],
    walk: Op,
    frame: Callable[[Value], EquationFrame],
) -> loops.Task | None:
    """The task of a region of constants, if there are any.

    Those for all neurons are set once, others in the loop ``walk`` over neurons; ``frame`` gives
    that of a neuron.
    """
    if net.idle(part):
        return None
    written = [op.variable for op in part.block.ops if isinstance(op, eq.Write)]
    shared = [name for name in written if variables[name].locality == "global"]
    own = [name for name in written if name not in shared]
    if shared:
        zero = build.constant(0)
        with build.walk(loops.Once()):
            lower_chosen(part.block, frame(zero), about(part.block, shared).__contains__)
    if own:
        with build.walk(walk, "i" if isinstance(walk, loops.Neurons) else "post") as (i,):
            lower_chosen(part.block, frame(i), about(part.block, own).__contains__)
    return build.finish()
