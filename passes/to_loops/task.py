"""A task under construction: loops, accesses, and constants.

It accesses variables, and its constants stand in front of all loops.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ...ir.attributes import SymbolRefAttr
from ...ir.attrs_classes import frozen
from ...ir.core import Op, Value
from ...ir.dialects import arith, eq, loops
from ...ir.location import Loc
from ...ir.types import Type, i64, index
from ..framework.code_builder import CodeBuilder


@frozen(eq=False)
class VariableRef:
    """A variable ``of`` its owner or one of the ends. ``at`` says of which neuron or synapse.

    ``ago``: it is the value of so many steps ago. ``frozen``: it may have to keep its value.
    """

    variable: eq.Variable
    at: tuple[Value, ...]
    of: str = "own"
    ago: Value | None = None
    frozen: bool = False

    @property
    def name(self) -> str:
        """The name of the variable."""
        return self.variable.sym_name


class TaskBuilder(CodeBuilder):
    """Builds one task; ``build(op)`` appends an operation as a builder does."""

    def __init__(self, what: str, owner: str, loc: Loc, monitors: Sequence[str] = ()) -> None:
        recorders = [SymbolRefAttr(name) for name in monitors] or None
        self.task = loops.Task(what=what, owner=owner, monitors=recorders)
        self.task.loc = loc
        super().__init__(self.task.body.block, loc)

    def load(self, place: VariableRef, name: str | None = None, type_: Type | None = None) -> Any:
        """The value of a variable. ``type_`` is that of equations, or the one in memory."""
        type_, variable = type_ or place.variable.type, place.name
        if place.ago is not None:
            read: Op = loops.LoadPast(
                *place.at, place.ago, variable=variable, of=place.of, result_type=type_
            )
        else:
            read = loops.Load(*place.at, variable=variable, of=place.of, result_type=type_)
        return self(read, name)

    def store(self, value: Value, place: VariableRef) -> None:
        """Set a variable."""
        self(loops.Store(value, *place.at, variable=place.name, of=place.of))

    def rounded(self, value: Value, variable: eq.Variable) -> Any:
        """A value as it comes back from memory."""
        return self.resized(self.resized(value, variable.stored_type), variable.type)

    def now(self) -> Any:
        """The number of this step."""
        return self(loops.Now())

    def to_i64(self, value: Value) -> Any:
        """An index as i64."""
        return self(arith.IndexCast(value, result_type=i64))

    @contextmanager
    def walk(self, op: Op, *names: str) -> Iterator[list[Value]]:
        """Build the region of a walk. It gives indices of these names."""
        block = op.regions[0].block
        for name in names:
            block.add_arg(index, name)
        self.build.insert(op)
        with self.build.inside(block):
            yield block.args
            self(loops.Yield())

    @contextmanager
    def traces(
        self, neuron: Value, names: Sequence[str], types: Sequence[Type], name: str
    ) -> Iterator[tuple[Value, list[Value]]]:
        """Build the region of ``loops.traces``; yields (neuron, out).

        ``out`` takes what they are; after the ``with`` it holds the results.
        """
        op = loops.Traces(neuron, variables=list(names), result_types=tuple(types))
        block = op.body.block
        there = block.add_arg(index, name)
        self.build.insert(op)
        out: list[Value] = []
        with self.build.inside(block):
            yield there, out
            self(loops.Yield(*out))
        out[:] = [value.named(each) for each, value in zip(names, op.values, strict=True)]

    @contextmanager
    def dendrite(
        self, post: Value, initial: Sequence[Value] = (), names: Sequence[str] = ()
    ) -> Iterator[tuple[Value, Value, list[Value], list[Value]]]:
        """Build the region of a dendrite; yields (synapse, pre, carried, out).

        ``out`` takes the next values; after the ``with`` it holds the results.
        """
        types = tuple(v.type for v in initial)
        op = loops.Dendrite(post, *initial, result_types=types)
        block = op.body.block
        for type_, name in zip((index, index, *types), ("synapse", "pre", *names), strict=True):
            block.add_arg(type_, name)
        self.build.insert(op)
        out: list[Value] = []
        with self.build.inside(block):
            yield block.args[0], block.args[1], block.args[2:], out
            self(loops.Yield(*out))
        out[:] = op.results

    def finish(self) -> loops.Task:
        """End the task."""
        self(loops.Yield())
        return self.task
