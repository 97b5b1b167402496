"""``by_delay``: rows of pre neurons, sorted by delay. Each piece is delivered as it arrives.

In every step, for each delay d of the projection: the spikes that were fired d steps ago reach the
synapses with the delay d in the rows of their neurons. Those onto neurons of this chunk lie at
``start[pre] + cut[pre * (distinct_delays * parts + 1) + c * parts + part]`` to the next, for
``delays[c]``: cuts of all delays and parts follow one another, each ends where the next begins,
and count synapses of one row only. Nothing is under way but spikes.
"""

from __future__ import annotations

from typing import ClassVar

from ....ir.attrs_classes import frozen
from ....ir.core import Value
from ....ir.layouts import BY_DELAY, Layout
from .base import Bounds
from .by_pre import ByPreLowering, Cuts


@frozen(eq=False)
class SharedCuts(Cuts):
    """Cuts that end one piece and begin the next. ``start`` is where rows begin."""

    start: Value

    def piece(
        self, pre: Value, number: Value | None = None, distinct: Value | None = None
    ) -> Bounds:
        """This chunk's part of a row, for one delay.

        The synapses have the delay of this ``number``.
        """
        kernel = self.kernel
        start = kernel.to_index(kernel.load(self.start, pre), "start")
        first, last = kernel.row(self.split, self._at(pre, number, distinct))
        return kernel.add(start, first, "begin"), kernel.add(start, last, "end")

    def _at(self, pre: Value, number: Value | None, distinct: Value | None) -> Value:
        kernel, one = self.kernel, self.kernel.constant(1)
        parts = self.chunk.parts
        pieces = parts if distinct is None else kernel.mul(distinct, parts)
        found: Value = kernel.add(kernel.mul(pre, kernel.add(pieces, one)), self.chunk.part)
        if number is not None:
            found = kernel.add(found, kernel.mul(number, parts))
        return found


class ByDelayLowering(ByPreLowering):
    """Delivery along those pieces of rows that arrive."""

    layout: ClassVar[Layout] = BY_DELAY

    def cuts(self) -> Cuts:
        """The function that finds pieces of rows."""
        cut, width = self.structure("cut"), self.chunk.parts
        return SharedCuts(self.kernel, cut, width, self.chunk, self.structure("start"))
