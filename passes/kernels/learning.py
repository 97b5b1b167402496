"""Kernels of learning synapses.

``@J_shared``  equations of what all synapses of a projection share, run by the first thread
``@J_learn``   equations of each step: for each post neuron, then for each of its synapses

They run after all neurons of the step, see the values of this step (``pre.x`` as old as the delay
says), and touch only synapses onto this thread's neurons. Where learning shares a pass over the
weights with the next sums (``ahead.py``), ``@J_learn`` does what is left after the last step.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ...ir.buffers import CONTROL, Buffer
from ...ir.core import Value
from ...ir.dialects import arith, net
from ...ir.dialects.func import Func
from ...ir.types import i64
from .equations import Frame, Place, lower
from .kernel import Kernel
from .layouts import along
from .layouts.base import Learning, Synapse
from .projection import ProjectionLowering


def shared_update(j: ProjectionLowering) -> Func | None:
    """``@J_shared``, if there is anything to do."""
    if net.idle(j.op.shared_equations):
        return None
    k = Kernel(f"{j.name}_shared", j.op.loc)
    zero = k.constant(0)
    with k.when(k(arith.AndI(due(j, k), k.compare("eq", k.thread, zero)))):
        lower(j.op.shared_equations.block, _frame(j, k, zero, zero, zero))
    return k.finish()


def learn(j: ProjectionLowering) -> Func | None:
    """``@J_learn``, if there is anything to do."""
    if net.idle(j.op.equations) and net.idle(j.op.dendrite_equations):
        return None
    k = Kernel(f"{j.name}_learn", j.op.loc)
    low, high = k.partition(j.post.name)
    with k.when(due(j, k, bool(j.op.deferred))):
        along(j, k, low, high).learn(
            Learning(
                partial(dendrite, j, k),
                partial(synapse, j, k),
                net.idle(j.op.dendrite_equations),
                net.idle(j.op.equations),
            )
        )
    return k.finish()


def due(j: ProjectionLowering, k: Kernel, late: bool = False) -> Any:
    """Whether synapses are updated in this step; with ``late``: or were to be in the last one."""
    zero, one = k.constant(0, i64), k.constant(1, i64)
    period = k(arith.MaxSI(j.flag(k, 1), one))
    step = k(arith.SubI(k.step_i64(), one)) if late else k.step_i64()
    since = k(arith.RemSI(k(arith.SubI(step, j.flag(k, 2))), period))
    on = k.compare("ne", j.flag(k, 0), zero)
    return k(arith.AndI(on, k.compare("eq", since, zero)), "due")


def _frame(j: ProjectionLowering, k: Kernel, pre: Value, post: Value, synapse: Value) -> Frame:
    """The context of equations: a longer step, and ``pre.x`` one step newer than transmission's."""
    frame = j.frame(k, pre, post, synapse)
    frame.dt = Buffer(j.name, "update_dt", CONTROL)

    def newer(name: str) -> Place:
        if j.op.delayed and j.op.kind == "rate":
            return j.pre.past_place(k, name, pre, j.slot(k, synapse, newer=1))
        return j.pre.place(k, name, pre)

    frame.pre = newer
    return frame


def dendrite(j: ProjectionLowering, k: Kernel, post: Value) -> None:
    """The equations of a post neuron."""
    zero = k.constant(0)
    lower(j.op.dendrite_equations.block, _frame(j, k, zero, post, zero))


def synapse(j: ProjectionLowering, k: Kernel, at: Synapse) -> None:
    """The equations of a synapse."""
    lower(j.op.equations.block, _frame(j, k, at.pre, at.post, at.place))
