"""Lazy post-spikes: they act when the next spike arrives.

It arrives at the synapses that they change.

The synapses of a post neuron lie scattered over all rows; those of a pre neuron lie side by side.
What spikes of post neurons do to a synapse can wait, in order, until it is next looked at. Every
post neuron remembers when it fired lately, every row up to when it has caught up. When a spike
arrives:

    x_then = traces of the pre neuron, at every step since then        (a vector loop)
    for each synapse of the row:
        for each spike of the post neuron since then, oldest first:  w = clip(w + x_then[its step])
        what the spike does that arrives

``@J_catch_up`` does the same for all rows where a post neuron is about to forget a spike that some
row has not seen, every ``SPAN`` steps, and when a run ends with ``net.catch_up`` set, before
anybody looks at the weights.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from ...ir.attrs_classes import frozen
from ...ir.buffer_names import BASE, CAUGHT_UP, PADDED, SIZE
from ...ir.buffers import CATCH_UP, OWN, SCRATCH, WORKERS, Buffer, Extent, neurons
from ...ir.core import Value
from ...ir.dialects import arith
from ...ir.dialects.func import Func
from ...ir.types import Type, i16, i32, i64
from .events import EventLowering
from .kernel import Kernel
from .layouts import rows_along
from .layouts.base import RowsLowering
from .projection import ProjectionLowering
from .spikes import OwnSpikes
from .statements import BufferElement
from .synapse import fixed, frame_of

WORD = 4
"""Spikes in one number, the last in the lowest bits. Each has 16 bits."""

EARLIER = 2
"""Numbers with the spikes before those.

