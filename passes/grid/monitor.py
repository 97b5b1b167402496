"""Monitors on a grid. Spikes are recorded where they are entered (``population.py``)."""

from __future__ import annotations

from ...ir.attrs_classes import frozen
from ...ir.buffer_names import PLACES, RUNNING, SIZE
from ...ir.core import Value
from ...ir.dialects import loops
from ...ir.recorded import Recorded
from ...ir.types import i32
from ..kernels.kernel import Kernel, OwnNeurons
from ..kernels.monitor import MonitorLowering
from ..kernels.population import PopulationLowering
from ..kernels.tapping import Sample, Tapping
from ..kernels.taps import TAPS


@frozen(eq=False)
class GridTapping(Tapping):
    """The place where a monitor records on a grid."""

    def _take_some(self, sample: Sample, source: Value, target: Value) -> None:
        """Record a value of some neurons. Each has a place in the sample, or -1."""
        kernel, places = self.kernel, self.buffer(PLACES, i32)
        row = kernel.mul(sample.number, self.number(SIZE), "row")
        with kernel.each(self.own) as i, kernel.when(sample.take):
            place = kernel.load(places, i, None, "place")
            with kernel.when(kernel.compare("sge", place, kernel.constant(0, i32))):
                self.copy(source, i, target, kernel.add(row, kernel.to_index(place)))


class GridMonitor(MonitorLowering):
    """A monitor of a population on a grid."""

    def record(
        self, kernel: Kernel, pop: PopulationLowering, own: OwnNeurons, op: loops.Record
    ) -> None:
        """Record items of this thread's neurons, but for spikes."""
        items = [item for item in op.items if not item.holds_spikes]
        if not items:
            return
        tapping = GridTapping(self.op, kernel, pop, own)
        sample = tapping.sample()
        for item in items:
            if item.about.subject == "event":
                _take_count(tapping, item, sample)
            else:
                TAPS[item.kind](tapping, item, sample)


def _take_count(tapping: Tapping, item: Recorded, sample: Sample) -> None:
    """Take the numbers of spikes, which then start at 0."""
    kernel, running = tapping.kernel, tapping.buffer(RUNNING, i32, item.label)
    tapping.take_each(sample, item.label, running, i32)
    with kernel.each(tapping.own) as i, kernel.when(sample.take):
        kernel.store(kernel.constant(0, i32), running, i)
