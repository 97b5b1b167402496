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
        kernel = self.kernel
        first = self.number("post_first")
        end = kernel.add(first, self.number("post_count"))
        shift = self.number("shift")
        begin = kernel(arith.MaxSI(self.own.low, first), "begin")
        stop = kernel(arith.MaxSI(kernel(arith.MinSI(self.own.high, end)), begin), "stop")
        inner = clamp(
            kernel,
            self._down(kernel.add(begin, kernel.constant(kernel.target.block - 1))),
            begin,
            stop,
        )
        outer = clamp(kernel, self._down(stop), inner, stop)
        pieces = ((begin, inner, False), (inner, outer, True), (outer, stop, False))
        for start, last, whole in pieces:
            with kernel.loop(start, last, "post", parallel=whole) as post:
                body(LoweredSynapse(kernel.add(post, shift, "pre"), post, post))

    def each_neuron(self, body: Callable[[LoweredSynapse], None]) -> None:
        """Build one loop where both populations take part as wholes.

        The projection is an ``identity`` then. Padding is included. Both populations have the same
        chunks, so that the pre neurons are those of this one.
        """
        with self.kernel.each(self.own, "post") as post:
            body(LoweredSynapse(post, post, post))

    def sum(
        self,
        initial: Sequence[Value],
        add: Add,
        keep: Keep,
        begin: Callable[[Value], None] | None = None,
    ) -> None:
        """Visit the one synapse of each post neuron."""
        kernel = self.kernel
        one = kernel.constant(1)

        def take(synapse: LoweredSynapse) -> None:
            if begin is not None:
                begin(synapse.post)
            keep(LoweredDendrite(kernel, synapse.post, lambda: one), add(synapse, initial))

        (self.each_neuron if self.projection.op.identity else self.each_pair)(take)

    def learn(self, learning: Learning) -> None:
        """Visit each post neuron and its synapse."""

        def update(synapse: LoweredSynapse) -> None:
            learning.dendrite(synapse.post)
            learning.synapse(synapse)

        self.each_pair(update)

    def _down(self, value: Value) -> Any:
        """The border of a block at or before ``value``."""
        kernel = self.kernel
        block = kernel.constant(kernel.target.block)
        return kernel.mul(kernel(arith.DivUI(value, block)), block)
