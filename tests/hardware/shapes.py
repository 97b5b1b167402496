"""Numbers of blocks and threads of launches.

Programs of one block have those that they were made for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from attrs import frozen


@frozen
class Shape:
    """Blocks of a grid and threads of a block. None is what the device chooses."""

    grid: int | None = None
    block: int | None = None

    def __str__(self) -> str:
        return f"{self.grid or 'any'} x {self.block or 'any'}"


def shapes(compiled: Any, small: bool = False) -> list[Shape]:
    """The shapes for a network's launches, the device's own first."""
    kernels = getattr(compiled._program.entry, "kernels", ())
    if not any(each.items for each in kernels):
        return [Shape()]
    return [Shape(), Shape(3, 64)] if small else [Shape(), Shape(33, 64), Shape(4, 128)]


@contextmanager
def shaped(compiled: Any, shape: Shape) -> Iterator[None]:
    """Launch a network's kernels in a shape."""
    device = compiled._program.device
    if shape.block is None:
        yield
        return
    before = device.grid
    device.grid = type(before)(shape.block, shape.grid or 0)
    try:
        yield
    finally:
        device.grid = before
