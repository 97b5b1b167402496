"""The base of layouts in kernels: loops over a projection's synapses.

A layout has the methods that its record names (``Layout.abilities``):

``sum``      for each post neuron carry values along its synapses, by ascending pre rank
``learn``    for each post neuron, and for each of its synapses
``deliver``  for each spike that arrives, for the synapses of its neuron

They take what happens at a neuron or synapse as functions that build it, so that it does not matter
where that comes from. Every one goes over the synapses onto the post neurons ``low`` to ``high``,
those of its chunk: whole blocks of the target.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar, Protocol

from ....ir.attrs_classes import frozen
from ....ir.core import Value
from ....ir.dialects import arith
from ....ir.layouts import Layout
from ....ir.types import Type
from ..kernel import Kernel, OwnNeurons
from ..projection import ProjectionLowering


@frozen(eq=False)
class LoweredSynapse:
    """The synapse from ``pre`` to ``post`` whose values lie at ``place``.

    ``present``: whether it is a synapse at all; None where it always is.
    """

    pre: Value
    post: Value
    place: Value
    present: Value | None = None


@frozen(eq=False)
class LoweredDendrite:
    """A post neuron and the number of its synapses.

    ``inside``: whether it is one of the projection; None where it always is.
    """

    kernel: Kernel
    post: Value
    count: Callable[[], Value]
    inside: Value | None = None

    def add_to(self, buffer: Value, at: Value, total: Value, before: Value | None = None) -> None:
        """Add to an element of this post neuron, if inside.

        ``before`` is what to add to, if it is not what is there.
        """
        kernel = self.kernel
        before = kernel.load(buffer, at) if before is None else before
        after = kernel(arith.AddF(before, total))
        if self.inside is not None:
            after = kernel(arith.Select(self.inside, after, before))
        kernel.store(after, buffer, at)


Add = Callable[[LoweredSynapse, Sequence[Value]], Sequence[Value]]
"""The carried values after a synapse, from those before it."""

Keep = Callable[[LoweredDendrite, Sequence[Value]], None]
"""Storing of values that were carried along a dendrite."""

AddTo = Callable[[str, Value], None]
"""Takes the value to add to a variable. The variable is one of the post neuron."""


class Act(Protocol):
    """The effect of a spike on a synapse."""

    def __call__(self, synapse: LoweredSynapse, add: AddTo | None = None) -> None: ...


@frozen(eq=False)
class Transmission:
    """The effect of spikes that arrive.

    ``adds`` are the variables of post neurons to which one adds, in order, each with the type of
    what is added. Those that are ``gathered`` get the sum of all that arrives in a step.
    """

    act: Act
    adds: Sequence[tuple[str, Type]]
    gathered: Sequence[str]


@frozen(eq=False)
class Learning:
    """Statements of a step at each ``dendrite`` and each ``synapse``. Idle: there are none."""

    dendrite: Callable[[Value], None]
    synapse: Callable[[LoweredSynapse], None]
    idle_dendrites: bool
    idle_synapses: bool


@frozen(eq=False)
class Chunk:
    """Synapses that a mapping deals to a run of a kernel.

    They are those onto the post neurons ``low`` to ``high``. In memory, rows of pre neurons are cut
    into ``parts`` where such ranges begin, of which this is number ``part``. Runs that take whole
    rows have part 0 of 1. ``run`` is the number of the run, which has scratch memory of its own.
    """

    own: OwnNeurons
    part: Value
    parts: Value
    run: Value


class LayoutLowering:
    """Loops over a projection's synapses onto post neurons of a chunk."""

    layout: ClassVar[Layout]

    def __init__(self, projection: ProjectionLowering, kernel: Kernel, chunk: Chunk) -> None:
        self.projection = projection
        self.kernel = kernel
        self.chunk = chunk
        self.own = chunk.own

    def sum(
        self,
        initial: Sequence[Value],
        add: Add,
        keep: Keep,
        begin: Callable[[Value], None] | None = None,
    ) -> None:
        """Carry values from ``initial`` along each dendrite, then ``keep`` them.

        ``begin`` builds what happens at the post neuron before.
        """
        raise NotImplementedError(f"{self.layout.name} takes no sums")

    def learn(self, learning: Learning) -> None:
        """Run statements at each post neuron, then at its synapses. They run once in a step."""
        raise NotImplementedError(f"synapses in {self.layout.name} do not learn")

    def deliver(self, transmission: Transmission) -> None:
        """Let arriving spikes act on the synapses of their neurons.

        Order: by delay, then by pre rank, then by post rank; what is gathered comes in the order
        in which spikes were fired, the longest delay first.
        """
        raise NotImplementedError(f"{self.layout.name} delivers no spikes")

    def for_spikes(self, arrive: Callable[[LoweredSynapse], None]) -> None:
        """Visit the synapses of all neurons whose spikes arrive.

        The order is that of ``deliver``.
        """
        raise NotImplementedError(f"{self.layout.name} has no rows of neurons that spiked")

    def structure(self, name: str) -> Value:
        """A buffer that says where synapses are."""
        return self.projection.structure(self.kernel, name)

    def number(self, name: str) -> Any:
        """A number that the structure has once, as index."""
        return self.kernel.count(self.projection.name, self.layout.described(name).name)


Bounds = tuple[Value, Value]
"""Begin and end of a row, or of its piece."""

Arrival = tuple[Value, Bounds, Callable[[], Value]]
"""A neuron whose spike arrives, its row, and the next row.

The bounds are those of the chunk's part of the row; a function finds where the next one begins.
"""


class RowsLowering(LayoutLowering):
    """Rows of pre neurons whose synapses both ends' spikes change. See ``events``."""

    def rows_of_one_delay(self) -> Callable[[Value], Bounds]:
        """The function that finds the row of a pre neuron. All synapses have one delay."""
        raise NotImplementedError

    def synapses(
        self, pre: Value, bounds: Bounds, before: Callable[[Value], None] | None = None
    ) -> AbstractContextManager[LoweredSynapse]:
        """A loop over a piece of the row of ``pre``. ``before`` builds what comes first."""
        raise NotImplementedError

    def piece(
        self, pre: Value, number: Value | None = None, distinct: Value | None = None
    ) -> Bounds:
        """The row of a pre neuron, or a piece of it."""
        raise NotImplementedError

    def post(self, place: Value) -> Value:
        """The post neuron of a synapse."""
        raise NotImplementedError

    def uniform(self) -> Value:
        """Whether all synapses have the same values."""
        raise NotImplementedError

    def fetch(self, place: Value, variables: Sequence[str]) -> None:
        """Fetch the data of a synapse before they are needed."""
        raise NotImplementedError

    def delays(self) -> tuple[Value, Callable[[Value], Value | None]]:
        """The number of distinct delays, and their slots.

        A function finds the slot of the spikes that come with one.
        """
        raise NotImplementedError

    def arriving(self) -> AbstractContextManager[Arrival]:
        """A loop over arriving spikes, by delay, then by pre rank."""
        raise NotImplementedError

    def column(self, post: Value) -> Bounds:
        """The numbers of the synapses of ``post``, in column order."""
        raise NotImplementedError

    def column_pre(self, number: Value) -> Value:
        """The pre neuron of a synapse in the order of columns."""
        raise NotImplementedError

    def column_place(self, number: Value, variables: Sequence[str]) -> Value:
        """The place of a synapse in the order of columns. Those to come are fetched."""
        raise NotImplementedError
