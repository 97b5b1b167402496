"""Buffers that native code works on: aligned, padded to whole blocks, dealt to threads."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ..ir.diagnostics import NoMemory, error
from ..ir.target import CPU
from .guard_pages import between_pages, wanted

BLOCK, LINE = CPU.block, CPU.line
"""Properties that the target asks of arrays in the memory of this process; see ``ir/target.py``."""

ALIGNMENT = 64
"""Bytes: a cache line, and the widest vector register."""


def padded(count: int) -> int:
    """``count`` rounded up to a multiple of ``BLOCK``."""
    return CPU.padded(count)


def aligned(count: int, dtype: DTypeLike = np.float64) -> NDArray[Any]:
    """Zeros of shape ``(padded(count),)`` at an address divisible by ``ALIGNMENT``."""
    kind = np.dtype(dtype)
    size = padded(count) * kind.itemsize
    if not size:  # NumPy moves an empty view to an address of its own
        return aligned(1, kind)[:0]
    guarded = between_pages(size, ALIGNMENT) if wanted() else None
    if guarded is not None:
        return guarded.view(kind)
    try:
        memory = np.zeros(size + ALIGNMENT, np.uint8)
    except (MemoryError, ValueError, OverflowError):
        text = f"there is no memory for an array of {count} numbers ({size / 2**30:.1f} GiB)"
        raise NoMemory(error(text)) from None
    start = -memory.ctypes.data % ALIGNMENT
    return memory[start : start + size].view(kind)


def guarded(values: NDArray[Any]) -> NDArray[Any]:
    """The same buffer, or a copy between guard pages where buffers are to lie there."""
    if not wanted():
        return values
    out = aligned(len(values), values.dtype)[: len(values)]
    out[:] = values
    return out


def unfilled(shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
    """An array of Python's, whose pages take memory when they are first written."""
    return np.empty(shape, dtype)


def filled(value: float, dtype: DTypeLike) -> NDArray[Any]:
    """A buffer for one element that holds ``value``."""
    out = aligned(1, dtype)
    out[0] = value
    return out


_SMALL, _SLAB = 1 << 13, 1 << 18


class Slab:
    """Makes what :func:`aligned` makes; small buffers lie one behind the other in one array.

    A network of many small populations has thousands of them, and one array costs what ten buffers
    in it do. An array lives as long as one of its buffers.
    """

    def __init__(self) -> None:
        self._memory: NDArray[Any] = np.empty(0, np.uint8)
        self._used = 0

    def aligned(self, count: int, dtype: Any = np.float64) -> NDArray[Any]:
        """Zeros of shape ``(padded(count),)`` at an address divisible by ``ALIGNMENT``."""
        kind = np.dtype(dtype)
        size = padded(count) * kind.itemsize
        if not 0 < size <= _SMALL or wanted():
            return aligned(count, kind)
        start = self._used
        if start + size > self._memory.size:
            self._memory, start = aligned(_SLAB, np.uint8), 0
        self._used = start + -(-size // ALIGNMENT) * ALIGNMENT
        return self._memory[start : start + size].view(kind)

    def filled(self, value: float, dtype: Any) -> NDArray[Any]:
        """A buffer for one element that holds ``value``."""
        out = self.aligned(1, dtype)
        out[0] = value
        return out


def bounds(count: int, threads: int) -> NDArray[np.int64]:
    """Where the range of each thread starts, and the last one ends: whole blocks of neurons.

    Shape ``(threads + 1,)``; kernels read it (``Kernel.border``).
    """
    blocks = padded(count) // BLOCK
    return blocks * np.arange(threads + 1, dtype=np.int64) // threads * BLOCK


def pointer_table(arrays: Iterable[Any]) -> ctypes.Array[ctypes.c_void_p]:
    """The addresses of arrays (and of tables like this one) in order.

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
