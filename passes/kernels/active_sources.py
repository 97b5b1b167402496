"""A list of the active pre neurons, remade in every step.

Every thread makes a list of its own, so that none waits for another: for sums over all pairs that
is little beside the sums themselves. While most neurons are active a list is of no use; then one is
made every ``PATIENCE`` steps, to see whether that is still so.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen

from ...ir.buffer_names import PADDED
from ...ir.buffers import OWN, SCRATCH, THREADS, Buffer, Extent
from ...ir.core import Value
from ...ir.dialects import arith, loops, memref, syn
from ...ir.types import i32, i64
from .kernel import Kernel
from .nests import nest_in, with_operands
from .projection import ProjectionLowering
from .statements import lower_ops
from .synapse import frame_of

PATIENCE = 8
"""Steps between two lists of a population that is mostly active."""


@frozen(eq=False)
class Active:
    """The active ones of some pre neurons.

    Their ranks are ``count`` ascending numbers from ``base`` on in ``ranks``; ``few``: they are
    less than wanted.
    """

    k: Kernel
    ranks: Value
    base: Value
    count: Value
    few: Value

    def rank(self, number: Value) -> Value:
        """The rank of the active neuron of this number."""
        k = self.k
        found: Value = k.to_index(k.load(self.ranks, k.add(self.base, number)), "pre")
        return found


def find_active(j: ProjectionLowering, k: Kernel, first: Value, end: Value) -> Active:
    """List pre neurons of a range whose value is not zero. The range is from ``first`` to ``end``.

    Where ``few`` is false the list is that of an earlier step.
    """
    padded = k.count(j.pre.name, PADDED)
    copies = Extent("copies", j.pre.name)
    ranks = k.buffer(Buffer(j.name, "active", SCRATCH, copies, reach=OWN), i32)
    counts = k.buffer(Buffer(j.name, "active_count", SCRATCH, THREADS, reach=OWN), i64)
    base, slot = k.mul(k.thread, padded, "base"), k.mul(k.thread, k.constant(k.target.line), "slot")
    limit = k.mul(k(arith.SubI(end, first)), k.constant(int(j.op.skip_inactive_below)), "limit")

    def count_and_few() -> tuple[Value, Value]:
        count = k.to_index(k.load(counts, slot), "active")
        return count, k.compare("slt", k.mul(count, k.constant(100)), limit)

    turn = k.compare("eq", k(arith.RemUI(k.step, k.constant(PATIENCE))), k.constant(0))
    with k.when(k(arith.OrI(turn, count_and_few()[1]))):
        k(memref.Store(k.constant(0, i64), counts, slot))
        _list(j, k, (first, end), ranks, base, counts=counts, slot=slot)
    return Active(k, ranks, base, *count_and_few())


def _list(
    j: ProjectionLowering,
    k: Kernel,
    span: tuple[Value, Value],
    ranks: Value,
    base: Value,
    counts: Value,
    slot: Value,
) -> None:
    zero = k.constant(0)
    body = nest_in(j.tasks["transmit"], loops.Posts).body
    read = next(op for op in body.ops if _of_pre(op))
    with k.loop(zero, k.count(j.pre.name, PADDED), "pre", parallel=True) as pre:
        frame = frame_of(j, k)
        frame.env.update(zip(body.args, (zero, pre), strict=False))
        lower_ops(with_operands(body.ops, lambda op: op is read), frame)
        value = frame.env[read.results[0]]
        hit = k(arith.cmpf("une", value, k.constant(0.0, value.type)))
        hit = k(arith.AndI(hit, k.compare("sge", pre, span[0])), "active")
        k(syn.Append(hit, pre, ranks, base, counts, slot, span[1]))


def _of_pre(op: Any) -> bool:
    """Whether an operation reads a variable of the pre neuron."""
    return isinstance(op, loops.Load | loops.Past) and op.of == "pre"
