"""Kernels of a projection: ``@J_transmit`` combines or delivers what reaches one thread's neurons.

Storage (chosen by ``choose-storage``), with ranks of whole populations and synapses in order:

``by_post``  rows of post neurons: ``row[post]`` to ``row[post + 1]`` index ``pre`` and the weights
``by_pre``   rows of pre neurons, each cut at the borders of the threads' ranges:
             ``split[pre * (threads + 1) + thread]`` and the next; they index ``post`` and weights.
             With delays a row is first divided by delay: ``delays[c]`` steps for class c, whose
             cuts are at ``split[(pre * classes + c) * (threads + 1) + thread]``
``dense``    every pair: ``w[(post / BLOCK * pre_size + pre) * BLOCK + post % BLOCK]``

One weight for all is an array of one element with a stride of zero, so that the user may switch
between one and many without a new compilation. Every thread writes to its own post neurons only,
in the order of pre ranks: results do not depend on the number of threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ...ir.core import Value
from ...ir.dialects import arith, eq, net
from ...ir.interface import BLOCK
from ...ir.types import Type, i16, i32, i64
from .equations import Frame, Place, lower
from .kernel import Kernel
from .population import PopulationLowering


class ProjectionLowering:
    """Lowers one ``net.projection`` between two populations."""

    def __init__(
        self, op: net.Projection, pre: PopulationLowering, post: PopulationLowering, number: Type
    ) -> None:
        self.op = op
        self.name = op.sym_name
        self.pre = pre
        self.post = post
        self.number = number
        self.variables = op.variables
        self.targets = [a.value for a in op.targets]
        self._draws = any(isinstance(inner, eq.Random) for inner in op.walk())

    def bring_up_to_date(self, frame: Frame, done: Value) -> None:
        """Advance event-driven variables to the time at which ``done`` updates were made."""
        if net.idle(self.op.events):
            return
        k, clock = frame.kernel, frame.own("last_event")
        steps = k(arith.SubI(done, frame.read(clock, "last_event")))
        steps = k(arith.SIToFP(steps, result_type=self.number))
        frame.elapsed = k(arith.MulF(steps, k.scalar("net.dt", self.number)), "elapsed")
        lower(self.op.events.block, frame)
        k.store(done, clock.buffer, clock.at)

    def storage(self, k: Kernel, name: str, element: Type) -> Value:
        """A buffer of the storage: structure, or an attribute of each synapse."""
        return k.buffer(f"{self.name}.{name}", element, f"synapses:{self.name}")

    def ranks(self, k: Kernel, name: str) -> Value:
        """Ranks of neurons, in as many bits as they need."""
        return self.storage(k, name, i16 if self.op.rank_bits == 16 else i32)

    def offsets(self, k: Kernel, name: str) -> Value:
        """Positions in rows, in as many bits as they need."""
        return self.storage(k, name, i32 if self.op.offset_bits == 32 else i64)

    def flag(self, k: Kernel, number: int) -> Any:
        """A setting of learning: updating, period, offset, plastic (``control:J``)."""
        settings = k.buffer(f"{self.name}.learning", i64, f"control:{self.name}")
        return k.load(settings, k.constant(number))

    def frame(self, k: Kernel, pre: Value, post: Value, synapse: Value) -> Frame:
        """The context of the synapse number ``synapse`` from ``pre`` to ``post``."""
        plastic = "w" in self.variables and self.variables["w"].role == "variable"

        def own(name: str) -> Place:
            variable = self.variables[name]
            if variable.locality == "global":
                buffer = k.buffer(f"{self.name}.{name}", variable.type, "one")
                return Place(buffer, k.constant(0), variable.type)
            if variable.locality == "postsynaptic":
                extent = f"neurons:{self.post.name}"
                return Place(
                    k.buffer(f"{self.name}.{name}", variable.type, extent), post, variable.type
                )
            at = synapse
            if self.op.storage != "dense":
                at = k.mul(synapse, k.count(f"{self.name}.{name}_stride"))
            storage = self.storage(k, name, variable.type)
            return Place(storage, at, variable.type, frozen=name == "w")

        def before(name: str) -> Place:
            if self.op.delayed and self.op.kind == "rate":
                return self.pre.past_place(k, name, pre, self.slot(k, synapse))
            return self.pre.place(k, name, pre)

        frame = Frame(k, own, before, lambda name: self.post.place(k, name, post))
        if self._draws:
            row = k.mul(post, k.count(f"{self.pre.name}.size"))
            frame.id, frame.stream = k.add(row, pre, "id"), f"{self.name}.stream"
        if plastic:
            frame.keep = k.compare("eq", self.flag(k, 3), k.constant(0, i64)).named("fixed")
        return frame

    def slot(self, k: Kernel, synapse: Value, newer: int = 0) -> Value:
        """The slot in the past that a rate-coded synapse reads; or one that is ``newer``."""
        at = k.constant(0) if self.op.delays == "one" else synapse
        delays = self.storage(k, "delay", i32)
        delay = k.to_index(k.load(delays, at), "delay")
        return self.pre.slot(k, k(arith.SubI(delay, k.constant(newer))) if newer else delay)

    @contextmanager
    def dense(
        self, k: Kernel, size: Value, low: Value, high: Value
    ) -> Iterator[tuple[Value, Callable[[Value], Value]]]:
        """A loop over post neurons in blocks: yields one, and what finds its synapse from a pre.

        ``size`` is the number of pre neurons; ``low`` to ``high`` are whole blocks.
        """
        block = k.constant(BLOCK)
        first, last = k(arith.DivUI(low, block)), k(arith.DivUI(high, block))
        with k.loop(first, last, "block") as number:
            row, base = k.mul(number, size), k.mul(number, block)
            with k.loop(k.constant(0), block, "lane", parallel=True) as lane:

                def synapse_from(pre: Value) -> Value:
                    found: Value = k.add(k.mul(k.add(row, pre), block), lane, "synapse")
                    return found

                yield k.add(base, lane, "post"), synapse_from
