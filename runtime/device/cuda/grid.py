"""The numbers of blocks and threads of a launch.

Kernels go over their neurons in strides of the grid, so that any grid will do. There are as many
threads as there is work for, but not many more than a device runs at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ....ir.attrs_classes import frozen
from ....ir.interface import MOST_THREADS

WARP = 32
"""Threads that run together. A block is a multiple."""

RESIDENT = 2048
"""The most threads that a multiprocessor holds."""


@frozen
class Grid:
    """Threads of a block, and the number of blocks.

    0: as many as there is work for, and not more than the device runs at once.
    """

    threads: int = 256
    blocks: int = 0

    def __attrs_post_init__(self) -> None:
        few = self.threads * self.blocks <= MOST_THREADS
        if self.threads < WARP or self.threads % WARP or self.blocks < 0 or not few:
            raise ValueError(f"{self.blocks} blocks of {self.threads} threads are no grid")

    def blocks_for(self, items: int, multiprocessors: int) -> int:
        """The blocks of a launch for ``items`` threads."""
        if self.blocks:
            return self.blocks
        most = multiprocessors * (RESIDENT // self.threads)
        return max(1, min(-(-items // self.threads), most))


_WANTED: ContextVar[Grid] = ContextVar("ranvier_gpu_grid", default=Grid())  # noqa: B039


def wanted() -> Grid:
    """The grid of networks that are compiled now."""
    return _WANTED.get()


@contextmanager
def fixed(blocks: int, threads: int) -> Iterator[None]:
    """Launch all kernels on the same grid.

    This is for networks that are compiled inside the ``with``.
    """
    token = _WANTED.set(Grid(threads, blocks))
    try:
        yield
    finally:
        _WANTED.reset(token)
