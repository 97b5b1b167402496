"""A list of the active pre neurons, remade in every step.

Every thread makes a list of its own, so that none waits for another: for sums over all pairs that
is little beside the sums themselves. While most neurons are active a list is of no use; then one is
made every ``PATIENCE`` steps, to see whether that is still so.
"""

from __future__ import annotations

from typing import Any

from ...ir.attrs_classes import frozen
from ...ir.buffer_names import PADDED
from ...ir.buffers import OWN, SCRATCH, WORKERS, Buffer, Extent
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

    kernel: Kernel
    ranks: Value
    base: Value
    count: Value
    few: Value

    def rank(self, number: Value) -> Value:
        """The rank of the active neuron of this number."""
        kernel = self.kernel
        found: Value = kernel.to_index(
            kernel.load(self.ranks, kernel.add(self.base, number)), "pre"
        )
        return found


def find_active(projection: ProjectionLowering, kernel: Kernel, first: Value, end: Value) -> Active:
    """List pre neurons of a range whose value is not zero. The range is from ``first`` to ``end``.

    Where ``few`` is false the list is that of an earlier step.
    """
    padded = kernel.count(projection.pre.name, PADDED)
    extent = Extent("neurons_per_worker", projection.pre.name)
    ranks = kernel.buffer(Buffer(projection.name, "active", SCRATCH, extent, reach=OWN), i32)
    counts = kernel.buffer(
        Buffer(projection.name, "active_count", SCRATCH, WORKERS, reach=OWN), i64
    )
    base, slot = (
        kernel.mul(kernel.thread, padded, "base"),
        kernel.mul(kernel.thread, kernel.constant(kernel.target.line), "slot"),
    )
    limit = kernel.mul(
        kernel(arith.SubI(end, first)),
        kernel.constant(int(projection.op.skip_inactive_below)),
        "limit",
    )

    def count_and_few() -> tuple[Value, Value]:
        count = kernel.to_index(kernel.load(counts, slot), "active")
        return count, kernel.compare("slt", kernel.mul(count, kernel.constant(100)), limit)

    turn = kernel.compare(
        "eq", kernel(arith.RemUI(kernel.step, kernel.constant(PATIENCE))), kernel.constant(0)
    )
    with kernel.when(kernel(arith.OrI(turn, count_and_few()[1]))):
        kernel(memref.Store(kernel.constant(0, i64), counts, slot))
        _list(projection, kernel, (first, end), ranks, base, counts=counts, slot=slot)
    return Active(kernel, ranks, base, *count_and_few())


def _list(
    projection: ProjectionLowering,
    kernel: Kernel,
    span: tuple[Value, Value],
    ranks: Value,
    base: Value,
    counts: Value,
    slot: Value,
) -> None:
    zero = kernel.constant(0)
    body = nest_in(projection.tasks["transmit"], loops.Posts).body
    read = next(op for op in body.ops if _of_pre(op))
    with kernel.loop(zero, kernel.count(projection.pre.name, PADDED), "pre", parallel=True) as pre:
        frame = frame_of(projection, kernel)
        frame.env.update(zip(body.args, (zero, pre), strict=False))
        lower_ops(with_operands(body.ops, lambda op: op is read), frame)
        value = frame.env[read.results[0]]
        hit = kernel(arith.cmpf("une", value, kernel.constant(0.0, value.type)))
        hit = kernel(arith.AndI(hit, kernel.compare("sge", pre, span[0])), "active")
        kernel(syn.Append(hit, pre, ranks, base, counts, slot, span[1]))


def _of_pre(op: Any) -> bool:
    """Whether an operation reads a variable of the pre neuron."""
    return isinstance(op, loops.Load | loops.LoadPast) and op.of == "pre"
