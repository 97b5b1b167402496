"""Kernels that take weighted sums: of every pair, of one-to-one pairs, or along rows of post."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...ir.core import Value
from ...ir.dialects import arith
from .dense import Column, take
from .diagonal import each_neuron, each_pair
from .equations import lower
from .kernel import Kernel
from .projection import ProjectionLowering
from .slices import rows


def dense_sum(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> None:
    """Sums over every pre neuron, a block of post neurons at a time."""

    def add(pre: Value, post: Value, synapse: Value, totals: Sequence[Value]) -> list[Value]:
        (potential,) = lower(j.op.transmit.block, j.frame(k, pre, post, synapse))
        return [combine(j, k, totals[0], potential)]

    take(
        j, k, (low, high), [start(j, k)], add, lambda column, totals: keep(j, k, column, totals[0])
    )


def keep(j: ProjectionLowering, k: Kernel, column: Column, total: Value) -> None:
    """Add the total of a column to the sums of its post neuron."""
    if j.op.operation != "sum":
        total = finished(j, k, total, column.count())
    for target in j.targets:
        before = j.sum_before(k, target, column.post)
        column.add_to(j.results(k, target), column.post, total, before)


def diagonal_sum(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> None:
    """The one synapse of each post neuron."""

    def add(pre: Value, post: Value) -> None:
        (potential,) = lower(j.op.transmit.block, j.frame(k, pre, post, post))
        add_total(j, k, combine(j, k, start(j, k), potential), k.constant(1), post)

    (each_neuron if j.op.whole else each_pair)(j, k, low, high, add)


def combine(j: ProjectionLowering, k: Kernel, total: Value, potential: Value) -> Any:
    """The total with one potential more."""
    operation = {"min": arith.MinimumF, "max": arith.MaximumF}.get(j.op.operation, arith.AddF)
    return k(operation(total, potential))


def start(j: ProjectionLowering, k: Kernel) -> Value:
    """The total of no synapses."""
    worst = {"min": float("inf"), "max": float("-inf")}.get(j.op.operation, 0.0)
    return k.constant(worst, j.number)


def finished(j: ProjectionLowering, k: Kernel, total: Value, count: Value) -> Value:
    """What ``mean``, ``min`` and ``max`` do at the end; without synapses they are zero."""
    number = k(arith.SIToFP(k.to_i64(count), result_type=j.number))
    zero = k.constant(0.0, j.number)
    if j.op.operation == "mean":
        total = k(arith.DivF(total, number))
    chosen: Value = k(arith.Select(k(arith.cmpf("ogt", number, zero)), total, zero))
    return chosen


def add_total(j: ProjectionLowering, k: Kernel, total: Value, count: Value, post: Value) -> None:
    """Add the total of ``count`` synapses to the sums of a post neuron."""
    if j.op.operation != "sum":
        total = finished(j, k, total, count)
    for target in j.targets:
        after = k(arith.AddF(j.sum_before(k, target, post), total))
        k.store(after, j.results(k, target), post)


def sliced_sum(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> None:
    """Sums along the rows of a block of post neurons, side by side."""

    def take_all(place: Value | None) -> None:
        def add(pre: Value, post: Value, synapse: Value, totals: Sequence[Value]) -> list[Value]:
            frame = j.frame(k, pre, post, synapse if place is None else place)
            (potential,) = lower(j.op.transmit.block, frame)
            return [combine(j, k, totals[0], potential)]

        with rows(j, k, low, high) as row:
            (total,) = row.reduce([start(j, k)], add)
            add_total(j, k, total, row.count, row.post)

    if j.op.storage != "slices_one":
        take_all(None)
        return
    zero, stride = k.constant(0), k.count(j.name, "stride", "w")
    with k.when(k.compare("eq", stride, zero)):
        take_all(zero)
    with k.when(k.compare("ne", stride, zero)):
        take_all(None)


def sparse_sum(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> None:
    """Sums along the row of each post neuron."""
    starts, sources = j.offsets(k, "row"), j.ranks(k, "pre")
    with k.loop(low, high, "post", parallel=True) as post:
        begin, end = k.row(starts, post)
        with k.reduce(begin, end, [start(j, k)], "synapse") as (s, (total,), out):
            pre = k.to_index(k.load(sources, s), "pre")
            (potential,) = lower(j.op.transmit.block, j.frame(k, pre, post, s))
            out.append(combine(j, k, total, potential))
        add_total(j, k, out[0], k(arith.SubI(end, begin)), post)
