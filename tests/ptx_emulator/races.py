"""Races: who touched which memory last.

For every element that a launch touches there are five stamps (``order.py``): of its last write, of
two readers and of two threads that used it atomically. Two are enough: they are of different
threads if there were any, and of different blocks if there were any, so one of them is another's
than whoever comes next. An element is as wide as the first access to its word of 8 bytes; a word
that is accessed in several widths becomes 8 elements of one byte.
"""

from __future__ import annotations

import numpy as np
from attrs import define, field, frozen

from .errors import DataRace
from .operations import Array
from .order import SITE, THREAD, Order

READ, WRITE, ATOMIC, CONSTANT = "read", "write", "atomic", "constant"
"""Kinds of accesses. A constant is read by ``ld.global.nc``: no thread of the launch may write it.
"""


@define(eq=False)
class Slots:
    """The stamps of elements of one width."""

    count: int
    written: Array = field(init=False)
    read: Array = field(init=False)
    also_read: Array = field(init=False)
    atomic: Array = field(init=False)
    also_atomic: Array = field(init=False)

    def __attrs_post_init__(self) -> None:
        for name in ("written", "read", "also_read", "atomic", "also_atomic"):
            setattr(self, name, np.zeros(self.count, np.int64))

    def all(self) -> tuple[Array, ...]:
        """The five arrays."""
        return self.written, self.read, self.also_read, self.atomic, self.also_atomic


@frozen(eq=False)
class Touched:
    """The bytes that a launch wrote, read, and used atomically."""

    written: Array
    read: Array
    atomic: Array

    def meets(self, other: Touched) -> bool:
        """Whether one writes what the other touches."""
        pairs = (
            (self.written, other.written | other.read | other.atomic),
            (self.read | self.atomic, other.written),
            (self.read, other.atomic),
            (self.atomic, other.read),
        )
        return any(bool(np.any(one[: two.size] & two[: one.size])) for one, two in pairs)


