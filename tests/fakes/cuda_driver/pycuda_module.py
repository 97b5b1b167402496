"""A stand-in for the module ``pycuda.driver``.

It has the classes and functions that PyCUDA's documentation describes, with its exceptions and its
ways: things are freed when Python drops them, and only in a context that is current.
"""

from __future__ import annotations

import ctypes
import os
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from .simulation import Failed, SimulatedDriver, Status

SIGNATURES = {
    "init": "(flags=0)",
    "get_driver_version": "()",
    "mem_get_info": "()",
    "mem_alloc": "(bytes)",
    "memcpy_htod": "(dest, src)",
    "memcpy_dtoh": "(dest, src)",
    "memset_d8": "(dest, data, count)",
    "memset_d16": "(dest, data, count)",
    "memset_d32": "(dest, data, count)",
    "module_from_buffer": "(buffer, options=[], message_handler=None)",
    "pagelocked_empty": "(shape, dtype, order='C', mem_flags=0)",
    "Device": "(number)",
    "Device.count": "()",
    "Device.name": "(self)",
    "Device.compute_capability": "(self)",
    "Device.total_memory": "(self)",
    "Device.get_attribute": "(self, attr)",
    "Device.retain_primary_context": "(self)",
    "Context.push": "(self)",
    "Context.pop": "()",
    "Context.synchronize": "()",
    "Context.detach": "(self)",
    "DeviceAllocation.free": "(self)",
    "Module.get_function": "(self, name)",
    "Function.get_attribute": "(self, attr)",
    "Function.prepare": "(self, arg_types)",
    "Function.prepared_call": "(self, grid, block, *args, shared_size=0)",
    "Event": "(flags=0)",
    "Event.record": "(self, stream=None)",
    "Event.synchronize": "(self)",
    "Event.time_since": "(self, event)",
}
"""The signatures of PyCUDA 2026.1, from its documentation."""

ATTRIBUTES = {
    "device_attribute": ("MULTIPROCESSOR_COUNT",),
    "function_attribute": (
        "NUM_REGS",
        "LOCAL_SIZE_BYTES",
        "SHARED_SIZE_BYTES",
        "MAX_THREADS_PER_BLOCK",
    ),
}
"""Members of its enumerations that are used."""


class Error(Exception):
    """The base of PyCUDA's errors."""


class MemoryError(Error):
    """No memory."""


class LogicError(Error):
    """A mistake of the caller."""


class LaunchError(Error):
    """A kernel that failed."""


class RuntimeError(Error):
    """A failure of the surroundings."""


_KINDS: dict[Status, type[Error]] = {
    Status.CUDA_ERROR_OUT_OF_MEMORY: MemoryError,
    Status.CUDA_ERROR_NO_DEVICE: RuntimeError,
    Status.CUDA_ERROR_LAUNCH_FAILED: LaunchError,
    Status.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES: LaunchError,
}


@contextmanager
def calling(driver: SimulatedDriver, name: str, *arguments: Any) -> Iterator[None]:
    """Record a call of the driver. Its error becomes one of PyCUDA."""
    if driver._process in (None, os.getpid()):
        driver.calls.append((name, arguments))
    try:
        yield
    except Failed as problem:
        kind = _KINDS.get(problem.status, LogicError)
        raise kind(f"{name} failed: {problem.text}") from problem


def _freed(driver: SimulatedDriver, device: Any, free: Callable[[], None]) -> None:
    """Free something. Out of its context PyCUDA only warns, and keeps it.

    With a context that was given back it has gone.
    """
    if os.getpid() != driver._process or not device.retained:
        return
    if not driver.stack or driver.stack[-1] is not device:
        warnings.warn("in out-of-thread context could not be cleaned up", UserWarning, stacklevel=2)
        return
    with calling(driver, "cuMemFree"):
        free()


def pycuda_module(driver: SimulatedDriver) -> ModuleType:
    """The module."""
    module = ModuleType("pycuda.driver")
    vars(module).update(
        Error=Error, MemoryError=MemoryError, LogicError=LogicError, LaunchError=LaunchError,
        RuntimeError=RuntimeError, **_functions(driver), **_classes(driver),
        **_kernels(driver), **_events(driver),
    )  # fmt: skip
    for kind, names in ATTRIBUTES.items():
        vars(module)[kind] = SimpleNamespace(**{name: name for name in names})
    return module


