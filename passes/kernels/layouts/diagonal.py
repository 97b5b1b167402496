"""Loops over one-to-one synapses of two ranges.

The n-th neuron of a range of pre is connected with the n-th of one of post.

The synapse of a post neuron lies at its rank, its pre neuron is ``shift`` ranks further on: nothing
is looked up. Whole blocks of post neurons are vectors; those at both ends of the range, which may
share a block with others, go one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from ....ir.core import Value
from ....ir.dialects import arith
from ....ir.layouts import DIAGONAL, Layout
from .base import Add, Keep, LayoutLowering, Learning, LoweredDendrite, LoweredSynapse
from .blocks import clamp


class DiagonalLowering(LayoutLowering):
    """Sums and learning of the one synapse of each post neuron."""

    layout: ClassVar[Layout] = DIAGONAL

    def each_pair(self, body: Callable[[LoweredSynapse], None]) -> None:
        """Build ``body`` for the post neurons of the range."""
        k = self.kernel
        first = self.number("post_first")
        end = k.add(first, self.number("post_count"))
        shift = self.number("shift")
        begin = k(arith.MaxSI(self.low, first), "begin")
        stop = k(arith.MaxSI(k(arith.MinSI(self.high, end)), begin), "stop")
        inner = clamp(k, self._down(k.add(begin, k.constant(k.target.block - 1))), begin, stop)
        outer = clamp(k, self._down(stop), inner, stop)
        pieces = ((begin, inner, False), (inner, outer, True), (outer, stop, False))
        for start, last, whole in pieces:
            with k.loop(start, last, "post", parallel=whole) as post:
                body(LoweredSynapse(k.add(post, shift, "pre"), post, post))

    def each_neuron(self, body: Callable[[LoweredSynapse], None]) -> None:
        """Build one loop where both populations take part as wholes.

        The projection is an ``identity`` then.

        Padding is included. Both are dealt to threads alike, so that the pre neurons are those of
        this thread.
        """
        with self.kernel.loop(self.low, self.high, "post", parallel=True) as post:
            body(LoweredSynapse(post, post, post))

    def sum(
        self,
        initial: Sequence[Value],
        add: Add,
        keep: Keep,
        begin: Callable[[Value], None] | None = None,
    ) -> None:
        """Visit the one synapse of each post neuron."""
        k = self.kernel
        one = k.constant(1)

        def take(synapse: LoweredSynapse) -> None:
            if begin is not None:
                begin(synapse.post)
            keep(LoweredDendrite(k, synapse.post, lambda: one), add(synapse, initial))

        (self.each_neuron if self.projection.op.identity else self.each_pair)(take)

    def learn(self, learning: Learning) -> None:
        """Visit each post neuron and its synapse."""

        def update(synapse: LoweredSynapse) -> None:
            learning.dendrite(synapse.post)
            learning.synapse(synapse)

        self.each_pair(update)

    def _down(self, value: Value) -> Any:
        """The border of a block at or before ``value``."""
        k = self.kernel
        block = k.constant(k.target.block)
        return k.mul(k(arith.DivUI(value, block)), block)
