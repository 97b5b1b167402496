"""Spikes into dense connectivity with one weight: count, then add.

A spike adds the same everywhere, so it is added as often as counted.

Who is connected to whom is a matrix of bits, a row for each pre neuron, a bit for each post neuron.
What a spike adds is the same for all synapses, so a post neuron needs to know only how many spikes
reach it: 64 post neurons count a spike in two vector additions of 16-bit numbers. Then every post
neuron adds the weight that many times, which gives the same bits as adding it spike by spike.

The rows of ranks are there too, for the day when the user sets different weights.
"""

from __future__ import annotations

from typing import ClassVar

from ....ir.buffers import OWN
from ....ir.core import Value
from ....ir.dialects import arith, memref, syn
from ....ir.layouts import BIT_MATRIX, GROUP, Layout
from ....ir.types import i1, i16, i64
from ..spikes import arrival
from .base import LoweredSynapse, Transmission
from .by_pre import ByPreLowering

FETCH_DISTANCE = 512
"""Bits between counted ones and fetched ones: a cache line."""


class BitMatrixLowering(ByPreLowering):
    """Delivery by counting spikes while synapses are uniform. Else it goes along rows."""

    layout: ClassVar[Layout] = BIT_MATRIX

    def deliver(self, transmission: Transmission) -> None:
        """Count what arrives, then add as often."""
        self._if_uniform(lambda: self._deliver_counts(transmission), transmission)

    def _deliver_counts(self, transmission: Transmission) -> None:
        kernel = self.kernel
        first, group = self.number("group_first"), kernel.constant(GROUP)
        past = kernel.add(first, self.number("group_count"))
        begin = kernel(arith.MaxSI(kernel(arith.DivUI(self.own.low, group)), first))
        whole = kernel(arith.DivUI(kernel.add(self.own.high, kernel.constant(GROUP - 1)), group))
        end = kernel(arith.MinSI(whole, past))
        rows, count = self._arrived(first)
        some = kernel.compare("ne", count, kernel.constant(0))
        with kernel.when(some), kernel.loop(begin, end, "group") as number:
            base = kernel.mul(number, group, "base")
            self._add(transmission, base, self._count(base, rows, count))

    def _arrived(self, first: Value) -> tuple[Value, Value]:
        """The rows of the spikes that arrive, and their number.

        A row is given by the place where the bits of post neuron 0 would be.

        Without a branch: what has no row is overwritten by the next.
        """
        projection, kernel = self.projection, self.kernel
        length, zero = self.number("length"), kernel.constant(0)
        sources, begin = self.number("pre_count"), self.number("pre_first")
        list_ = self.structure("found")
        base = kernel.mul(self.chunk.run, kernel.add(sources, kernel.constant(1)))
        skipped = kernel.mul(first, kernel.constant(GROUP))
        slot = arrival(projection, kernel)
        with projection.arriving.parts(kernel, slot, [zero]) as (part, before, out):
            with kernel.reduce(zero, part.count, before, "spike") as (spike, (found,), more):
                pre = part.neuron(spike, "pre")
                row = kernel(arith.SubI(pre, begin))
                bits = kernel(arith.SubI(kernel.mul(row, length), skipped))
                kernel.store(kernel.to_i64(bits), list_, kernel.add(base, found))
                known = kernel(arith.ExtUI(kernel.compare("ult", row, sources), result_type=i64))
                more.append(kernel.add(found, kernel.to_index(known)))
            out.append(more[0])
        return base, out[0]

    def _count(self, base: Value, rows: Value, count: Value) -> Value:
        """Count the spikes that reach the post neurons of a group. Returns the largest number.

        A group at the border of two chunks is counted for both.
        """
        kernel, bits, list_ = self.kernel, self.structure("bits"), self.structure("found")
        zero, further = kernel.constant(0), kernel.add(base, kernel.constant(FETCH_DISTANCE))
        none, group = kernel.constant(0, i16), kernel.constant(GROUP)
        with kernel.reduce(zero, group, [none], "lane", parallel=GROUP) as (lane, (largest,), most):
            post = kernel.add(base, lane, "post")
            with kernel.reduce(zero, count, [none], "spike") as (spike, (number,), out):
                row = kernel.to_index(kernel.load(list_, kernel.add(rows, spike)), "row")
                ahead = kernel(arith.ShRUI(kernel.add(row, further), kernel.constant(3)))
                kernel(memref.prefetch(bits, ahead))
                here = kernel(
                    syn.Connected(bits, kernel.add(row, post), result_type=i1), "connected"
                )
                out.append(kernel.add(number, kernel(arith.ExtUI(here, result_type=i16))))
            kernel.store(
                out[0],
                self.structure("counts"),
                kernel.add(kernel.mul(self.chunk.run, group), lane),
            )
            most.append(kernel(arith.MaxSI(largest, out[0])))
        found: Value = kernel.to_index(most[0], "most")
        return found

    def _add(self, transmission: Transmission, base: Value, most: Value) -> None:
        """Add to each post neuron of a group what reached it.

        It adds what a spike adds, as often as it was reached.
        """
        projection, kernel = self.projection, self.kernel
        zero, found = kernel.constant(0), list[tuple[str, Value]]()
        anyone = LoweredSynapse(zero, zero, zero)
        transmission.act(anyone, lambda name, value: found.append((name, value)))
        names = list(dict.fromkeys(name for name, _ in found))
        mine = kernel.mul(self.chunk.run, kernel.constant(GROUP))
        shift = kernel(arith.SubI(mine, base))
        begin = kernel(arith.MaxSI(base, self.own.low))
        end = kernel(arith.MinSI(kernel.add(base, kernel.constant(GROUP)), self.own.high))
        with kernel.loop(begin, end, "post", parallel=True) as post:
            count = kernel.to_index(
                kernel.load(self.structure("counts"), kernel.add(post, shift)), "count"
            )
            places = [projection.post.place(kernel, name, post, OWN) for name in names]
            start = [kernel.load(place.buffer, place.at, place.type) for place in places]
            with kernel.reduce(zero, most, start, "spike") as (spike, carried, out):
                totals = dict(zip(names, carried, strict=True))
                for name, value in found:
                    totals[name] = kernel(arith.AddF(totals[name], value))
                more = kernel.compare("ult", spike, count)
                pairs = zip(totals.values(), carried, strict=True)
                out.extend(kernel(arith.Select(more, new, old)) for new, old in pairs)
            for place, total in zip(places, out, strict=True):
                kernel.store(total, place.buffer, place.at)
