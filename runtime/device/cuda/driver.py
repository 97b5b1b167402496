"""The interface of drivers: all that GPUs are asked for.

Two adapters have it, for two Python packages over the same library of NVIDIA's: PyCUDA
(``pycuda_driver.py``) and cuda-bindings (``bindings_driver.py``). They decide nothing and word no
errors for users: what fails is a :class:`DriverError`, which the rest of this folder explains.

Addresses are numbers. All that a context does happens in order, in the default stream of the
device's primary context, which other libraries of the process use too; each method makes that
context current for its own time only, in whatever thread calls it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ....ir.attrs_classes import frozen

Extent = tuple[int, int, int]
"""Blocks of a grid, or threads of a block, by axis."""


class DriverError(Exception):
    """Failure of a call of the driver.

    ``call`` is the function, ``error`` the driver's name of the error, ``text`` says more. They may
    be the same, where a package hands over no more.
    """

    def __init__(self, call: str, error: str, text: str = "") -> None:
        self.call, self.error, self.text = call, error, text
        super().__init__(call, error, text)

    def __str__(self) -> str:
        more = f" ({self.text})" if self.text and self.text != self.error else ""
        return f"{self.call}: {self.error}{more}"


class NoPackage(DriverError):  # noqa: N818
    """The Python package of an adapter is not installed."""


class NoLibrary(DriverError):  # noqa: N818
    """The package is there, the driver's own library is not."""


class NoDevice(DriverError):  # noqa: N818
    """A driver that finds no device."""


class OutOfMemory(DriverError):  # noqa: N818
    """Memory that the device does not have."""


class RefusedPtx(DriverError):  # noqa: N818
    """PTX that the driver does not take.

    ``text`` is the log of its assembler.
    """


@frozen
class DeviceFacts:
    """A device: number, name, compute capability, bytes of memory, multiprocessors.

    ``driver`` is the version of CUDA that its driver knows, as (major, minor).
    """

    ordinal: int
    name: str
    capability: tuple[int, int]
    memory: int
    multiprocessors: int
    driver: tuple[int, int]

    @property
    def machine(self) -> str:
        """The name of its kind in PTX: ``sm_90``."""
        return "sm_{}{}".format(*self.capability)

    def __str__(self) -> str:
        return f"GPU {self.ordinal} ({self.name}, {self.machine})"


@frozen
class FunctionFacts:
    """Resources that a kernel takes, as the driver has assembled it.

    ``registers`` and ``local`` (bytes of spills and arrays) are those of a thread, ``shared``
    (bytes) that of a block, ``threads`` the most that a block of it may have.
    """

    registers: int
    local: int
    shared: int
    threads: int


@frozen
class Launch:
    """A kernel with its numbers of blocks and threads. Parameters are words of 8 bytes."""

    function: GpuFunction
    grid: Extent
    block: Extent
    parameters: Sequence[int]
    shared: int = 0


class GpuFunction(Protocol):
    """A kernel on a device."""

    @property
    def facts(self) -> FunctionFacts:
        """The resources that it takes."""


class Module(Protocol):
    """Loaded PTX. It is unloaded with the last reference to it."""

    def function(self, name: str) -> GpuFunction:
        """The kernel of this name."""


class Event(Protocol):
    """A point in the order of launches."""

    def record(self) -> None:
        """Put it behind all that was asked for until now."""

    def synchronise(self) -> None:
        """Wait until the device has come to it."""

    def seconds_since(self, earlier: Any) -> float:
        """The time between two events that the device has come to."""


class Graph(Protocol):
    """Launches in order, to be launched together, any number of times."""

    def launch(self) -> None:
        """Begin all of them, in order. Nothing waits."""


class GpuContext(Protocol):
    """The primary context of a device. Every method may raise a DriverError."""

    @property
    def has_graphs(self) -> bool:
        """Whether a graph costs one launch. If not, it costs all of its own."""

    def free_memory(self) -> int:
        """Bytes of the device's memory that nobody has."""

    def load(self, ptx: str) -> Module:
        """Load PTX, which the driver assembles. RefusedPtx where it does not."""

    def allocate(self, size: int) -> int:
        """The address of so many bytes, with anything in them. OutOfMemory where there is no room.

        It is a multiple of 256.
        """

    def release(self, address: int) -> None:
        """Give back what ``allocate`` gave."""

    def upload(self, address: int, values: NDArray[Any]) -> None:
        """Copy a contiguous array to the device."""

    def download(self, values: NDArray[Any], address: int) -> None:
        """Copy from the device into a contiguous array, behind all launches."""

    def fill(self, address: int, pattern: bytes, count: int) -> None:
        """Write a pattern of 1, 2 or 4 bytes ``count`` times."""

    def pinned(self, size: int) -> NDArray[np.uint8]:
        """Memory of the host that the device itself copies to."""

    def launch(self, launch: Launch) -> None:
        """Begin a kernel. Nothing waits; errors of the kernel come with a later call."""

    def graph(self, launches: Sequence[Launch]) -> Graph:
        """Launches to repeat."""

    def event(self) -> Event:
        """A new event."""

    def synchronise(self) -> None:
        """Wait for all that was asked for."""


class Driver(Protocol):
    """The driver, through one of the packages."""

    @property
    def name(self) -> str:
        """The name of the package, as it is installed."""

    def initialise(self) -> None:
        """Start the driver; any number of times.

        Raises NoLibrary where there is none, NoDevice where it finds no device.
        """

    def version(self) -> tuple[int, int]:
        """The version of CUDA that the driver knows, as (major, minor)."""

    def devices(self) -> list[DeviceFacts]:
        """All devices, in the order of their numbers."""

    def open(self, ordinal: int) -> GpuContext:
        """The primary context of a device. It is kept until the process ends."""
