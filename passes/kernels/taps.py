"""Taps: the kinds of recordings in kernels, a function for each.

Samples go to rows of ``samples``. Spikes of a thread are appended behind one another, with their
number per step in the row of the thread in ``counts``.
"""

from __future__ import annotations

from collections.abc import Callable

from ...ir import buffer_names
from ...ir.buffer_names import CONTROL, COUNTS, ROOM, RUNNING, USED
from ...ir.buffers import OWN
from ...ir.dialects import arith, memref
from ...ir.events import item_of
from ...ir.recorded import COUNT, INPUT, SPIKES, SUM, VARIABLE, Recorded
from ...ir.types import i32, i64
from .tapping import Sample, Tapping

Tap = Callable[[Tapping, Recorded, Sample | None], None]


def _variable(tapping: Tapping, item: Recorded, sample: Sample | None) -> None:
    """Copy a variable as it is now."""
    assert sample is not None
    kernel, population = tapping.kernel, tapping.population
    variable = population.variables[item.name]
    place = population.place(kernel, item.name, kernel.constant(0), OWN)
    take = tapping.take_one if variable.locality == "global" else tapping.take_each
    take(sample, item.label, place.buffer, variable.stored_type)


def _sum(tapping: Tapping, item: Recorded, sample: Sample | None) -> None:
    """Copy the sums of a target."""
    assert sample is not None
    population = tapping.population
    sums = population.sum_buffer(tapping.kernel, item.name)
    tapping.take_each(sample, item.label, sums, population.number)


def _spikes(tapping: Tapping, item: Recorded, sample: Sample | None) -> None:
    """Append this thread's spikes to its log."""
    kernel, named = tapping.kernel, item_of(item.name)
    found = tapping.population.spike_list(item.name)
    ranks, counts = found.buffers(kernel, OWN)
    base, slot = found.own(kernel, tapping.own.low)
    mine = kernel.mul(kernel.thread, kernel.constant(kernel.target.line))
    log = tapping.buffer(buffer_names.SPIKES, i32, named)
    per_step = tapping.buffer(COUNTS, i32, named)
    used = tapping.buffer(USED, i64, named)
    control = tapping.buffer(CONTROL, i64)
    on = kernel.compare("sgt", kernel.load(control, kernel.constant(0)), kernel.constant(0, i64))
    room = tapping.number(ROOM)
    with kernel.when(on):
        fired = kernel.load(counts, slot, None, "fired")
        so_far = kernel.load(used, mine, None, "used")
        start = kernel.add(kernel.mul(tapping.own.low, room), kernel.to_index(so_far), "start")
        with kernel.loop(kernel.constant(0), kernel.to_index(fired), "q") as q:
            tapping.copy(ranks, kernel.add(base, q), log, kernel.add(start, q))
        kernel(memref.Store(kernel.add(so_far, fired), used, mine))
        begin = kernel.to_index(kernel.load(control, kernel.constant(2)), "chunk_begin")
        at = kernel.add(kernel.mul(kernel.thread, room), kernel(arith.SubI(kernel.step, begin)))
        kernel(memref.Store(kernel(arith.TruncI(fired, result_type=i32)), per_step, at))


def _count(tapping: Tapping, item: Recorded, sample: Sample | None) -> None:
    """Count this thread's spikes by neuron. A sample takes the counts, which then start at 0."""
    assert sample is not None
    kernel, found = tapping.kernel, tapping.population.spike_list(item.name)
    ranks, counts = found.buffers(kernel, OWN)
    base, slot = found.own(kernel, tapping.own.low)
    running = tapping.buffer(RUNNING, i32, item.label)
    one = kernel.constant(1, i32)
    with kernel.loop(
        kernel.constant(0), kernel.to_index(kernel.load(counts, slot, None, "fired")), "q"
    ) as q:
        rank = kernel.to_index(kernel.load(ranks, kernel.add(base, q)), "rank")
        kernel.store(kernel(arith.AddI(kernel.load(running, rank), one)), running, rank)
    tapping.take_each(sample, item.label, running, i32)
    with kernel.each(tapping.own) as i, kernel.when(sample.take):
        kernel.store(kernel.constant(0, i32), running, i)


TAPS: dict[str, Tap] = {
    VARIABLE: _variable,
    INPUT: _variable,
    SUM: _sum,
    SPIKES: _spikes,
    COUNT: _count,
}
"""Taps of the kinds in ``ir/recorded.py``."""
