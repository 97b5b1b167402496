"""All that passes between networks and their driver.

A :class:`Watch` takes the place of a driver's context. It hands everything on, and knows the memory
of the device, which words of it are addresses, the loaded kernels and, if wanted, each launch.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from ranvier.runtime.device.cuda.driver import FunctionFacts, GpuContext, Launch

Array = NDArray[Any]
WORD = np.dtype(np.uint64)


@frozen(eq=False)
class Loaded:
    """A kernel: its text, its name and the driver's function."""

    ptx: str
    name: str
    function: Any

    @property
    def facts(self) -> FunctionFacts:
        """Registers and memory."""
        found: FunctionFacts = self.function.facts
        return found


@frozen
class Seen:
    """A launch: a kernel with its grid, block and parameters."""

    kernel: Loaded
    grid: tuple[int, ...]
    block: tuple[int, ...]
    parameters: tuple[int, ...]
    shared: int = 0


@frozen(eq=False)
class Written:
    """Bytes that the host has written between launches."""

    address: int
    data: Array


@frozen(eq=False)
class WatchedModule:
    """A module whose kernels are known."""

    watch: Watch
    module: Any
    ptx: str

    def function(self, name: str) -> Any:
        """The driver's own function."""
        found = self.module.function(name)
        self.watch.kernels[id(found)] = Loaded(self.ptx, name, found)
        return found


@frozen(eq=False)
class WatchedGraph:
    """A graph whose launches are known."""

    watch: Watch
    graph: Any
    launches: tuple[Launch, ...]

    def launch(self) -> None:
        """Begin all of them."""
        for each in self.launches:
            self.watch.note(each)
        self.watch.graphs += self.watch.keeping
        self.graph.launch()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.graph, name)


@define(eq=False)
class Watch:
    """A context that is looked at.

    ``sizes`` are those of its memory, ``pointers`` the words of it that are addresses. While it is
    ``keeping`` them, ``log`` gets launches and what is written between; ``before`` is the memory at
    the first of them, if ``memory`` is wanted. ``graphs`` counts those that were launched.
    """

    context: GpuContext
    sizes: dict[int, int] = field(factory=dict)
    kernels: dict[int, Loaded] = field(factory=dict)
    pointers: set[int] = field(factory=set)
    log: list[Seen | Written] = field(factory=list)
    before: dict[int, Array] | None = None
    keeping: bool = False
    memory: bool = False
    graphs: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.context, name)

    @contextmanager
    def kept(self, memory: bool = False) -> Iterator[None]:
        """Keep launches inside the ``with``, if wanted with the memory before."""
        self.log, self.before, self.keeping, self.memory = [], None, True, memory
        self.graphs = 0
        try:
            yield
        finally:
            self.keeping = False

    @property
    def launches(self) -> list[Seen]:
        """The launches that were kept."""
        return [each for each in self.log if isinstance(each, Seen)]

    def _wrote(self, address: int, data: Array) -> None:
        if self.keeping and self.before is not None:
            self.log.append(Written(address, data))

    def load(self, ptx: str) -> Any:
        """Load PTX."""
        return WatchedModule(self, self.context.load(ptx), ptx)

    def allocate(self, size: int) -> int:
        """Memory of the device."""
        address = self.context.allocate(size)
        self.sizes[address] = size
        return address

    def release(self, address: int) -> None:
        """Give memory back."""
        size = self.sizes.pop(address, 0)
        self._forget(address, size)
        self.context.release(address)

    def upload(self, address: int, values: Array) -> None:
        """Copy to the device. Words that are addresses there are kept in mind."""
        self._forget(address, values.nbytes)
        if values.dtype.kind in "iu" and values.dtype.itemsize == WORD.itemsize:
            flat = values.reshape(-1).view(WORD)
            self.pointers.update(address + 8 * i for i in self._addresses(flat))
        self._wrote(address, values.reshape(-1).view(np.uint8).copy())
        self.context.upload(address, values)

    def fill(self, address: int, pattern: bytes, count: int) -> None:
        """Write a pattern."""
        if self.keeping and self.before is not None:
            self._wrote(address, np.frombuffer(pattern * count, np.uint8))
        self._forget(address, len(pattern) * count)
        self.context.fill(address, pattern, count)

    def _forget(self, address: int, size: int) -> None:
        if self.pointers:
            self.pointers -= {each for each in self.pointers if address <= each < address + size}

    def _addresses(self, words: Array) -> list[int]:
        """The places of words that are addresses of memory here."""
        starts = sorted(self.sizes)
        if not starts:
            return []
        ends = np.array([each + self.sizes[each] for each in starts], WORD)
        place = np.searchsorted(np.array(starts, WORD), words, side="right") - 1
        inside = (place >= 0) & (words < ends[np.maximum(place, 0)])
        return [int(each) for each in np.flatnonzero(inside)]

    def start_of(self, address: int) -> int | None:
        """The start of the memory in which an address lies."""
        starts = sorted(self.sizes)
        place = bisect_right(starts, address) - 1
        if place < 0 or address >= starts[place] + self.sizes[starts[place]]:
            return None
        return starts[place]

    def note(self, launch: Launch) -> None:
        """Keep a launch."""
        if self.keeping:
            if self.memory and self.before is None:
                self.before = self.contents()
            self.log.append(
                Seen(
                    self.kernels[id(launch.function)], tuple(launch.grid), tuple(launch.block),
                    tuple(map(int, launch.parameters)), launch.shared,
                )
            )  # fmt: skip

    def launch(self, launch: Launch) -> None:
        """Begin a kernel."""
        self.note(launch)
        self.context.launch(launch)

    def graph(self, launches: Sequence[Launch]) -> Any:
        """Launches to repeat."""
        return WatchedGraph(self, self.context.graph(launches), tuple(launches))

    def contents(self) -> dict[int, Array]:
        """Copies of all memory, by address."""
        found = {}
        for address, size in sorted(self.sizes.items()):
            found[address] = np.empty(size, np.uint8)
            self.context.download(found[address], address)
        return found
