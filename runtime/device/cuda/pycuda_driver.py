"""The driver through PyCUDA.

Its functions raise its own exceptions, whose texts are ``cuMemAlloc failed: out of memory``. It has
no graphs: their launches follow one another in the default stream.

Things that it frees by itself must be freed with their context current, or it only warns and keeps
the memory where another thread drops the last reference. So they lie here in lists that are emptied
at the right moment.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from weakref import finalize

import numpy as np
from attrs import field
from numpy.typing import NDArray

from ....ir.attrs_classes import define
from .driver import (
    DeviceFacts,
    Driver,
    DriverError,
    FunctionFacts,
    Launch,
    NoDevice,
    NoLibrary,
    NoPackage,
    OutOfMemory,
    RefusedPtx,
)

_FAILED = " failed: "
"""The words between a function and its error."""

_LOG = " - "
"""The words between an error and a log."""

_LIBRARIES = ("libcuda", "nvcuda")
"""Names of the driver's library, in errors of the system's loader."""


@define(eq=False)
class PycudaDriver:
    """The driver, through the module ``pycuda.driver``."""

    api: Any
    name: str = field(default="pycuda", init=False)

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn errors of PyCUDA into ours."""
        try:
            yield
        except self.api.MemoryError as problem:
            raise OutOfMemory(*_parts(problem)) from problem
        except self.api.Error as problem:
            raise DriverError(*_parts(problem)) from problem

    def initialise(self) -> None:
        """Start the driver. Of its errors there, PyCUDA's RuntimeError is for no device."""
        with self.errors():
            try:
                self.api.init()
            except self.api.RuntimeError as problem:
                raise NoDevice(*_parts(problem)) from problem

    def version(self) -> tuple[int, int]:
        """The version of CUDA that the driver knows."""
        with self.errors():
            number = self.api.get_driver_version()
        return number // 1000, number % 1000 // 10

    def devices(self) -> list[DeviceFacts]:
        """All devices."""
        with self.errors():
            return [self._facts(each) for each in range(self.api.Device.count())]

    def _facts(self, ordinal: int) -> DeviceFacts:
        device, kinds = self.api.Device(ordinal), self.api.device_attribute
        major, minor = device.compute_capability()
        return DeviceFacts(
            ordinal=ordinal,
            name=device.name(),
            capability=(major, minor),
            memory=device.total_memory(),
            multiprocessors=device.get_attribute(kinds.MULTIPROCESSOR_COUNT),
            driver=self.version(),
        )

    def open(self, ordinal: int) -> PycudaContext:
        """The primary context of a device."""
        with self.errors():
            return PycudaContext(self, self.api.Device(ordinal).retain_primary_context())


@define(eq=False)
class PycudaContext:
    """The primary context of a device."""

    driver: PycudaDriver
    handle: Any
    process: int = field(factory=os.getpid, init=False)
    has_graphs: bool = field(default=False, init=False)
    _allocated: dict[int, Any] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        finalize(self, _detach, self.driver, self.handle, self.process)

    @contextmanager
    def current(self) -> Iterator[Any]:
        """Make it the current context, and give PyCUDA's module."""
        with self.driver.errors():
            self.handle.push()
            try:
                yield self.driver.api
            finally:
                self.driver.api.Context.pop()

    def free_memory(self) -> int:
        """Bytes that nobody has."""
        with self.current() as api:
            free, _ = api.mem_get_info()
        return int(free)

    def load(self, ptx: str) -> PycudaModule:
        """Load PTX. The log comes with the error, and to PyCUDA's handler of messages."""
        logs: list[str] = []

        def tell(done: bool, information: str, errors: str) -> None:
            logs.append(errors)

        with self.current() as api:
            try:
                module = api.module_from_buffer(ptx.encode() + b"\0", message_handler=tell)
            except api.MemoryError:
                raise
            except api.Error as problem:
                call, error, _ = _parts(problem)
                error, said = error.split(_LOG)[0], "".join(logs).replace("\0", "").strip()
                raise RefusedPtx(call, error, said or error) from problem
        return PycudaModule(self, [module])

    def allocate(self, size: int) -> int:
        """Memory of the device."""
        with self.current() as api:
            found = api.mem_alloc(size)
        address = int(found)
        self._allocated[address] = found
        return address

    def release(self, address: int) -> None:
        """Give memory back."""
        with self.current():
            self._allocated.pop(address).free()

    def upload(self, address: int, values: NDArray[Any]) -> None:
        """Copy to the device."""
        with self.current() as api:
            api.memcpy_htod(address, values)

    def download(self, values: NDArray[Any], address: int) -> None:
        """Copy from the device."""
        with self.current() as api:
            api.memcpy_dtoh(values, address)

    def fill(self, address: int, pattern: bytes, count: int) -> None:
        """Write a pattern."""
        value = int.from_bytes(pattern, "little")
        with self.current() as api:
            write = {1: api.memset_d8, 2: api.memset_d16, 4: api.memset_d32}[len(pattern)]
            write(address, value, count)

    def pinned(self, size: int) -> NDArray[np.uint8]:
        """Memory of the host for copies. PyCUDA gives it back with the last array in it."""
        with self.current() as api:
            found: NDArray[np.uint8] = api.pagelocked_empty(size, np.uint8)
        return found

    def launch(self, launch: Launch) -> None:
        """Begin a kernel."""
        function: Any = launch.function
        with self.current():
            function.handle.prepare("Q" * len(launch.parameters))
            function.handle.prepared_call(
                launch.grid, launch.block, *launch.parameters, shared_size=launch.shared
            )

    def graph(self, launches: Sequence[Launch]) -> PycudaGraph:
        """Launches, one after the other."""
        return PycudaGraph(self, tuple(launches))

    def event(self) -> PycudaEvent:
        """A new event."""
        with self.current() as api:
            return PycudaEvent(self, [api.Event()])

    def synchronise(self) -> None:
        """Wait for all that was asked for."""
        with self.current() as api:
            api.Context.synchronize()

    def discard(self, things: list[Any]) -> None:
        """Drop the last references to things of PyCUDA.

        Only in the process that made them. Nobody could do anything about an error.
        """
        if os.getpid() == self.process:
            with suppress(DriverError), self.current():
                things.clear()


