"""Memory checked before steps run, so that recordings can be kept.

Native code cannot give a step back. If its recordings found no place afterwards, the clock would
have moved on without them. So a stretch of steps begins only where its buffers, the arrays that are
handed over and what putting these together takes are sure; :func:`secured` tries shorter stretches
before it gives up.

A limit on the address space refuses to give memory. Other systems give what they do not have and
end the process when it is used; there the amount that is free is asked for, after every so many
bytes that were recorded.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Sequence

from attrs import field

from ..ir.attrs_classes import define
from .recorder import Recorder

MARGIN = 4 << 20
"""Bytes for all the small objects that Python makes meanwhile."""

LITTLE = 64 << 10
"""Bytes that remain for the next run. Single steps are not to ask each time."""

ONCE = 64 << 20
"""Bytes to record before the system is asked for room again."""


@define
class MemoryReserve:
    """Free memory. ``available`` says it in bytes, None where the system does not."""

    available: Callable[[], float | None] = lambda: None
    _given: float = field(default=0.0, init=False)
    _sure: float = field(default=0.0, init=False)
    _taken: float = field(default=0.0, init=False)

    def begin(self) -> None:
        """Begin a run: earlier findings count for little.

        Nearly all that was free then may be in use now.
        """
        self._given = min(self._given, MARGIN / 2 + LITTLE)
        self._sure = min(self._sure, self._taken + 2.0 * MARGIN)

    def check(self, needed: int, lasting: int) -> None:
        """Raise MemoryError unless there are ``needed`` bytes. ``lasting`` of them stay in use."""
        if needed + MARGIN / 2 > self._given:
            self._given = 0.0
            _probe(needed + MARGIN)
            self._given = float(needed + MARGIN)
        if needed + self._taken > self._sure:
            found = self.available()
            free = float("inf") if found is None else found - MARGIN
            if needed > free:
                raise MemoryError
            self._sure, self._taken = min(free, needed + ONCE), 0.0
        self._taken += lasting
        self._given -= lasting


def _probe(count: int) -> None:
    """Raise MemoryError unless the system gives so many bytes.

    All of them are given back at once.
    """
    private = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANON} if hasattr(mmap, "MAP_PRIVATE") else {}
    try:
        mmap.mmap(-1, count, **private).close()
    except (OSError, OverflowError):
        raise MemoryError from None


def secured(recorders: Sequence[Recorder], room: MemoryReserve, step: int, steps: int) -> int:
    """Prepare recorders for ``steps`` steps, or as many as fit.

    Raises NoMemory, worded by the monitor that records most, where not even one can be recorded.
    """
    while recorders:
        try:
            for recorder in recorders:
                recorder.begin(step, steps)
            lasting = sum(recorder.lasting for recorder in recorders)
            passing = sum(recorder.passing(steps) for recorder in recorders)
            gathered = max((r.sink._bytes_to_get() for r in recorders), default=0)
            room.check(2 * lasting + passing + gathered, lasting)
            break
        except MemoryError:
            for recorder in recorders:
                recorder.forget()
            if steps == 1:
                max(recorders, key=lambda r: r.sink.bytes_per_second()).sink.refuse()
            steps = -(-steps // 2)
    return steps
