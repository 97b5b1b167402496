"""Spikes of a population in kernels: a list for each thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

from ...ir.attrs_classes import frozen
from ...ir.buffer_names import PADDED, SIZE, SPIKE_COUNT, SPIKES
from ...ir.buffers import ANYTHING, OWN, PAST, RING, WORKERS, Buffer, Extent, neurons
from ...ir.core import Value
from ...ir.dialects import memref, syn
from ...ir.events import item_of
from ...ir.types import i32, i64
from .kernel import Kernel, OwnNeurons

if TYPE_CHECKING:
    from .population import PopulationLowering

Append = Callable[[Value, Value], None]
"""Enters a neuron among those that spiked, if it did."""


@frozen(eq=False)
class SpikeStore:
    """Spikes of a population, of one step or of several."""

    population: PopulationLowering
    name: str

    @property
    def delayed(self) -> bool:
        """Whether there are spikes of earlier steps."""
        return self.name in self.population.delayed_spikes

    def appender(self, kernel: Any, own: OwnNeurons) -> Append:
        """The function that enters spikes of a worker's neurons. No spike is there before."""
        raise NotImplementedError

    def all(self, kernel: Any, slot: Value | None) -> AbstractContextManager[Value]:
        """A loop over the neurons that spiked, ascending. They did so in the step of ``slot``."""
        raise NotImplementedError


@frozen(eq=False)
class SpikePart:
    """A part of the spikes of a step. ``count`` ascending ranks lie from ``base`` on."""

    kernel: Kernel
    ranks: Value
    base: Value
    count: Value

    def neuron(self, number: Value, name: str) -> Value:
        """The rank of the neuron of a spike."""
        kernel = self.kernel
        found: Value = kernel.to_index(kernel.load(self.ranks, kernel.add(self.base, number)), name)
        return found


@frozen(eq=False)
class SpikeList(SpikeStore):
    """A list of a population's spikes for each thread.

    Where projections read earlier steps of it, it is a ring.
    """

    def buffers(self, kernel: Kernel, reach: str = ANYTHING) -> tuple[Value, Value]:
        """Ranks that spiked, and their number per thread.

        The ranks lie at the first neuron of each thread.

        ``reach``: OWN for this thread's spikes, PAST for those of all threads in earlier steps.
        """
        owner, item = self.population.name, item_of(self.name)
        extents = Extent("past", owner), Extent("past_workers", owner)
        if not self.delayed:
            extents = neurons(owner), WORKERS
            reach = ANYTHING if reach == PAST else reach
        ranks = Buffer(owner, SPIKES, RING, extents[0], item, reach=reach)
        counts = Buffer(owner, SPIKE_COUNT, RING, extents[1], item, reach=reach)
        return kernel.buffer(ranks, i32), kernel.buffer(counts, i64)

    def position(
        self, kernel: Kernel, thread: Value, first: Value, slot: Value | None
    ) -> tuple[Value, Value]:
        """The places of a thread's spikes and of their number. The spikes begin at the first.

        ``first`` is the first neuron of the thread; ``slot`` is for rings.
        """
        count = kernel.mul(thread, kernel.constant(kernel.target.line))
        if slot is None:
            return first, count
        start = kernel.add(kernel.mul(slot, kernel.count(self.population.name, PADDED)), first)
        row = kernel.mul(kernel.mul(slot, kernel.threads), kernel.constant(kernel.target.line))
        return start, kernel.add(row, count)

    def appender(self, kernel: Kernel, own: OwnNeurons) -> Append:
        """The function that enters spikes of a worker's neurons. No spike is there before."""
        ranks, counts = self.buffers(kernel, OWN)
        size = kernel.count(self.population.name, SIZE)
        base, slot = self.own(kernel, own.low)
        kernel(memref.Store(kernel.constant(0, i64), counts, slot))

        def append(hit: Value, i: Value) -> None:
            kernel(syn.Append(hit, i, ranks, base, counts, slot, size))

        return append

    def own(self, kernel: Kernel, low: Value) -> tuple[Value, Value]:
        """The places of this step's spikes and of their number. This thread puts them there."""
        return self.position(
            kernel, kernel.thread, low, self.population.slot(kernel) if self.delayed else None
        )

    @contextmanager
    def parts(
        self, kernel: Kernel, slot: Value | None, carried: Sequence[Value] = ()
    ) -> Iterator[tuple[SpikePart, list[Value], list[Value]]]:
        """A loop over the parts of a step's spikes, ascending. The step is that of ``slot``.

        Each thread listed the spikes of its own neurons. Values are carried as by ``reduce``.
        """
        ranks, counts = self.buffers(kernel, PAST)
        zero = kernel.constant(0)
        with kernel.reduce(zero, kernel.threads, carried, "source") as (source, before, out):
            first = kernel.border(self.population.name, source)
            base, count = self.position(kernel, source, first, slot)
            fired = kernel.to_index(kernel.load(counts, count), "fired")
            yield SpikePart(kernel, ranks, base, fired), before, out

    @contextmanager
    def all(self, kernel: Kernel, slot: Value | None) -> Iterator[Value]:
        """A loop over the neurons that spiked, ascending. They did so in the step of ``slot``."""
        with (
            self.parts(kernel, slot) as (part, _, _),
            kernel.loop(kernel.constant(0), part.count, "spike") as spike,
        ):
            yield part.neuron(spike, "pre")
