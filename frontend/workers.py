"""Work on several cores: independent parts, and results in order.

NumPy computes outside of Python's lock. What comes out never depends on the number of threads.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

Item = TypeVar("Item")
Result = TypeVar("Result")

_MOST = 8
"""The most threads. More would wait for memory, and each needs some for its part."""


_allowed: ContextVar[int] = ContextVar("allowed", default=_MOST)


@contextmanager
def at_most(threads: int | None) -> Iterator[None]:
    """A context in which at most ``threads`` threads are used. None: as many as are worth while."""
    token = _allowed.set(min(_MOST, threads or _MOST))
    try:
        yield
    finally:
        _allowed.reset(token)


def cores() -> int:
    """Number of threads that are worth while here, and allowed."""
    affinity = getattr(os, "sched_getaffinity", None)
    found = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min(found, _allowed.get())


def in_order(
    work: Callable[[Item], Result], items: Iterable[Item], threads: int | None = None
) -> Iterator[Result]:
    """Results of ``work`` for all items, in order, from threads.

    ``threads`` is their number (None: as many as cores). Only a few more results than threads wait
    to be taken.
    """
    threads = cores() if threads is None else threads
    if isinstance(items, Sized):
        threads = min(threads, len(items))
    if threads < 2:
        yield from map(work, items)
        return
    from concurrent.futures import ThreadPoolExecutor  # slow to load, and few networks are so large

    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for each in waiting:
                each.cancel()
