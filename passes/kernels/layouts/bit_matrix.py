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

from ....ir.buffers import OWN, PAST
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
    """Delivery by counting spikes while all synapses are alike. Else it goes along rows."""

    layout: ClassVar[Layout] = BIT_MATRIX

    def deliver(self, transmission: Transmission) -> None:
        """Count what arrives, then add as often."""
        self._if_alike(lambda: self._deliver_counts(transmission), transmission)

    def _deliver_counts(self, transmission: Transmission) -> None:
        k = self.kernel
        first, group = self.number("group_first"), k.constant(GROUP)
        past = k.add(first, self.number("group_count"))
        begin = k(arith.MaxSI(k(arith.DivUI(self.low, group)), first))
        whole = k(arith.DivUI(k.add(self.high, k.constant(GROUP - 1)), group))
        end = k(arith.MinSI(whole, past))
        rows, count = self._arrived(first)
        some = k.compare("ne", count, k.constant(0))
        with k.when(some), k.loop(begin, end, "group") as number:
            base = k.mul(number, group, "base")
            self._add(transmission, base, self._count(base, rows, count))

    def _arrived(self, first: Value) -> tuple[Value, Value]:
        """The rows of the spikes that arrive, and their number.

        A row is given by the place where the bits of post neuron 0 would be.

        Without a branch: what has no row is overwritten by the next.
        """
        j, k = self.projection, self.kernel
        length, zero = self.number("length"), k.constant(0)
        sources, begin = self.number("pre_count"), self.number("pre_first")
        list_ = self.structure("found")
        base = k.mul(k.thread, k.add(sources, k.constant(1)))
        skipped = k.mul(first, k.constant(GROUP))
        ranks, counts = j.arriving.buffers(k, PAST)
        slot = arrival(j, k)
        with k.reduce(zero, k.threads, [zero], "source") as (source, (before,), out):
            start, at = j.arriving.position(k, source, k.border(j.pre.name, source), slot)
            fired = k.to_index(k.load(counts, at), "fired")
            with k.reduce(zero, fired, [before], "spike") as (spike, (found,), more):
                pre = k.to_index(k.load(ranks, k.add(start, spike)), "pre")
                row = k(arith.SubI(pre, begin))
                bits = k(arith.SubI(k.mul(row, length), skipped))
                k.store(k.to_i64(bits), list_, k.add(base, found))
                known = k(arith.ExtUI(k.compare("ult", row, sources), result_type=i64))
                more.append(k.add(found, k.to_index(known)))
            out.append(more[0])
        return base, out[0]

    def _count(self, base: Value, rows: Value, count: Value) -> Value:
        """Count the spikes that reach the post neurons of a group. Returns the largest number.

        A group at the border of two threads is counted by both.
        """
        k, bits, list_ = self.kernel, self.structure("bits"), self.structure("found")
        zero, further = k.constant(0), k.add(base, k.constant(FETCH_DISTANCE))
        none, group = k.constant(0, i16), k.constant(GROUP)
        with k.reduce(zero, group, [none], "lane", parallel=GROUP) as (lane, (largest,), most):
            post = k.add(base, lane, "post")
            with k.reduce(zero, count, [none], "spike") as (spike, (number,), out):
                row = k.to_index(k.load(list_, k.add(rows, spike)), "row")
                ahead = k(arith.ShRUI(k.add(row, further), k.constant(3)))
                k(memref.prefetch(bits, ahead))
                here = k(syn.Connected(bits, k.add(row, post), result_type=i1), "connected")
                out.append(k.add(number, k(arith.ExtUI(here, result_type=i16))))
            k.store(out[0], self.structure("counts"), k.add(k.mul(k.thread, group), lane))
            most.append(k(arith.MaxSI(largest, out[0])))
        found: Value = k.to_index(most[0], "most")
        return found

    def _add(self, transmission: Transmission, base: Value, most: Value) -> None:
        """Add to each post neuron of a group what reached it.

        It adds what a spike adds, as often as it was reached.
        """
        j, k = self.projection, self.kernel
        zero, found = k.constant(0), list[tuple[str, Value]]()
        anyone = LoweredSynapse(zero, zero, zero)
        transmission.act(anyone, lambda name, value: found.append((name, value)))
        names = list(dict.fromkeys(name for name, _ in found))
        mine = k.mul(k.thread, k.constant(GROUP))
        shift = k(arith.SubI(mine, base))
        begin = k(arith.MaxSI(base, self.low))
        end = k(arith.MinSI(k.add(base, k.constant(GROUP)), self.high))
        with k.loop(begin, end, "post", parallel=True) as post:
            count = k.to_index(k.load(self.structure("counts"), k.add(post, shift)), "count")
            places = [j.post.place(k, name, post, OWN) for name in names]
            start = [k.load(place.buffer, place.at, place.type) for place in places]
            with k.reduce(zero, most, start, "spike") as (spike, carried, out):
                totals = dict(zip(names, carried, strict=True))
                for name, value in found:
                    totals[name] = k(arith.AddF(totals[name], value))
                more = k.compare("ult", spike, count)
                pairs = zip(totals.values(), carried, strict=True)
                out.extend(k(arith.Select(more, new, old)) for new, old in pairs)
            for place, total in zip(places, out, strict=True):
                k.store(total, place.buffer, place.at)
