"""Graphs: the launches of many steps, begun by one call.

The numbers of a graph are fixed when it is made, but steps go on. So kernels take numbers that may
be steps behind the one at which a graph begins. That one lies in the memory of the device, its
*clock*, and the last launch of a graph sets it forward. Between graphs the host has nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from ....ir.attrs_classes import frozen
from .driver import Extent, GpuFunction, Graph, Launch
from .schedule import Later, launches, steady_launches

MOST_LAUNCHES = 1024
"""The most launches of a graph. To make one takes some microseconds for each."""

_STEPS = (960, 480, 240, 120, 60, 24)
"""Numbers of steps of a graph, the preferred ones first.

They are multiples of 12 and 24, the usual numbers of steps that tiled sums take at once.
"""

ONE: Extent = (1, 1, 1)

_WANTED: ContextVar[tuple[int, ...]] = ContextVar("ranvier_gpu_graphs", default=_STEPS)


@contextmanager
def fixed(*steps: int) -> Iterator[None]:
    """Make graphs of so many steps, or none.

    This is for networks that are compiled inside the ``with``.
    """
    token = _WANTED.set(steps)
    try:
        yield
    finally:
        _WANTED.reset(token)


def wanted() -> tuple[int, ...]:
    """Numbers of steps of graphs for networks that are compiled now."""
    return _WANTED.get()


@frozen
class PreparedKernel:
    """A kernel with its blocks, threads and addresses."""

    function: GpuFunction
    grid: Extent
    block: Extent
    addresses: Sequence[int]


@frozen
class PreparedProgram:
    """The kernels of a program, ready to be launched.

    ``clock`` is the address of the step that ``advance`` sets forward; None where the program is
    launched as a whole.
    """

    schedule: Sequence[object]
    kernels: Sequence[PreparedKernel]
    clock: int
    advance: GpuFunction | None

    def run(self, first: int, last: int) -> Iterator[Launch]:
        """The launches of a run."""
        for place, numbers in launches(self.schedule, first, last):
            yield self._launch(place, numbers)

    def repeated(self, steps: int) -> list[Launch] | None:
        """The launches of a graph of so many steps.

        None where it would be too large, or depends on the step at which it begins.
        """
        found = steady_launches(self.schedule, steps, MOST_LAUNCHES)
        if found is None or self.advance is None or len(found) < 2:
            return None
        end = Launch(self.advance, ONE, ONE, [self.clock, steps])
        return [*(self._launch(*each) for each in found), end]

    def _launch(self, place: int, numbers: Sequence[int | Later]) -> Launch:
        """A launch with its parameters; see ``codegen_ptx/entry.py``."""
        kernel = self.kernels[place]
        words = [each.steps if isinstance(each, Later) else each for each in numbers]
        words += kernel.addresses
        if numbers and self.advance is not None:
            moving = [isinstance(each, Later) << i for i, each in enumerate(numbers)]
            words += [self.clock, sum(moving)]
        return Launch(kernel.function, kernel.grid, kernel.block, words)


@frozen(eq=False)
class ProgramGraph:
    """A graph of ``steps`` steps of a program.

    ``tried`` is the number of steps that was wanted; ``graph`` is None where there is none.
    """

    program: PreparedProgram
    tried: int
    graph: Graph | None
    steps: int
