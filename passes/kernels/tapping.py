"""The place where a monitor records: buffers, samples, copies of values.

``control`` holds (period, first): samples are taken at steps first, first + period, ...; a period
of zero records nothing. Sample number s of a variable is row s of its ``samples``.
"""

from __future__ import annotations

from typing import Any

from ...ir.attrs_classes import frozen
from ...ir.buffer_names import CONTROL, PADDED, RANKS, SAMPLES, SIZE, SPLIT
from ...ir.buffers import RECORD, Buffer, Extent
from ...ir.core import Value
from ...ir.dialects import arith, memref, net
from ...ir.types import Type, i32, i64
from .kernel import Kernel, OwnNeurons
from .population import PopulationLowering


@frozen(eq=False)
class Sample:
    """A sample that may be taken in this step. It knows whether it is, and its number."""

    take: Value
    number: Value


@frozen(eq=False)
class Tapping:
    """The place in a kernel where a monitor records.

    The neurons are those of its worker.
    """

    op: net.Monitor
    kernel: Kernel
    population: PopulationLowering
    own: OwnNeurons

    def buffer(self, name: str, type_: Type, item: str = "") -> Value:
        """A buffer of the recorder; ``item`` is what it records."""
        owner = self.op.sym_name
        return self.kernel.buffer(Buffer(owner, name, RECORD, Extent("record", owner), item), type_)

    def number(self, name: str) -> Any:
        """A number that the recorder tells."""
        kernel = self.kernel
        return kernel.to_index(
            kernel.load(self.buffer(name, i64), kernel.constant(0), i64, name), name
        )

    def sample(self) -> Sample:
        """The sample of this step."""
        kernel = self.kernel
        control = self.buffer(CONTROL, i64)
        zero, one = kernel.constant(0, i64), kernel.constant(1, i64)
        period = kernel.load(control, kernel.constant(0), None, "period")
        since = kernel(arith.SubI(kernel.step_i64(), kernel.load(control, kernel.constant(1))))
        divisor = kernel(arith.MaxSI(period, one))
        on = kernel(
            arith.AndI(kernel.compare("sgt", period, zero), kernel.compare("sge", since, zero))
        )
        due = kernel.compare("eq", kernel(arith.RemSI(since, divisor)), zero)
        number = kernel.to_index(kernel(arith.DivSI(since, divisor)), "sample")
        return Sample(kernel(arith.AndI(on, due), "take"), number)

    def copy(self, source: Value, i: Value, target: Value, at: Value) -> None:
        """Copy an element."""
        kernel = self.kernel
        kernel(memref.Store(kernel(memref.Load(source, i)), target, at))

    def take_one(self, sample: Sample, label: str, source: Value, type_: Type) -> None:
        """Record a value that all neurons share; the first thread does."""
        kernel, target = self.kernel, self.buffer(SAMPLES, type_, label)
        first = kernel.compare("eq", kernel.thread, kernel.constant(0))
        with kernel.when(kernel(arith.AndI(sample.take, first))):
            self.copy(source, kernel.constant(0), target, sample.number)

    def take_each(self, sample: Sample, label: str, source: Value, type_: Type) -> None:
        """Record a value of each neuron."""
        kernel, target = self.kernel, self.buffer(SAMPLES, type_, label)
        if self.op.subset:
            self._take_some(sample, source, target)
            return
        row = kernel.mul(sample.number, kernel.count(self.population.name, PADDED), "row")
        with kernel.each(self.own) as i, kernel.when(sample.take):
            self.copy(source, i, target, kernel.add(row, i))

    def _take_some(self, sample: Sample, source: Value, target: Value) -> None:
        """Some neurons only: this thread's part of the sorted ranks."""
        kernel = self.kernel
        ranks, split = self.buffer(RANKS, i32), self.buffer(SPLIT, i64)
        begin = kernel.to_index(kernel.load(split, kernel.thread))
        end = kernel.to_index(kernel.load(split, kernel.add(kernel.thread, kernel.constant(1))))
        row = kernel.mul(sample.number, self.number(SIZE), "row")
        with kernel.when(sample.take), kernel.loop(begin, end, "q") as q:
            self.copy(source, kernel.to_index(kernel.load(ranks, q)), target, kernel.add(row, q))
