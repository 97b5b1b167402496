"""Loops over one-to-one synapses of two ranges.

The n-th neuron of a range of pre is connected with the n-th of one of post.

The synapse of a post neuron lies at its rank, its pre neuron is ``shift`` ranks further on: nothing
is looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from ....ir.core import Value
from ....ir.layouts import DIAGONAL, Layout
from .base import Add, Keep, LayoutLowering, Learning, LoweredDendrite, LoweredSynapse


class DiagonalLowering(LayoutLowering):
    """Sums and learning of the one synapse of each post neuron."""

    layout: ClassVar[Layout] = DIAGONAL

    def each_pair(self, body: Callable[[LoweredSynapse], None]) -> None:
        """Build ``body`` for the post neurons of the range."""
        kernel = self.kernel
        first = self.number("post_first")
        end = kernel.add(first, self.number("post_count"))
        shift = self.number("shift")
        for neurons in kernel.each_of_range(self.own, first, end, "post"):
            with neurons as post:
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
