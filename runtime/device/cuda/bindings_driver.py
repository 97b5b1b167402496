"""The driver through NVIDIA's package ``cuda-bindings``, as wheels without any compiler.

Its functions are those of the driver's C interface; each returns a tuple of a status and what C
returns through pointers. The names used here are the same from version 12.6 to 13.
"""

from __future__ import annotations

import ctypes
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

_STREAM = 0
"""The default stream."""

_LOG = 1 << 14
"""Bytes for the log of the driver's assembler."""


@define(eq=False)
class BindingsDriver:
    """The driver, through the module ``cuda.bindings.driver``."""

    api: Any
    name: str = field(default="cuda-bindings", init=False)

    def ask(self, call: str, *arguments: Any) -> Any:
        """Call a function; its result without the status, None without any."""
        status, *found = getattr(self.api, call)(*arguments)
        if status != self.api.CUresult.CUDA_SUCCESS:
            raise self._problem(call, status)
        return found[0] if len(found) == 1 else tuple(found) or None

    def _problem(self, call: str, status: Any) -> DriverError:
        codes = self.api.CUresult
        kind: type[DriverError] = DriverError
        if status == codes.CUDA_ERROR_OUT_OF_MEMORY:
            kind = OutOfMemory
        elif status == codes.CUDA_ERROR_NO_DEVICE:
            kind = NoDevice
        _, text = self.api.cuGetErrorString(status)
        return kind(call, str(status.name), _text(text))

    def initialise(self) -> None:
        """Start the driver."""
        try:
            self.ask("cuInit", 0)
        except DriverError:
            raise
        except Exception as problem:  # whatever the version raises that finds no library
            raise NoLibrary("cuInit", str(problem)) from problem

    def version(self) -> tuple[int, int]:
        """The version of CUDA that the driver knows."""
        number = self.ask("cuDriverGetVersion")
        return number // 1000, number % 1000 // 10

    def devices(self) -> list[DeviceFacts]:
        """All devices."""
        return [self._facts(each) for each in range(self.ask("cuDeviceGetCount"))]

    def _facts(self, ordinal: int) -> DeviceFacts:
        device, kinds = self.ask("cuDeviceGet", ordinal), self.api.CUdevice_attribute

        def attribute(name: str) -> int:
            kind = getattr(kinds, f"CU_DEVICE_ATTRIBUTE_{name}")
            return int(self.ask("cuDeviceGetAttribute", kind, device))

        return DeviceFacts(
            ordinal=ordinal,
            name=_text(self.ask("cuDeviceGetName", 256, device)),
            capability=(
                attribute("COMPUTE_CAPABILITY_MAJOR"),
                attribute("COMPUTE_CAPABILITY_MINOR"),
            ),
            memory=int(self.ask("cuDeviceTotalMem", device)),
            multiprocessors=attribute("MULTIPROCESSOR_COUNT"),
            driver=self.version(),
        )

    def open(self, ordinal: int) -> BindingsContext:
        """The primary context of a device."""
        device = self.ask("cuDeviceGet", ordinal)
        return BindingsContext(self, self.ask("cuDevicePrimaryCtxRetain", device))


@define(eq=False)
class BindingsContext:
    """The primary context of a device."""

    driver: BindingsDriver
    handle: Any
    process: int = field(factory=os.getpid, init=False)
    has_graphs: bool = field(default=True, init=False)

    @contextmanager
    def current(self) -> Iterator[Any]:
        """Make it the current context. Gives the function that calls others."""
        ask = self.driver.ask
        ask("cuCtxPushCurrent", self.handle)
        try:
            yield ask
        finally:
            ask("cuCtxPopCurrent")

    def free_memory(self) -> int:
        """Bytes that nobody has."""
        with self.current() as ask:
            free, _ = ask("cuMemGetInfo")
        return int(free)

    def load(self, ptx: str) -> BindingsModule:
        """Load PTX."""
        kinds, log = self.driver.api.CUjit_option, bytearray(_LOG)
        given = {
            kinds.CU_JIT_ERROR_LOG_BUFFER: log,
            kinds.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES: len(log),
        }
        image = ptx.encode() + b"\0"
        with self.current() as ask:
            try:
                handle = ask(
                    "cuModuleLoadDataEx", image, len(given), list(given), list(given.values())
                )
            except OutOfMemory:
                raise
            except DriverError as problem:
                said = _text(bytes(log)) or problem.text
                raise RefusedPtx(problem.call, problem.error, said) from problem
        return BindingsModule(self, handle)

    def allocate(self, size: int) -> int:
        """Memory of the device."""
        with self.current() as ask:
            return int(ask("cuMemAlloc", size))

    def release(self, address: int) -> None:
        """Give memory back."""
        with self.current() as ask:
            ask("cuMemFree", address)

    def upload(self, address: int, values: NDArray[Any]) -> None:
        """Copy to the device."""
        with self.current() as ask:
            ask("cuMemcpyHtoD", address, values.ctypes.data, values.nbytes)

    def download(self, values: NDArray[Any], address: int) -> None:
        """Copy from the device."""
        with self.current() as ask:
            ask("cuMemcpyDtoH", values.ctypes.data, address, values.nbytes)

    def fill(self, address: int, pattern: bytes, count: int) -> None:
        """Write a pattern."""
        value = int.from_bytes(pattern, "little")
        with self.current() as ask:
            ask(f"cuMemsetD{8 * len(pattern)}", address, value, count)

    def pinned(self, size: int) -> NDArray[np.uint8]:
        """Memory of the host for copies. It is given back with the last array in it."""
        with self.current() as ask:
            address = int(ask("cuMemAllocHost", size))
        memory = (ctypes.c_uint8 * size).from_address(address)
        finalize(memory, self.discard, "cuMemFreeHost", address)
        found: NDArray[np.uint8] = np.frombuffer(memoryview(memory), np.uint8)
        return found

    def launch(self, launch: Launch) -> None:
        """Begin a kernel."""
        block = (*launch.block, launch.shared)
        with self.current() as ask:
            ask(
                "cuLaunchKernel", _handle(launch), *launch.grid, *block, _STREAM,
                *(_words(launch.parameters), 0),
            )  # fmt: skip

    def graph(self, launches: Sequence[Launch]) -> BindingsGraph:
        """Launches, each behind the one before."""
        with self.current() as ask:
            graph = ask("cuGraphCreate", 0)
            try:
                before: list[Any] = []
                for launch in launches:
                    node = self._node(launch)
                    before = [ask("cuGraphAddKernelNode", graph, before, len(before), node)]
                return BindingsGraph(self, ask("cuGraphInstantiate", graph, 0))
            finally:
                ask("cuGraphDestroy", graph)

    def _node(self, launch: Launch) -> Any:
        """The parameters of a node for a launch."""
        node, function = self.driver.api.CUDA_KERNEL_NODE_PARAMS(), _handle(launch)
        node.func = function
        node.gridDimX, node.gridDimY, node.gridDimZ = launch.grid
        node.blockDimX, node.blockDimY, node.blockDimZ = launch.block
        node.sharedMemBytes = launch.shared
        node.kernelParams = _words(launch.parameters)
        return node

    def event(self) -> BindingsEvent:
        """A new event."""
        with self.current() as ask:
            return BindingsEvent(self, ask("cuEventCreate", 0))

    def synchronise(self) -> None:
        """Wait for all that was asked for."""
        with self.current() as ask:
            ask("cuCtxSynchronize")

    def discard(self, call: str, handle: Any) -> None:
        """Destroy a thing in the process that made it.

        Nobody could do anything about an error.
        """
        if os.getpid() == self.process:
            with suppress(DriverError), self.current() as ask:
                ask(call, handle)


