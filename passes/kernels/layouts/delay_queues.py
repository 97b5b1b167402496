"""Spikes with a delay for each synapse: queues for steps.

A queue holds what is going to arrive in its step. A spike that comes with the shortest delay of the
projection is handed to all synapses of its row at once. What a synapse with a longer delay adds
waits, with its post neuron, in the queue of the step in which it arrives. In every step the queue
of this step is summed up, in the order in which it was filled: that of the spikes. The sums are
added to the post neurons. There are ``slots`` queues, one for each step from the shortest delay to
the longest, and every chunk has its own part of each.

A queue has room for one value in ``QUEUED`` of the chunk's neurons. One that is full is summed up
into a row of a ring, which has a sum for every neuron, and is ``spilled`` then; what did not spill
is summed up in the row behind the last one, which stays in the cache.

All this follows from the spikes of the past and from the values of synapses. A change of either
sets ``stale``; the next step then fills all queues again, as if every value had been read when its
spike arrives. Nothing has to be saved.
"""

from __future__ import annotations

from typing import ClassVar

from ....ir.buffer_names import PADDED, RING, SPILLED
from ....ir.buffers import OWN, SCRATCH, Buffer, Extent
from ....ir.core import Value
from ....ir.dialects import arith, memref
from ....ir.layouts import DELAY_QUEUES, QUEUED, Layout
from ....ir.types import Type, i1, i64
from ..gathering import take, take_one
from .base import LoweredSynapse, Transmission
from .by_pre import ByPreLowering

FETCH_DISTANCE = 16
"""Values between the end of a queue and fetched ones. They fill two cache lines."""


SPARSE = 8
"""Neurons for a value in a queue that is sparse.

Where there are more of them for each value, only those in the queue are looked at.
"""


class DelayQueuesLowering(ByPreLowering):
    """Delivery into queues, one for each step to come."""

    layout: ClassVar[Layout] = DELAY_QUEUES

    def deliver(self, transmission: Transmission) -> None:
        """Deliver this step's input, and queue that of later steps."""
        projection, kernel = self.projection, self.kernel
        queues, zero = Queues(self, transmission), kernel.constant(0, i64)
        described = Buffer(
            projection.name, "stale", SCRATCH, Extent("stale", projection.name), reach=OWN
        )
        stale = kernel.buffer(described, i64)
        mine = kernel.mul(self.chunk.run, kernel.constant(kernel.target.line))
        with kernel.when(kernel.compare("ne", kernel.load(stale, mine), zero)):
            queues.clear()
            with kernel.loop(kernel.constant(1), queues.slots, "number") as number:
                self._hand_to_synapses(queues, kernel(arith.SubI(queues.slots, number), "older"))
            kernel.store(zero, stale, mine)
        self._hand_to_synapses(queues)
        queues.take()

    def _hand_to_synapses(self, queues: Queues, older: Value | None = None) -> None:
        """Hand the spikes of some step to their synapses.

        The spikes come with the shortest delay now, or came ``older`` steps ago.

        Of the latter only what has not arrived yet counts.
        """
        projection, kernel, extra = self.projection, self.kernel, self.structure("extra_delay")
        delay, find = self.number("first_delay"), self.rows_of_one_delay()
        slot = projection.pre.slot(kernel, delay if older is None else kernel.add(delay, older))
        with (
            projection.transmitted.all(kernel, slot) as pre,
            kernel.loop(*find(pre), "synapse") as place,
        ):
            later = kernel.to_index(kernel.load(extra, place), "later")
            if older is None:
                queues.add(pre, place, later)
            else:
                with kernel.when(kernel.compare("uge", later, older)):
                    queues.add(pre, place, kernel(arith.SubI(later, older)))


