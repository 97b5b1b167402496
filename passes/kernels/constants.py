"""``@P_constants``: values that stay the same throughout a run.

It runs in front of the first step. P is a population, or a projection. Each thread sets what its
own neurons read (those onto which its synapses lead), and its own of what is one value for all.
"""

from __future__ import annotations

from ...ir.dialects import loops
from ...ir.dialects.func import Func
from .kernel import Kernel
from .neuron import NeuronFrame
from .projection import ProjectionLowering
from .shared_kernels import Owner
from .statements import Env, KernelFrame, lower
from .synapse import frame_of


def constants(owner: Owner) -> Func | None:
    """The kernel; see the module. None if there are no such values."""
    task = owner.tasks.get("constants")
    if task is None:
        return None
    kernel = owner.kernel("constants")
    neurons = owner.post if isinstance(owner, ProjectionLowering) else owner
    own = kernel.partition(neurons.name)
    for op in task.body.block.ops:
        if isinstance(op, loops.Once):
            with kernel.once():
                lower(op.body.block, _frame(owner, kernel))
        elif isinstance(op, loops.Neurons | loops.Posts):
            with kernel.each(own) as i:
                frame = _frame(owner, kernel)
                frame.env[op.body.block.args[0]] = i
                lower(op.body.block, frame)
    return kernel.finish()


def _frame(owner: Owner, kernel: Kernel) -> KernelFrame:
    if isinstance(owner, ProjectionLowering):
        return frame_of(owner, kernel, learns=True)
    return NeuronFrame(kernel, owner.name, Env(kernel), population=owner)
