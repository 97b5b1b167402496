"""Memories of a device. Each byte has a state, and stamps of those who touched it."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
from attrs import define, field

from .errors import (
    EmulatorError,
    Freed,
    Misaligned,
    OutOfBounds,
    OutOfMemory,
    Uninitialised,
)
from .operations import Array
from .order import Order
from .races import READ, WRITE, Shadow

LIVE, KNOWN, GONE = 1, 2, 4
"""Bits of the state of a byte: allocated, written, given back."""

READY = LIVE | KNOWN
ALIGNMENT = 256
"""Alignment of allocations. Red zones are at least as wide."""

GARBAGE = 0xA5
SECTOR = 32
"""Bytes that memory moves at once."""

QUARANTINE = 1 << 22
"""Bytes that wait before the first of them are used again."""

WHOLE = {log: np.dtype(f"u{1 << log}") for log in range(4)}


def _every_byte(state: int, log: int) -> Any:
    return WHOLE[log].type(int.from_bytes([state] * (1 << log), "little"))


ALL_READY = {log: _every_byte(READY, log) for log in range(4)}
ALL_LIVE = {log: _every_byte(LIVE, log) for log in range(4)}


@define(eq=False)
class Space:
    """A memory whose first byte has the address ``base``.

    Its last bytes are nobody's: accesses beyond it are looked up there. ``sectors`` counts the
    pieces of 32 bytes that each access of a warp touches, of which traffic consists. ``loaded`` and
    ``stored`` are those that the present launch has touched, as for caches that keep all of them.
    """

    name: str
    base: int
    size: int
    races: bool = True
    order: Order | None = None
    sectors: bool = False
    read_bytes: int = 0
    written_bytes: int = 0
    read_sectors: int = 0
    written_sectors: int = 0
    loaded: set[int] = field(factory=set, init=False)
    stored: set[int] = field(factory=set, init=False)
    shadow: Shadow | None = field(default=None, init=False)
    data: Array = field(init=False)
    state: Array = field(init=False)
    _data: dict[int, Array] = field(factory=dict, init=False)
    _state: dict[int, Array] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self._become(np.zeros(self.size, np.uint8), np.zeros(self.size, np.uint8))

    def _become(self, data: Array, state: Array) -> None:
        self.data, self.state, self.size = data, state, data.size
        self._data = {log: data.view(kind) for log, kind in WHOLE.items()}
        self._state = {log: state.view(kind) for log, kind in WHOLE.items()}

    def begin(self, order: Order) -> None:
        """Start a launch or a wave of it."""
        self.order = order
        if self.races and (self.shadow is None or self.shadow.size != self.size):
            self.shadow = Shadow(self.size)
            self.shadow.begin(order.start)

    def offsets(self, address: Array, lanes: Array) -> Array:
        """Addresses as offsets, which may lie outside."""
        return (address - np.uint64(self.base)).view(np.int64)

    def load(self, address: Array, log: int, lanes: Array, site: int, kind: str = READ) -> Array:
        """The values of ``1 << log`` bytes at addresses, for these threads."""
        offset = self.offsets(address, lanes)
        if np.count_nonzero(offset & ((1 << log) - 1)):
            raise self._misaligned(address, log, lanes, site)
        at = offset >> log
        state = self._state[log].take(at, mode="clip")
        if np.count_nonzero(state != ALL_READY[log]):
            raise self._wrong(address, offset, log, lanes, site, READY)
        if self.shadow is not None and self.order is not None:
            self.shadow.note(kind, offset, log, lanes, site, self.order)
        self.read_bytes += at.size << log
        if self.sectors:
            self.read_sectors += self.touched(offset, lanes, self.loaded)
        return self._data[log].take(at)

    def store(
        self, address: Array, value: Array, log: int, lanes: Array, site: int, kind: str = WRITE
    ) -> None:
        """Set values at addresses."""
        offset = self.offsets(address, lanes)
        if np.count_nonzero(offset & ((1 << log) - 1)):
            raise self._misaligned(address, log, lanes, site)
        at = offset >> log
        state = self._state[log].take(at, mode="clip")
        if np.count_nonzero(state != ALL_READY[log]):
            if np.count_nonzero((state & ALL_LIVE[log]) != ALL_LIVE[log]):
                raise self._wrong(address, offset, log, lanes, site, LIVE)
            self._state[log][at] = ALL_READY[log]
        if self.shadow is not None and self.order is not None:
            self.shadow.note(kind, offset, log, lanes, site, self.order)
        self.written_bytes += at.size << log
        if self.sectors:
            self.written_sectors += self.touched(offset, lanes, self.stored)
        self._data[log][at] = value

    def touched(self, offset: Array, lanes: Array, known: set[int]) -> int:
        """The number of sectors that the warps of an access touch. ``known`` gets all of them."""
        known.update(np.unique(offset // SECTOR).tolist())
        assert self.order is not None
        threads = self.order.threads.take(lanes)
        warps = threads // self.order.per_block * 32 + threads % self.order.per_block // 32
        return int(np.unique(warps << 40 | offset // SECTOR).size)

    def check_aligned(self, address: Array, size: int, lanes: Array, site: int) -> None:
        """Check addresses of vectors."""
        offset = self.offsets(address, lanes)
        if np.count_nonzero(offset & (size - 1)):
            raise self._misaligned(address, size.bit_length() - 1, lanes, site)

    def cells(self, address: Array, log: int, lanes: Array) -> tuple[Array, Array]:
        """All cells of a width, and which are at addresses."""
        return self._data[log], self.offsets(address, lanes) >> log

    def _misaligned(self, address: Array, log: int, lanes: Array, site: int) -> EmulatorError:
        wrong = int(np.flatnonzero(address & np.uint64((1 << log) - 1))[0])
        text = f"{self.name}: {1 << log} bytes at the address {int(address[wrong]):#x}"
        return Misaligned(text).on(site, int(lanes[wrong]))

    def _wrong(
        self, address: Array, offset: Array, log: int, lanes: Array, site: int, wanted: int
    ) -> EmulatorError:
        """The fault of the first access that is not allowed."""
        for lane in range(offset.size):
            start = int(offset[lane])
            states = [
                int(self.state[at]) if 0 <= at < self.size else 0
                for at in range(start, start + (1 << log))
            ]
            bad = [each for each in states if each & wanted != wanted]
            if bad:
                text = (
                    f"{self.name}: {1 << log} bytes at {self.describe(start, int(address[lane]))}"
                )
                kind: type[EmulatorError] = Freed if bad[0] & GONE else OutOfBounds
                kind = kind if not bad[0] & LIVE else Uninitialised
                return kind(text).on(site, int(lanes[lane]))
        raise AssertionError("no access is wrong")

    def describe(self, offset: int, address: int) -> str:
        """An address, in the words of a user."""
        return f"the address {address:#x}"


@define(eq=False)
class Allocations(Space):
    """A memory with allocations, between which nobody has anything.

    It grows up to ``limit`` bytes in use.
    """

    limit: int = 1 << 30
    used: int = field(default=0, init=False)
    blocks: dict[int, int] = field(factory=dict, init=False)
    _end: int = field(default=ALIGNMENT, init=False)
    _given_back: deque[tuple[int, int]] = field(factory=deque, init=False)
    _waiting: int = field(default=0, init=False)

    def allocate(self, size: int) -> int:
        """The address of so many bytes, that nobody has written yet. Raises OutOfMemory."""
        if size <= 0:
            raise OutOfMemory(f"an allocation of {size} bytes")
        if self.used + size > self.limit:
            raise OutOfMemory(f"{size} bytes, and {self.limit - self.used} are free")
        room = _padded(size)
        start = self._again(room)
        if start is None:
            start, self._end = self._end, self._end + room
            if self._end + ALIGNMENT > self.size:
                self._grow(self._end + ALIGNMENT)
        self.blocks[start] = size
        self.used += size
        self.data[start : start + size] = GARBAGE
        self.state[start : start + size] = LIVE
        return self.base + start

    def _again(self, room: int) -> int | None:
        """The oldest memory that was given back, if it fits."""
        if self._waiting > QUARANTINE and self._given_back[0][1] == room:
            start, _ = self._given_back.popleft()
            self._waiting -= room
            self.state[start : start + room] = 0
            return start
        return None

    def _grow(self, least: int) -> None:
        more = np.zeros(max(least, 2 * self.size) - self.size, np.uint8)
        self._become(np.concatenate([self.data, more]), np.concatenate([self.state, more]))

    def release(self, address: int) -> None:
        """Give an allocation back."""
        start = address - self.base
        size = self.blocks.pop(start, None)
        if size is None:
            raise Freed(f"nothing is allocated at {address:#x}")
        self.used -= size
        self.state[start : start + size] = GONE
        self._given_back.append((start, _padded(size)))
        self._waiting += _padded(size)

    def span(self, address: int, size: int) -> slice:
        """The bytes of a range, which must lie in one allocation."""
        start = address - self.base
        inside = start >= 0 and start + size <= self.size
        states = self.state[start : start + size] if inside else np.zeros(1, np.uint8)
        if size and not (states & LIVE).all():
            kind = Freed if (states & GONE).any() else OutOfBounds
            raise kind(f"{size} bytes at {self.describe(start, address)}, from the host")
        return slice(start, start + size)

    def write(self, address: int, values: bytes) -> None:
        """Set bytes from the host."""
        where = self.span(address, len(values))
        self.data[where] = np.frombuffer(values, np.uint8)
        self.state[where] = READY

    def describe(self, offset: int, address: int) -> str:
        """An address and the allocation before it."""
        before = [start for start in self.blocks if start <= offset]
        if not before:
            return f"the address {address:#x}, before all allocations"
        start = max(before)
        size = self.blocks[start]
        return f"the address {address:#x}, byte {offset - start} of an allocation of {size} bytes"


def _padded(size: int) -> int:
    """The room of an allocation with its red zone."""
    return -(-size // ALIGNMENT) * ALIGNMENT + ALIGNMENT


@define(eq=False)
class Windows(Space):
    """Memory that each block or thread has for itself. All see it at the same addresses.

    ``window`` is what one of them has, ``origins`` where that of each thread begins.
    """

    window: int = 0
    origins: Array = field(factory=lambda: np.zeros(0, np.int64))

    def offsets(self, address: Array, lanes: Array) -> Array:
        """Addresses as offsets. Those beyond the window are the last bytes, which are nobody's."""
        offset = (address - np.uint64(self.base)).view(np.int64)
        outside = offset.view(np.uint64) >= np.uint64(self.window)
        offset = offset + self.origins.take(lanes)
        if np.count_nonzero(outside):
            offset = np.where(outside, np.int64(self.size - 16) + (offset & 7), offset)
        return offset


def windows(name: str, base: int, window: int, owners: Array, count: int, races: bool) -> Windows:
    """Memory of ``count`` owners, of which each thread has one."""
    room = -(-window // 16) * 16 + 16
    space = Windows(name, base, room * count + 32, races=races, window=window)
    space.origins = owners.astype(np.int64) * room
    for each in range(count):
        space.state[each * room : each * room + window] = LIVE
    return space
