"""``@J_ahead``: the learning of the step before and the sums of this one, in one pass over weights.

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
from . import learning, sums
from .dense import columns
from .equations import lower
from .kernel import Kernel
from .projection import ProjectionLowering
from .slices import rows


def ahead(j: ProjectionLowering) -> Func:
    """The kernel; see the module."""
    k = Kernel(f"{j.name}_ahead", j.op.loc)
    low, high = k.partition(j.post.name)
    due = learning.due(j, k, late=True)
    with k.when(due):
        (_dense if j.dense else _sliced)(j, k, low, high)
    with k.when(k(arith.XOrI(due, k.constant(1, i1)))):
        (sums.dense_sum if j.dense else sums.sliced_sum)(j, k, low, high)
    return k.finish()


def _learn_and_add(
    j: ProjectionLowering, k: Kernel, pre: Value, post: Value, place: Value, totals: Sequence[Value]
) -> list[Value]:
    learning.synapse(j, k, pre, post, place)
    (potential,) = lower(j.op.transmit.block, j.frame(k, pre, post, place))
    return [sums.combine(j, k, totals[0], potential)]


def _dense(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> None:
    with columns(j, k, low, high) as column:
        learning.dendrite(j, k, column.post)

        def add(pre: Value, totals: Sequence[Value]) -> list[Value]:
            return _learn_and_add(j, k, pre, column.post, column.synapse(pre), totals)

        (total,) = column.reduce([sums.start(j, k)], add)
        sums.keep(j, k, column, total)


def _sliced(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> None:
    with rows(j, k, low, high) as row:
        learning.dendrite(j, k, row.post)

        def add(pre: Value, post: Value, place: Value, totals: Sequence[Value]) -> list[Value]:
            return _learn_and_add(j, k, pre, post, place, totals)

        (total,) = row.reduce([sums.start(j, k)], add)
        sums.add_total(j, k, total, row.count, row.post)