@define(eq=False)
class BindingsModule:
    """Loaded PTX."""

    context: BindingsContext
    handle: Any

    def __attrs_post_init__(self) -> None:
        finalize(self, self.context.discard, "cuModuleUnload", self.handle)

    def function(self, name: str) -> BindingsFunction:
        """The kernel of this name."""
        with self.context.current() as ask:
            return BindingsFunction(self, ask("cuModuleGetFunction", self.handle, name.encode()))


@define(eq=False)
class BindingsFunction:
    """A kernel. It keeps its module."""

    module: BindingsModule
    handle: Any

    @property
    def facts(self) -> FunctionFacts:
        """The resources that it takes."""
        context = self.module.context
        kinds = context.driver.api.CUfunction_attribute
        with context.current() as ask:

            def attribute(name: str) -> int:
                kind = getattr(kinds, f"CU_FUNC_ATTRIBUTE_{name}")
                return int(ask("cuFuncGetAttribute", kind, self.handle))

            return FunctionFacts(
                registers=attribute("NUM_REGS"),
                local=attribute("LOCAL_SIZE_BYTES"),
                shared=attribute("SHARED_SIZE_BYTES"),
                threads=attribute("MAX_THREADS_PER_BLOCK"),
            )


@define(eq=False)
class BindingsGraph:
    """Launches to repeat."""

    context: BindingsContext
    handle: Any

    def __attrs_post_init__(self) -> None:
        finalize(self, self.context.discard, "cuGraphExecDestroy", self.handle)

    def launch(self) -> None:
        """Begin all of them."""
        with self.context.current() as ask:
            ask("cuGraphLaunch", self.handle, _STREAM)


@define(eq=False)
class BindingsEvent:
    """A point in the order of launches."""

    context: BindingsContext
    handle: Any

    def __attrs_post_init__(self) -> None:
        finalize(self, self.context.discard, "cuEventDestroy", self.handle)

    def record(self) -> None:
        """Put it behind all that was asked for until now."""
        with self.context.current() as ask:
            ask("cuEventRecord", self.handle, _STREAM)

    def synchronise(self) -> None:
        """Wait until the device has come to it."""
        with self.context.current() as ask:
            ask("cuEventSynchronize", self.handle)

    def seconds_since(self, earlier: BindingsEvent) -> float:
        """The time between two events."""
        with self.context.current() as ask:
            return float(ask("cuEventElapsedTime", earlier.handle, self.handle)) / 1000.0


def _handle(launch: Launch) -> Any:
    function: Any = launch.function
    return function.handle


def _words(parameters: Sequence[int]) -> tuple[tuple[int, ...], tuple[Any, ...]]:
    """Parameters of 8 bytes for the package: values and types."""
    return tuple(parameters), (ctypes.c_uint64,) * len(parameters)


def _text(found: Any) -> str:
    """Text of C, up to its end."""
    plain = found if isinstance(found, bytes) else bytes(found or b"")
    return plain.split(b"\0", 1)[0].decode(errors="replace").strip()


def load() -> Driver:
    """The adapter. NoPackage where ``cuda-bindings`` is not installed."""
    try:
        from cuda.bindings import driver
    except ImportError as problem:
        raise NoPackage("import cuda.bindings.driver", str(problem)) from problem
    return BindingsDriver(driver)
