"""Populations on a grid: their spikes are bits of words.

A subgroup has the neurons of a word in its lanes and stores the word whole: no thread waits for
another, and there is no order to lose.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from ...ir.attrs_classes import frozen
from ...ir.buffer_names import CONTROL, PADDED, RUNNING, SIZE, SPIKE_MASK
from ...ir.buffers import ANYTHING, MASK_BITS, OWN, PAST, RECORD, RING, Buffer, Extent
from ...ir.core import Value
from ...ir.dialects import arith, loops, math, syn
from ...ir.events import item_of
from ...ir.recorded import Recorded
from ...ir.types import i32, i64
from ..kernels.kernel import Kernel, OwnNeurons
from ..kernels.population import PopulationLowering
from ..kernels.spike_lists import Append, SpikeStore
from .kernel import GridKernel


class GridPopulation(PopulationLowering):
    """A population that the threads of a grid share."""

    @cached_property
    def recorded(self) -> list[tuple[str, Recorded]]:
        """Items that monitors record of its neurons, with the monitors' names."""
        task = self.tasks.get("update")
        records = [op for op in task.body.block.ops if isinstance(op, loops.Record)] if task else []
        return [(task.recorders[op.monitor], item) for op in records for item in op.items if task]

    def kernel(self, what: str) -> GridKernel:
        """A new kernel ``@P_what`` of this population P."""
        return GridKernel(f"{self.name}_{what}", self.op.loc, self.machine)

    def spikes(self, name: str) -> SpikeMask:
        """The mask of spikes of a name."""
        return SpikeMask(self, name)


@frozen(eq=False)
class SpikeMask(SpikeStore):
    """A mask of the spikes of a population.

    It has a bit for each neuron. Where projections read earlier steps of it, it is a ring.
    """

    population: GridPopulation
    name: str

    def buffer(self, kernel: Kernel, reach: str = ANYTHING) -> Value:
        """The words. ``reach``: OWN for this thread's neurons, PAST for those of earlier steps."""
        owner = self.population.name
        if not self.delayed:
            reach = ANYTHING if reach == PAST else reach
        extent = Extent("past_words" if self.delayed else "words", owner)
        return kernel.buffer(
            Buffer(owner, SPIKE_MASK, RING, extent, item_of(self.name), reach=reach), i32
        )

    def words(self, kernel: Kernel) -> Value:
        """The number of words of a step."""
        padded = kernel.count(self.population.name, PADDED)
        found: Value = kernel(arith.DivUI(padded, kernel.constant(MASK_BITS)), "words")
        return found

    def row(self, kernel: Kernel, slot: Value | None) -> Value:
        """The place of the first word of a step."""
        return kernel.constant(0) if slot is None else kernel.mul(slot, self.words(kernel), "row")

    def appender(self, kernel: Kernel, own: OwnNeurons) -> Append:
        """The function that enters spikes, for monitors too."""
        mask, size = self.buffer(kernel, OWN), kernel.count(self.population.name, SIZE)
        row = self.row(kernel, self.population.slot(kernel) if self.delayed else None)
        logs = [
            (_log if item.holds_spikes else _total)(self, kernel, monitor, item)
            for monitor, item in self.population.recorded
            if item.about.subject == "event" and item.name == self.name
        ]

        def mark(hit: Value, i: Value) -> None:
            real = kernel(arith.AndI(hit, kernel.compare("ult", i, size)))
            word = kernel(arith.DivUI(i, kernel.constant(MASK_BITS)))
            kernel(syn.Mark(real, i, mask, kernel.add(row, word)))
            for log in logs:
                log(real, i)

        return mark

    @contextmanager
    def dealt(self, kernel: GridKernel, slot: Value | None, reach: str = PAST) -> Iterator[Value]:
        """A loop over neurons that spiked, one for each subgroup."""
        with (
            kernel.over_rows(self.words(kernel), "word") as word,
            self._of(kernel, slot, word, reach) as rank,
        ):
            yield rank

    @contextmanager
    def all(self, kernel: GridKernel, slot: Value | None) -> Iterator[Value]:
        """A loop of every thread over all neurons that spiked, ascending."""
        with (
            kernel.loop(kernel.constant(0), self.words(kernel), "word") as word,
            self._of(kernel, slot, word, PAST) as rank,
        ):
            yield rank

    @contextmanager
    def _of(
        self, kernel: GridKernel, slot: Value | None, word: Value, reach: str
    ) -> Iterator[Value]:
        """A loop over the spikes of a word, ascending."""
        at = kernel.add(self.row(kernel, slot), word)
        bits = kernel.load(self.buffer(kernel, reach), at, name="bits")
        first = kernel.mul(word, kernel.constant(MASK_BITS), "first")
        count = _wide(kernel, kernel(math.CountOnes(bits)))
        with kernel.reduce(kernel.constant(0), count, [bits], "turn") as (_, (left,), out):
            yield kernel.add(first, _wide(kernel, kernel(math.TrailingZeros(left))), "rank")
            lower = kernel(arith.SubI(left, kernel.constant(1, i32)))
            out.append(kernel(arith.AndI(left, lower)))


def _wide(kernel: Kernel, number: Value) -> Any:
    return kernel.to_index(kernel(arith.ExtUI(number, result_type=i64)))


def _record(monitor: str, name: str, item: str) -> Buffer:
    return Buffer(monitor, name, RECORD, Extent("record", monitor), item)


def _log(spikes: SpikeMask, kernel: Kernel, monitor: str, item: Recorded) -> Append:
    """The function that enters spikes in the log of a monitor."""
    log = kernel.buffer(_record(monitor, SPIKE_MASK, item_of(spikes.name)), i32)
    control = kernel.buffer(_record(monitor, CONTROL, ""), i64)
    on = kernel.compare("sgt", kernel.load(control, kernel.constant(0)), kernel.constant(0, i64))
    begin = kernel.to_index(kernel.load(control, kernel.constant(2)), "chunk_begin")
    row = kernel.mul(kernel(arith.SubI(kernel.step, begin)), spikes.words(kernel), "row")

    def enter(hit: Value, i: Value) -> None:
        with kernel.when(on):
            word = kernel(arith.DivUI(i, kernel.constant(MASK_BITS)))
            kernel(syn.Mark(hit, i, log, kernel.add(row, word)))

    return enter


def _total(spikes: SpikeMask, kernel: Kernel, monitor: str, item: Recorded) -> Append:
    """The function that counts spikes of each neuron for a monitor."""
    running = kernel.buffer(_record(monitor, RUNNING, item.label), i32)

    def enter(hit: Value, i: Value) -> None:
        one = kernel(arith.ExtUI(hit, result_type=i32))
        kernel.store(kernel(arith.AddI(kernel.load(running, i), one)), running, i)

    return enter
