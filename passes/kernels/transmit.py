"""``@J_transmit``: combine or deliver what reaches the neurons of one thread.

Where sums stay as they are (``constant_after``) it runs in the first steps of a run only, and puts
them where ``@P_clear`` finds them.
"""

from __future__ import annotations

from ...ir.dialects.func import Func
from .delivery import decode, deliver
from .event_driven import deliver_events
from .nests import has_events
from .projection import ProjectionLowering
from .sums import weighted_sum


def transmit(projection: ProjectionLowering, first: bool = False) -> Func:
    """The kernel for the kind of a projection.

    ``first``: the first one of its target whose sums are constant; it clears what was there.
    """
    kernel = projection.kernel("transmit")
    own = kernel.partition(projection.post.name)
    for target in projection.targets if first else ():
        with kernel.each(own) as i:
            kernel.store(
                kernel.constant(0.0, projection.number), projection.results(kernel, target), i
            )
    if projection.op.kind == "decode":
        decode(projection, kernel, own)
    elif projection.op.kind == "spike" and (
        projection.op.lazy_post_spikes or has_events(projection.tasks["transmit"])
    ):
        deliver_events(projection, kernel, own)
    elif projection.op.kind == "spike":
        deliver(projection, kernel, own)
    else:
        weighted_sum(projection, kernel, own)
    return kernel.finish()
