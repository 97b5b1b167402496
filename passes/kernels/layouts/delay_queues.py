"""Spikes with a delay for each synapse: queues for steps.

A queue holds what is going to arrive in its step.

A spike that comes with the shortest delay of the projection is handed to all synapses of its row at
once. What a synapse with a longer delay adds waits, with its post neuron, in the queue of the step
in which it arrives. In every step the queue of this step is summed up, in the order in which it was
filled: that of the spikes. The sums are added to the post neurons. There are ``slots`` queues, one
for each step from the shortest delay to the longest, and every thread has its own part of each.

A queue has room for one value in ``QUEUED`` of the thread's neurons. One that is full is summed up
into a row of a ring, which has a sum for every neuron, and is ``spilled`` then; what did not spill
is summed up in the row behind the last one, which stays in the cache.

All this follows from the spikes of the past and from the values of synapses. A change of either
sets ``stale``; the next step then fills all queues again, as if every value had been read when its
spike arrives. Nothing has to be saved.
"""

from __future__ import annotations

from typing import ClassVar

from ....ir.buffer_names import PADDED, RING
from ....ir.buffers import OWN, SCRATCH, Buffer, Extent
from ....ir.core import Value
from ....ir.dialects import arith, memref
from ....ir.layouts import DELAY_QUEUES, QUEUED, Layout
from ....ir.types import Type, i1, i64
from ..gathering import take, take_one
from ..spikes import spikes
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
        j, k = self.projection, self.kernel
        queues, zero = Queues(self, transmission), k.constant(0, i64)
        described = Buffer(j.name, "stale", SCRATCH, Extent("stale", j.name), reach=OWN)
        stale = k.buffer(described, i64)
        mine = k.mul(k.thread, k.constant(k.target.line))
        with k.when(k.compare("ne", k.load(stale, mine), zero)):
            queues.clear()
            with k.loop(k.constant(1), queues.slots, "number") as number:
                self._hand_to_synapses(queues, k(arith.SubI(queues.slots, number), "older"))
            k.store(zero, stale, mine)
        self._hand_to_synapses(queues)
        queues.take()

    def _hand_to_synapses(self, queues: Queues, older: Value | None = None) -> None:
        """Hand the spikes of some step to their synapses.

        The spikes come with the shortest delay now, or came ``older`` steps ago.

        Of the latter only what has not arrived yet counts.
        """
        j, k, ahead = self.projection, self.kernel, self.structure("ahead")
        delay, find = self.number("first_delay"), self.rows_of_one_delay()
        slot = j.pre.slot(k, delay if older is None else k.add(delay, older))
        with spikes(j, k, slot) as pre, k.loop(*find(pre), "synapse") as place:
            later = k.to_index(k.load(ahead, place), "later")
            if older is None:
                queues.add(pre, place, later)
            else:
                with k.when(k.compare("uge", later, older)):
                    queues.add(pre, place, k(arith.SubI(later, older)))


