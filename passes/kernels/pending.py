"""Spikes of post neurons that change synapses later: when the next spike arrives at the synapses.

The synapses of a post neuron lie scattered over all rows; those of a pre neuron lie side by side.
What spikes of post neurons do to a synapse can wait, in order, until somebody looks at it. Every
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

from attrs import frozen

from ...ir.core import Value
from ...ir.dialects import arith
from ...ir.dialects.func import Func
from ...ir.interface import BLOCK, CATCH_UP, LINE, OWN
from ...ir.types import i32, i64
from .equations import Place
from .events import Event
from .kernel import Kernel
from .projection import ProjectionLowering

RECENT = 3
"""Spikes of a post neuron that lie side by side; those before are looked at if all are new."""

OLDER = 16
"""Spikes that lie elsewhere: the last of the recent ones, and others that a neuron remembers."""

FEW = 3
"""Of these, those that are looked at first."""

SPAN = 4096
"""Steps after which all rows catch up even if nobody asks: as many as ``x_then`` has."""


@frozen(eq=False)
class Row:
    """A row that catches up: spikes after ``since`` act, with ``values`` of the pre neuron."""

    pre: Value
    since: Value
    values: dict[str, Value]


class Pending:
    """Builds what rows have to catch up with.

    Times are those of the updates done, in steps since all rows had caught up (``base``).
    """

    def __init__(self, j: ProjectionLowering, k: Kernel) -> None:
        self.j, self.k = j, k
        self.event = Event(j, k, "post_spike", k.constant(0, i64))
        self.zero, self.none = k.constant(0), k.constant(0, i32)
        self.recent = k.buffer(f"{j.name}.fired", i32, f"rows:{j.post.name}:{RECENT}", OWN)
        self.older = k.buffer(f"{j.name}.fired_before", i32, f"rows:{j.post.name}:{OLDER}", OWN)
        self.bases = k.buffer(f"{j.name}.base", i64, "threads", OWN)
        self.mine = k.mul(k.thread, k.constant(LINE))
        self.base = k.load(self.bases, self.mine, i64, "base")

    # ------------------------------------------------------------------ post neurons

    def _places(self, post: Value, buffer: Value, count: int) -> list[tuple[Value, Value]]:
        """Where a post neuron remembers its spikes, the last first."""
        k = self.k
        first = k.mul(post, k.constant(count))
        return [(buffer, k.add(first, k.constant(age))) for age in range(count)]

    def remember(self, post: Value, done: Value) -> None:
        """A spike of ``post``: what was last comes before it, the oldest is forgotten."""
        k = self.k
        recent = self._places(post, self.recent, RECENT)
        older = self._places(post, self.older, OLDER)
        for places in (older, recent):
            for newer, after in reversed(list(pairwise(places))):
                k.store(k.load(*newer), *after)
        k.store(k.load(*recent[-1]), *older[0])  # the same spike stands in both
        k.store(self._since_base(done), *recent[0])

    def _since_base(self, done: Value) -> Value:
        k = self.k
        found: Value = k(arith.TruncI(k(arith.SubI(done, self.base)), result_type=i32))
        return found

    def is_full(self, post: Value) -> Value:
        """Whether ``post`` would forget a spike that some row has not seen; as 0 or 1."""
        k = self.k
        oldest = k.load(*self._places(post, self.older, OLDER)[-1])
        full = k(arith.ExtUI(k.compare("sgt", oldest, self.none), result_type=i64))
        found: Value = k.to_index(full)
        return found

    def start_anew(self, low: Value, high: Value) -> None:
        """All rows have caught up: the post neurons ``low`` to ``high`` forget everything."""
        k, j = self.k, self.j
        for buffer, count in ((self.recent, RECENT), (self.older, OLDER)):
            first, last = (k.mul(x, k.constant(count)) for x in (low, high))
            with k.loop(first, last, "age", parallel=True) as age:
                k.store(self.none, buffer, age)
        with k.loop(self.zero, k.count(f"{j.pre.name}.padded"), "pre", parallel=True) as pre:
            k.store(self.none, *self._seen(pre))
        k.store(k.step_i64(), self.bases, self.mine)

    # ------------------------------------------------------------------ rows

    def _seen(self, pre: Value) -> tuple[Value, Value]:
        """Where it stands up to when the row of ``pre`` has caught up."""
        at, extent = self.j.end(self.k, "presynaptic", pre, self.zero)
        return self.k.buffer(f"{self.j.name}.caught_up", i32, extent, OWN), at

    def open(self, pre: Value) -> Row:
        """Before anything happens to the neuron: since when spikes have to act, and its traces."""
        k, event = self.k, self.event
        frame = self.j.frame(k, pre, self.zero, self.zero)
        values = {name: frame.current(name) for name in event.plain}
        since = k.load(*self._seen(pre), i32, "since")
        now = self._since_base(k.step_i64())
        k.store(now, *self._seen(pre))
        if event.table:
            start = k.add(k(arith.ExtSI(since, result_type=i64)), self.base)
            steps = k(arith.SubI(k.step_i64(), start))
            blocks = k(arith.DivUI(k.add(k.to_index(steps), k.constant(BLOCK)), k.constant(BLOCK)))
            with k.loop(self.zero, k.mul(blocks, k.constant(BLOCK)), "age", parallel=True) as age:
                event.done = k.add(start, k.to_i64(age), "then")
                event.bring(pre, self.zero, lambda name: self._then(name, age))
        if self._only_weights:
            fixed = k.compare("eq", self.j.flag(k, 3), k.constant(0, i64)).named("fixed")
            since = k(arith.Select(fixed, now, since), "since")
        return Row(pre, since, values)

    @property
    def _only_weights(self) -> bool:
        """Whether nothing waits but changes of w, which users may forbid."""
        return self.event.changed == ["w"]

    def _then(self, name: str, age: Value) -> Place:
        """Where a trace lies as it was ``age`` steps after the row had caught up."""
        k, variable = self.k, self.j.variables[name]
        length = SPAN + 2 * BLOCK
        kind = variable.stored_type
        buffer = k.buffer(f"{self.j.name}.{name}.then", kind, f"private:{length}", OWN)
        return Place(buffer, k.add(k.mul(k.thread, k.constant(length)), age), variable.type)

    def act(self, row: Row, post: Value, synapse: Value) -> None:
        """All spikes of ``post`` that a synapse of the row has not seen, the oldest first."""
        k, since = self.k, row.since
        recent = self._places(post, self.recent, RECENT)
        with k.when(k.compare("sgt", k.load(*recent[-1]), since)):
            older = self._places(post, self.older, OLDER)
            many = k.compare("sgt", k.load(*older[FEW]), since)
            ages = k(arith.Select(many, k.constant(OLDER), k.constant(FEW)))
            last = k.add(older[0][1], k(arith.SubI(ages, k.constant(1))))
            with k.loop(self.zero, ages, "age") as age:
                time = k.load(self.older, k(arith.SubI(last, age)))
                self._one(row, synapse, time)
        for place in reversed(recent[:-1]):
            self._one(row, synapse, k.load(*place))

    def _one(self, row: Row, synapse: Value, time: Value) -> None:
        """A spike acts on a synapse, if the row has not seen it."""
        k = self.k
        after = k.compare("sgt", time, row.since)
        age = k(arith.Select(after, k(arith.SubI(time, row.since)), self.none))
        place = k.to_index(age, "age")
        values = dict(row.values)
        for name in self.event.table:
            there = self._then(name, place)
            values[name] = k.load(there.buffer, there.at, there.type, name)
        self.event.later(row.pre, synapse, values, after, free=self._only_weights)


def catch_up(j: ProjectionLowering) -> Func | None:
    """``@J_catch_up``, if spikes of post neurons wait."""
    if not j.op.waiting:
        return None
    k = Kernel(f"{j.name}_catch_up", j.op.loc)
    pending, zero = Pending(j, k), k.constant(0)
    low, high = k.partition(j.post.name)
    ranks, counts = j.post.spike_list(k, OWN)
    base, count = j.post.own_spikes(k, low)
    fired = k.to_index(k.load(counts, count), "fired")
    asked = k.to_index(k.scalar(CATCH_UP))
    with k.reduce(zero, fired, [asked], "spike") as (spike, (number,), numbers):
        post = k.to_index(k.load(ranks, k.add(base, spike)), "post")
        numbers.append(k.add(number, pending.is_full(post)))
    since = k(arith.SubI(k.step_i64(), pending.base))
    late = k.compare("sge", since, k.constant(SPAN, i64))
    with k.when(k(arith.OrI(k.compare("ugt", numbers[0], zero), late))):
        _all_rows(j, k, pending)
        pending.start_anew(low, high)
    return k.finish()


def _all_rows(j: ProjectionLowering, k: Kernel, pending: Pending) -> None:
    split, targets = j.offsets(k, "split"), j.ranks(k, "post")
    width = k.add(k.threads, k.constant(1))
    with k.loop(k.constant(0), k.count(f"{j.pre.name}.size"), "pre") as pre:
        bounds = k.row(split, k.add(k.mul(pre, width), k.thread))
        row = pending.open(pre)
        with k.loop(*bounds, "synapse") as synapse:
            post = k.to_index(k.load(targets, synapse), "post")
            pending.act(row, post, synapse)