Code looks at them if all spikes in the first number are new.
"""

RECENT = (1 + EARLIER) * WORD
"""Spikes that are found without looking into the ring."""

OLDER = 128
"""Spikes that a neuron keeps in a ring. Those before the recent ones are seldom looked at."""

STEPS = (2, 4, 8, 16, 32, OLDER - RECENT)
"""Numbers of older spikes to look at. One is chosen that holds all new ones."""

SPAN = 1 << 14
"""Steps after which all rows catch up in any case. ``x_then`` has as many elements."""


@frozen(eq=False)
class LazyRow:
    """A row that catches up with lazy post-spikes.

    Those after ``since`` act, with ``values`` of the pre neuron.
    """

    pre: Value
    since: Value
    values: dict[str, Value]


class CatchUp:
    """The code with which rows catch up with lazy post-spikes.

    Times are those of the updates done, in steps since all rows had caught up (``base``).
    """

    def __init__(self, projection: ProjectionLowering, kernel: Kernel) -> None:
        self.projection, self.kernel = projection, kernel
        self.event = EventLowering(projection, kernel, "post", kernel.constant(0, i64))
        self.zero, self.none = kernel.constant(0), kernel.constant(0, i32)
        each = neurons(projection.post.name)
        words, older = (Extent("rows", projection.post.name, n) for n in (EARLIER, OLDER))
        self.recent = self._buffer("fired", each, i64)
        self.earlier = self._buffer("fired_earlier", words, i64)
        self.older = self._buffer("fired_before", older, i16)
        self.counts = self._buffer("fired_count", each, i32)
        self.bases = self._buffer(BASE, WORKERS, i64)
        self.mine = kernel.mul(kernel.thread, kernel.constant(kernel.target.line))
        self.base = kernel.load(self.bases, self.mine, i64, "base")

    def _buffer(self, name: str, extent: Extent, type_: Type, item: str = "") -> Value:
        return self.kernel.buffer(
            Buffer(self.projection.name, name, SCRATCH, extent, item, reach=OWN), type_
        )

    # ------------------------------------------------------------------ post neurons

    def _place(self, post: Value, number: Value) -> Any:
        """The place of a post neuron's spike ``number`` in its ring."""
        kernel = self.kernel
        inside = kernel(arith.AndI(number, kernel.constant(OLDER - 1)))
        return kernel.add(kernel.mul(post, kernel.constant(OLDER)), inside)

    def _count(self, post: Value) -> Any:
        """The number of a post neuron's spikes that rows may need.

        The count begins when all rows have caught up.
        """
        return self.kernel.to_index(self.kernel.load(self.counts, post), "count")

    def keep_spike(self, post: Value, done: Value) -> None:
        """Keep a spike of ``post``."""
        kernel, time = self.kernel, self._since_base(done)
        count = self._count(post)
        kernel.store(
            kernel(arith.TruncI(time, result_type=i16)), self.older, self._place(post, count)
        )
        more = kernel(
            arith.TruncI(kernel.to_i64(kernel.add(count, kernel.constant(1))), result_type=i32)
        )
        kernel.store(more, self.counts, post)
        next_ = kernel(arith.ExtUI(time, result_type=i64))
        for number in range(1 + EARLIER):
            place = self._word(post, number)
            word, width = kernel.load(*place), kernel.constant(16, i64)
            kernel.store(kernel(arith.OrI(kernel(arith.ShLI(word, width)), next_)), *place)
            next_ = kernel(arith.ShRUI(word, kernel.constant(16 * (WORD - 1), i64)))

    def _since_base(self, done: Value) -> Value:
        kernel = self.kernel
        found: Value = kernel(arith.TruncI(kernel(arith.SubI(done, self.base)), result_type=i32))
        return found

    def is_full(self, post: Value) -> Value:
        """Whether ``post`` would lose a spike that some row needs.

        The result is 0 or 1; the row has not seen the spike.
        """
        kernel = self.kernel
        full = kernel.compare("uge", self._count(post), kernel.constant(OLDER))
        found: Value = kernel.to_index(kernel(arith.ExtUI(full, result_type=i64)))
        return found

    def forget(self, low: Value, high: Value) -> None:
        """Forget the spikes of post neurons from ``low`` to ``high``. All rows have caught up."""
        kernel, projection = self.kernel, self.projection
        first, last = (kernel.mul(x, kernel.constant(OLDER)) for x in (low, high))
        with kernel.loop(first, last, "number", parallel=True) as number:
            kernel.store(kernel.constant(0, i16), self.older, number)
        with kernel.loop(low, high, "post", parallel=True) as post:
            kernel.store(kernel.constant(0, i64), self.recent, post)
            kernel.store(self.none, self.counts, post)
        first, last = (kernel.mul(x, kernel.constant(EARLIER)) for x in (low, high))
        with kernel.loop(first, last, "number", parallel=True) as number:
            kernel.store(kernel.constant(0, i64), self.earlier, number)
        with kernel.loop(
            self.zero, kernel.count(projection.pre.name, PADDED), "pre", parallel=True
        ) as pre:
            kernel.store(self.none, *self._seen(pre))
        kernel.store(kernel.step_i64(), self.bases, self.mine)

    # ------------------------------------------------------------------ rows

    def _seen(self, pre: Value) -> tuple[Value, Value]:
        """The buffer and place of a row's last update.

        Up to this update the row of ``pre`` has caught up.
        """
        at, extent = self.projection.end(self.kernel, "presynaptic", pre)
        return self._buffer(CAUGHT_UP, extent, i32), at

    def open(self, pre: Value) -> LazyRow:
        """Open a row before anything happens to its neuron.

        Its record says since when spikes have to act, and has its traces.
        """
        kernel, event = self.kernel, self.event
        frame = frame_of(self.projection, kernel)
        held = fixed(self.projection, kernel) if self._only_weights else None
        values = {n: frame.load(frame.place("own", n, [pre]), n) for n in event.plain}
        since = kernel.load(*self._seen(pre), i32, "since")
        now = self._since_base(kernel.step_i64())
        kernel.store(now, *self._seen(pre))
        if event.table:
            start = kernel.add(kernel(arith.ExtSI(since, result_type=i64)), self.base)
            steps = kernel(arith.SubI(kernel.step_i64(), start))
            block = kernel.constant(kernel.target.block)
            blocks = kernel(arith.DivUI(kernel.add(kernel.to_index(steps), block), block))
            with kernel.loop(self.zero, kernel.mul(blocks, block), "age", parallel=True) as age:
                event.done = kernel.add(start, kernel.to_i64(age), "then")
                event.bring(pre, lambda name: self._then(name, age))
        if held is not None:
            since = kernel(arith.Select(held, now, since), "since")
        return LazyRow(pre, since, values)

    @property
    def _only_weights(self) -> bool:
        """Whether only changes of w wait, which users may forbid."""
        return self.event.changed == ["w"]

    def _then(self, name: str, age: Value) -> BufferElement:
        """The place of a trace as it was ``age`` steps later.

        It counts from the step up to which the row had caught up.
        """
        kernel, variable = self.kernel, self.projection.variables[name]
        length = SPAN + 2 * kernel.target.block
        private = Extent("private", times=length)
        buffer = self._buffer("then", private, variable.stored_type, name)
        return BufferElement(
            buffer,
            kernel.add(kernel.mul(kernel.thread, kernel.constant(length)), age),
            variable.type,
        )

    def act(self, row: LazyRow, post: Value, synapse: Value) -> None:
        """Apply the spikes of ``post`` that a synapse has not seen. The oldest comes first."""
        kernel = self.kernel
        since = kernel(arith.ExtUI(row.since, result_type=i64))
        first, second, third, fourth = self._times(post)
        with kernel.when(kernel.compare("sgt", fourth, since)):
            self._earlier(row, post, synapse, since, 1)
            self._one(row, synapse, fourth, since)
        with kernel.when(kernel.compare("sgt", third, since)):
            self._one(row, synapse, third, since)
        self._one(row, synapse, second, since)
        self._one(row, synapse, first, since)

    def _earlier(
        self, row: LazyRow, post: Value, synapse: Value, since: Value, number: int
    ) -> None:
        """Apply the spikes in a word after the first. Those before them come first."""
        kernel = self.kernel
        if number > EARLIER:
            self._older(row, post, synapse, since)
            return
        word, width = kernel.load(*self._word(post, number)), kernel.constant(16, i64)
        last, low = kernel.constant(WORD - 1, i64), kernel.constant((1 << 16) - 1, i64)
        with kernel.when(kernel.compare("sgt", kernel(arith.AndI(word, low)), since)):
            oldest = kernel(arith.ShRUI(word, kernel.constant(16 * (WORD - 1), i64)))
            with kernel.when(kernel.compare("sgt", oldest, since)):
                self._earlier(row, post, synapse, since, number + 1)
            with kernel.loop(self.zero, kernel.constant(WORD), "age") as age:
                shift = kernel.mul(kernel(arith.SubI(last, kernel.to_i64(age))), width)
                time = kernel(arith.AndI(kernel(arith.ShRUI(word, shift)), low))
                self._one(row, synapse, time, since)

    def _word(self, post: Value, number: int) -> tuple[Value, Value]:
        """The place of a word of spikes."""
        kernel = self.kernel
        if number == 0:
            return self.recent, post
        return self.earlier, kernel.add(
            kernel.mul(post, kernel.constant(EARLIER)), kernel.constant(number - 1)
        )

    def _times(self, post: Value) -> list[Any]:
        """The spikes of ``post`` in the first word, the last first."""
        kernel, word = self.kernel, self.kernel.load(*self._word(post, 0))
        low = kernel.constant((1 << 16) - 1, i64)
        found = [word]
        for age in range(1, WORD):
            found.append(kernel(arith.ShRUI(word, kernel.constant(16 * age, i64))))
        return [kernel(arith.AndI(time, low)) for time in found[:-1]] + found[-1:]

    def _older(self, row: LazyRow, post: Value, synapse: Value, since: Value) -> None:
        """Apply the spikes before those in words."""
        kernel = self.kernel

        def time(number: Value) -> Any:
            found = kernel.load(self.older, self._place(post, number))
            return kernel(arith.ExtUI(found, result_type=i64), "time")

        end = kernel(arith.SubI(self._count(post), kernel.constant(RECENT)))
        ages = kernel.constant(STEPS[0])
        for fewer, more in pairwise(STEPS):
            next_ = time(kernel(arith.SubI(end, kernel.constant(fewer + 1))))
            many = kernel.compare("sgt", next_, since)
            ages = kernel(arith.Select(many, kernel.constant(more), ages), "ages")
        first = kernel(arith.SubI(end, ages))
        with kernel.loop(self.zero, ages, "age") as age:
            self._one(row, synapse, time(kernel.add(first, age)), since)

    def _one(self, row: LazyRow, synapse: Value, time: Value, since: Value) -> None:
        """Apply a spike to a synapse, unless the row knows it."""
        kernel = self.kernel
        after = kernel.compare("sgt", time, since)
        never = kernel.constant(0, i64)
        place = kernel.to_index(
            kernel(arith.Select(after, kernel(arith.SubI(time, since)), never)), "age"
        )
        values = dict(row.values)
        for name in self.event.table:
            there = self._then(name, place)
            values[name] = kernel.load(there.buffer, there.at, there.type, name)
        self.event.act_late(row.pre, synapse, values, after, free=self._only_weights)