def _functions(driver: SimulatedDriver) -> dict[str, Any]:
    """Functions of the module."""

    def init(flags: int = 0) -> None:
        with calling(driver, "cuInit"):
            driver.init()

    def get_driver_version() -> int:
        major, minor = driver.version
        return 1000 * major + 10 * minor

    def mem_get_info() -> tuple[int, int]:
        with calling(driver, "cuMemGetInfo"):
            return driver.current.free, driver.current.memory

    def memcpy_htod(dest: int, src: Any) -> None:
        with calling(driver, "cuMemcpyHtoD"):
            driver.write(int(dest), bytes(memoryview(src).cast("B")))

    def memcpy_dtoh(dest: Any, src: int) -> None:
        target = memoryview(dest).cast("B")
        assert not target.readonly
        with calling(driver, "cuMemcpyDtoH"):
            target[:] = driver.read(int(src), len(target))

    def setter(size: int) -> Callable[..., None]:
        def memset(dest: int, data: int, count: int) -> None:
            with calling(driver, f"cuMemsetD{8 * size}"):
                driver.write(int(dest), data.to_bytes(size, "little") * count)

        return memset

    def pagelocked_empty(shape: Any, dtype: Any, order: str = "C", mem_flags: int = 0) -> Any:
        with calling(driver, "cuMemHostAlloc"):
            assert driver.current is not None
        return np.empty(shape, dtype)

    def mem_alloc(bytes: int) -> Any:
        with calling(driver, "cuMemAlloc"):
            return _allocation(driver, driver.current, driver.allocate(bytes))

    return {
        "init": init, "get_driver_version": get_driver_version, "mem_get_info": mem_get_info,
        "mem_alloc": mem_alloc, "memcpy_htod": memcpy_htod, "memcpy_dtoh": memcpy_dtoh,
        "memset_d8": setter(1), "memset_d16": setter(2), "memset_d32": setter(4),
        "pagelocked_empty": pagelocked_empty, "DeviceAllocation": DeviceAllocation,
    }  # fmt: skip


class DeviceAllocation:
    """Memory of a device, given back when Python drops it."""

    def __init__(self, *given: Any) -> None:
        self._driver, self._device, self._address = given
        self._valid = True

    def __int__(self) -> int:
        address: int = self._address
        return address

    def free(self) -> None:
        """Give it back now."""
        assert self._valid, "freed twice"
        self._valid = False
        _freed(self._driver, self._device, lambda: self._driver.release(self._address))

    def __del__(self) -> None:
        if self._valid and self._device.error is None:
            self.free()


def _allocation(driver: SimulatedDriver, device: Any, address: int) -> DeviceAllocation:
    return DeviceAllocation(driver, device, address)


def _classes(driver: SimulatedDriver) -> dict[str, Any]:
    """Devices and contexts."""

    class Device:
        def __init__(self, number: int) -> None:
            with calling(driver, "cuDeviceGet"):
                self._device = driver.device(number)

        @staticmethod
        def count() -> int:
            driver.check()
            return len(driver.devices)

        def name(self) -> str:
            return self._device.name

        def compute_capability(self) -> tuple[int, int]:
            return self._device.capability

        def total_memory(self) -> int:
            return self._device.memory

        def get_attribute(self, attr: str) -> int:
            return {"MULTIPROCESSOR_COUNT": 132}[attr]

        def retain_primary_context(self) -> Any:
            with calling(driver, "cuDevicePrimaryCtxRetain"):
                return Context(driver.retain(self._device))

    class Context:
        def __init__(self, device: Any) -> None:
            self._device = device

        def push(self) -> None:
            with calling(driver, "cuCtxPushCurrent"):
                driver.check()
                driver.stack.append(self._device)

        @staticmethod
        def pop() -> None:
            driver.stack.pop()

        @staticmethod
        def synchronize() -> None:
            with calling(driver, "cuCtxSynchronize"):
                assert driver.current is not None

        def detach(self) -> None:
            self._device.retained -= 1

    return {"Device": Device, "Context": Context}


def _kernels(driver: SimulatedDriver) -> dict[str, Any]:
    """Modules and kernels."""

    class Module:
        def __init__(self, content: Any) -> None:
            self._content = content

        def get_function(self, name: str) -> Any:
            with calling(driver, "cuModuleGetFunction"):
                return Function(self, driver.function(self._content, name))

        def __del__(self) -> None:
            device = self._content.device
            if device.error is None:
                _freed(driver, device, lambda: driver.unload(self._content))

    class Function:
        def __init__(self, module: Any, content: Any) -> None:
            self._module, self._content = module, content  # it keeps its module
            self._format = ""

        def get_attribute(self, attr: str) -> int:
            with calling(driver, "cuFuncGetAttribute"):
                assert driver.current is not None
                return driver.attribute(attr)

        def prepare(self, arg_types: str) -> Any:
            self._format = arg_types
            return self

        def prepared_call(self, grid: Any, block: Any, *args: int, shared_size: int = 0) -> None:
            assert isinstance(grid, tuple) and isinstance(block, tuple) and len(block) == 3
            assert self._format == "Q" * len(args)
            plain = tuple(ctypes.c_uint64(each).value for each in args)
            with calling(driver, "cuLaunchKernel"):
                driver.launch(self._content, grid, block, plain, shared_size)

    def module_from_buffer(buffer: Any, options: Any = [], message_handler: Any = None) -> Any:  # noqa: B006
        with calling(driver, "cuModuleLoadDataEx"):
            try:
                return Module(driver.load(bytes(buffer)))
            except Failed as problem:
                if message_handler is not None:
                    message_handler(False, "", driver.log)
                problem.text = f"{problem.text} - {driver.log}"
                raise

    return {"Module": Module, "Function": Function, "module_from_buffer": module_from_buffer}


def _events(driver: SimulatedDriver) -> dict[str, Any]:
    """Events."""

    class Event:
        def __init__(self, flags: int = 0) -> None:
            self._device, self._time = driver.current, 0.0

        def record(self, stream: Any = None) -> Any:
            self._time = time.perf_counter()
            return self

        def synchronize(self) -> Any:
            assert self._time
            return self

        def time_since(self, event: Any) -> float:
            return 1000.0 * float(self._time - event._time)

    return {"Event": Event}
