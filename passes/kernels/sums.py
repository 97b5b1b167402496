"""Kernels that take weighted sums."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...ir.core import Value
from ...ir.dialects import loops
from .kernel import Kernel, OwnNeurons
from .layouts import along
from .layouts.base import LoweredDendrite, LoweredSynapse
from .nests import nest_in
from .projection import ProjectionLowering
from .statements import BufferElement, lower, lower_ops
from .synapse import frame_of

Find = Callable[[str, Value], BufferElement]
"""Finds a variable of a pre neuron."""


class WeightedSum:
    """Statements of the task ``transmit``, at synapses and post neurons."""

    def __init__(self, projection: ProjectionLowering, kernel: Kernel) -> None:
        self.projection, self.kernel = projection, kernel
        self.nest = nest_in(projection.tasks["transmit"], loops.Posts)

    def start(self) -> list[Value]:
        """The totals of no synapses."""
        env = frame_of(self.projection, self.kernel).env
        return [env[v] for v in self.nest.inner.inits]

    def add(
        self, synapse: LoweredSynapse, totals: Sequence[Value], pre: Find | None = None
    ) -> list[Value]:
        """The totals with one synapse more. ``pre`` finds variables of the pre neuron elsewhere."""
        frame = frame_of(self.projection, self.kernel)
        frame.pre = pre
        known = (synapse.place, synapse.pre, *totals)
        frame.env.update(zip(self.nest.body.args, known, strict=True))
        frame.env[self.nest.neuron] = synapse.post
        return lower(self.nest.body, frame)

    def keep(self, dendrite: LoweredDendrite, totals: Sequence[Value]) -> None:
        """Add totals to the sums of a post neuron."""
        frame = frame_of(self.projection, self.kernel)
        frame.dendrite = dendrite
        frame.env[self.nest.neuron] = dendrite.post
        frame.env.update(zip(self.nest.inner.results, totals, strict=True))
        lower_ops(self.nest.after, frame)


def weighted_sum(projection: ProjectionLowering, kernel: Kernel, own: OwnNeurons) -> None:
    """Take the sum of each post neuron. The sum is added to those of its targets."""
    sums = WeightedSum(projection, kernel)
    along(projection, kernel, own).sum(sums.start(), sums.add, sums.keep)
