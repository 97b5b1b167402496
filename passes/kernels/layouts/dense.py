"""``dense``: all pairs of two ranges, in ``blocks``.

Every neuron of a range of pre is connected with every one of a range of post.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from ....ir.buffer_names import FINITE
from ....ir.buffers import STRUCTURE, Buffer
from ....ir.core import Value
from ....ir.dialects import arith
from ....ir.layouts import DENSE, Layout
from ....ir.types import i1, i64
from ..active_sources import Active, find_active
from .base import Add, Keep, LayoutLowering, Learning
from .blocks import columns, pre_range

Begin = Callable[[Value], None] | None


class DenseLowering(LayoutLowering):
    """Sums and learning of all pairs. One block of post neurons comes after the other."""

    layout: ClassVar[Layout] = DENSE

    def sum(self, initial: Sequence[Value], add: Add, keep: Keep, begin: Begin = None) -> None:
        """Sum over every pre neuron, or over the active ones.

        Active ones are enough where they are few (``skip_inactive_below``).
        """
        projection, kernel = self.projection, self.kernel
        if not projection.op.skip_inactive_below:
            self._over(initial, add, keep, begin)
            return
        active = find_active(projection, kernel, *pre_range(projection, kernel))
        told = kernel.scalar(Buffer(projection.name, FINITE, STRUCTURE, item="w"))
        finite = kernel.compare("ne", told, kernel.constant(0, i64))
        few = kernel(arith.AndI(active.few, finite), "few")
        with kernel.when(few):
            self._over(initial, add, keep, begin, active)
        with kernel.when(kernel(arith.XOrI(few, kernel.constant(1, i1)))):
            self._over(initial, add, keep, begin)

    def _over(
        self,
        initial: Sequence[Value],
        add: Add,
        keep: Keep,
        begin: Begin,
        active: Active | None = None,
    ) -> None:
        with columns(self.projection, self.kernel, self.own) as column:
            if begin is not None:
                begin(column.post)
            if active is None:
                keep(column.dendrite, column.reduce(initial, add))
            else:
                keep(column.dendrite, column.reduce_active(initial, add, active))

    def learn(self, learning: Learning) -> None:
        """Visit all pairs, padding included."""
        with columns(self.projection, self.kernel, self.own) as column:
            learning.dendrite(column.post)
            with self.kernel.loop(column.first, column.end, "pre") as pre:
                learning.synapse(column.synapse(pre))