def catch_up(projection: ProjectionLowering) -> Func | None:
    """``@J_catch_up``, if spikes of post neurons wait."""
    if not projection.op.lazy_post_spikes:
        return None
    kernel = projection.kernel("catch_up")
    lazy, zero = CatchUp(projection, kernel), kernel.constant(0)
    own = kernel.partition(projection.post.name)
    fired = OwnSpikes.of(projection.post, kernel, own.low)
    asked = kernel.to_index(kernel.scalar(CATCH_UP))
    with kernel.reduce(zero, fired.count, [asked], "spike") as (spike, (number,), numbers):
        numbers.append(kernel.add(number, lazy.is_full(fired.neuron(spike))))
    since = kernel(arith.SubI(kernel.step_i64(), lazy.base))
    late = kernel.compare("sge", since, kernel.constant(SPAN, i64))
    with kernel.when(kernel(arith.OrI(kernel.compare("ugt", numbers[0], zero), late))):
        _all_rows(kernel, lazy, rows_along(projection, kernel, own))
        lazy.forget(own.low, own.high)
    return kernel.finish()


def _all_rows(kernel: Kernel, lazy: CatchUp, rows: RowsLowering) -> None:
    find, size = rows.rows_of_one_delay(), kernel.count(lazy.projection.pre.name, SIZE)
    with kernel.loop(kernel.constant(0), size, "pre") as pre:
        bounds = find(pre)
        row = lazy.open(pre)
        with rows.synapses(pre, bounds) as at:
            lazy.act(row, at.post, at.place)
