"""Recording inside the step: taps in the loop of the population.

``control`` holds (period, first): samples are taken at steps first, first + period, ...; a period
of zero records nothing. Sample number s of a variable is row s of its ``samples``. Spikes of a
thread are appended behind one another, with their number per step in the row of the thread in
``counts``.
"""

from __future__ import annotations

from typing import Any

from ...ir.buffers import OWN, RECORD, Buffer, Extent
from ...ir.core import Value
from ...ir.dialects import arith, loops, memref, net
from ...ir.events import item_of
from ...ir.recorded import SUM, VARIABLE, Recorded
from ...ir.types import Type, i32, i64
from .kernel import Kernel
from .population import PopulationLowering


class MonitorLowering:
    """Lowers one ``net.monitor`` into the update of its population."""

    def __init__(self, op: net.Monitor) -> None:
        self.op = op
        self.name = op.sym_name

    def buffer(self, k: Kernel, name: str, type_: Type, item: str = "") -> Value:
        """A buffer of the recorder; ``item`` is what it records."""
        return k.buffer(Buffer(self.name, name, RECORD, Extent("record", self.name), item), type_)

    def _sample(self, k: Kernel) -> tuple[Value, Value]:
        """Whether to take a sample in this step, and its number."""
        control = self.buffer(k, "control", i64)
        zero, one = k.constant(0, i64), k.constant(1, i64)
        period = k.load(control, k.constant(0), None, "period")
        since = k(arith.SubI(k.step_i64(), k.load(control, k.constant(1))))
        divisor = k(arith.MaxSI(period, one))
        on = k(arith.AndI(k.compare("sgt", period, zero), k.compare("sge", since, zero)))
        due = k.compare("eq", k(arith.RemSI(since, divisor)), zero)
        number = k.to_index(k(arith.DivSI(since, divisor)), "sample")
        return k(arith.AndI(on, due), "take"), number

    def record(
        self,
        k: Kernel,
        pop: PopulationLowering,
        neurons: tuple[Value, Value],
        op: loops.Record,
    ) -> None:
        """Take a sample of variables and sums, if one is wanted."""
        items = [Recorded(VARIABLE, each.value) for each in op.variables]
        items += [Recorded(SUM, each.value) for each in op.sums]
        take, sample = self._sample(k)
        for item in items:
            source, shared, type_ = self._source(k, pop, item)
            target = self.buffer(k, "samples", type_, item.label)
            if shared:
                with k.when(k(arith.AndI(take, k.compare("eq", k.thread, k.constant(0))))):
                    self._copy(k, source, k.constant(0), target, sample)
            elif self.op.subset:
                self._record_subset(k, source, target, take, sample)
            else:
                row = k.mul(sample, k.count(pop.name, "padded"), "row")
                with k.loop(*neurons, parallel=True) as i, k.when(take):
                    self._copy(k, source, i, target, k.add(row, i))

    def _number(self, k: Kernel, name: str) -> Any:
        """A number that the recorder tells."""
        return k.to_index(k.load(self.buffer(k, name, i64), k.constant(0), i64, name), name)

    def _copy(self, k: Kernel, source: Value, i: Value, target: Value, at: Value) -> None:
        k(memref.Store(k(memref.Load(source, i)), target, at))

    def _source(
        self, k: Kernel, pop: PopulationLowering, item: Recorded
    ) -> tuple[Value, bool, Type]:
        if item.kind == SUM:
            return pop.sum_buffer(k, item.name), False, pop.number
        variable = pop.variables[item.name]
        place = pop.place(k, item.name, k.constant(0), OWN)
        return place.buffer, variable.locality == "global", variable.stored_type

    def _record_subset(
        self, k: Kernel, source: Value, target: Value, take: Value, sample: Value
    ) -> None:
        """Some neurons only: this thread's part of the sorted ranks."""
        ranks, split = self.buffer(k, "ranks", i32), self.buffer(k, "split", i64)
        begin = k.to_index(k.load(split, k.thread))
        end = k.to_index(k.load(split, k.add(k.thread, k.constant(1))))
        row = k.mul(sample, self._number(k, "size"), "row")
        with k.when(take), k.loop(begin, end, "q") as q:
            self._copy(k, source, k.to_index(k.load(ranks, q)), target, k.add(row, q))

    def record_spikes(
        self, k: Kernel, pop: PopulationLowering, low: Value, op: loops.RecordSpikes
    ) -> None:
        """Append this thread's spikes to its log."""
        found, item = pop.spike_list(op.spikes), item_of(op.spikes)
        ranks, counts = found.buffers(k, OWN)
        base, slot = found.own(k, low)
        mine = k.mul(k.thread, k.constant(k.target.line))
        log = self.buffer(k, "spikes", i32, item)
        per_step = self.buffer(k, "counts", i32, item)
        used = self.buffer(k, "used", i64, item)
        control = self.buffer(k, "control", i64)
        on = k.compare("sgt", k.load(control, k.constant(0)), k.constant(0, i64))
        room = self._number(k, "room")
        with k.when(on):
            fired = k.load(counts, slot, None, "fired")
            so_far = k.load(used, mine, None, "used")
            start = k.add(k.mul(low, room), k.to_index(so_far), "start")
            with k.loop(k.constant(0), k.to_index(fired), "q") as q:
                self._copy(k, ranks, k.add(base, q), log, k.add(start, q))
            k(memref.Store(k.add(so_far, fired), used, mine))
            begin = k.to_index(k.load(control, k.constant(2)), "chunk_begin")
            at = k.add(k.mul(k.thread, room), k(arith.SubI(k.step, begin)))
            k(memref.Store(k(arith.TruncI(fired, result_type=i32)), per_step, at))
