"""Kernels of learning synapses.

``@J_shared``  equations of what all synapses of a projection share, run by the first thread
``@J_learn``   equations of each step: for each post neuron, then for each of its synapses

They run after all neurons of the step, see the values of this step (``pre.x`` as old as the delay
says), and touch only synapses onto this thread's neurons. Where learning shares a pass over the
weights with the next sums (``fused_learning.py``), ``@J_learn`` does what is left after the last
step.
"""

from __future__ import annotations

from ...ir.core import Value
from ...ir.dialects import arith, loops, scf
from ...ir.dialects.func import Func
from .kernel import Kernel
from .layouts import along
from .layouts.base import Learning, LoweredSynapse
from .nests import inside, needed, nest_in
from .projection import ProjectionLowering
from .statements import lower, lower_ops
from .synapse import due, fixed, frame_of


def shared_update(j: ProjectionLowering) -> Func | None:
    """``@J_shared``, if there is anything to do."""
    task = j.tasks.get("shared")
    if task is None:
        return None
    once = needed(needed(task.body.block, scf.If).then.block, loops.Once)
    k = Kernel(f"{j.name}_shared", j.op.loc, j.target)
    zero = k.constant(0)
    with k.when(k(arith.AndI(due(j, k), k.compare("eq", k.thread, zero)))):
        lower(once.body.block, frame_of(j, k, learns=True))
    return k.finish()


def learn(j: ProjectionLowering) -> Func | None:
    """``@J_learn``, if there is anything to do."""
    if "learn" not in j.tasks:
        return None
    k = Kernel(f"{j.name}_learn", j.op.loc, j.target)
    low, high = k.partition(j.post.name)
    with k.when(due(j, k, bool(j.op.fused_learning))):
        along(j, k, low, high).learn(learning(j, k))
    return k.finish()


def learning(j: ProjectionLowering, k: Kernel) -> Learning:
    """Statements of the task ``learn`` at post neurons and synapses."""
    nest = nest_in(j.tasks["learn"], loops.Posts)
    mine, inner = [*nest.before, *nest.after], nest.inner

    def dendrite(post: Value) -> None:
        frame = frame_of(j, k, learns=True)
        frame.env[nest.neuron] = post
        lower_ops(mine, frame)
        if inner is not None and inside(inner.body.block, loops.Fixed):
            fixed(j, k)  # its synapses find it here: once per neuron is enough

    def synapse(at: LoweredSynapse) -> None:
        if inner is None:
            return
        frame = frame_of(j, k, learns=True)
        frame.env.update(zip(nest.body.args, (at.place, at.pre), strict=True))
        frame.env[nest.neuron] = at.post
        lower(nest.body, frame)

    return Learning(dendrite, synapse, not mine, inner is None)