class Queues:
    """The queues of this thread.

    ``now`` is the number of the slot of this step, ``length`` that of a row of the ring.
    """

    def __init__(self, layout: DelayQueuesLowering, transmission: Transmission) -> None:
        k = layout.kernel
        self.layout, self.transmission = layout, transmission
        self.j, self.k = layout.projection, k
        self.low, self.high = layout.low, layout.high
        self.slots: Value = layout.number("slots")
        self.length: Value = k.count(self.j.post.name, PADDED)
        self.now: Value = k(arith.RemUI(k.step, self.slots), "now")
        self.mine: Value = k.mul(k.thread, layout.number("slot_row"), "mine")

    # ------------------------------------------------------------------ buffers

    def _ring(self, name: str) -> Value:
        """The ring of sums of a variable. Besides the rows of the slots there is one more."""
        return self._buffer(RING, "rings", self.j.post.variables[name].type, name)

    def _of_slots(self, name: str) -> Value:
        """A number of each slot: ``end``, ``limit`` or ``spilled``.

        The first two are those of the slot's queue.
        """
        return self._buffer(name, "slots", i64)

    def _buffer(self, name: str, kind: str, type_: Type, item: str = "") -> Value:
        extent = Extent(kind, self.j.name)
        return self.k.buffer(Buffer(self.j.name, name, SCRATCH, extent, item, reach=OWN), type_)

    def _posts(self) -> Value:
        return self._buffer("waiting_post", "queues", self.j.rank_type("post"))

    def _values(self) -> list[Value]:
        """One queue for each value that a spike adds."""
        found = enumerate(self.transmission.adds)
        return [self._buffer(f"waiting_{n}", "queues", type_) for n, (_, type_) in found]

    def _start(self, slot: Value) -> Value:
        """The beginning of a slot's queue."""
        k = self.k
        first = k.add(k.mul(slot, self.length), self.low)
        start: Value = k(arith.DivUI(first, k.constant(QUEUED)), "start")
        return start

    # ------------------------------------------------------------------ queued input

    def clear(self) -> None:
        """Empty all queues: nothing is under way. Rows that were not touched need nothing."""
        k, zero = self.k, self.k.constant(0, i64)
        room = k(arith.DivUI(k(arith.SubI(self.high, self.low)), k.constant(QUEUED)), "room")
        with k.loop(k.constant(0), self.slots, "slot") as slot:
            at, start = k.add(self.mine, slot), self._start(slot)
            k.store(k.to_i64(start), self._of_slots("end"), at)
            k.store(k.to_i64(k.add(start, room)), self._of_slots("limit"), at)
            with k.when(k.compare("ne", k.load(self._of_slots("spilled"), at), zero)):
                self._clear_row(k.mul(slot, self.length))
            k.store(zero, self._of_slots("spilled"), at)

    def _clear_row(self, first: Value) -> None:
        k = self.k
        for name in self.transmission.gathered:
            with k.loop(self.low, self.high, "post", parallel=True) as post:
                nothing = k.constant(0.0, self.j.post.variables[name].type)
                k.store(nothing, self._ring(name), k.add(first, post))

    def add(self, pre: Value, place: Value, later: Value) -> None:
        """Queue a spike's effect on a synapse for a later step.

        The step is ``later`` steps from now.
        """
        k, ahead = self.k, self.k.add(self.now, later)
        past = k.compare("uge", ahead, self.slots)
        slot = k(arith.Select(past, k(arith.SubI(ahead, self.slots)), ahead), "slot")
        at, ends = k.add(self.mine, slot), self._of_slots("end")
        full = k.compare("eq", k.load(ends, at), k.load(self._of_slots("limit"), at))
        with k.when(full):
            self._sum_up(slot, k.mul(slot, self.length))
            k.store(k.constant(1, i64), self._of_slots("spilled"), at)
        end = k.to_index(k.load(ends, at), "end")
        rank = k.load(self.layout.structure("post"), place)
        found: list[Value] = []
        synapse = LoweredSynapse(pre, k.to_index(rank, "post"), place)
        self.transmission.act(synapse, lambda name, value: found.append(value))
        fetched = k.add(end, k.constant(FETCH_DISTANCE))
        for queue, value in zip((self._posts(), *self._values()), (rank, *found), strict=True):
            k(memref.prefetch(queue, fetched))
            k.store(value, queue, end)
        k.store(k.to_i64(k.add(end, k.constant(1))), ends, at)

    # ------------------------------------------------------------------ arriving input

    def _sum_up(self, slot: Value, first: Value) -> None:
        """Add a queue to the row at ``first``, and empty it."""
        k, at, ends = self.k, self.k.add(self.mine, slot), self._of_slots("end")
        start, end = self._start(slot), k.to_index(k.load(ends, at), "end")
        with k.loop(start, end, "waiting") as waiting:
            place = k.add(first, k.to_index(k.load(self._posts(), waiting), "post"))
            for (name, _), queue in zip(self.transmission.adds, self._values(), strict=True):
                total = k(arith.AddF(k.load(self._ring(name), place), k.load(queue, waiting)))
                k.store(total, self._ring(name), place)
        k.store(k.to_i64(start), ends, at)

    def take(self) -> None:
        """Give post neurons the input of this step, if any."""
        k, zero = self.k, self.k.constant(0, i64)
        at, spilled = k.add(self.mine, self.now), self._of_slots("spilled")
        full = k.compare("ne", k.load(spilled, at), zero)
        start, end = self._start(self.now), k.to_index(k.load(self._of_slots("end"), at))
        with k.when(k(arith.OrI(full, k.compare("ne", end, start)))):
            row = k(arith.Select(full, self.now, self.slots))
            first = k.mul(row, self.length, "first")
            self._sum_up(self.now, first)
            reached = k.mul(k(arith.SubI(end, start)), k.constant(SPARSE))
            many = k(arith.OrI(full, k.compare("uge", reached, k(arith.SubI(self.high, self.low)))))
            with k.when(many):
                for name in self.transmission.gathered:
                    take(self.j, k, name, self._ring(name), first, span=(self.low, self.high))
            with k.when(k(arith.XOrI(many, k.constant(1, i1)))):
                self._take_few(start, end, first)
            k.store(zero, spilled, at)

    def _take_few(self, start: Value, end: Value, first: Value) -> None:
        """Give input to the post neurons that the queue names.

        The second time that one is looked at its sum is 0.
        """
        k = self.k
        with k.loop(start, end, "waiting") as waiting:
            post = k.to_index(k.load(self._posts(), waiting), "post")
            for name in self.transmission.gathered:
                take_one(self.j, k, name, self._ring(name), k.add(first, post), post=post)
