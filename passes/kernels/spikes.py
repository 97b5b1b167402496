"""Loops over arriving spikes, and over a thread's own neurons' spikes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from attrs import frozen

from ...ir.buffers import OWN, PAST
from ...ir.core import Value
from ...ir.dialects import arith
from ...ir.events import SPIKE
from .kernel import Kernel
from .population import PopulationLowering
from .projection import ProjectionLowering


def arrival(j: ProjectionLowering, k: Kernel) -> Value | None:
    """The slot of arriving spikes where there is one delay.

    All synapses have it; None: there is no ring.
    """
    if j.op.delayed:
        delay = k.load(j.structure(k, "delays"), k.constant(0))
        return j.pre.slot(k, k.to_index(delay, "delay"))
    return j.pre.slot(k, k.constant(1)) if j.arriving.delayed else None


@contextmanager
def spikes(j: ProjectionLowering, k: Kernel, slot: Value | None) -> Iterator[Value]:
    """A loop over the pre neurons that spiked, ascending. They did so in the step of ``slot``."""
    with spikes_and_next(j, k, slot) as (pre, _):
        yield pre


@contextmanager
def spikes_and_next(
    j: ProjectionLowering, k: Kernel, slot: Value | None
) -> Iterator[tuple[Value, Callable[[], Value]]]:
    """The same loop, with a function for the next neuron.

    It finds the pre neuron after this one (for the last: itself).
    """
    ranks, counts = j.arriving.buffers(k, PAST)
    with k.loop(k.constant(0), k.threads, "source") as source:
        base, count = j.arriving.position(k, source, k.border(j.pre.name, source), slot)
        fired = k.to_index(k.load(counts, count), "fired")
        with k.loop(k.constant(0), fired, "spike") as spike:

            def neuron(number: Value, name: str) -> Value:
                found: Value = k.to_index(k.load(ranks, k.add(base, number)), name)
                return found

            def after() -> Value:
                one = k.constant(1)
                last = k(arith.SubI(fired, one))
                return neuron(k(arith.MinSI(k.add(spike, one), last)), "after")

            yield neuron(spike, "pre"), after


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
    def of(cls, population: PopulationLowering, k: Kernel, low: Value) -> OwnSpikes:
        """Plain spikes of a population. ``low`` is the first neuron of the thread."""
        found = population.spike_list(SPIKE.name)
        ranks, counts = found.buffers(k, OWN)
        base, count = found.own(k, low)
        return cls(k, ranks, base, k.to_index(k.load(counts, count), "fired"))

    def neuron(self, number: Value) -> Value:
        """The rank of the neuron of a spike."""
        k = self.kernel
        found: Value = k.to_index(k.load(self.ranks, k.add(self.base, number)), "post")
        return found

    @contextmanager
    def each(self) -> Iterator[Value]:
        """A loop over the neurons that spiked."""
        k = self.kernel
        with k.loop(k.constant(0), self.count, "spike") as spike:
            yield self.neuron(spike)
