"""Statements of a task in a kernel. Accesses to variables become loads and stores of buffers.

A :class:`KernelFrame` says which neuron or synapse runs and what has become of its values; rules
for what only neurons (``neuron.py``) or only synapses (``synapse.py``) do join the table.
Arithmetic is copied.

What stands in front of the loops of a task, such as what ``licm`` moved there, is lowered where it
is first needed: a mapping builds loops of its own, and ``licm`` finds it again in the kernel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from attrs import evolve

from ...ir.attrs_classes import define, frozen
from ...ir.buffers import DT
from ...ir.buffers import stream as stream_of
from ...ir.core import Block, Op, Value
from ...ir.diagnostics import fail
from ...ir.dialects import arith, loops
from ...ir.effects import effects, own_effects
from ...ir.lowering import bind
from ...ir.types import Type, i64
from .kernel import Kernel


@frozen
class BufferElement:
    """The place of a variable: buffer, index and type."""

    buffer: Value
    at: Value
    type: Type


class Env(dict[Value, Any]):
    """Values of a task, with their values in a kernel.

    Those that are computed in front of the loops of a task come to be when they are first needed.
    """

    def __init__(self, kernel: Kernel, known: dict[Value, Any] | None = None) -> None:
        super().__init__(known or {})
        self.kernel = kernel
        self.frame: KernelFrame | None = None

    def __missing__(self, value: Value) -> Any:
        op = value.owner
        if isinstance(op, arith.Constant):
            self[value] = found = self.kernel.constant(op.literal, value.type)
            return found
        if self.frame is None or not isinstance(op, Op):
            raise KeyError(value)
        _check_movable(op)
        lower_ops([op], self.frame)
        return super().__getitem__(value)

    def get(self, value: Value, default: Any = None) -> Any:
        """The value in the kernel; there is no default."""
        return self[value]


def _check_movable(op: Op) -> None:
    """Refuse an operation that may not move into loops.

    They are loops of its task, behind which it is needed.
    """
    moved = list(own_effects(op))
    if op.regions or any(effect.writes for effect in moved):
        fail(f"'{op.name}' is in front of the loop in which its result is needed", op.loc)
    if not moved:
        return
    assert op.block is not None
    siblings = op.block.ops
    later = siblings[siblings.index(op) + 1 :]
    read = {effect.target for effect in moved}
    written = [e for each in later for e in effects(each) if e.writes and e.target in read]
    if written:
        who = written[0].op.name
        fail(f"'{op.name}' is in front of a loop, and '{who}' changes what it reads", op.loc)


@define
class KernelFrame:
    """The frame that statements run in.

    ``owner`` is the name of the population or projection of the task. ``write_mask`` (if any) is
    the condition under which a variable is written at all; ``accumulate`` takes what would be added
    to a variable of the post neuron.
    """

    kernel: Kernel
    owner: str
    env: Env
    write_mask: Value | None = None
    accumulate: Callable[[str, Value], None] | None = None

    def __attrs_post_init__(self) -> None:
        self.env.frame = self

    def inside(self: FrameT) -> FrameT:
        """A frame for the region of an operation. Values of the region are known there only."""
        return evolve(self, env=Env(self.kernel, self.env))

    def place(self, of: str, variable: str, at: Sequence[Value]) -> BufferElement:
        """The place of a variable of the neuron or synapse ``at``."""
        raise NotImplementedError

    def place_of(self, op: Any) -> BufferElement:
        """The place of the variable that an operation accesses."""
        at = op.at if isinstance(op.at, list) else [op.at]
        return self.place(op.of, op.variable, [self.env[v] for v in at])

    def load(self, place: BufferElement, name: str | None = None) -> Any:
        """The value of a variable."""
        return self.kernel.load(place.buffer, place.at, place.type, name)

    def store(self, value: Value, place: BufferElement) -> None:
        """Set a variable, where the condition says so."""
        if self.write_mask is not None:
            value = self.kernel(arith.Select(self.write_mask, value, self.load(place)))
        self.kernel.store(value, place.buffer, place.at)


FrameT = TypeVar("FrameT", bound=KernelFrame)
Rule = Callable[[Any, Any], Any]
RULES: dict[type[Op], Rule] = {}


def lowers(*classes: type[Op]) -> Callable[[Rule], Rule]:
    """Enter a rule into the table."""

    def enter(rule: Rule) -> Rule:
        RULES.update(dict.fromkeys(classes, rule))
        return rule

    return enter


def lower(block: Block, frame: KernelFrame) -> list[Value]:
    """Lower the operations of ``block`` into the kernel. Returns what its terminator yields."""
    *statements, end = block.ops
    lower_ops(statements, frame)
    return [frame.env[v] for v in end.operands]


def plain(ops: Iterable[Op]) -> list[Op]:
    """The operations in front of loops to lower in place. They stay where they stand."""
    return [op for op in ops if not (op.terminator or isinstance(op, arith.Constant))]


def lower_ops(ops: Iterable[Op], frame: KernelFrame) -> None:
    """Lower some operations into the kernel. ``frame.env`` knows what the others became."""
    build = frame.kernel.build
    before = build.loc
    for op in ops:
        build.loc = op.loc
        rule = RULES.get(type(op))
        if rule is None:
            build.insert(op.clone(frame.env))
            continue
        found = rule(op, frame)
        if found is not None:
            bind(frame.env, op, found)
    build.loc = before


@lowers(loops.Load)
def _load(op: loops.Load, frame: KernelFrame) -> Any:
    place = frame.place_of(op)
    return frame.kernel.load(place.buffer, place.at, op.result.type, op.result.name)


@lowers(loops.Store)
def _store(op: loops.Store, frame: KernelFrame) -> None:
    frame.store(frame.env[op.value], frame.place_of(op))


@lowers(loops.Add)
def _add(op: loops.Add, frame: KernelFrame) -> None:
    value = frame.env[op.value]
    if frame.accumulate is not None:
        frame.accumulate(op.variable, value)
        return
    kernel, place = frame.kernel, frame.place_of(op)
    before = frame.load(place, op.variable)
    total = kernel(arith.AddF(before, value))
    if frame.write_mask is not None:
        total = kernel(arith.Select(frame.write_mask, total, before))
    kernel.store(total, place.buffer, place.at)


@lowers(loops.Now)
def _now(op: loops.Now, frame: KernelFrame) -> Any:
    return frame.kernel.step_i64()


@lowers(loops.TimeStep)
def _dt(op: loops.TimeStep, frame: KernelFrame) -> Any:
    return frame.kernel.milliseconds(DT, op.result.type)


@lowers(loops.Stream)
def _stream(op: loops.Stream, frame: KernelFrame) -> tuple[Value, Value]:
    kernel = frame.kernel
    words = kernel.buffer(stream_of(frame.owner), i64)
    key = kernel.load(words, kernel.constant(0), name="key")
    start = kernel.load(words, kernel.constant(1), name="start")
    return key, kernel.add(start, kernel.step_i64(), "count")
