"""Statements of spikes that arrive: what they add to neurons.

What they change is in ``events.py``.

What is added does not depend on what is changed after it, so that it can be computed again where
need be: nothing is changed before all of it has reached the neurons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ...ir.attrs_classes import frozen
from ...ir.buffer_names import ARRIVED
from ...ir.core import Op, Value
from ...ir.dialects import arith, loops
from ..kernels.layouts import rows_along
from ..kernels.nests import inside, nest_in, with_operands
from ..kernels.spikes import arrival
from ..kernels.statements import Env, lower, lower_ops
from ..kernels.synapse import SynapseFrame, frame_of
from .kernel import GridKernel
from .projection import GridProjection


@frozen(eq=False)
class DelayClass:
    """The synapses of one delay. ``number`` is that of the delay; the spikes are those of ``slot``.

    ``order`` is its place in the order in which spikes reach neurons; None where all have one
    delay.
    """

    slot: Value | None
    number: Value
    distinct: Value
    order: Value | None


class Arrivals:
    """The task ``transmit`` of a projection along rows of pre neurons."""

    def __init__(self, projection: GridProjection, kernel: GridKernel) -> None:
        self.projection, self.kernel = projection, kernel
        task = projection.tasks["transmit"]
        self.clock = inside(task.body.block, loops.Clock)
        self.nest = nest_in(task, loops.Arriving)
        self.gathered = bool(self.nest.walk.gathered)
        body = self.nest.body.ops
        self.adds: list[Any] = [op for op in body if isinstance(op, loops.Add | loops.Collect)]
        self._wanted = set(with_operands([*self.nest.before, *body], lambda op: op in self.adds))
        self.rows = rows_along(projection, kernel, kernel.partition(projection.post.name))

    # ------------------------------------------------------------------ spikes and rows

    @contextmanager
    def classes(self) -> Iterator[DelayClass]:
        """A loop over delays, as spikes reach neurons."""
        projection, kernel = self.projection, self.kernel
        if projection.op.delays != "many":
            slot = arrival(projection, kernel)
            yield DelayClass(slot, kernel.constant(0), kernel.constant(1), None)
            return
        distinct, slot_of = self.rows.delays()
        with kernel.loop(kernel.constant(0), distinct, "order") as order:
            number = order
            if self.gathered:
                last = kernel(arith.SubI(distinct, kernel.constant(1)))
                number = kernel(arith.SubI(last, order), "number")
            yield DelayClass(slot_of(number), number, distinct, order)

    def row(self, pre: Value, delay: DelayClass) -> tuple[Value, Value]:
        """The synapses of a neuron that have a delay."""
        if delay.order is None:
            return self.rows.piece(pre)
        return self.rows.piece(pre, delay.number, delay.distinct)

    # ------------------------------------------------------------------ statements

    def frame(self, known: Env | None = None) -> SynapseFrame:
        """A frame with ``known`` values, and the number of updates."""
        frame = frame_of(self.projection, self.kernel)
        frame.env.update(known or {})
        if self.clock is not None:
            frame.env[self.clock.result] = self.kernel.step_i64()
        return frame

    def neuron(self, pre: Value) -> Env:
        """The values that the synapses of a neuron share."""
        frame = self.frame()
        frame.env[self.nest.neuron] = pre
        lower_ops([op for op in self.nest.before if self._is_wanted(op)], frame)
        return frame.env

    def values(self, neuron: Env, post: Value, place: Value) -> list[Value]:
        """The values that a synapse adds, in the order of ``adds``. Nothing is changed."""
        frame = self.frame(neuron)
        frame.env.update(zip(self.nest.body.args, (place, post), strict=True))
        frame.traces = lambda op: brought(op, frame, post)
        lower_ops([op for op in self.nest.body.ops if self._is_wanted(op)], frame)
        return [frame.env[op.value] for op in self.adds]

    def _is_wanted(self, op: Op) -> bool:
        return op in self._wanted and op not in self.adds

    @property
    def alike(self) -> bool:
        """Whether synapses with equal values all add the same."""
        ops = [op for op in self._wanted if op not in self.adds]
        return not self.gathered and all(_same_everywhere(op, self) for op in ops)


def target(op: Any) -> str:
    """The name of the variable to which an operation adds."""
    return ARRIVED if isinstance(op, loops.Collect) else op.variable


def _same_everywhere(op: Op, arrivals: Arrivals) -> bool:
    """Whether synapses with equal values all have the same result."""
    if isinstance(op, loops.Load):
        return op.of == "own" and (not op.at or op.at[0] is arrivals.nest.body.args[0])
    ends = (*arrivals.nest.body.args, *arrivals.nest.walk.body.block.args)
    return op.pure and not any(v in ends for v in op.operands)


def brought(op: loops.Traces, frame: SynapseFrame, other: Value) -> tuple[Any, ...]:
    """The traces of a neuron, as they would be stored now."""
    inner = frame.inside()
    inner.env[op.body.block.args[0]] = other
    names: Sequence[str] = [each.value for each in op.variables]
    kernel, variables = frame.kernel, frame.projection.variables
    values = zip(names, lower(op.body.block, inner), strict=True)
    kept = [(name, kernel.resized(value, variables[name].stored_type)) for name, value in values]
    return tuple([kernel.resized(value, variables[name].type, name) for name, value in kept])
