"""Memory of this process, for the host's arrays. Devices take over what lies in it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ..ir.diagnostics import NoMemory, error

ALIGNMENT = 64
"""Bytes: a cache line, and the widest vector register."""


def aligned(count: int, dtype: DTypeLike = np.float64) -> NDArray[Any]:
    """Zeros of shape ``(count,)`` at an address divisible by ``ALIGNMENT``."""
    kind = np.dtype(dtype)
    size = count * kind.itemsize
    if not size:  # NumPy moves an empty view to an address of its own
        return aligned(1, kind)[:0]
    try:
        memory = np.zeros(size + ALIGNMENT, np.uint8)
    except (MemoryError, ValueError, OverflowError):
        text = f"there is no memory for an array of {count} numbers ({size / 2**30:.1f} GiB)"
        raise NoMemory(error(text)) from None
    start = -memory.ctypes.data % ALIGNMENT
    return memory[start : start + size].view(kind)


def unfilled(shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
    """An array of Python's, with memory on first write.

    Its pages take memory when they are first written.
    """
    return np.empty(shape, dtype)
