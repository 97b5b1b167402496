"""``by_post``: rows of post neurons; ``row[post]`` to ``row[post + 1]`` index ``pre``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from ....ir.core import Value
from ....ir.dialects import arith
from ....ir.layouts import BY_POST, Layout
from .base import Add, Keep, LayoutLowering, Learning, LoweredDendrite, LoweredSynapse


class ByPostLowering(LayoutLowering):
    """Sums and learning along the row of each post neuron."""

    layout: ClassVar[Layout] = BY_POST

    def sum(
        self,
        initial: Sequence[Value],
        add: Add,
        keep: Keep,
        begin: Callable[[Value], None] | None = None,
    ) -> None:
        """Sum along the row of each post neuron."""
        kernel = self.kernel
        starts, sources = self.structure("row"), self.structure("pre")
        with kernel.each(self.own, "post") as post:
            if begin is not None:
                begin(post)
            first, end = kernel.row(starts, post)
            with kernel.reduce(first, end, initial, "synapse") as (place, carried, out):
                pre = kernel.to_index(kernel.load(sources, place), "pre")
                out.extend(add(LoweredSynapse(pre, post, place), carried))
            count = kernel(arith.SubI(end, first))
            keep(LoweredDendrite(kernel, post, lambda: count), out)

    def learn(self, learning: Learning) -> None:
        """Learn row by row."""
        kernel = self.kernel
        rows, sources = self.structure("row"), self.structure("pre")
        with kernel.each(self.own, "post", parallel=False) as post:
            learning.dendrite(post)
            with kernel.loop(*kernel.row(rows, post), "synapse") as place:
                pre = kernel.to_index(kernel.load(sources, place), "pre")
                learning.synapse(LoweredSynapse(pre, post, place))
