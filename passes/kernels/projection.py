"""Kernels of a projection: ``@J_transmit`` combines or delivers what reaches one thread's neurons.

Storage (chosen by ``choose-storage``), with ranks of whole populations and synapses in order:

``by_post``  rows of post neurons: ``row[post]`` to ``row[post + 1]`` index ``pre`` and the weights
``slices``   the same rows, those of a block of post neurons side by side; see ``slices.py``
``by_pre``   rows of pre neurons, each cut at the borders of the threads' ranges:
             ``split[pre * (threads + 1) + thread]`` and the next; they index ``post`` and weights.
             With delays a row is first divided by delay: ``delays[c]`` steps for class c, whose
             cuts are at ``split[(pre * classes + c) * (threads + 1) + thread]``
``delay_queues``  the same rows, not divided, and when each synapse is reached; see ``arrivals.py``
``bit_matrix``     the same rows, and a matrix of bits; see ``counts.py``
``dense_rows``     every pair of two ranges of neurons, in rows of pre neurons; see ``spikes.py``
``dense``    every pair of two ranges of neurons, without ranks; see ``dense.py``
``dense_one``, ``slices_one``  the same, or one value for all synapses
``diagonal``  one pre neuron for each post neuron of a range, without ranks; see ``diagonal.py``

One weight for all is an array of one element with a stride of zero, so that the user may switch
between one and many without a new compilation. Every thread writes to its own post neurons only,
in the order of pre ranks: results do not depend on the number of threads.
"""

from __future__ import annotations

from typing import Any

from ...ir.buffers import (
    ANYTHING,
    ATTRIBUTE,
    CONTROL,
    OWN,
    PAST,
    STRUCTURE,
    Buffer,
    Extent,
    Role,
    neurons,
    stream,
)
from ...ir.core import Value
from ...ir.dialects import arith, eq, net
from ...ir.types import Type, i16, i32, i64
from .equations import Frame, Place
from .kernel import Kernel
from .population import PopulationLowering

DENSE = ("dense", "dense_one")
"""Every pair of two ranges, in blocks of post neurons."""

SLICED = ("slices", "slices_one")
"""Rows of post neurons in slices."""

UNSTRIDED = (*DENSE, *SLICED, "diagonal", "dense_rows")
"""Storage with an element for every synapse; in ``_one`` kernels look at strides themselves."""


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
        self.number = self.depends = number
        self.variables = op.original.variables
        self.targets = [a.value for a in op.targets]
        self.dense = op.storage in DENSE
        self.diagonal = op.storage == "diagonal"
        self.sliced = op.storage in SLICED
        self._draws = any(isinstance(inner, eq.Random) for inner in op.original.walk())

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
        """A buffer of the storage: structure, or what it has room for."""
        return k.buffer(Buffer(self.name, name, role, Extent("synapses", self.name)), element)

    def values(self, k: Kernel, variable: str) -> Value:
        """The values of an attribute of each synapse."""
        return self.storage(k, variable, self.variables[variable].stored_type, ATTRIBUTE)

    def ranks(self, k: Kernel, name: str) -> Value:
        """Ranks of neurons, in as many bits as they need."""
        return self.storage(k, name, i16 if self.op.rank_bits == 16 else i32)

    def offsets(self, k: Kernel, name: str) -> Value:
        """Positions in rows, in as many bits as they need."""
        return self.storage(k, name, i32 if self.op.offset_bits == 32 else i64)

    def ranks_of_pre(self, k: Kernel) -> Value:
        """Pre ranks in the order of columns."""
        return self.storage(k, "column_pre", i16 if self.pre.few else i32)

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
                described = Buffer(self.name, name, ATTRIBUTE)
                buffer = k.buffer(described, variable.stored_type)
                return Place(buffer, k.constant(0), variable.type)
            if variable.locality != "local":
                at, extent = self.end(k, variable.locality, pre, post)
                described = Buffer(self.name, name, ATTRIBUTE, extent, reach=OWN)
                buffer = k.buffer(described, variable.stored_type)
                return Place(buffer, at, variable.type)
            at = synapse
            if self.op.storage not in UNSTRIDED and variable.role == "parameter":
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
        delays = self.storage(k, "delay", i32)
        delay = k.to_index(k.load(delays, at), "delay")
        return self.pre.slot(k, k(arith.SubI(delay, k.constant(newer))) if newer else delay)
