"""The interface of devices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from numpy.typing import ArrayLike, DTypeLike, NDArray

from ..arguments import Arguments

Buffer = Any
"""A buffer as the device knows it: an array where it lies in the memory of the process."""

Entry = Callable[..., None]
"""The entry point of compiled kernels (``codegen/backend.py``)."""


class Device(Protocol):
    """Memory for buffers, and workers that run kernels on them.

    A program asks for all of its own buffers here, and moves values to and from them by
    :meth:`upload` and :meth:`download`, which copy.
    """

    def allocate(self, count: int, dtype: DTypeLike) -> Buffer:
        """A buffer of so many zeros, padded to whole blocks; NoMemory where there is no room."""

    def upload(self, buffer: Buffer, values: ArrayLike) -> None:
        """Set the first elements of a buffer."""

    def download(self, buffer: Buffer, count: int) -> NDArray[Any]:
        """A copy of the first ``count`` elements of a buffer."""

    def fill(self, buffer: Buffer, value: float) -> None:
        """Set all elements of a buffer."""

    def launch(
        self,
        entry: Entry,
        arguments: Arguments,
        found: list[Any],
        steps: tuple[int, int],
        workers: int,
    ) -> float:
        """Run the steps from the first up to the second on so many workers; return the seconds.

        ``found`` are the buffers of ``arguments``, in order, a list of buffers where one is a
        table.
        """