@define(eq=False)
class Shadow:
    """The stamps of a memory of so many bytes."""

    size: int
    slots: dict[int, Slots] = field(factory=dict, init=False)
    tags: Array = field(init=False)
    launch: int = field(default=0, init=False)
    start: int = field(default=0, init=False)
    any_atomics: bool = field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        self.tags = np.zeros(-(-self.size // 8), np.int64)

    def begin(self, start: int) -> None:
        """Start another launch, with its first stamp: nothing is touched."""
        self.start = start
        self.launch += 1 << 8
        self.any_atomics = False

    def touched(self) -> Touched:
        """All that the last launch touched."""
        found = [np.zeros(8 * self.tags.size, bool) for _ in range(3)]
        for log, slots in self.slots.items():
            mine = np.repeat(self.tags == self.launch | 1 << log, 8)
            kinds = (
                (slots.written,),
                (slots.read, slots.also_read),
                (slots.atomic, slots.also_atomic),
            )
            for bytes_, stamps in zip(found, kinds, strict=True):
                for each in stamps:
                    bytes_ |= mine & np.repeat(each >= self.start, 1 << log)
        return Touched(*found)

    def note(
        self, kind: str, offset: Array, log: int, lanes: Array, site: int, order: Order
    ) -> None:
        """Note accesses of ``1 << log`` bytes. Raises DataRace."""
        self.any_atomics |= kind == ATOMIC
        tag = self.launch | 1 << log
        if np.count_nonzero(self.tags.take(offset >> 3) != tag):
            self._other_widths(kind, offset, log, lanes, site, order)
            return
        self._note(kind, offset >> log, log, lanes, site, order)

    def _other_widths(
        self, kind: str, offset: Array, log: int, lanes: Array, site: int, order: Order
    ) -> None:
        """Accesses to words that are new or had another width."""
        words, tag, byte = offset >> 3, self.launch | 1 << log, self.launch | 1
        tags = self.tags.take(words)
        self.tags[words[tags < self.launch]] = tag
        tags = self.tags.take(words)
        if log:
            self._split(np.unique(words[(tags != tag) & (tags != byte)]))
            bytewise = self.tags.take(words) == byte
            for each in range(1 << log if np.count_nonzero(bytewise) else 0):
                at = offset[bytewise] + each
                self._note(kind, at, 0, lanes[bytewise], site, order)
            offset, lanes = offset[~bytewise], lanes[~bytewise]
        else:
            self._split(np.unique(words[tags != byte]))
        if offset.size:
            self._note(kind, offset >> log, log, lanes, site, order)

    def _split(self, words: Array) -> None:
        """Make words 8 elements of one byte."""
        widths = self.tags.take(words) - self.launch
        for log in range(1, 4):
            those = words[widths == 1 << log]
            if those.size:
                bytes_ = (those[:, None] * 8 + np.arange(8)).reshape(-1)
                for one, other in zip(self._slots(0).all(), self._slots(log).all(), strict=True):
                    one[bytes_] = other[bytes_ >> log]
        self.tags[words] = self.launch | 1

    def _slots(self, log: int) -> Slots:
        found = self.slots.get(log)
        if found is None:
            found = self.slots[log] = Slots((self.tags.size * 8) >> log)
        return found

    def _note(self, kind: str, at: Array, log: int, lanes: Array, site: int, order: Order) -> None:
        slots = self._slots(log)
        stamps = order.stamps.take(lanes) + np.int64(site << SITE)
        written = slots.written.take(at)
        _check(written, stamps, lanes, site, order)
        if kind == CONSTANT and np.count_nonzero(written >= order.start):
            lane = int(np.flatnonzero(written >= order.start)[0])
            error = DataRace("a load through the read-only cache of memory that the launch writes")
            raise error.on(site, int(lanes[lane]), int(written[lane]))
        if kind != ATOMIC and self.any_atomics:
            _check(slots.atomic.take(at), stamps, lanes, site, order)
            _check(slots.also_atomic.take(at), stamps, lanes, site, order)
        if kind in (READ, CONSTANT):
            _remember(slots.read, slots.also_read, at, stamps, order)
            return
        _check(slots.read.take(at), stamps, lanes, site, order)
        _check(slots.also_read.take(at), stamps, lanes, site, order)
        if kind == ATOMIC:
            _remember(slots.atomic, slots.also_atomic, at, stamps, order)
            return
        slots.written[at] = stamps
        last = slots.written.take(at)
        if np.count_nonzero(last != stamps):
            lane = int(np.flatnonzero(last != stamps)[0])
            raise DataRace("two threads write one address").on(
                site, int(lanes[lane]), int(last[lane])
            )


def _check(before: Array, stamps: Array, lanes: Array, site: int, order: Order) -> None:
    found = order.unordered(before, stamps, lanes)
    if found is not None:
        lane = int(np.flatnonzero(found)[0])
        error = DataRace("two threads access one address in no order, one of them writes")
        raise error.on(site, int(lanes[lane]), int(before[lane]))


def _remember(first: Array, second: Array, at: Array, stamps: Array, order: Order) -> None:
    """Keep two threads at each element, of different blocks if possible."""
    before = first.take(at)
    if not np.count_nonzero(before != stamps):
        return
    first[at] = stamps
    now = first.take(at)
    older = (before >= order.start) & (((before ^ now) & THREAD) != 0)
    lost = now != stamps
    if order.alone:
        _put(second, at, before, older)
        _put(second, at, stamps, lost)
        return
    mine = (now & THREAD) // order.per_block
    kept = second.take(at)
    far = (kept >= order.start) & ((kept & THREAD) // order.per_block != mine)
    for stamp, those in ((before, older), (stamps, lost)):
        _put(second, at, stamp, those & ~far)
    for stamp, those in ((before, older), (stamps, lost)):
        _put(second, at, stamp, those & ((stamp & THREAD) // order.per_block != mine))


def _put(slots: Array, at: Array, stamps: Array, those: Array) -> None:
    if np.count_nonzero(those):
        slots[at[those]] = stamps[those]
