"""``dense_one``: every pair as in ``dense``, or one shared value.

With one weight for all, post neurons have totals in common, which are taken once, in the same
order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from attrs import evolve

from ....ir.buffer_names import STRIDE
from ....ir.core import Value
from ....ir.layouts import DENSE_ONE, Layout
from .base import Add, Keep, LoweredSynapse
from .blocks import blocks, columns, pre_range
from .dense import Begin, DenseLowering


class DenseOneLowering(DenseLowering):
    """Sums that are taken once while there is one weight."""

    layout: ClassVar[Layout] = DENSE_ONE

    def sum(self, initial: Sequence[Value], add: Add, keep: Keep, begin: Begin = None) -> None:
        """Build both forms. Which one runs is seen at the stride of the weight."""
        projection, kernel = self.projection, self.kernel
        zero, stride = kernel.constant(0), kernel.count(projection.name, STRIDE, "w")
        with kernel.when(kernel.compare("eq", stride, zero)):
            (self._in_common_but_own if projection.op.no_autapses else self._in_common)(
                initial, add, keep
            )
        with kernel.when(kernel.compare("ne", stride, zero)):
            super().sum(initial, add, keep, begin)

    def _in_common(self, initial: Sequence[Value], add: Add, keep: Keep) -> None:
        """Take one total for all post neurons, with one weight."""
        projection, kernel = self.projection, self.kernel
        totals = self._along(*pre_range(projection, kernel), initial, add)
        with columns(projection, kernel, self.own) as column:
            keep(column.dendrite, totals)

    def _in_common_but_own(self, initial: Sequence[Value], add: Add, keep: Keep) -> None:
        """Take common totals with one weight, but without autapses.

        The totals of what comes before a block are common.
        """
        projection, kernel = self.projection, self.kernel
        block = kernel.constant(kernel.target.block)
        found, zero = blocks(projection, kernel, self.own), kernel.constant(0)
        pres = found.pre_first, found.pre_end
        start = kernel.clamp(kernel.mul(found.first, block), *pres)
        before = self._along(pres[0], start, initial, add)

        def add_first(synapse: LoweredSynapse, totals: Sequence[Value]) -> Sequence[Value]:
            return add(evolve(synapse, post=zero, place=zero), totals)

        with kernel.reduce(found.first, found.last, before, "block") as (number, common, out):
            with found.lanes(kernel.one_block(number)) as column:
                keep(column.dendrite, column.reduce(common, add_first, skip=1))
            base = kernel.mul(number, block)
            low, high = (kernel.clamp(each, *pres) for each in (base, kernel.add(base, block)))
            out.extend(self._along(low, high, common, add))

    def _along(self, low: Value, high: Value, initial: Sequence[Value], add: Add) -> list[Value]:
        """Totals without a part of any post neuron."""
        zero = self.kernel.constant(0)
        with self.kernel.reduce(low, high, initial, "pre") as (pre, carried, out):
            out.extend(add(LoweredSynapse(pre, zero, zero), carried))
        return list(out)
