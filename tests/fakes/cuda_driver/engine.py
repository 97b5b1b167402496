"""Memory and kernels of a simulated GPU, without PTX.

A function of Python does what a kernel would. It has the methods of an emulator that runs the text
of PTX, which takes its place in tests of code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

Kernel = Callable[["StubGpu", "StubLaunch"], None]
"""A function in place of a kernel."""

_ENTRY = re.compile(r"\.entry\s+(\w+)\s*\(([^)]*)\)")


@frozen
class StubLaunch:
    """A launch as the device saw it."""

    name: str
    grid: tuple[int, ...]
    block: tuple[int, ...]
    parameters: tuple[int, ...]
    shared: int


@frozen
class StubModule:
    """The kernels of a text, and the types of their parameters."""

    kernels: dict[str, tuple[str, ...]]


@define(eq=False)
class StubGpu:
    """A dictionary of pieces of memory. Each starts far from the others, with rubbish in it."""

    kernel: Kernel = lambda gpu, launch: None
    pieces: dict[int, bytearray] = field(factory=dict)
    launches: list[StubLaunch] = field(factory=list)
    _next: int = 1 << 32

    def allocate(self, size: int) -> int:
        """Memory of so many bytes."""
        address, self._next = self._next, self._next + (size // 4096 + 2) * 4096
        self.pieces[address] = bytearray(b"\xa5" * size)
        return address

    def release(self, at: int) -> None:
        """Give back a whole piece."""
        del self.pieces[at]

    def _piece(self, at: int, size: int) -> tuple[bytearray, int]:
        for start, piece in self.pieces.items():
            if start <= at and at + size <= start + len(piece):
                return piece, at - start
        raise AssertionError(f"no memory of the device holds {size} bytes at {at:#x}")

    def write(self, at: int, data: Any) -> None:
        """Change bytes."""
        plain = bytes(data)
        piece, start = self._piece(at, len(plain))
        piece[start : start + len(plain)] = plain

    def read(self, at: int, size: int) -> bytes:
        """A copy of bytes."""
        if not size:
            return b""
        piece, start = self._piece(at, size)
        return bytes(piece[start : start + size])

    def array(self, at: int, dtype: Any, count: int) -> NDArray[Any]:
        """A copy of numbers."""
        return np.frombuffer(self.read(at, count * np.dtype(dtype).itemsize), dtype)

    def load(self, ptx: str) -> StubModule:
        """The kernels of a text."""
        return StubModule(
            {
                name: tuple(re.findall(r"\.param\s+\.(\w+)", said))
                for name, said in _ENTRY.findall(ptx)
            }
        )

    def launch(
        self, module: StubModule, name: str, *, grid: Any, block: Any, parameters: Any, shared: int
    ) -> None:
        """Call the function."""
        assert len(parameters) == len(module.kernels[name]), "another number of parameters"
        found = StubLaunch(name, tuple(grid), tuple(block), tuple(parameters), shared)
        self.launches.append(found)
        self.kernel(self, found)

    def launch_graph(self, nodes: Any) -> None:
        """Call the function for each launch of a chain."""
        for place, each in enumerate(nodes):
            assert each.behind == tuple(range(max(0, place - 1), place)), "not a chain"
            self.launch(
                each.module, each.kernel, grid=each.grid, block=each.block,
                parameters=each.parameters, shared=each.shared,
            )  # fmt: skip
