"""Nests of loops in the tasks of projections, with their parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ...ir.attrs_classes import frozen
from ...ir.core import Block, Op, Value
from ...ir.dialects import loops, scf

OpT = TypeVar("OpT", bound=Op)


def inside(block: Block, kind: type[OpT]) -> OpT | None:
    """The first operation of a class outside of other loops. It is in the block."""
    return next((op for op in block.ops if isinstance(op, kind)), None)


def needed(block: Block, kind: type[OpT]) -> OpT:
    """The same where there must be one."""
    found = inside(block, kind)
    assert found is not None
    return found


@frozen(eq=False)
class Nest:
    """A loop over neurons (``walk``), and one inside (``inner``).

    The inner one is over the synapses of each neuron, and may be missing.

    ``before`` and ``after`` are the statements around the inner loop.
    """

    walk: Any
    inner: Any
    before: Sequence[Op]
    after: Sequence[Op]

    @classmethod
    def of(cls, walk: Any) -> Nest:
        """The parts of a loop over neurons."""
        *ops, _ = walk.body.block.ops
        kinds = loops.Row, loops.Dendrite
        place = next((n for n, op in enumerate(ops) if isinstance(op, kinds)), None)
        if place is None:
            return cls(walk, None, ops, ())
        return cls(walk, ops[place], ops[:place], ops[place + 1 :])

    @property
    def neuron(self) -> Value:
        """The rank that the loop gives."""
        found: Value = self.walk.body.block.args[0]
        return found

    @property
    def body(self) -> Block:
        """The statements at a synapse."""
        found: Block = self.inner.body.block
        return found


def nest_in(task: loops.Task, kind: type[Op]) -> Nest:
    """The nest of a task whose outer loop is given.

    The loop is of the class ``kind``; the nest may stand behind a condition.
    """
    block = task.body.block
    choice = inside(block, scf.If)
    return Nest.of(needed(choice.then.block if choice is not None else block, kind))


def with_operands(ops: Sequence[Op], wanted: Callable[[Op], bool]) -> list[Op]:
    """The ``wanted`` operations, with all their operands, in order. Both are some of ``ops``."""
    chosen = set[Op]()
    for op in reversed(ops):
        if wanted(op) or any(user in chosen for value in op.results for user in value.users()):
            chosen.add(op)
    return [op for op in ops if op in chosen]


def has_events(task: loops.Task) -> bool:
    """Whether arriving spikes change synapses or shared values, or see traces.

    Values are shared by synapses.
    """
    arriving = nest_in(task.original, loops.Arriving)
    if any(isinstance(op, loops.Store) for op in arriving.before):
        return True
    return any(isinstance(op, loops.Traces | loops.Clock) for op in task.original.walk())


def is_idle(task: loops.Task) -> bool:
    """Whether nothing happens in a task. Passes may have found that it is not needed."""
    return all(op.terminator or not op.regions for op in task.original.body.block.ops)
