"""The order of accesses. A stamp tells when, where in the program, and by which thread.

A stamp has the clock of the last barrier of the thread in its highest bits, then the number of the
instruction (its *site*), then the number of the thread in the launch. The clock goes on over all
launches, so that what earlier launches did lies before everything.
"""

from __future__ import annotations

import numpy as np
from attrs import define, field

from .errors import LaunchError
from .operations import Array

SITE, CLOCK = 20, 35
"""Bits below the site and below the clock."""

THREAD = np.int64((1 << SITE) - 1)
SITES = 1 << CLOCK - SITE
LAST = 1 << 27
"""A clock that is too late to begin with. It has 28 bits."""


@define
class Clock:
    """The time of a device. It ticks at every barrier and every launch."""

    now: int = 0

    def tick(self) -> int:
        """The next time, as a stamp."""
        self.now += 1
        return self.now << CLOCK


@define(eq=False)
class Order:
    """The accesses that lie before those of a wave now.

    ``threads`` are their numbers in the launch, ``per_block`` the threads of a block. ``alone``:
    the launch has one block. Accesses of the own block before its last barrier come before, those
    of the own warp before its last ``bar.warp.sync``, and one's own.
    """

    clock: Clock
    start: int
    threads: Array
    per_block: int
    alone: bool
    stamps: Array = field(init=False)
    block_floor: Array = field(init=False)
    warp_floor: Array = field(init=False)
    low: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        if int(self.threads.max()) >= 1 << SITE:
            raise LaunchError(f"the emulator runs {1 << SITE} threads at most")
        self.stamps = self.threads | np.int64(self.start)
        self.block_floor = np.full(self.threads.shape, self.start, np.int64)
        self.warp_floor = self.block_floor.copy()
        self.low = self.start

    def after_barrier(self, lanes: Array) -> None:
        """Threads of one block have met."""
        now = self.clock.tick()
        self.block_floor[lanes] = now
        self.stamps[lanes] = self.threads[lanes] | now
        if self.alone:
            self.low = now

    def after_warp_barrier(self, lanes: Array) -> None:
        """Threads of one warp have met."""
        now = self.clock.tick()
        self.warp_floor[lanes] = now
        self.stamps[lanes] = self.threads[lanes] | now

    def unordered(self, before: Array, stamps: Array, lanes: Array) -> Array | None:
        """The earlier accesses that are in no order with these."""
        found = before >= self.low
        if not np.count_nonzero(found):
            return None
        found &= ((before ^ stamps) & THREAD) != 0
        if not np.count_nonzero(found):
            return None
        one, other = before & THREAD, stamps & THREAD
        block = one // self.per_block == other // self.per_block
        warp = block & (one % self.per_block // 32 == other % self.per_block // 32)
        found &= ~(block & (before < self.block_floor[lanes]))
        found &= ~(warp & (before < self.warp_floor[lanes]))
        return found if np.count_nonzero(found) else None
