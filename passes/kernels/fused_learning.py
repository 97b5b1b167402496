"""``@J_fused_learning``: learning of the last step and sums of this one.

They take one pass over the weights.

Each weight learns, then takes part in the sum. Where learning is not due the kernel only takes the
sums. In the first step of a run there is nothing left to learn, so that ``@J_transmit`` runs; what
is left after the last step is done by ``@J_learn``, which looks one step back, too.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...ir.core import Value
from ...ir.dialects import arith
from ...ir.dialects.func import Func
from ...ir.types import i1
from .layouts import along
from .layouts.base import LoweredSynapse
from .learning import learning
from .projection import ProjectionLowering
from .sums import WeightedSum, weighted_sum
from .synapse import due


def fused_learning(projection: ProjectionLowering) -> Func:
    """The kernel; see the module."""
    kernel = projection.kernel("fused_learning")
    own = kernel.partition(projection.post.name)
    sums, learns = WeightedSum(projection, kernel), learning(projection, kernel)

    def add(synapse: LoweredSynapse, totals: Sequence[Value]) -> list[Value]:
        learns.synapse(synapse)
        return sums.add(synapse, totals)

    late = due(projection, kernel, late=True)
    with kernel.when(late):
        along(projection, kernel, own).sum(sums.start(), add, sums.keep, learns.dendrite)
    with kernel.when(kernel(arith.XOrI(late, kernel.constant(1, i1)))):
        weighted_sum(projection, kernel, own)
    return kernel.finish()
