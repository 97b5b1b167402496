"""Kernels of a projection: ``@J_transmit`` combines or delivers input.

A thread does so for its own neurons.

How its synapses lie in memory says its layout (``ir/layouts.py``); what lowers loops over them is
in ``layouts/``. Ranks are those of whole populations.

One weight for all is an array of one element with a stride of zero, so that the user may switch
between one and many without a new compilation. Every thread writes to its own post neurons only,
in the order of pre ranks: results do not depend on the number of threads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...ir.buffer_names import LEARNING, PADDED, STRIDE
from ...ir.buffers import (
    ANYTHING,
    ATTRIBUTE,
    CLOCK,
    CONTROL,
    ONE,
    OWN,
    SCRATCH,
    STRUCTURE,
    Buffer,
    Extent,
    Role,
    neurons,
)
from ...ir.core import Value
from ...ir.dialects import loops, net
from ...ir.dialects.eq import CONSTANT
from ...ir.layouts import Element, Layout, Side, layout_of
from ...ir.types import Type, i8, i16, i32, i64
from .constant_element import constant_element
from .kernel import Kernel
from .population import PopulationLowering
from .spike_lists import SpikeList, SpikeStore
from .statements import BufferElement

_TYPES: dict[Element, Type] = {"i64": i64, "i32": i32, "u16": i16, "u8": i8}


class ProjectionLowering:
    """A ``net.projection`` between two populations. ``tasks`` are its tasks of a step.

    ``depends`` is all that its kernels depend on beside them, its operation and its populations.
    """

    def __init__(
        self,
        op: net.Projection,
        tasks: Mapping[str, loops.Task],
        pre: PopulationLowering,
        post: PopulationLowering,
        number: Type,
    ) -> None:
        self.op = op
        self.tasks = tasks
        self.name = op.sym_name
        self.pre = pre
        self.post = post
        self.number = number
        self.variables = op.original.variables
        self.targets = [a.value for a in op.targets]
        self.depends: Any = number

    def kernel(self, what: str) -> Kernel:
        """A new kernel ``@J_what`` of this projection J."""
        return Kernel(f"{self.name}_{what}", self.op.loc, self.post.machine)

    @property
    def arriving(self) -> SpikeList:
        """The lists of spikes of pre neurons that it transmits."""
        return self.pre.spike_list(self.op.spikes)

    @property
    def transmitted(self) -> SpikeStore:
        """The spikes that it transmits, however they are kept."""
        return self.pre.spikes(self.op.spikes)

    @property
    def reach(self) -> str:
        """The part of its synapses that a thread touches: its own."""
        return OWN

    def reach_at(self, locality: str) -> str:
        """The part of its neurons' values that a thread touches."""
        return OWN

    @property
    def layout(self) -> Layout:
        """The layout of its synapses in memory."""
        return layout_of(self.op.layout)

    def end(self, kernel: Kernel, locality: str, i: Value) -> tuple[Value, Extent]:
        """Index and extent of a value per pre or post neuron.

        Each worker has its own value for each pre neuron: none waits for another.
        """
        if locality == "postsynaptic":
            return i, neurons(self.post.name)
        mine = kernel.mul(kernel.thread, kernel.count(self.pre.name, PADDED))
        return kernel.add(mine, i), Extent("neurons_per_worker", self.pre.name)

    def results(self, kernel: Kernel, target: str) -> Value:
        """The buffer for the sums of a target."""
        place = self.post.constant_sum_buffer if self.op.constant_after else self.post.sum_buffer
        return place(kernel, target)

    def sum_before(self, kernel: Kernel, target: str, post: Value) -> Any:
        """The sum of a post neuron so far. This projection adds to it."""
        if self.op.initialises_sum:
            return self.post.sum_start(kernel, target, post)
        return kernel.load(self.results(kernel, target), post)

    def storage(self, kernel: Kernel, name: str, element: Type, role: Role = STRUCTURE) -> Value:
        """A buffer that is shaped by connectivity."""
        extent = Extent("synapses", self.name)
        return kernel.buffer(Buffer(self.name, name, role, extent, reach=self.reach), element)

    def values(self, kernel: Kernel, variable: str) -> Value:
        """The values of an attribute of each synapse."""
        return self.storage(kernel, variable, self.variables[variable].stored_type, _role(variable))

    def structure(self, kernel: Kernel, name: str) -> Value:
        """A buffer of the structure of its layout; see its record."""
        said = self.layout.described(name)
        role = SCRATCH if said.per == "scratch" else STRUCTURE
        return self.storage(kernel, name, self._type(said.element), role)

    def _type(self, element: Element) -> Type:
        if element == "pre_rank":
            return self.rank_type("pre")
        if element == "post_rank":
            return self.rank_type("post")
        if element == "row_count":
            return i16 if self.post.short_rows else i32
        if element == "offset":
            return i32 if self.op.offset_bits == 32 else i64
        return _TYPES[element]

    def rank_type(self, side: Side) -> Type:
        """The type of ranks of pre or post neurons. A type has as many bits as ranks need."""
        if side == self.layout.ranks:
            return i16 if self.op.rank_bits == 16 else i32
        return i16 if (self.pre if side == "pre" else self.post).few else i32

    def flag(self, kernel: Kernel, number: int) -> Any:
        """A setting of learning: updating, period, offset, plastic."""
        settings = Buffer(self.name, LEARNING, CONTROL, Extent("settings", self.name))
        return kernel.load(kernel.buffer(settings, i64), kernel.constant(number))

    def place(self, kernel: Kernel, name: str, at: Sequence[Value]) -> BufferElement:
        """The place of a variable at the index ``at``.

        The variable belongs to the synapse, pre neuron or post neuron.
        """
        variable = self.variables[name]
        if variable.role == CONSTANT:
            i = at[0] if at else kernel.constant(0)
            return constant_element(kernel, self.name, variable, self.post.name, i)
        if variable.locality == "local":
            (i,) = at
            if self.layout.values == "strided" and variable.role == "parameter":
                i = kernel.mul(i, kernel.count(self.name, STRIDE, name))
            return BufferElement(self.values(kernel, name), i, variable.type)
        extent, i, reach = ONE, kernel.constant(0), ANYTHING
        if variable.locality != "global":
            (i, extent), reach = (
                self.end(kernel, variable.locality, at[0]),
                self.reach_at(variable.locality),
            )
        buffer = kernel.buffer(
            Buffer(self.name, name, _role(name), extent, reach=reach), variable.stored_type
        )
        return BufferElement(buffer, i, variable.type)


def _role(variable: str) -> Role:
    return CLOCK if variable in net.CLOCKS else ATTRIBUTE