@define(eq=False)
class PycudaModule:
    """Loaded PTX. ``things`` has PyCUDA's module and its kernels, each of which keeps it."""

    context: PycudaContext
    things: list[Any]

    def __attrs_post_init__(self) -> None:
        finalize(self, self.context.discard, self.things)

    def function(self, name: str) -> PycudaFunction:
        """The kernel of this name."""
        with self.context.current():
            self.things.append(self.things[0].get_function(name))
        return PycudaFunction(self, len(self.things) - 1)


@define(eq=False)
class PycudaFunction:
    """A kernel: a thing of its module."""

    module: PycudaModule
    place: int

    @property
    def handle(self) -> Any:
        """PyCUDA's function."""
        return self.module.things[self.place]

    @property
    def facts(self) -> FunctionFacts:
        """The resources that it takes."""
        with self.module.context.current() as api:
            kinds, attribute = api.function_attribute, self.handle.get_attribute
            return FunctionFacts(
                registers=attribute(kinds.NUM_REGS),
                local=attribute(kinds.LOCAL_SIZE_BYTES),
                shared=attribute(kinds.SHARED_SIZE_BYTES),
                threads=attribute(kinds.MAX_THREADS_PER_BLOCK),
            )


@define(eq=False)
class PycudaGraph:
    """Launches to repeat, as so many launches."""

    context: PycudaContext
    launches: tuple[Launch, ...]

    def launch(self) -> None:
        """Begin all of them."""
        for each in self.launches:
            self.context.launch(each)


@define(eq=False)
class PycudaEvent:
    """A point in the order of launches. ``things`` has PyCUDA's event."""

    context: PycudaContext
    things: list[Any]

    def __attrs_post_init__(self) -> None:
        finalize(self, self.context.discard, self.things)

    def record(self) -> None:
        """Put it behind all that was asked for until now."""
        with self.context.current():
            self.things[0].record()

    def synchronise(self) -> None:
        """Wait until the device has come to it."""
        with self.context.current():
            self.things[0].synchronize()

    def seconds_since(self, earlier: PycudaEvent) -> float:
        """The time between two events."""
        with self.context.current():
            return float(self.things[0].time_since(earlier.things[0])) / 1000.0


def _detach(driver: PycudaDriver, handle: Any, process: int) -> None:
    """Give a primary context back. PyCUDA's own way at the end of a process takes it for another.

    All that is freed later has gone with it.
    """
    if os.getpid() == process:
        with suppress(DriverError), driver.errors():
            handle.detach()


def _parts(problem: BaseException) -> tuple[str, str, str]:
    """Function, error and text of an exception of PyCUDA."""
    call, _, error = str(problem).partition(_FAILED)
    return call, error or type(problem).__name__, error


def load() -> Driver:
    """The adapter. NoPackage where PyCUDA is not installed, NoLibrary where it finds no driver.

    DriverError where it was built for another one.
    """
    try:
        import pycuda.driver as api
    except ModuleNotFoundError as problem:
        raise NoPackage("import pycuda.driver", str(problem)) from problem
    except ImportError as problem:
        missing = any(name in str(problem) for name in _LIBRARIES)
        kind = NoLibrary if missing else DriverError
        raise kind("import pycuda.driver", str(problem)) from problem
    return PycudaDriver(api)
