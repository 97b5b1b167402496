"""The step: phases, and the tasks in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ...attributes import ArrayAttr, StringAttr, SymbolRefAttr
from ...core import Op, Region, Value
from ...declare import op, operand, prop, region
from ...lazy_clone import LazyClone
from ...suggest import unknown

TASKS = ("constants", "clear", "transmit", "global", "update", "shared", "learn", "post")
"""Purposes of tasks."""


@op("loops.step", format="$body attr-dict", isolated=True)
class Step(Op):
    """The program of one step: phases, in order."""

    body: Region = region()

    def check(self) -> Iterator[str]:
        """Check that the step holds nothing but phases."""
        if any(not isinstance(each, Phase) for each in self.regions[0].block.ops):
            yield "holds more than phases"

    @property
    def tasks(self) -> list[Task]:
        """The tasks of all phases in order."""
        return [task for phase in self.body.block.ops for task in phase.regions[0].block.ops]  # type: ignore[misc]


@op("loops.phase", format="word($label) $body attr-dict", reads=True, writes=True, recursive=True)
class Phase(Op):
    """Tasks that run one after the other. Later phases see all that they did."""

    label: str = prop(StringAttr)
    body: Region = region()

    def check(self) -> Iterator[str]:
        """Check that the phase holds nothing but tasks."""
        if any(not isinstance(each, Task) for each in self.regions[0].block.ops):
            yield "holds more than tasks"


@op(
    "loops.task",
    format="word($what) `of` $owner (`recorded` `by` $monitors^)? attr-dict-with-keyword $body",
    implicit="loops.yield",
    isolated=True,
    reads=True,
    writes=True,
    recursive=True,
)
class Task(LazyClone):
    """A task of a population or projection, for one purpose.

    ``owner`` is the population or projection, ``what`` the purpose. ``constants``: variables of
    the role ``constant`` get their values, the same in all steps of a run, so that a mapping may
    run the task in front of the first one alone; ``clear``: sums of a population start at zero;
    ``transmit``: a projection combines or delivers the signals that reach its post neurons;
    ``global``, ``update``: equations of a population as a whole, and of each neuron; ``shared``,
    ``learn``: equations of synapses; ``post``: effects of the spikes of post neurons.
    ``monitors`` are those that the task records into.
    """

    what: str = prop(StringAttr)
    owner: str = prop(SymbolRefAttr, identity=True)
    monitors: Any = prop(ArrayAttr, optional=True, identity=True)
    body: Region = region()

    def check(self) -> Iterator[str]:
        """Check that the purpose is known and the region plain."""
        yield from unknown("purpose", self.what, TASKS)
        block = self.original.body.block
        if block.args or not isinstance(block.terminator, Yield):
            yield "must have a region without arguments that ends with loops.yield"

    @property
    def recorders(self) -> list[str]:
        """The names of the monitors that the task records into."""
        return [each.value for each in self.monitors or ()]


@op("loops.yield", format="attr-dict ($values^ `:` type($values))?", terminator=True)
class Yield(Op):
    """Ends a region and hands values to the operation around it."""

    values: Sequence[Value] = operand(variadic=True)
