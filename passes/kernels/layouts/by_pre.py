"""``by_pre``: rows of pre neurons, cut by delay and by chunk.

The cuts lie where the ranges of post neurons of chunks begin. The synapses of ``pre`` with the
delay ``delays[c]`` onto neurons of this chunk are
``split[(pre * distinct_delays + c) * (parts + 1) + part]`` to the next; they index ``post`` and
values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar

from ....ir.attrs_classes import frozen
from ....ir.buffer_names import SIZE, STRIDE
from ....ir.buffers import OWN, SCRATCH, Buffer, neurons
from ....ir.core import Value
from ....ir.dialects import arith, memref
from ....ir.layouts import BY_PRE, COLUMN_AHEAD, Layout
from ....ir.types import i1
from ..gathering import take
from ..kernel import Kernel
from ..spikes import arrival, spikes_and_next
from .base import Arrival, Bounds, Chunk, Learning, LoweredSynapse, RowsLowering, Transmission


@frozen(eq=False)
class Cuts:
    """Cuts of rows, ``width`` for each piece with one delay.

    Each chunk has one, and the end another.
    """

    kernel: Kernel
    split: Value
    width: Value
    chunk: Chunk

    def _at(self, pre: Value, number: Value | None, distinct: Value | None) -> Value:
        kernel, row = self.kernel, pre
        if number is not None and distinct is not None:
            row = kernel.add(kernel.mul(pre, distinct), number)
        found: Value = kernel.add(kernel.mul(row, self.width), self.chunk.part)
        return found

    def piece(
        self, pre: Value, number: Value | None = None, distinct: Value | None = None
    ) -> Bounds:
        """This chunk's part of a row, for one delay.

        The synapses have the delay of this ``number``.
        """
        return self.kernel.row(self.split, self._at(pre, number, distinct))

    def begin(self, pre: Value, number: Value, distinct: Value) -> Value:
        """The beginning of a piece."""
        kernel = self.kernel
        found: Value = kernel.to_index(
            kernel.load(self.split, self._at(pre, number, distinct)), "next"
        )
        return found


class ByPreLowering(RowsLowering):
    """Delivery along the rows of the neurons that spiked."""

    layout: ClassVar[Layout] = BY_PRE

    # ------------------------------------------------------------------ rows

    def cuts(self) -> Cuts:
        """The function that finds pieces of rows."""
        kernel, split = self.kernel, self.structure("split")
        width = kernel.add(self.chunk.parts, kernel.constant(1))
        return Cuts(kernel, split, width, self.chunk)

    def rows_of_one_delay(self) -> Callable[[Value], Bounds]:
        """The function that finds the row of a pre neuron. All synapses have one delay."""
        cuts = self.cuts()
        return lambda pre: cuts.piece(pre)

    @contextmanager
    def synapses(
        self, pre: Value, bounds: Bounds, before: Callable[[Value], None] | None = None
    ) -> Iterator[LoweredSynapse]:
        """A loop over a piece of the row of ``pre``."""
        kernel = self.kernel
        with kernel.along_row(*bounds, "synapse") as place:
            if before is not None:
                before(place)
            yield LoweredSynapse(pre, self.post(place), place)

    def piece(
        self, pre: Value, number: Value | None = None, distinct: Value | None = None
    ) -> Bounds:
        """This chunk's part of a row, for one delay."""
        return self.cuts().piece(pre, number, distinct)

    def post(self, place: Value) -> Value:
        """The post neuron of a synapse."""
        kernel = self.kernel
        found: Value = kernel.to_index(kernel.load(self.structure("post"), place), "post")
        return found

    # ------------------------------------------------------------------ spikes

    def deliver(self, transmission: Transmission) -> None:
        """Deliver synapse by synapse. Where they are uniform, the first one's values serve all."""
        if transmission.gathered:
            self._gathered(transmission)
        elif self.projection.op.uniform_weights:
            self._if_uniform(lambda: self._each(transmission, common=True), transmission)
        else:
            self._each(transmission)

    def _if_uniform(self, deliver: Callable[[], None], otherwise: Transmission) -> None:
        """Run ``deliver`` while synapses are uniform, else visit each.

        Uniform synapses have the same values.
        """
        kernel = self.kernel
        same = self.uniform()
        with kernel.when(same):
            deliver()
        with kernel.when(kernel(arith.XOrI(same, kernel.constant(1, i1)))):
            self._each(otherwise)

    def uniform(self) -> Value:
        """Whether all synapses have the same values."""
        kernel, found = self.kernel, self.kernel.constant(1, i1)
        for variable in self.projection.variables.values():
            if variable.locality == "local":
                stride = kernel.count(self.projection.name, STRIDE, variable.sym_name)
                found = kernel(
                    arith.AndI(found, kernel.compare("eq", stride, kernel.constant(0))), "uniform"
                )
        return found

    def _each(self, transmission: Transmission, common: bool = False) -> None:
        zero = self.kernel.constant(0)

        def first(synapse: LoweredSynapse) -> None:
            transmission.act(LoweredSynapse(synapse.pre, synapse.post, zero))

        self.for_spikes(first if common else transmission.act)

    def _gathered(self, transmission: Transmission) -> None:
        """Sum up a step's input, then add it to neurons.

        The sums are in the order of the step's spikes.
        """
        projection, kernel = self.projection, self.kernel

        def sums(name: str) -> Value:
            described = Buffer(
                projection.name, "gathered", SCRATCH, neurons(projection.post.name), name, reach=OWN
            )
            return kernel.buffer(described, projection.post.variables[name].type)

        def arrive(synapse: LoweredSynapse) -> None:
            post = synapse.post

            def add(name: str, value: Value) -> None:
                kernel.store(
                    kernel(arith.AddF(kernel.load(sums(name), post), value)), sums(name), post
                )

            transmission.act(synapse, add)

        self.for_spikes(arrive, longest_first=True)
        for name in transmission.gathered:
            take(projection, kernel, name, sums(name), kernel.constant(0), own=self.own)

    def for_spikes(
        self, arrive: Callable[[LoweredSynapse], None], longest_first: bool = False
    ) -> None:
        """Visit synapses of all arriving spikes onto the chunk's neurons.

        Order: by delay, then by pre rank, then by post rank.
        """
        projection, kernel = self.projection, self.kernel
        if projection.op.delays != "many":
            self._along_rows(
                arrive, kernel.constant(0), kernel.constant(1), arrival(projection, kernel)
            )
            return
        distinct = self.number("distinct_delays")
        delays = self.structure("delays")
        with kernel.loop(kernel.constant(0), distinct, "number") as count:
            number = count
            if longest_first:
                number = kernel(arith.SubI(kernel(arith.SubI(distinct, kernel.constant(1))), count))
            delay = kernel.to_index(kernel.load(delays, number), "delay")
            self._along_rows(arrive, number, distinct, projection.pre.slot(kernel, delay))

    def _along_rows(
        self,
        arrive: Callable[[LoweredSynapse], None],
        number: Value,
        distinct: Value,
        slot: Value | None,
    ) -> None:
        """Deliver spikes of one step to synapses of one delay."""
        cuts = self.cuts()
        with (
            self.projection.transmitted.all(self.kernel, slot) as pre,
            self.synapses(pre, cuts.piece(pre, number, distinct)) as synapse,
        ):
            arrive(synapse)

    # ------------------------------------------------------------------ events

    def delays(self) -> tuple[Value, Callable[[Value], Value | None]]:
        """The number of distinct delays, and their slots.

        A function finds the slot of the spikes that come with one.
        """
        projection, kernel = self.projection, self.kernel
        if projection.op.delays != "many":
            slot = arrival(projection, kernel)
            return kernel.constant(1), lambda number: slot
        delays = self.structure("delays")

        def slot_of(number: Value) -> Value:
            return projection.pre.slot(
                kernel, kernel.to_index(kernel.load(delays, number), "delay")
            )

        return self.number("distinct_delays"), slot_of

    @contextmanager
    def arriving(self) -> Iterator[Arrival]:
        """A loop over arriving spikes, by delay, then by pre rank."""
        kernel = self.kernel
        (distinct, slot_of), cuts = self.delays(), self.cuts()
        with (
            kernel.loop(kernel.constant(0), distinct, "number") as number,
            spikes_and_next(self.projection, kernel, slot_of(number)) as (pre, after),
        ):

            def begin_next() -> Value:
                return cuts.begin(after(), number, distinct)

            yield pre, cuts.piece(pre, number, distinct), begin_next

    def fetch(self, place: Value, variables: Sequence[str]) -> None:
        """Fetch the data of a synapse that learns.

        Rows of such synapses lie anywhere in memory that no cache holds.
        """
        kernel = self.kernel
        kernel(memref.prefetch(self.structure("post"), place))
        for name in variables:
            kernel(memref.prefetch(self.projection.values(kernel, name), place))

    def column(self, post: Value) -> Bounds:
        """The numbers ``column[post]`` and the next."""
        return self.kernel.row(self.structure("column"), post)

    def column_pre(self, number: Value) -> Value:
        """The pre neuron ``column_pre[number]``."""
        kernel = self.kernel
        found: Value = kernel.to_index(kernel.load(self.structure("column_pre"), number), "pre")
        return found

    def column_place(self, number: Value, variables: Sequence[str]) -> Value:
        """The place ``column_at[number]``."""
        kernel, places = self.kernel, self.structure("column_at")
        next_ = kernel.to_index(
            kernel.load(places, kernel.add(number, kernel.constant(COLUMN_AHEAD)))
        )
        for name in variables:
            kernel(memref.prefetch(self.projection.values(kernel, name), next_))
        found: Value = kernel.to_index(kernel.load(places, number), "synapse")
        return found

    # ------------------------------------------------------------------ learning

    def learn(self, learning: Learning) -> None:
        """Visit all post neurons, then row by row."""
        kernel = self.kernel
        if not learning.idle_dendrites:
            with kernel.each(self.own, "post", parallel=False) as post:
                learning.dendrite(post)
        if learning.idle_synapses:
            return
        distinct = self.number("distinct_delays")
        rows = kernel.mul(kernel.count(self.projection.pre.name, SIZE), distinct)
        cuts = self.cuts()
        with kernel.over_rows(rows, "row") as row:
            pre = kernel(arith.DivUI(row, distinct), "pre")
            bounds = cuts.piece(row)
            with self.synapses(pre, bounds) as synapse:
                learning.synapse(synapse)
