"""A kernel whose threads take neurons one by one.

Thread t of n takes the neurons t, t + n, t + 2n, ...; neighbours are with neighbours, so that what
they load lies side by side. Subgroups (``gpu.lane_id``) have whole blocks. Everything that the run
time keeps for a worker exists once: all threads are one worker.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from ...ir.attributes import attribute
from ...ir.buffer_names import PADDED
from ...ir.buffers import ANYTHING
from ...ir.core import Region, Value
from ...ir.dialects import arith, gpu, scf
from ...ir.types import index
from ..kernels.kernel import BlockLoop, Kernel, OwnNeurons


class GridKernel(Kernel):
    """Builds a function for a grid; see the module."""

    def partition(self, population: str) -> OwnNeurons:
        """The neurons of this thread. The last ones may be padding."""
        return OwnNeurons(self.thread, self.count(population, PADDED), self.threads)

    @contextmanager
    def each(self, own: OwnNeurons, name: str = "i", *, parallel: bool = True) -> Iterator[Value]:
        """A loop over this thread's neurons. Whole subgroups take part in every turn."""
        step = own.step or self.constant(1)
        with self.strided(own.low, own.high, step, name, parallel=parallel) as i:
            yield i

    @contextmanager
    def strided(
        self, low: Value, high: Value, step: Value, name: str, *, parallel: bool = False
    ) -> Iterator[Value]:
        """A loop ``for i in range(low, high, step)``. ``parallel`` is as in ``loop``."""
        block = scf.loop_block(index, (), (name,))
        loop = scf.For(low, high, step, body=Region(block))
        if parallel:
            loop.attributes[scf.PARALLEL] = attribute(self.target.block)
        self(loop)
        with self.build.inside(block):
            yield block.args[0]
            self(scf.Yield())

    @contextmanager
    def blocks(
        self, own: OwnNeurons, within: tuple[Value, Value] | None = None, *, whole: bool = False
    ) -> Iterator[BlockLoop]:
        """A loop over this thread's neurons, each in its block."""
        block = self.constant(self.target.block)
        with self.each(own, "neuron") as i:
            number = self(arith.DivUI(i, block), "block")
            lane = self(arith.RemUI(i, block), "lane")
            inside = None if whole or within is None else self._between(number, *within)
            with nullcontext() if inside is None else self.when(inside):
                yield BlockLoop(number, lambda: nullcontext(lane))

    @contextmanager
    def each_between(self, own: OwnNeurons, low: Value, high: Value, name: str) -> Iterator[Value]:
        """A loop over this thread's neurons between borders."""
        with self.each(own, name) as i, self.when(self._between(i, low, high)):
            yield i

    def each_of_range(
        self, own: OwnNeurons, first: Value, end: Value, name: str
    ) -> Iterator[AbstractContextManager[Value]]:
        """A loop over this thread's neurons from ``first`` up to ``end``."""
        yield self.each_between(own, first, end, name)

    def _between(self, number: Value, first: Value, last: Value) -> Value:
        after, before = self.compare("uge", number, first), self.compare("ult", number, last)
        found: Value = self(arith.AndI(after, before))
        return found

    def block_range(self, own: OwnNeurons) -> tuple[Value, Value]:
        """The numbers of all blocks: threads have some neurons of each."""
        return self.constant(0), self(arith.DivUI(own.high, self.constant(self.target.block)))

    @contextmanager
    def once(self) -> Iterator[None]:
        """The branch of the first thread, which acts for all."""
        with self.when(self.compare("eq", self.thread, self.constant(0))):
            yield

    @property
    def common(self) -> tuple[Value, str]:
        """The place of common values, and its reach."""
        return self.constant(0), ANYTHING

    @property
    def part(self) -> tuple[Value, Value]:
        """The one part of rows that there is."""
        return self.constant(0), self.constant(1)

    # ------------------------------------------------------------------ subgroups

    @property
    def lanes(self) -> Value:
        """The number of threads in a subgroup."""
        found: Value = self(gpu.SubgroupSize(), "lanes")
        return found

    @property
    def lane(self) -> Value:
        """The number of this thread in its subgroup."""
        found: Value = self(gpu.LaneId(), "lane")
        return found

    @contextmanager
    def over_rows(self, count: Value, name: str) -> Iterator[Value]:
        """A loop over rows, each for all lanes of a subgroup."""
        lanes = self.lanes
        first = self(arith.DivUI(self.thread, lanes))
        step = self(arith.DivUI(self.threads, lanes))
        with self.strided(first, count, step, name) as number:
            yield number

    @contextmanager
    def along_row(self, begin: Value, end: Value, name: str) -> Iterator[Value]:
        """A loop over synapses of a row, which lanes share."""
        with self.strided(self.add(begin, self.lane), end, self.lanes, name) as place:
            yield place
