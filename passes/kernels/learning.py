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


def shared_update(projection: ProjectionLowering) -> Func | None:
    """``@J_shared``, if there is anything to do."""
    task = projection.tasks.get("shared")
    if task is None:
        return None
    once = needed(needed(task.body.block, scf.If).then.block, loops.Once)
    kernel = projection.kernel("shared")
    zero = kernel.constant(0)
    with kernel.when(
        kernel(arith.AndI(due(projection, kernel), kernel.compare("eq", kernel.thread, zero)))
    ):
        lower(once.body.block, frame_of(projection, kernel, learns=True))
    return kernel.finish()


def learn(projection: ProjectionLowering) -> Func | None:
    """``@J_learn``, if there is anything to do."""
    if "learn" not in projection.tasks:
        return None
    kernel = projection.kernel("learn")
    own = kernel.partition(projection.post.name)
    with kernel.when(due(projection, kernel, bool(projection.op.fused_learning))):
        along(projection, kernel, own).learn(learning(projection, kernel))
    return kernel.finish()


def learning(projection: ProjectionLowering, kernel: Kernel) -> Learning:
    """Statements of the task ``learn`` at post neurons and synapses."""
    nest = nest_in(projection.tasks["learn"], loops.Posts)
    mine, inner = [*nest.before, *nest.after], nest.inner

    def dendrite(post: Value) -> None:
        frame = frame_of(projection, kernel, learns=True)
        frame.env[nest.neuron] = post
        lower_ops(mine, frame)
        if inner is not None and inside(inner.body.block, loops.Fixed):
            fixed(projection, kernel)  # its synapses find it here: once per neuron is enough

    def synapse(at: LoweredSynapse) -> None:
        if inner is None:
            return
        frame = frame_of(projection, kernel, learns=True)
        frame.env.update(zip(nest.body.args, (at.place, at.pre), strict=True))
        frame.env[nest.neuron] = at.post
        lower(nest.body, frame)

    return Learning(dendrite, synapse, not mine, inner is None)
