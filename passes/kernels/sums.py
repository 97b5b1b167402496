"""Kernels that take weighted sums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...ir.core import Value
from ...ir.dialects import arith
from .equations import lower
from .kernel import Kernel
from .layouts import along
from .layouts.base import Dendrite, Synapse
from .projection import ProjectionLowering


def weighted_sum(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> None:
    """The sum of each post neuron, added to those of its targets."""

    def add(synapse: Synapse, totals: Sequence[Value]) -> list[Value]:
        return [combine(j, k, totals[0], potential(j, k, synapse))]

    def keep(dendrite: Dendrite, totals: Sequence[Value]) -> None:
        add_total(j, k, dendrite, totals[0])

    along(j, k, low, high).sum([start(j, k)], add, keep)


def potential(j: ProjectionLowering, k: Kernel, synapse: Synapse) -> Value:
    """What a synapse contributes to the sum of its neuron."""
    frame = j.frame(k, synapse.pre, synapse.post, synapse.place)
    (found,) = lower(j.op.transmit.block, frame)
    return found


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


def add_total(j: ProjectionLowering, k: Kernel, dendrite: Dendrite, total: Value) -> None:
    """Add the total of a dendrite to the sums of its post neuron."""
    if j.op.operation != "sum":
        total = finished(j, k, total, dendrite.count())
    for target in j.targets:
        before = j.sum_before(k, target, dendrite.post)
        dendrite.add_to(j.results(k, target), dendrite.post, total, before)
