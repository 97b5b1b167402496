"""``@J_ahead``: the learning of the step before and the sums of this one, in one pass over weights.

Each weight learns, then takes part in the sum. Where learning is not due the kernel only takes the
sums. In the first step of a run there is nothing left to learn, so that ``@J_transmit`` runs; what
is left after the last step is done by ``@J_learn``, which looks one step back, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ...ir.core import Value
from ...ir.dialects import arith
from ...ir.dialects.func import Func
from ...ir.types import i1
from . import learning, sums
from .kernel import Kernel
from .layouts import along
from .layouts.base import Dendrite, Synapse
from .projection import ProjectionLowering


def ahead(j: ProjectionLowering) -> Func:
    """The kernel; see the module."""
    k = Kernel(f"{j.name}_ahead", j.op.loc)
    low, high = k.partition(j.post.name)

    def add(synapse: Synapse, totals: Sequence[Value]) -> list[Value]:
        learning.synapse(j, k, synapse)
        return [sums.combine(j, k, totals[0], sums.potential(j, k, synapse))]

    def keep(dendrite: Dendrite, totals: Sequence[Value]) -> None:
        sums.add_total(j, k, dendrite, totals[0])

    due = learning.due(j, k, late=True)
    with k.when(due):
        begin = partial(learning.dendrite, j, k)
        along(j, k, low, high).sum([sums.start(j, k)], add, keep, begin)
    with k.when(k(arith.XOrI(due, k.constant(1, i1)))):
        sums.weighted_sum(j, k, low, high)
    return k.finish()
