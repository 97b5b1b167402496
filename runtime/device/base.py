"""The interface of devices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from numpy.typing import ArrayLike, DTypeLike, NDArray

from ...ir.diagnostics import Diagnostic, ModelError
from ...ir.target import Target

Entry = Callable[..., None]
"""The entry point of compiled kernels (``codegen/backend.py``)."""


class DeviceFailed(ModelError):  # noqa: N818 - reads as the name of the mistake
    """Failure of a device or its driver."""


class RefusedCode(DeviceFailed):
    """Refusal of code by a device.

    ``code`` is all of it, ``suffix`` the end of the name for a file of it.
    """

    def __init__(self, code: str, suffix: str, *diagnostics: Diagnostic) -> None:
        super().__init__(*diagnostics)
        self.code, self.suffix = code, suffix


class DeviceBuffer(Protocol):
    """Memory of a device, opaque to all but this device."""

    @property
    def dtype(self) -> Any:
        """The type of its elements."""

    @property
    def size(self) -> int:
        """The number of its elements, with padding."""


OwnBuffer = Any
"""A :class:`DeviceBuffer` of the device itself."""


class Device(Protocol):
    """Memory for buffers, and workers that run kernels on them.

    Everything that kernels work on lies in buffers of the device. The host computes in arrays of
    NumPy and moves values by these methods alone. Ranges are a number of elements from ``start``.
    """

    @property
    def target(self) -> Target:
        """The target of the kernels that it runs."""

    def allocate(self, count: int, dtype: DTypeLike) -> DeviceBuffer:
        """A buffer of so many zeros, padded to whole blocks. NoMemory where there is no room."""

    def adopt(self, values: NDArray[Any]) -> DeviceBuffer:
        """A buffer of values that the host made. Padding up to whole blocks is zero.

        It may lie in their very memory: nobody writes to them from now on.
        """

    def upload(self, buffer: OwnBuffer, values: ArrayLike, start: int = 0) -> None:
        """Set elements to values of the same number."""

    def download(self, buffer: OwnBuffer, count: int, start: int = 0) -> NDArray[Any]:
        """A copy of elements."""

    def view(self, buffer: OwnBuffer, count: int, start: int = 0) -> NDArray[Any]:
        """Elements to read before kernels run again.

        Nothing is copied where the host sees the memory.
        """

    def fill(self, buffer: OwnBuffer, value: float, count: int | None = None) -> None:
        """Set the first elements to one value. None: all elements, padding too."""

    def prepare(self, entry: Entry) -> None:
        """Get ready to launch an entry. A ModelError where the device does not take its code."""

    def launch(self, entry: Entry, found: list[Any], steps: tuple[int, int], workers: int) -> float:
        """Run steps on so many workers; return the seconds.

        The steps go from the first number up to the second, which is left out. ``found`` are the
        buffers of the program's arguments, in order, with a list of buffers where one is a table.
        """
