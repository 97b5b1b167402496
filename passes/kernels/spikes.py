"""Loops over arriving spikes, and over a thread's own neurons' spikes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ...ir.attrs_classes import frozen
from ...ir.buffers import OWN
from ...ir.core import Value
from ...ir.dialects import arith
from ...ir.events import SPIKE
from .kernel import Kernel
from .population import PopulationLowering
from .projection import ProjectionLowering


def arrival(projection: ProjectionLowering, kernel: Kernel) -> Value | None:
    """The slot of arriving spikes where there is one delay.

    All synapses have it; None: there is no ring.
    """
    if projection.op.delayed:
        delay = kernel.load(projection.structure(kernel, "delays"), kernel.constant(0))
        return projection.pre.slot(kernel, kernel.to_index(delay, "delay"))
    return (
        projection.pre.slot(kernel, kernel.constant(1)) if projection.transmitted.delayed else None
    )


@contextmanager
def spikes_and_next(
    projection: ProjectionLowering, kernel: Kernel, slot: Value | None
) -> Iterator[tuple[Value, Callable[[], Value]]]:
    """The same loop, with a function for the next neuron.

    It finds the pre neuron after this one (for the last: itself).
    """
    with (
        projection.arriving.parts(kernel, slot) as (part, _, _),
        kernel.loop(kernel.constant(0), part.count, "spike") as spike,
    ):

        def after() -> Value:
            one = kernel.constant(1)
            last = kernel(arith.SubI(part.count, one))
            return part.neuron(kernel(arith.MinSI(kernel.add(spike, one), last)), "after")

        yield part.neuron(spike, "pre"), after


@frozen(eq=False)
class OwnSpikes:
    """The spikes of this step among a thread's own neurons.

    The ``count`` ranks lie from ``base`` on.
    """

    kernel: Kernel
    ranks: Value
    base: Value
    count: Value

    @classmethod
    def of(cls, population: PopulationLowering, kernel: Kernel, low: Value) -> OwnSpikes:
        """Plain spikes of a population. ``low`` is the first neuron of the thread."""
        found = population.spike_list(SPIKE.name)
        ranks, counts = found.buffers(kernel, OWN)
        base, count = found.own(kernel, low)
        return cls(kernel, ranks, base, kernel.to_index(kernel.load(counts, count), "fired"))

    def neuron(self, number: Value) -> Value:
        """The rank of the neuron of a spike."""
        kernel = self.kernel
        found: Value = kernel.to_index(
            kernel.load(self.ranks, kernel.add(self.base, number)), "post"
        )
        return found

    @contextmanager
    def each(self) -> Iterator[Value]:
        """A loop over the neurons that spiked."""
        kernel = self.kernel
        with kernel.loop(kernel.constant(0), self.count, "spike") as spike:
            yield self.neuron(spike)
