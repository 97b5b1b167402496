"""Threads of this process, with NumPy's arrays as buffers. Kernels work on them where they lie."""

from __future__ import annotations

import ctypes
import operator
import time
from collections.abc import Iterable
from typing import Any

import numpy as np
from attrs import field
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ...ir.attrs_classes import define
from ...ir.target import Target
from ..guard_pages import between_pages, wanted
from ..host_memory import ALIGNMENT, aligned
from ..thread_pool import ThreadPool
from .base import Device, Entry

Array = NDArray[Any]

_SMALL, _SLAB = 1 << 13, 1 << 18
"""Bytes of small buffers, and of the arrays they share. They lie one behind the other there."""


@define
class Cpu:
    """A pool of threads, and memory of the process. ``guarded`` puts guard pages around buffers.

    A network of many small populations has thousands of buffers, and one array costs what ten
    buffers in it do. An array lives as long as one of its buffers.
    """

    target: Target
    pool: ThreadPool = field(factory=ThreadPool)
    guarded: bool = field(factory=wanted)
    _slab: Array = field(factory=lambda: np.empty(0, np.uint8), init=False)
    _used: int = field(default=0, init=False)
    _tables: dict[int, tuple[list[Array], Any]] = field(factory=dict, init=False)

    def allocate(self, count: int, dtype: DTypeLike) -> Array:
        """Aligned zeros; small buffers lie one behind the other."""
        kind = np.dtype(dtype)
        count = self.target.padded(count)
        size = count * kind.itemsize
        if self.guarded and size:
            memory = between_pages(size, ALIGNMENT)
            return aligned(count, kind) if memory is None else memory.view(kind)
        if not 0 < size <= _SMALL:
            return aligned(count, kind)
        start = self._used
        if start + size > self._slab.size:
            self._slab, start = aligned(_SLAB, np.uint8), 0
        self._used = start + -(-size // ALIGNMENT) * ALIGNMENT
        return self._slab[start : start + size].view(kind)

    def adopt(self, values: Array) -> Array:
        """The array itself where kernels can take it: aligned, whole blocks."""
        whole = values.size % self.target.block == 0 and not self.guarded
        if whole and values.flags.c_contiguous and values.ctypes.data % ALIGNMENT == 0:
            return values.reshape(-1)
        out = self.allocate(values.size, values.dtype)
        out[: values.size] = values.reshape(-1)
        return out

    def upload(self, buffer: Array, values: ArrayLike, start: int = 0) -> None:
        """Set elements."""
        array = np.asarray(values)
        buffer[start : start + array.size] = array

    def download(self, buffer: Array, count: int, start: int = 0) -> Array:
        """A copy of elements."""
        return buffer[start : start + count].copy()

    def view(self, buffer: Array, count: int, start: int = 0) -> Array:
        """The elements where they lie."""
        return buffer[start : start + count]

    def fill(self, buffer: Array, value: float, count: int | None = None) -> None:
        """Set elements."""
        buffer[:count] = value

    def prepare(self, entry: Entry) -> None:
        """Nothing: machine code is ready to be called."""

    def launch(self, entry: Entry, found: list[Any], steps: tuple[int, int], workers: int) -> float:
        """Run the entry point in every thread. Threads meet at barriers."""
        table, (first, last) = self._addresses(found), steps
        start = time.perf_counter()
        self.pool.run(lambda thread: entry(thread, workers, first, last, table), workers)
        return time.perf_counter() - start

    def _addresses(self, found: list[Any]) -> Any:
        """The addresses of all arguments.

        Tables of buffers that are the same as before are kept.
        """
        known = list(found)
        for place, each in enumerate(found):
            if isinstance(each, list):
                before, table = self._tables.get(place, ([], None))
                if table is None or not all(map(operator.is_, before, each)):
                    table = pointer_table(each)
                    self._tables[place] = each, table
                known[place] = table
        return pointer_table(known)


def pointer_table(arrays: Iterable[Any]) -> ctypes.Array[ctypes.c_void_p]:
    """The addresses of arrays, in order. Tables like this one may be among them.

    The caller keeps the arrays alive while it is used; tables stay alive with it.
    """
    addresses, tables = [], []
    for i, array in enumerate(arrays):
        if isinstance(array, ctypes.Array):
            tables.append(array)
            addresses.append(ctypes.addressof(array))
        elif array is None or not array.flags.c_contiguous:
            raise ValueError(f"buffer {i} of the program is missing or not contiguous")
        else:
            addresses.append(array.ctypes.data)
    found = (ctypes.c_void_p * len(addresses))(*addresses)
    found.tables = tables  # type: ignore[attr-defined]
    return found


def make(target: Target, workers: int, ordinal: int = 0, driver: str = "") -> Device:
    """This machine, with at most so many threads. There is one, and it needs no driver."""
    return Cpu(target, ThreadPool(workers))