class Queues:
    """The queues of a chunk.

    ``now`` is the number of the slot of this step, ``length`` that of a row of the ring.
    """

    def __init__(self, layout: DelayQueuesLowering, transmission: Transmission) -> None:
        kernel = layout.kernel
        self.layout, self.transmission = layout, transmission
        self.projection, self.kernel = layout.projection, kernel
        self.own = layout.own
        self.slots: Value = layout.number("slots")
        self.length: Value = kernel.count(self.projection.post.name, PADDED)
        self.now: Value = kernel(arith.RemUI(kernel.step, self.slots), "now")
        self.mine: Value = kernel.mul(layout.chunk.run, layout.number("slot_row"), "mine")

    # ------------------------------------------------------------------ buffers

    def _ring(self, name: str) -> Value:
        """The ring of sums of a variable. Besides the rows of the slots there is one more."""
        return self._buffer(RING, "rings", self.projection.post.variables[name].type, name)

    def _of_slots(self, name: str) -> Value:
        """A number of each slot: ``end``, ``limit`` or ``spilled``.

        The first two are those of the slot's queue.
        """
        return self._buffer(name, "slots", i64)

    def _buffer(self, name: str, kind: str, type_: Type, item: str = "") -> Value:
        extent = Extent(kind, self.projection.name)
        return self.kernel.buffer(
            Buffer(self.projection.name, name, SCRATCH, extent, item, reach=OWN), type_
        )

    def _posts(self) -> Value:
        return self._buffer("waiting_post", "queues", self.projection.rank_type("post"))

    def _values(self) -> list[Value]:
        """One queue for each value that a spike adds."""
        found = enumerate(self.transmission.adds)
        return [self._buffer(f"waiting_{n}", "queues", type_) for n, (_, type_) in found]

    def _start(self, slot: Value) -> Value:
        """The beginning of a slot's queue."""
        kernel = self.kernel
        first = kernel.add(kernel.mul(slot, self.length), self.own.low)
        start: Value = kernel(arith.DivUI(first, kernel.constant(QUEUED)), "start")
        return start

    # ------------------------------------------------------------------ queued input

    def clear(self) -> None:
        """Empty all queues: nothing is under way. Rows that were not touched need nothing."""
        kernel, zero = self.kernel, self.kernel.constant(0, i64)
        room = kernel(
            arith.DivUI(kernel(arith.SubI(self.own.high, self.own.low)), kernel.constant(QUEUED)),
            "room",
        )
        with kernel.loop(kernel.constant(0), self.slots, "slot") as slot:
            at, start = kernel.add(self.mine, slot), self._start(slot)
            kernel.store(kernel.to_i64(start), self._of_slots("end"), at)
            kernel.store(kernel.to_i64(kernel.add(start, room)), self._of_slots("limit"), at)
            with kernel.when(kernel.compare("ne", kernel.load(self._of_slots(SPILLED), at), zero)):
                self._clear_row(kernel.mul(slot, self.length))
            kernel.store(zero, self._of_slots(SPILLED), at)

    def _clear_row(self, first: Value) -> None:
        kernel = self.kernel
        for name in self.transmission.gathered:
            with kernel.each(self.own, "post") as post:
                nothing = kernel.constant(0.0, self.projection.post.variables[name].type)
                kernel.store(nothing, self._ring(name), kernel.add(first, post))

    def add(self, pre: Value, place: Value, later: Value) -> None:
        """Queue a spike's effect on a synapse for a later step.

        The step is ``later`` steps from now.
        """
        kernel, ahead = self.kernel, self.kernel.add(self.now, later)
        past = kernel.compare("uge", ahead, self.slots)
        slot = kernel(arith.Select(past, kernel(arith.SubI(ahead, self.slots)), ahead), "slot")
        at, ends = kernel.add(self.mine, slot), self._of_slots("end")
        full = kernel.compare("eq", kernel.load(ends, at), kernel.load(self._of_slots("limit"), at))
        with kernel.when(full):
            self._sum_up(slot, kernel.mul(slot, self.length))
            kernel.store(kernel.constant(1, i64), self._of_slots(SPILLED), at)
        end = kernel.to_index(kernel.load(ends, at), "end")
        rank = kernel.load(self.layout.structure("post"), place)
        found: list[Value] = []
        synapse = LoweredSynapse(pre, kernel.to_index(rank, "post"), place)
        self.transmission.act(synapse, lambda name, value: found.append(value))
        fetched = kernel.add(end, kernel.constant(FETCH_DISTANCE))
        for queue, value in zip((self._posts(), *self._values()), (rank, *found), strict=True):
            kernel(memref.prefetch(queue, fetched))
            kernel.store(value, queue, end)
        kernel.store(kernel.to_i64(kernel.add(end, kernel.constant(1))), ends, at)

    # ------------------------------------------------------------------ arriving input

    def _sum_up(self, slot: Value, first: Value) -> None:
        """Add a queue to the row at ``first``, and empty it."""
        kernel, at, ends = self.kernel, self.kernel.add(self.mine, slot), self._of_slots("end")
        start, end = self._start(slot), kernel.to_index(kernel.load(ends, at), "end")
        with kernel.loop(start, end, "waiting") as waiting:
            place = kernel.add(first, kernel.to_index(kernel.load(self._posts(), waiting), "post"))
            for (name, _), queue in zip(self.transmission.adds, self._values(), strict=True):
                total = kernel(
                    arith.AddF(kernel.load(self._ring(name), place), kernel.load(queue, waiting))
                )
                kernel.store(total, self._ring(name), place)
        kernel.store(kernel.to_i64(start), ends, at)

    def take(self) -> None:
        """Give post neurons the input of this step, if any."""
        kernel, zero = self.kernel, self.kernel.constant(0, i64)
        at, spilled = kernel.add(self.mine, self.now), self._of_slots(SPILLED)
        full = kernel.compare("ne", kernel.load(spilled, at), zero)
        start, end = self._start(self.now), kernel.to_index(kernel.load(self._of_slots("end"), at))
        with kernel.when(kernel(arith.OrI(full, kernel.compare("ne", end, start)))):
            row = kernel(arith.Select(full, self.now, self.slots))
            first = kernel.mul(row, self.length, "first")
            self._sum_up(self.now, first)
            reached = kernel.mul(kernel(arith.SubI(end, start)), kernel.constant(SPARSE))
            many = kernel(
                arith.OrI(
                    full,
                    kernel.compare("uge", reached, kernel(arith.SubI(self.own.high, self.own.low))),
                )
            )
            with kernel.when(many):
                for name in self.transmission.gathered:
                    take(
                        self.projection,
                        kernel,
                        name,
                        self._ring(name),
                        first,
                        own=self.own,
                    )
            with kernel.when(kernel(arith.XOrI(many, kernel.constant(1, i1)))):
                self._take_few(start, end, first)
            kernel.store(zero, spilled, at)

    def _take_few(self, start: Value, end: Value, first: Value) -> None:
        """Give input to the post neurons that the queue names.

        The second time that one is looked at its sum is 0.
        """
        kernel = self.kernel
        with kernel.loop(start, end, "waiting") as waiting:
            post = kernel.to_index(kernel.load(self._posts(), waiting), "post")
            for name in self.transmission.gathered:
                take_one(
                    self.projection,
                    kernel,
                    name,
                    self._ring(name),
                    kernel.add(first, post),
                    post=post,
                )
