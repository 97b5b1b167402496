"""Threads of this process: buffers are arrays of NumPy, which kernels work on where they lie."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from attrs import define, field
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ..arguments import Arguments
from ..buffers import Slab
from ..thread_pool import ThreadPool
from .base import Device, Entry

Array = NDArray[Any]


@define
class Cpu:
    """A pool of threads, and memory of the process."""

    pool: ThreadPool
    _slab: Slab = field(factory=Slab)

    def allocate(self, count: int, dtype: DTypeLike) -> Array:
        """Aligned zeros; small buffers lie one behind the other."""
        return self._slab.aligned(count, dtype)

    def upload(self, buffer: Array, values: ArrayLike) -> None:
        """Set the first elements."""
        array = np.asarray(values)
        buffer[: len(array)] = array

    def download(self, buffer: Array, count: int) -> Array:
        """A copy of the first elements."""
        return buffer[:count].copy()

    def fill(self, buffer: Array, value: float) -> None:
        """Set all elements."""
        buffer[:] = value

    def launch(
        self,
        entry: Entry,
        arguments: Arguments,
        found: list[Any],
        steps: tuple[int, int],
        workers: int,
    ) -> float:
        """Every thread runs the entry point, which meets the others at barriers."""
        table, (first, last) = arguments.addresses(found), steps
        start = time.perf_counter()
        self.pool.run(lambda thread: entry(thread, workers, first, last, table), workers)
        return time.perf_counter() - start


def make(workers: int) -> Device:
    """This machine, with at most so many threads."""
    return Cpu(ThreadPool(workers))
