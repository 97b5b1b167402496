"""Kernels that take weighted sums: of every pair (``dense``) or along rows of post neurons."""

from __future__ import annotations

from typing import Any

from ...ir.core import Value
from ...ir.dialects import arith
from .equations import lower
from .kernel import Kernel
from .projection import ProjectionLowering


def dense_sum(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> None:
    """Sums over every pre neuron, a block of post neurons at a time."""
    size = k.count(f"{j.pre.name}.size")
    with j.dense(k, size, low, high) as (post, synapse_from):
        with k.reduce(k.constant(0), size, [_start(j, k)], "pre") as (pre, (total,), out):
            frame = j.frame(k, pre, post, synapse_from(pre))
            (potential,) = lower(j.op.transmit.block, frame)
            out.append(_combine(j, k, total, potential))
        _add_to_sums(j, k, out[0], size, post)


def _combine(j: ProjectionLowering, k: Kernel, total: Value, potential: Value) -> Any:
    operation = {"min": arith.MinimumF, "max": arith.MaximumF}.get(j.op.operation, arith.AddF)
    return k(operation(total, potential))


def _start(j: ProjectionLowering, k: Kernel) -> Value:
    worst = {"min": float("inf"), "max": float("-inf")}.get(j.op.operation, 0.0)
    return k.constant(worst, j.number)


def _add_to_sums(j: ProjectionLowering, k: Kernel, total: Value, count: Value, post: Value) -> None:
    """Finish ``mean``, ``min`` and ``max``, then add to the sum of every target."""
    if j.op.operation != "sum":
        number = k(arith.SIToFP(k.to_i64(count), result_type=j.number))
        zero = k.constant(0.0, j.number)
        if j.op.operation == "mean":
            total = k(arith.DivF(total, number))
        total = k(arith.Select(k(arith.cmpf("ogt", number, zero)), total, zero))
    for target in j.targets:
        sums = j.post.sum_buffer(k, target)
        k.store(k(arith.AddF(k.load(sums, post), total)), sums, post)


def sparse_sum(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> None:
    """Sums along the row of each post neuron."""
    rows, sources = j.offsets(k, "row"), j.ranks(k, "pre")
    with k.loop(low, high, "post", parallel=True) as post:
        begin, end = k.row(rows, post)
        with k.reduce(begin, end, [_start(j, k)], "synapse") as (s, (total,), out):
            pre = k.to_index(k.load(sources, s), "pre")
            (potential,) = lower(j.op.transmit.block, j.frame(k, pre, post, s))
            out.append(_combine(j, k, total, potential))
        _add_to_sums(j, k, out[0], k(arith.SubI(end, begin)), post)
