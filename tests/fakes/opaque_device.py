"""A device whose buffers are handles.

What lies in them is reached by its methods only.

It runs the same machine code as the CPU. Values are copied on every way in and out, so that nothing
works because host and kernels happen to share memory.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any
from unittest import mock
from weakref import WeakKeyDictionary

import numpy as np
from attrs import define, evolve, field, frozen
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ranvier.ir import target as targets
from ranvier.ir.target import CPU, Target
from ranvier.runtime.device import Device
from ranvier.runtime.device.cpu import pointer_table
from ranvier.runtime.host_memory import aligned
from ranvier.runtime.thread_pool import ThreadPool

Array = NDArray[Any]


@frozen(eq=False, weakref_slot=True)
class Handle:
    """A buffer, as far as anybody may know of it."""

    dtype: np.dtype[Any]
    size: int


@define
class OpaqueDevice:
    """Memory behind handles; ``calls`` counts what was asked of it."""

    target: Target
    pool: ThreadPool
    calls: Counter[str] = field(factory=Counter)
    _contents: WeakKeyDictionary[Handle, Array] = field(factory=WeakKeyDictionary)

    def allocate(self, count: int, dtype: DTypeLike) -> Handle:
        """Zeros."""
        self.calls["allocate"] += 1
        memory = aligned(self.target.padded(count), dtype)
        handle = Handle(memory.dtype, memory.size)
        self._contents[handle] = memory
        return handle

    def adopt(self, values: Array) -> Handle:
        """A copy."""
        self.calls["adopt"] += 1
        handle = self.allocate(values.size, values.dtype)
        self._contents[handle][: values.size] = values
        return handle

    def upload(self, buffer: Handle, values: ArrayLike, start: int = 0) -> None:
        """Set elements, all of which there are."""
        self.calls["upload"] += 1
        array = np.asarray(values)
        self._range(buffer, array.size, start)[:] = array

    def download(self, buffer: Handle, count: int, start: int = 0) -> Array:
        """A copy."""
        self.calls["download"] += 1
        return self._range(buffer, count, start).copy()

    def view(self, buffer: Handle, count: int, start: int = 0) -> Array:
        """A copy that nobody can write to."""
        self.calls["view"] += 1
        found = self._range(buffer, count, start).copy()
        found.flags.writeable = False
        return found

    def fill(self, buffer: Handle, value: float, count: int | None = None) -> None:
        """Set elements."""
        self.calls["fill"] += 1
        self._contents[buffer][:count] = value

    def prepare(self, entry: Any) -> None:
        """Nothing."""
        self.calls["prepare"] += 1

    def launch(self, entry: Any, found: list[Any], steps: tuple[int, int], workers: int) -> float:
        """Run the kernels on threads."""
        self.calls["launch"] += 1
        start = time.perf_counter()
        table = pointer_table([self._memory(each) for each in found])
        self.pool.run(lambda thread: entry(thread, workers, *steps, table), workers)
        return time.perf_counter() - start

    def _memory(self, found: Any) -> Any:
        if isinstance(found, list):
            return pointer_table([self._contents[each] for each in found])
        return self._contents[found]

    def _range(self, buffer: Handle, count: int, start: int) -> Array:
        memory = self._contents[buffer]
        assert 0 <= start <= start + count <= memory.size, "a range beyond the buffer"
        return memory[start : start + count]


@contextmanager
def opaque(block: int = CPU.block, line: int = CPU.line) -> Iterator[list[OpaqueDevice]]:
    """Make the target ``cpu`` run on such devices.

    They are listed; blocks may be longer.
    """
    devices: list[OpaqueDevice] = []

    def make(target: Target, workers: int, **choice: Any) -> Device:
        devices.append(OpaqueDevice(target, ThreadPool(workers)))
        return devices[-1]

    module = ModuleType("ranvier.runtime.device.opaque")
    vars(module)["make"] = make
    record = evolve(CPU, device="opaque", block=block, line=line)
    sys.modules[module.__name__] = module  # no patch of a dictionary: other imports have to stay
    try:
        with mock.patch.dict(targets._KNOWN, {CPU.name: record}):
            yield devices
    finally:
        del sys.modules[module.__name__]
