"""Kernels of a projection: ``@J_transmit`` combines or delivers what reaches one thread's neurons.

How its synapses lie in memory says its layout (``ir/layouts.py``); what lowers loops over them is
in ``layouts/``. Ranks are those of whole populations.

One weight for all is an array of one element with a stride of zero, so that the user may switch
between one and many without a new compilation. Every thread writes to its own post neurons only,
in the order of pre ranks: results do not depend on the number of threads.
"""

from __future__ import annotations

from typing import Any

from ...ir.buffers import (
    ANYTHING,
    ATTRIBUTE,
    CLOCK,
    CONTROL,
    OWN,
    PAST,
    SCRATCH,
    STRUCTURE,
    Buffer,
    Extent,
    Role,
    neurons,
    stream,
)
from ...ir.core import Value
from ...ir.dialects import arith, eq, net
from ...ir.layouts import Element, Layout, Side, layout_of
from ...ir.types import Type, i8, i16, i32, i64
from .equations import Frame, Place
from .kernel import Kernel
from .population import PopulationLowering

_TYPES: dict[Element, Type] = {"i64": i64, "i32": i32, "u16": i16, "u8": i8}


class ProjectionLowering:
    """Lowers one ``net.projection`` between two populations.

    ``depends`` is all that its kernels depend on beside its operation and its populations.
    """

    def __init__(
        self, op: net.Projection, pre: PopulationLowering, post: PopulationLowering, number: Type
    ) -> None:
        self.op = op
        self.name = op.sym_name
        self.pre = pre
        self.post = post
        self.number = number
        self.variables = op.original.variables
        self.targets = [a.value for a in op.targets]
        self.short_rows = post.op.size < 1 << 16  # their synapses are counted in 16 bits
        self.depends = number, self.short_rows
        self._draws = any(isinstance(inner, eq.Random) for inner in op.original.walk())

    @property
    def layout(self) -> Layout:
        """How its synapses lie in memory."""
        return layout_of(self.op.storage)

    def end(self, k: Kernel, locality: str, pre: Value, post: Value) -> tuple[Value, Extent]:
        """Where there is one value per pre or post neuron: its index, the extent of the buffer.

        Every thread keeps its own copy for each pre neuron: none waits for another.
        """
        if locality == "postsynaptic":
            return post, neurons(self.post.name)
        mine = k.mul(k.thread, k.count(self.pre.name, "padded"))
        return k.add(mine, pre), Extent("copies", self.pre.name)

    def results(self, k: Kernel, target: str) -> Value:
        """Where the sums of a target go."""
        place = self.post.settled_buffer if self.op.settles else self.post.sum_buffer
        return place(k, target)

    def sum_before(self, k: Kernel, target: str, post: Value) -> Any:
        """The sum of a post neuron before this projection adds to it."""
        if self.op.opens:
            return self.post.sum_start(k, target, post)
        return k.load(self.results(k, target), post)

    def storage(self, k: Kernel, name: str, element: Type, role: Role = STRUCTURE) -> Value:
        """A buffer that is shaped by connectivity."""
        return k.buffer(Buffer(self.name, name, role, Extent("synapses", self.name)), element)

    def values(self, k: Kernel, variable: str) -> Value:
        """The values of an attribute of each synapse."""
        return self.storage(k, variable, self.variables[variable].stored_type, _role(variable))

    def structure(self, k: Kernel, name: str) -> Value:
        """A buffer of the structure of its layout; see its record."""
        said = self.layout.described(name)
        role = SCRATCH if said.per == "scratch" else STRUCTURE
        return self.storage(k, name, self._type(said.element), role)

    def _type(self, element: Element) -> Type:
        if element == "pre_rank":
            return self.rank_type("pre")
        if element == "post_rank":
            return self.rank_type("post")
        if element == "row_count":
            return i16 if self.short_rows else i32
        if element == "offset":
            return i32 if self.op.offset_bits == 32 else i64
        return _TYPES[element]

    def rank_type(self, side: Side) -> Type:
        """The type of ranks of pre or post neurons, which has as many bits as they need."""
        if side == self.layout.ranks:
            return i16 if self.op.rank_bits == 16 else i32
        return i16 if (self.pre if side == "pre" else self.post).few else i32

    def flag(self, k: Kernel, number: int) -> Any:
        """A setting of learning: updating, period, offset, plastic."""
        settings = Buffer(self.name, "learning", CONTROL, Extent("settings", self.name))
        return k.load(k.buffer(settings, i64), k.constant(number))

    def frame(self, k: Kernel, pre: Value, post: Value, synapse: Value) -> Frame:
        """The context of the synapse number ``synapse`` from ``pre`` to ``post``."""
        plastic = "w" in self.variables and self.variables["w"].role == "variable"

        def own(name: str) -> Place:
            variable = self.variables[name]
            if variable.locality == "global":
                described = Buffer(self.name, name, _role(name))
                buffer = k.buffer(described, variable.stored_type)
                return Place(buffer, k.constant(0), variable.type)
            if variable.locality != "local":
                at, extent = self.end(k, variable.locality, pre, post)
                described = Buffer(self.name, name, _role(name), extent, reach=OWN)
                buffer = k.buffer(described, variable.stored_type)
                return Place(buffer, at, variable.type)
            at = synapse
            if self.layout.values == "strided" and variable.role == "parameter":
                at = k.mul(synapse, k.count(self.name, "stride", name))
            storage = self.values(k, name)
            return Place(storage, at, variable.type, frozen=name == "w")

        def before(name: str) -> Place:
            if self.op.delayed and self.op.kind == "rate":
                return self.pre.past_place(k, name, pre, self.slot(k, synapse), PAST)
            return self.pre.place(k, name, pre, OWN if self.op.whole else ANYTHING)

        frame = Frame(k, own, before, lambda name: self.post.place(k, name, post, OWN))
        if self._draws:
            row = k.mul(post, k.count(self.pre.name, "size"))
            frame.id, frame.stream = k.add(row, pre, "id"), stream(self.name)
        if plastic:
            frame.keep = k.compare("eq", self.flag(k, 3), k.constant(0, i64)).named("fixed")
        return frame

    def slot(self, k: Kernel, synapse: Value, newer: int = 0) -> Value:
        """The slot in the past that a rate-coded synapse reads; or one that is ``newer``."""
        at = k.constant(0) if self.op.delays == "one" else synapse
        delays = self.structure(k, "delay")
        delay = k.to_index(k.load(delays, at), "delay")
        return self.pre.slot(k, k(arith.SubI(delay, k.constant(newer))) if newer else delay)


def _role(variable: str) -> Role:
    return CLOCK if variable in net.CLOCKS else ATTRIBUTE
