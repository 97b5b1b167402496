"""``dense_rows``: all pairs of two ranges, for spikes.

Every neuron of a range of pre is connected with every one of a range of post.

Rows of pre neurons have a place for every post neuron of the range, in whole blocks: that of a pair
is ``(pre - pre_first) * length + post - post_first // block * block``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from ....ir.buffer_names import PADDED
from ....ir.core import Value
from ....ir.dialects import arith
from ....ir.layouts import DENSE_ROWS, Layout
from ..spikes import arrival
from .base import LayoutLowering, LoweredSynapse, Transmission
from .blocks import blocks


class DenseRowsLowering(LayoutLowering):
    """Delivery along whole rows, one vector lane for each post neuron."""

    layout: ClassVar[Layout] = DENSE_ROWS

    def deliver(self, transmission: Transmission) -> None:
        """Visit every post neuron of the range."""
        projection, kernel = self.projection, self.kernel
        found, block = (
            blocks(projection, kernel, self.own),
            kernel.constant(kernel.target.block),
        )
        low, high = kernel.mul(found.first, block), kernel.mul(found.last, block)
        part = found.posts is not None
        with (
            projection.transmitted.all(kernel, arrival(projection, kernel)) as pre,
            self._row(pre, part) as row,
            kernel.each_between(self.own, low, high, "post") as post,
        ):
            place = kernel.add(row, post, "synapse")
            transmission.act(LoweredSynapse(pre, post, place, self._present(pre, post, part)))

    @contextmanager
    def _row(self, pre: Value, part: bool) -> Iterator[Value]:
        """The place of post neuron 0 in the row of ``pre``. It runs only if ``pre`` has a row."""
        kernel = self.kernel
        if not part:
            yield kernel.mul(pre, kernel.count(self.projection.post.name, PADDED), "row")
            return
        number = kernel(arith.SubI(pre, self.number("pre_first")))
        block = kernel.constant(kernel.target.block)
        first = kernel.mul(kernel(arith.DivUI(self.number("post_first"), block)), block)
        with kernel.when(kernel.compare("ult", number, self.number("pre_count"))):
            row = kernel.mul(number, self.number("length"))
            yield kernel(arith.SubI(row, first), "row")

    def _present(self, pre: Value, post: Value, part: bool) -> Value | None:
        """Whether ``post`` is in the range and no autapse. None where it always is."""
        kernel, found = self.kernel, None
        if part:
            number = kernel(arith.SubI(post, self.number("post_first")))
            found = kernel.compare("ult", number, self.number("post_count"))
        if self.projection.op.no_autapses:
            other = kernel.compare("ne", post, pre)
            found = other if found is None else kernel(arith.AndI(found, other))
        return found
