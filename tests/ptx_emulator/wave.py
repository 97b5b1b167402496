"""The threads of a launch that run together. They are whole blocks, in step where they can be.

Threads have numbers in the wave; a *lane* is a number of a thread in its warp.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define, field, frozen

from .errors import EmulatorError
from .memory import Space, windows
from .memory_operations import AtomicWords
from .operations import Array
from .operations.registry import dtype
from .order import Clock, Order
from .program import LOCAL_BASE, SHARED_BASE
from .races import ATOMIC
from .syntax import SIZES
from .values import WINDOWS, Values

Dim = tuple[int, int, int]


@frozen
class Shape:
    """The blocks of a launch, their threads, and dynamic shared bytes."""

    grid: Dim
    block: Dim
    shared: int = 0

    @property
    def blocks(self) -> int:
        """The number of blocks."""
        return self.grid[0] * self.grid[1] * self.grid[2]

    @property
    def threads(self) -> int:
        """The number of threads of a block."""
        return self.block[0] * self.block[1] * self.block[2]


@define(eq=False)
class Generic:
    """All memories at once: the address says which one is meant."""

    spaces: dict[str, Any]

    def _parts(self, address: Array) -> list[tuple[str, Array | slice]]:
        top = address >> np.uint64(40)
        found: list[tuple[str, Array | slice]] = []
        for each in np.unique(top).tolist():
            name = next((n for n, w in WINDOWS.items() if w and w >> 40 == each), "")
            if not name:
                const = self.spaces["const"]
                name = "const" if each == const.base >> 40 else "global"
            found.append((name, top == each))
        return found

    def _moved(self, name: str, address: Array) -> Array:
        return np.asarray(address - np.uint64(WINDOWS[name]))

    def load(self, address: Array, log: int, lanes: Array, site: int, kind: str) -> Array:
        """Load from each thread's memory."""
        out = np.zeros(address.shape, f"u{1 << log}")
        for name, those in self._parts(address):
            at = self._moved(name, address[those])
            out[those] = self.spaces[name].load(at, log, lanes[those], site, kind)
        return out

    def store(
        self, address: Array, value: Array, log: int, lanes: Array, site: int, kind: str
    ) -> None:
        """Store to each thread's memory."""
        values = np.broadcast_to(value, address.shape)
        for name, those in self._parts(address):
            at = self._moved(name, address[those])
            self.spaces[name].store(at, values[those], log, lanes[those], site, kind)

    def check_aligned(self, address: Array, size: int, lanes: Array, site: int) -> None:
        """Check addresses of vectors."""
        for name, those in self._parts(address):
            at = self._moved(name, address[those])
            self.spaces[name].check_aligned(at, size, lanes[those], site)


