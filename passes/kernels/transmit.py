"""``@J_transmit``: combine or deliver what reaches the neurons of one thread."""

from __future__ import annotations

from ...ir.dialects.func import Func
from .delivery import decode, deliver
from .kernel import Kernel
from .projection import ProjectionLowering
from .sums import dense_sum, sparse_sum


def transmit(j: ProjectionLowering) -> Func:
    """The kernel for the kind and storage of a projection."""
    k = Kernel(f"{j.name}_transmit", j.op.loc)
    low, high = k.partition(k.count(f"{j.post.name}.size"))
    if j.op.kind == "decode":
        decode(j, k, low, high)
    elif j.op.kind == "spike":
        deliver(j, k)
    elif j.op.storage == "dense":
        dense_sum(j, k, low, high)
    else:
        sparse_sum(j, k, low, high)
    return k.finish()
