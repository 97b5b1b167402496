"""Buffers that native code works on: aligned, padded to whole blocks, dealt to threads."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ..ir.diagnostics import fail
from ..ir.interface import BLOCK

ALIGNMENT = 64
"""Bytes: a cache line, and the widest vector register."""


def padded(count: int) -> int:
    """``count`` rounded up to a multiple of ``BLOCK``."""
    return -(-count // BLOCK) * BLOCK


def aligned(count: int, dtype: DTypeLike = np.float64) -> NDArray[Any]:
    """Zeros of shape ``(padded(count),)`` at an address divisible by ``ALIGNMENT``."""
    kind = np.dtype(dtype)
    size = padded(count) * kind.itemsize
    if not size:  # NumPy moves an empty view to an address of its own
        return aligned(1, kind)[:0]
    try:
        memory = np.zeros(size + ALIGNMENT, np.uint8)
    except MemoryError:
        fail(f"there is no memory for an array of {count} numbers ({size / 2**30:.1f} GiB)")
    start = -memory.ctypes.data % ALIGNMENT
    return memory[start : start + size].view(kind)


def filled(value: float, dtype: DTypeLike) -> NDArray[Any]:
    """A buffer for one element that holds ``value``."""
    out = aligned(1, dtype)
    out[0] = value
    return out


def bounds(count: int, threads: int) -> NDArray[np.int64]:
    """Where the range of each thread starts, and the last one ends: whole blocks of neurons.

    Shape ``(threads + 1,)``; kernels compute the same numbers (``Kernel.bound``).
    """
    blocks = padded(count) // BLOCK
    return blocks * np.arange(threads + 1, dtype=np.int64) // threads * BLOCK


def pointer_table(arrays: Iterable[NDArray[Any] | None]) -> ctypes.Array[ctypes.c_void_p]:
    """The addresses of arrays in order. The caller keeps the arrays alive while it is used."""
    addresses = []
    for i, array in enumerate(arrays):
        if array is None or not array.flags.c_contiguous:
            raise ValueError(f"buffer {i} of the program is missing or not contiguous")
        addresses.append(array.ctypes.data)
    return (ctypes.c_void_p * len(addresses))(*addresses)
