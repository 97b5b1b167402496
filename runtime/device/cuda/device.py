"""A GPU as a device for programs.

Buffers are handles: an address, and the memory that it lies in, which is given back with the last
of its buffers. Small ones lie one behind the other, as on the CPU. Arrays of the host never are the
memory of the device: what ``view`` gives is a copy.

Kernels get the addresses of the program's arguments, or of a table of them where there are many; an
argument that is a list of buffers is such a table itself. Tables stay on the device while nothing
changes.
"""

from __future__ import annotations

import time
from itertools import chain, repeat
from typing import Any

import numpy as np
from attrs import field
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ....ir.attrs_classes import define, frozen
from ....ir.target import Target
from ...guard_pages import wanted
from .choose import refuse
from .driver import Graph
from .gpu import (
    Allocation,
    Gpu,
    GpuCode,
    GpuKernel,
    LoadedCode,
    LoadedKernel,
    StoppedWithin,
)
from .graphs import ONE, PreparedKernel, PreparedProgram, ProgramGraph
from .graphs import wanted as lengths_wanted
from .grid import Grid
from .grid import wanted as grid_wanted

Array = NDArray[Any]

ALIGNMENT = 256
"""Bytes between the begins of small buffers.

No two of them share what the device moves at once.
"""

_SMALL, _SLAB = 1 << 16, 1 << 21
"""Bytes of small buffers, and of the memory they share."""


@frozen(eq=False, weakref_slot=True)
class GpuBuffer:
    """Elements on a device, from ``address`` on. ``memory`` is None where there are none."""

    dtype: np.dtype[Any]
    size: int
    address: int
    memory: Allocation | None


