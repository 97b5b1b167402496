"""Blocks and threads of launches, and steps of graphs.

Programs of one block have those that they were made for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from attrs import frozen

from ranvier.runtime.device.cuda.grid import Grid


@frozen
class Shape:
    """Blocks of a grid, threads of a block, steps of graphs. None is the device's own choice."""

    grid: int | None = None
    block: int | None = None
    graphs: tuple[int, ...] | None = None

    def __str__(self) -> str:
        graphs = "" if self.graphs is None else f", graphs of {[*self.graphs]}"
        return f"{self.grid or 'any'} x {self.block or 'any'}{graphs}"


def shapes(compiled: Any, small: bool = False) -> list[Shape]:
    """The shapes for a network's launches, the device's own first."""
    if not any(each.items for each in compiled._program.entry.kernels):
        return [Shape()]
    if small:
        return [Shape(), Shape(3, 64, graphs=(2,))]
    return [Shape(), Shape(33, 64, graphs=()), Shape(4, 128, graphs=(60, 24))]


@contextmanager
def shaped(compiled: Any, shape: Shape) -> Iterator[None]:
    """Launch a network's kernels in a shape."""
    device = compiled._program.device
    if shape.block is None:
        yield
        return
    before = device.grid, device.lengths
    device.grid = Grid(shape.block, shape.grid or 0)
    device.lengths = device.lengths if shape.graphs is None else shape.graphs
    try:
        yield
    finally:
        device.grid, device.lengths = before