@define(eq=False)
class Wave:
    """Registers, parameters and memories of the threads of some blocks."""

    values: Values
    shape: Shape
    blocks: Array
    clock: Clock
    start: int
    random: np.random.Generator
    device: dict[str, Space]
    arguments: list[bytes]
    size: int = field(init=False)
    block: Array = field(init=False)
    lane: Array = field(init=False)
    warp: Array = field(init=False)
    warps: int = field(init=False)
    order: Order = field(init=False)
    registers: list[Array] = field(init=False)
    storage: list[Array] = field(init=False)
    views: list[Array] = field(init=False)
    spaces: dict[str, Any] = field(init=False)
    _garbage: Array = field(init=False)

    def __attrs_post_init__(self) -> None:
        threads, count = self.shape.threads, len(self.blocks)
        self.size = threads * count
        number = np.tile(np.arange(threads), count)
        self.block = np.repeat(np.arange(count), threads)
        self.lane = (number % 32).astype(np.uint32)
        per_block = -(-threads // 32)
        self.warp = self.block * per_block + number // 32
        self.warps = per_block * count
        everywhere = self.blocks.astype(np.int64).repeat(threads) * threads + number
        alone = self.shape.blocks == 1
        self.order = Order(self.clock, self.start, everywhere, threads, alone)
        self._garbage = np.arange(self.size, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        self.registers = [self._first(place) for place in range(len(self.values.registers))]
        for place, name in self.values.specials.items():
            kind = dtype(self.values.registers[place])
            self.registers[place] = np.asarray(self._special(name, number)).astype(kind)
        self._make_parameters()
        self._make_spaces()

    def _first(self, place: int) -> Array:
        """Garbage for a register that nobody has set, by thread."""
        kind = self.values.bytes_of(place)
        if kind == np.dtype(bool):
            return np.asarray(self._garbage % np.uint64(3) == place % 3)
        return (self._garbage + np.uint64(place * 0xD1B54A32D192ED03 % (1 << 64))).astype(kind)

    def _special(self, name: str, number: Array) -> Any:
        word, _, axis = name[1:].partition(".")
        if axis:
            return self._coordinate(word, "xyz".index(axis), number)
        lane, one = self.lane.astype(np.uint64), np.uint64(1)
        own = one << lane
        shared = self.values.program.shared + self.shape.shared
        known: dict[str, Any] = {
            "laneid": lane,
            "warpid": number // 32,
            "nwarpid": np.full(self.size, self.warps // len(self.blocks)),
            "smid": self.blocks.repeat(self.shape.threads),
            "lanemask_eq": own,
            "lanemask_lt": own - one,
            "lanemask_le": (own << one) - one,
            "lanemask_gt": ~((own << one) - one) & np.uint64(0xFFFFFFFF),
            "lanemask_ge": ~(own - one) & np.uint64(0xFFFFFFFF),
            "dynamic_smem_size": np.full(self.size, self.shape.shared),
            "total_smem_size": np.full(self.size, shared),
        }
        return known.get(word, np.full(self.size, self.clock.now))

    def _coordinate(self, word: str, axis: int, number: Array) -> Array:
        if word in ("ntid", "nctaid"):
            extents = self.shape.block if word == "ntid" else self.shape.grid
            return np.full(self.size, extents[axis])
        extents = self.shape.block if word == "tid" else self.shape.grid
        linear = number if word == "tid" else self.blocks.repeat(self.shape.threads)
        for extent in extents[:axis]:
            linear = linear // extent
        return np.asarray(linear % extents[axis])

    def _make_parameters(self) -> None:
        self.storage = [np.zeros((rows, self.size), np.uint64) for rows in self.values.rows]
        kernel = self.values.program.kernel
        for parameter, data in zip(kernel.parameters, self.arguments, strict=True):
            place = self.values.storage(kernel.name, parameter.name)
            whole = data + bytes(-len(data) % 8)
            self.storage[place][:] = np.frombuffer(whole, np.uint64)[:, None]
        self.views = []
        for view in self.values.views:
            kind = dtype(view.kind)
            row = self.storage[view.storage][view.row].view(kind)
            self.views.append(row[view.part :: 8 // SIZES[view.kind]])

    def _make_spaces(self) -> None:
        program = self.values.program
        shared = windows(
            "shared memory", SHARED_BASE, program.shared + self.shape.shared, self.block,
            len(self.blocks), races=True,
        )  # fmt: skip
        local = windows(
            "local memory", LOCAL_BASE, program.local, np.arange(self.size), self.size, races=False
        )
        self.spaces = {**self.device, "shared": shared, "local": local}
        self.spaces["generic"] = Generic({**self.spaces})
        for space in (*self.device.values(), shared, local):
            space.begin(self.order)

    def thread(self, lane: int) -> tuple[int, int]:
        """Block and number of a thread of the wave."""
        return self.where(int(self.order.threads[lane]))

    def where(self, thread: int) -> tuple[int, int]:
        """Block and number of a thread of the launch."""
        return thread // self.shape.threads, thread % self.shape.threads

    def atomic(
        self, words: AtomicWords, address: Array, operands: tuple[Array, ...], lanes: Array,
        site: int,
    ) -> Array:  # fmt: skip
        """Do an atomic operation for each thread; return the values before. The order is random."""
        space = self.spaces[words.space]
        if words.space == "generic":
            return self._atomic_anywhere(words, address, operands, lanes, site)
        log = SIZES[words.kind].bit_length() - 1
        space.load(address, log, lanes, site, ATOMIC)
        cells, at = space.cells(address, log, lanes)
        space.written_bytes += at.size << log
        if space.sectors:
            space.written_sectors += space.touched(at << log, lanes, space.stored)
        kind = dtype(words.kind)
        values, old = cells.view(kind), np.empty(at.shape, kind)
        order = self.random.permutation(at.size)
        order = order[np.argsort(at[order], kind="stable")]
        starts = np.flatnonzero(np.diff(at[order], prepend=-1))
        counts = np.diff(starts, append=order.size)
        if words.accumulates and len(starts) < counts.max():
            for start, count in zip(starts.tolist(), counts.tolist(), strict=True):
                mine = order[start : start + count]
                first = values[at[mine[0]]]
                all_ = words.compute.accumulate([first, *operands[0][mine]], dtype=kind)  # type: ignore[attr-defined]
                old[mine], values[at[mine[0]]] = all_[:-1], all_[-1]
            return old
        for turn in range(int(counts.max())):
            now = order[starts[counts > turn] + turn]
            old[now] = values[at[now]]
            values[at[now]] = words.compute(old[now], *[each[now] for each in operands])
        return old

    def _atomic_anywhere(
        self, words: AtomicWords, address: Array, operands: tuple[Array, ...], lanes: Array,
        site: int,
    ) -> Array:  # fmt: skip
        old = np.zeros(address.shape, dtype(words.kind))
        generic = self.spaces["generic"]
        for name, those in generic._parts(address):
            inside = AtomicWords(name, words.kind, words.compute)
            parts = tuple(each[those] for each in operands)
            moved = generic._moved(name, address[those])
            old[those] = self.atomic(inside, moved, parts, lanes[those], site)
        return old

    def located(self, error: EmulatorError) -> EmulatorError:
        """An error of this wave with its place and thread."""
        sites = self.values.sites
        place = sites[error.site].place if 0 <= error.site < len(sites) else error.place
        if error.other is not None:
            from .order import SITE, SITES

            other = (error.other >> SITE) % SITES
            thread = self.where(error.other & ((1 << SITE) - 1))
            text = f"{error.args[0]}: the other is block {thread[0]}, thread {thread[1]}"
            error.args = (f"{text} at {sites[other].place if other < len(sites) else 'a line'}",)
        return error.at(self.values.program.kernel.name, place, self.thread(error.lane))
