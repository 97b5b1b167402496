"""Which spikes arrive in a step, and whole rows of synapses that they travel along."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from attrs import frozen

from ...ir.buffers import PAST
from ...ir.core import Value
from ...ir.dialects import arith
from ...ir.interface import BLOCK
from ...ir.types import i64
from .dense import blocks
from .kernel import Kernel
from .projection import ProjectionLowering


def arrival(j: ProjectionLowering, k: Kernel) -> Value | None:
    """The slot of the spikes that arrive now where all synapses have one delay; None: no ring."""
    if j.op.delayed:
        delay = k.load(j.storage(k, "delays", i64), k.constant(0))
        return j.pre.slot(k, k.to_index(delay, "delay"))
    return j.pre.slot(k, k.constant(1)) if j.pre.delayed_spikes else None


@contextmanager
def spikes(j: ProjectionLowering, k: Kernel, slot: Value | None) -> Iterator[Value]:
    """A loop over the pre neurons that spiked in the step of ``slot``, in ascending order."""
    with spikes_and_next(j, k, slot) as (pre, _):
        yield pre


@contextmanager
def spikes_and_next(
    j: ProjectionLowering, k: Kernel, slot: Value | None
) -> Iterator[tuple[Value, Callable[[], Value]]]:
    """The same loop, with what finds the pre neuron after this one (for the last: itself)."""
    ranks, counts = j.pre.spike_list(k, PAST)
    with k.loop(k.constant(0), k.threads, "source") as source:
        base, count = j.pre.spike_position(k, source, k.border(j.pre.name, source), slot)
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
class Rows:
    """Rows of pre neurons with a place for every post neuron of a range, in whole blocks.

    ``low`` to ``high`` are the blocks of this thread; the place of a pair is ``(pre - pre_first) *
    length + post - post_first // BLOCK * BLOCK``.
    """

    j: ProjectionLowering
    k: Kernel
    low: Value
    high: Value
    part: bool

    @classmethod
    def of(cls, j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> Rows:
        """The rows of a projection, for the post neurons ``low`` to ``high``."""
        found, block = blocks(j, k, low, high), k.constant(BLOCK)
        low, high = k.mul(found.first, block), k.mul(found.last, block)
        return cls(j, k, low, high, found.posts is not None)

    @contextmanager
    def of_pre(self, pre: Value) -> Iterator[Value]:
        """If ``pre`` has a row: where its post neuron 0 would lie."""
        k, name = self.k, self.j.name
        if not self.part:
            yield k.mul(pre, k.count(self.j.post.name, "padded"), "row")
            return
        number = k(arith.SubI(pre, k.count(name, "pre_first")))
        block = k.constant(BLOCK)
        first = k.mul(k(arith.DivUI(k.count(name, "post_first"), block)), block)
        with k.when(k.compare("ult", number, k.count(name, "pre_count"))):
            row = k.mul(number, k.count(name, "length"))
            yield k(arith.SubI(row, first), "row")

    def connected(self, pre: Value, post: Value) -> Value | None:
        """Whether ``post`` is in the range and not ``pre`` itself; None where it always is."""
        k, name, found = self.k, self.j.name, None
        if self.part:
            number = k(arith.SubI(post, k.count(name, "post_first")))
            found = k.compare("ult", number, k.count(name, "post_count"))
        if self.j.op.no_self:
            other = k.compare("ne", post, pre)
            found = other if found is None else k(arith.AndI(found, other))
        return found
