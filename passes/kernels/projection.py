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
from ...ir.dialects import arith, eq, memref, net
from ...ir.dialects.func import Func
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

    def transmit(self) -> Func:
        """``@J_transmit`` for the kind and storage of the projection."""
        k = Kernel(f"{self.name}_transmit", self.op.loc)
        low, high = k.partition(k.count(f"{self.post.name}.size"))
        if self.op.kind == "decode":
            self._decode(k, low, high)
        elif self.op.kind == "spike":
            self._deliver(k, lambda frame, post: self._arrive(frame))
        elif self.op.storage == "dense":
            self._dense_sum(k, low, high)
        else:
            self._sparse_sum(k, low, high)
        return k.finish()

    def _arrive(self, frame: Frame) -> None:
        """What a spike does to one synapse."""
        self.bring_up_to_date(frame, frame.kernel.step_i64())
        lower(self.op.transmit.block, frame)

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

    def _combine(self, k: Kernel, total: Value, potential: Value) -> Any:
        operation = {"min": arith.MinimumF, "max": arith.MaximumF}.get(
            self.op.operation, arith.AddF
        )
        return k(operation(total, potential))

    def _start(self, k: Kernel) -> Value:
        worst = {"min": float("inf"), "max": float("-inf")}.get(self.op.operation, 0.0)
        return k.constant(worst, self.number)

    def _add_to_sums(self, k: Kernel, total: Value, count: Value, post: Value) -> None:
        """Finish ``mean``, ``min`` and ``max``, then add to the sum of every target."""
        if self.op.operation != "sum":
            number = k(arith.SIToFP(k.to_i64(count), result_type=self.number))
            zero = k.constant(0.0, self.number)
            if self.op.operation == "mean":
                total = k(arith.DivF(total, number))
            total = k(arith.Select(k(arith.cmpf("ogt", number, zero)), total, zero))
        for target in self.targets:
            sums = self.post.sum_buffer(k, target)
            k.store(k(arith.AddF(k.load(sums, post), total)), sums, post)

    def _sparse_sum(self, k: Kernel, low: Value, high: Value) -> None:
        rows, sources = self.offsets(k, "row"), self.ranks(k, "pre")
        with k.loop(low, high, "post", parallel=True) as post:
            begin, end = k.row(rows, post)
            with k.reduce(begin, end, [self._start(k)], "synapse") as (s, (total,), out):
                pre = k.to_index(k.load(sources, s), "pre")
                (potential,) = lower(self.op.transmit.block, self.frame(k, pre, post, s))
                out.append(self._combine(k, total, potential))
            self._add_to_sums(k, out[0], k(arith.SubI(end, begin)), post)

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

    def _dense_sum(self, k: Kernel, low: Value, high: Value) -> None:
        size = k.count(f"{self.pre.name}.size")
        with self.dense(k, size, low, high) as (post, synapse_from):
            with k.reduce(k.constant(0), size, [self._start(k)], "pre") as (pre, (total,), out):
                frame = self.frame(k, pre, post, synapse_from(pre))
                (potential,) = lower(self.op.transmit.block, frame)
                out.append(self._combine(k, total, potential))
            self._add_to_sums(k, out[0], size, post)

    def _deliver(self, k: Kernel, arrive: Any) -> None:
        """For all spikes that arrive in this step: the synapses into this thread's neurons.

        Order: by delay, then by pre rank, then by post rank.
        """
        zero = k.constant(0)
        if not self.op.delayed:
            slot = self.pre.slot(k, k.constant(1)) if self.pre.delayed_spikes else None
            self._deliver_class(k, arrive, zero, k.constant(1), slot)
            return
        classes = k.count(f"{self.name}.classes")
        delays = self.storage(k, "delays", i64)
        with k.loop(zero, classes, "class") as number:
            delay = k.to_index(k.load(delays, number), "delay")
            self._deliver_class(k, arrive, number, classes, self.pre.slot(k, delay))

    def _deliver_class(
        self, k: Kernel, arrive: Any, number: Value, classes: Value, slot: Value | None
    ) -> None:
        """Deliver the spikes of one step to the synapses of one delay."""
        ranks, counts = self.pre.spike_list(k)
        split, targets = self.offsets(k, "split"), self.ranks(k, "post")
        size = k.count(f"{self.pre.name}.size")
        width = k.add(k.threads, k.constant(1))
        with k.loop(k.constant(0), k.threads, "source") as source:
            base, count = self.pre.spike_position(k, source, k.bound(size, source), slot)
            fired = k.to_index(k.load(counts, count), "fired")
            with k.loop(k.constant(0), fired, "spike") as spike:
                pre = k.to_index(k.load(ranks, k.add(base, spike)), "pre")
                row = k.add(k.mul(pre, classes), number)
                cut = k.add(k.mul(row, width), k.thread)
                with k.loop(*k.row(split, cut), "synapse") as synapse:
                    post = k.to_index(k.load(targets, synapse), "post")
                    arrive(self.frame(k, pre, post, synapse), post)

    def _decode(self, k: Kernel, low: Value, high: Value) -> None:
        """Weighted spikes per step go into a ring of ``window`` slots; its total is the rate.

        The running total is summed afresh once per turn of the ring, so that it cannot drift.
        """
        arrived, total = (
            self.storage(k, "arrived", self.number),
            self.storage(k, "total", self.number),
        )
        ring, scale = self.storage(k, "ring", self.number), self.storage(k, "scale", self.number)
        window, size = k.count(f"{self.name}.window"), k.count(f"{self.name}.padded")
        with k.loop(low, high, parallel=True) as i:
            k.store(k.constant(0.0, self.number), arrived, i)

        def arrive(frame: Frame, post: Value) -> None:
            (weight,) = lower(self.op.transmit.block, frame)
            k.store(k(arith.AddF(k.load(arrived, post), weight)), arrived, post)

        self._deliver(k, arrive)
        slot = k(arith.RemUI(k.step, window), "slot")
        row = k.mul(slot, size)
        with k.loop(low, high, parallel=True) as i:
            at, new = k.add(row, i), k.load(arrived, i)
            change = k(arith.SubF(new, k.load(ring, at)))
            k.store(k(arith.AddF(k.load(total, i), change)), total, i)
            k(memref.Store(new, ring, at))
        turn = k.compare("eq", k.add(slot, k.constant(1)), window)
        with k.when(turn), k.loop(low, high, parallel=True) as i:
            nothing = k.constant(0.0, self.number)
            with k.reduce(k.constant(0), window, [nothing], "age") as (age, (sum_,), out):
                out.append(k(arith.AddF(sum_, k.load(ring, k.add(k.mul(age, size), i)))))
            k.store(out[0], total, i)
        with k.loop(low, high, parallel=True) as i:
            rate = k(arith.MulF(k.load(total, i), k.load(scale, i)))
            for target in self.targets:
                sums = self.post.sum_buffer(k, target)
                k.store(k(arith.AddF(k.load(sums, i), rate)), sums, i)
