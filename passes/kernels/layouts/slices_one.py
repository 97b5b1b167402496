"""``slices_one``: rows as in ``slices``, or one shared value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from attrs import evolve

from ....ir.buffer_names import STRIDE
from ....ir.core import Value
from ....ir.layouts import SLICES_ONE, Layout
from .base import Add, Keep, LoweredSynapse
from .slices import SlicesLowering


class SlicesOneLowering(SlicesLowering):
    """Sums that read one weight while there is one."""

    layout: ClassVar[Layout] = SLICES_ONE

    def sum(
        self,
        initial: Sequence[Value],
        add: Add,
        keep: Keep,
        begin: Callable[[Value], None] | None = None,
    ) -> None:
        """Build both forms. Which one runs is seen at the stride of the weight."""
        kernel = self.kernel
        zero, stride = kernel.constant(0), kernel.count(self.projection.name, STRIDE, "w")

        def add_first(synapse: LoweredSynapse, totals: Sequence[Value]) -> Sequence[Value]:
            return add(evolve(synapse, place=zero), totals)

        with kernel.when(kernel.compare("eq", stride, zero)):
            super().sum(initial, add_first, keep, begin)
        with kernel.when(kernel.compare("ne", stride, zero)):
            super().sum(initial, add, keep, begin)
