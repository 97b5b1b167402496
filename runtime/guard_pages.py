"""Memory between forbidden pages, for finding accesses outside of buffers.

Whatever reads or writes beyond the end of such memory, or before the page in which it starts, ends
the process at that instruction, where it would have changed other numbers. The end is exact but for
the alignment; pages are those of the system, some 4 KB, so small buffers take much more than they
need. Systems without ``mprotect`` (Windows) have no such memory.
"""

from __future__ import annotations

import ctypes
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_WANTED: ContextVar[bool] = ContextVar("ranvier_guard_pages", default=False)
_FORBIDDEN = 0
"""``PROT_NONE``, the same everywhere."""


def wanted() -> bool:
    """Whether new buffers are to lie between guard pages."""
    return _WANTED.get()


@contextmanager
def around(on: bool = True) -> Iterator[None]:
    """Put guard pages around buffers made inside the ``with``.

    False leaves it as it is.
    """
    token = _WANTED.set(on or _WANTED.get())
    try:
        yield
    finally:
        _WANTED.reset(token)


def between_pages(size: int, alignment: int) -> NDArray[np.uint8] | None:
    """``size`` bytes of zeros that end at a forbidden page. They end as near to it as they may.

    They start at a multiple of ``alignment``. None where the system has no such memory, or no more
    of it: a process may have only so many pieces (on Linux ``vm.max_map_count``).
    """
    protect = _protect()
    if protect is None:
        return None
    page = mmap.PAGESIZE
    room = -(-max(size, 1) // page) * page
    try:
        memory = mmap.mmap(-1, room + 2 * page, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    except (OSError, OverflowError, MemoryError):
        return None
    whole = np.frombuffer(memory, np.uint8)  # keeps it alive
    start = whole.ctypes.data
    for forbidden in (start, start + page + room):
        if protect(forbidden, page, _FORBIDDEN):
            return None
    first = page + room - -(-size // alignment) * alignment
    return whole[first : first + size]


@cache
def _protect() -> Any:
    """The system's ``mprotect``, if there is one."""
    try:
        found = ctypes.CDLL(None, use_errno=True).mprotect
    except (AttributeError, OSError, TypeError):
        return None
    found.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    found.restype = ctypes.c_int
    return found if hasattr(mmap, "MAP_ANONYMOUS") else None
