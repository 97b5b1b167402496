"""``@J_transmit``: combine or deliver what reaches the neurons of one thread.

Where sums stay as they are (``constant_after``) it runs in the first steps of a run only, and puts
them where ``@P_clear`` finds them.
"""

from __future__ import annotations

from ...ir.dialects.func import Func
from .delivery import decode, deliver
from .event_driven import deliver_events
from .kernel import Kernel
from .nests import has_events
from .projection import ProjectionLowering
from .sums import weighted_sum


def transmit(j: ProjectionLowering, first: bool = False) -> Func:
    """The kernel for the kind of a projection.

    ``first``: the first one of its target whose sums settle; it clears what was there.
    """
    k = Kernel(f"{j.name}_transmit", j.op.loc, j.target)
    low, high = k.partition(j.post.name)
    for target in j.targets if first else ():
        with k.loop(low, high, parallel=True) as i:
            k.store(k.constant(0.0, j.number), j.results(k, target), i)
    if j.op.kind == "decode":
        decode(j, k, low, high)
    elif j.op.kind == "spike" and (j.op.lazy_post_spikes or has_events(j.tasks["transmit"])):
        deliver_events(j, k, low, high)
    elif j.op.kind == "spike":
        deliver(j, k, low, high)
    else:
        weighted_sum(j, k, low, high)
    return k.finish()
