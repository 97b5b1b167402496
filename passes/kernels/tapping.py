"""The place where a monitor records: buffers, samples, copies of values.

``control`` holds (period, first): samples are taken at steps first, first + period, ...; a period
of zero records nothing. Sample number s of a variable is row s of its ``samples``.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen

from ...ir.buffer_names import PADDED, SIZE
from ...ir.buffers import RECORD, Buffer, Extent
from ...ir.core import Value
from ...ir.dialects import arith, memref, net
from ...ir.types import Type, i32, i64
from .kernel import Kernel
from .population import PopulationLowering


@frozen(eq=False)
class Sample:
    """A sample that may be taken in this step. It knows whether it is, and its number."""

    take: Value
    number: Value


@frozen(eq=False)
class Tapping:
    """The place in a kernel where a monitor records.

    The neurons are those from ``low`` to ``high``.
    """

    op: net.Monitor
    kernel: Kernel
    population: PopulationLowering
    low: Value
    high: Value

    def buffer(self, name: str, type_: Type, item: str = "") -> Value:
        """A buffer of the recorder; ``item`` is what it records."""
        owner = self.op.sym_name
        return self.kernel.buffer(Buffer(owner, name, RECORD, Extent("record", owner), item), type_)

    def number(self, name: str) -> Any:
        """A number that the recorder tells."""
        k = self.kernel
        return k.to_index(k.load(self.buffer(name, i64), k.constant(0), i64, name), name)

    def sample(self) -> Sample:
        """The sample of this step."""
        k = self.kernel
        control = self.buffer("control", i64)
        zero, one = k.constant(0, i64), k.constant(1, i64)
        period = k.load(control, k.constant(0), None, "period")
        since = k(arith.SubI(k.step_i64(), k.load(control, k.constant(1))))
        divisor = k(arith.MaxSI(period, one))
        on = k(arith.AndI(k.compare("sgt", period, zero), k.compare("sge", since, zero)))
        due = k.compare("eq", k(arith.RemSI(since, divisor)), zero)
        number = k.to_index(k(arith.DivSI(since, divisor)), "sample")
        return Sample(k(arith.AndI(on, due), "take"), number)

    def copy(self, source: Value, i: Value, target: Value, at: Value) -> None:
        """Copy an element."""
        k = self.kernel
        k(memref.Store(k(memref.Load(source, i)), target, at))

    def take_one(self, sample: Sample, label: str, source: Value, type_: Type) -> None:
        """Record a value that all neurons share; the first thread does."""
        k, target = self.kernel, self.buffer("samples", type_, label)
        first = k.compare("eq", k.thread, k.constant(0))
        with k.when(k(arith.AndI(sample.take, first))):
            self.copy(source, k.constant(0), target, sample.number)

    def take_each(self, sample: Sample, label: str, source: Value, type_: Type) -> None:
        """Record a value of each neuron."""
        k, target = self.kernel, self.buffer("samples", type_, label)
        if self.op.subset:
            self._take_some(sample, source, target)
            return
        row = k.mul(sample.number, k.count(self.population.name, PADDED), "row")
        with k.loop(self.low, self.high, parallel=True) as i, k.when(sample.take):
            self.copy(source, i, target, k.add(row, i))

    def _take_some(self, sample: Sample, source: Value, target: Value) -> None:
        """Some neurons only: this thread's part of the sorted ranks."""
        k = self.kernel
        ranks, split = self.buffer("ranks", i32), self.buffer("split", i64)
        begin = k.to_index(k.load(split, k.thread))
        end = k.to_index(k.load(split, k.add(k.thread, k.constant(1))))
        row = k.mul(sample.number, self.number(SIZE), "row")
        with k.when(sample.take), k.loop(begin, end, "q") as q:
            self.copy(source, k.to_index(k.load(ranks, q)), target, k.add(row, q))