@define
class CudaDevice:
    """Memory and launches of one network on a GPU.

    Kernels for several ``workers`` run as one block of so many threads, those for one on a
    ``grid``. ``lengths`` are numbers of steps of graphs, the preferred ones first. With ``guarded``
    each buffer is an allocation of its own, so that tools see its end. ``stopped`` says why nothing
    can be done with the network any more.
    """

    target: Target
    gpu: Gpu
    workers: int
    guarded: bool = field(factory=wanted)
    grid: Grid = field(factory=grid_wanted)
    lengths: tuple[int, ...] = field(factory=lengths_wanted)
    stopped: str = field(default="", init=False)
    _slab: Allocation | None = field(default=None, init=False)
    _used: int = field(default=0, init=False)
    _tables: dict[int | str, tuple[list[int], GpuBuffer]] = field(factory=dict, init=False)
    _loaded: dict[int, tuple[GpuCode, LoadedCode]] = field(factory=dict, init=False)
    _time: GpuBuffer | None = field(default=None, init=False)
    _graphs: ProgramGraph | None = field(default=None, init=False)

    # ------------------------------------------------------------------ memory

    def allocate(self, count: int, dtype: DTypeLike) -> GpuBuffer:
        """A buffer of zeros."""
        found = self._place(self.target.padded(count), np.dtype(dtype))
        if found.size:
            self.gpu.fill(found.address, b"\0", found.size * found.dtype.itemsize)
        return found

    def _place(self, count: int, dtype: np.dtype[Any]) -> GpuBuffer:
        """A buffer with anything in it."""
        size = count * dtype.itemsize
        if not size:
            return GpuBuffer(dtype, 0, 0, None)
        if size > _SMALL or self.guarded:
            own = self.gpu.allocate(size)
            return GpuBuffer(dtype, count, own.address, own)
        if self._slab is None or self._used + size > self._slab.size:
            self._slab, self._used = self.gpu.allocate(_SLAB), 0
        address = self._slab.address + self._used
        self._used += -(-size // ALIGNMENT) * ALIGNMENT
        return GpuBuffer(dtype, count, address, self._slab)

    def adopt(self, values: Array) -> GpuBuffer:
        """A copy of values, with zeros behind them."""
        given = np.ascontiguousarray(values).reshape(-1)
        found = self._place(self.target.padded(given.size), given.dtype)
        if found.size:
            each = given.dtype.itemsize
            rest = (found.size - given.size) * each
            if rest:
                self.gpu.fill(found.address + given.nbytes, b"\0", rest)
            self.upload(found, given)
        return found

    def upload(self, buffer: GpuBuffer, values: ArrayLike, start: int = 0) -> None:
        """Set elements."""
        self._check()
        given = np.ascontiguousarray(np.asarray(values).reshape(-1), buffer.dtype)
        address = _address(buffer, given.size, start)
        if given.size:
            self.gpu.upload(address, given)

    def download(self, buffer: GpuBuffer, count: int, start: int = 0) -> Array:
        """A copy of elements."""
        self._check()
        address = _address(buffer, count, start)
        found = np.empty(count, buffer.dtype)
        if count:
            self.gpu.download(found, address)
        return found

    def view(self, buffer: GpuBuffer, count: int, start: int = 0) -> Array:
        """A copy of elements that nobody can write to."""
        found = self.download(buffer, count, start)
        found.flags.writeable = False
        return found

    def fill(self, buffer: GpuBuffer, value: float, count: int | None = None) -> None:
        """Set elements to one value."""
        self._check()
        count = buffer.size if count is None else count
        address = _address(buffer, count, 0)
        if not count:
            return
        pattern = np.array([value]).astype(buffer.dtype).tobytes()
        while len(pattern) > 1 and pattern[: len(pattern) // 2] == pattern[len(pattern) // 2 :]:
            pattern = pattern[: len(pattern) // 2]
        if len(pattern) <= 4:
            repeats = count * buffer.dtype.itemsize // len(pattern)
            self.gpu.fill(address, pattern, repeats)
        else:
            self.upload(buffer, np.full(count, value))

    # ------------------------------------------------------------------ kernels

    def prepare(self, entry: Any) -> None:
        """Load the kernels of a program, before it has buffers.

        Raises DeviceFailed where the driver does not take them, or does not launch so many threads.
        """
        self.loaded(entry)

    def loaded(self, code: GpuCode) -> LoadedCode:
        """The kernels of a code. The code is kept, so that its number stays its own."""
        found = self._loaded.get(id(code))
        if found is None:
            loaded = self.gpu.load(code)
            for kernel, each in zip(code.kernels, loaded.kernels, strict=True):
                threads = self.grid.threads if kernel.items else self.workers
                if each.facts.threads < threads:
                    refuse(
                        f"{self.gpu.facts} runs at most {each.facts.threads} threads of the kernel "
                        f"'{kernel.name}' in a block, which takes {each.facts.registers} registers;"
                        f" it needs {threads}"
                    )
            found = self._loaded[id(code)] = code, loaded
        return found[1]

    def launch(self, entry: Any, found: list[Any], steps: tuple[int, int], workers: int) -> float:
        """Run the launches of the steps."""
        self._check()
        loaded = self.loaded(entry)
        arguments = [self._argument(*each) for each in enumerate(found)]
        program = PreparedProgram(
            schedule=entry.schedule,
            kernels=[
                self._prepared(kernel, each, arguments, workers)
                for kernel, each in zip(entry.kernels, loaded.kernels, strict=True)
            ],
            clock=self._clock(loaded),
            advance=loaded.advance,
        )
        first, last = steps
        graph, length = self._graph(program, last - first)
        count = 0 if graph is None else (last - first) // length
        begin = first + count * length
        # A run of no steps does what is done behind the last step.
        rest = program.run(begin, last) if begin < last or not count else ()
        start = time.perf_counter()
        if count:
            self.gpu.upload(program.clock, np.array([first], np.int64))
        try:
            self.gpu.run(chain([] if graph is None else repeat(graph, count), rest))
        except StoppedWithin as problem:
            self.stopped = str(problem)
            self._check()
        return time.perf_counter() - start

    def _check(self) -> None:
        """Refuse to go on from within a step."""
        if self.stopped:
            refuse(
                f"this network stopped within a step, when {self.gpu.facts} could not launch a "
                f"kernel: {self.stopped}",
                "it cannot go on; recordings up to that run are kept, in the monitors",
            )

    def _prepared(
        self, kernel: GpuKernel, loaded: LoadedKernel, arguments: list[int], workers: int
    ) -> PreparedKernel:
        """A kernel with its blocks, threads and addresses."""
        addresses = [arguments[each] for each in kernel.buffers]
        if kernel.in_table:
            addresses = [self._table(kernel.name, addresses)]
        if not kernel.items:
            return PreparedKernel(loaded.function, ONE, (workers, 1, 1), addresses)
        blocks = self.grid.blocks_for(kernel.items, self.gpu.facts.multiprocessors)
        return PreparedKernel(loaded.function, (blocks, 1, 1), (self.grid.threads, 1, 1), addresses)

    def _clock(self, loaded: LoadedCode) -> int:
        """The address of the step at which a graph begins."""
        if loaded.advance is None:
            return 0
        if self._time is None:
            self._time = self.allocate(1, np.int64)
        return self._time.address

    def _graph(self, program: PreparedProgram, steps: int) -> tuple[Graph | None, int]:
        """A graph for a run, and its own number of steps.

        None where there is no better one than single launches.
        """
        fitting = [each for each in self.lengths if each <= steps]
        if not fitting or not self.gpu.context.has_graphs:
            return None, 0
        before = self._graphs
        if before is None or before.program != program or before.tried < fitting[0]:
            self._graphs = before = self._made(program, fitting)
        return (before.graph, before.steps) if before.steps <= steps else (None, 0)

    def _made(self, program: PreparedProgram, lengths: list[int]) -> ProgramGraph:
        """A graph of the first number of steps that does."""
        for steps in lengths:
            launches = program.repeated(steps)
            if launches is not None:
                return ProgramGraph(program, lengths[0], self.gpu.graph(launches), steps)
        return ProgramGraph(program, lengths[0], None, 0)

    def _argument(self, place: int, given: Any) -> int:
        """The address of an argument."""
        if isinstance(given, list):
            return self._table(place, [_given(place, each) for each in given])
        return _given(place, given)

    def _table(self, place: int | str, addresses: list[int]) -> int:
        """The address of a table on the device.

        ``place`` is that of the argument, or the name of the kernel that it is for.
        """
        before, table = self._tables.get(place, (None, None))
        if table is None or table.size < len(addresses):
            before, table = None, self.allocate(len(addresses), np.uint64)
        if addresses != before:
            self.upload(table, np.array(addresses, np.uint64))
            self._tables[place] = addresses, table
        return table.address


def _given(place: int, buffer: GpuBuffer | None) -> int:
    if buffer is None:
        raise ValueError(f"buffer {place} of the program is missing")
    return buffer.address


def _address(buffer: GpuBuffer, count: int, start: int) -> int:
    """The address of an element. ValueError for a range beyond the buffer."""
    if not 0 <= start <= start + count <= buffer.size:
        raise ValueError(f"{count} elements from {start} on leave a buffer of {buffer.size}")
    return buffer.address + start * buffer.dtype.itemsize
