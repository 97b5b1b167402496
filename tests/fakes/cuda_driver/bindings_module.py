"""A stand-in for the module ``cuda.bindings.driver``.

Its functions take what the real ones take and return tuples of a status and results. The names and
numbers of its enumerations are the real ones.
"""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable
from enum import IntEnum
from types import ModuleType
from typing import Any

from attrs import define

from .simulation import TEXTS, Failed, SimulatedDriver, SimulatedNode, Status


class CUdevice_attribute(IntEnum):  # noqa: N801 - the name of the real one
    """Facts of a device."""

    CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT = 16
    CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75
    CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76


class CUfunction_attribute(IntEnum):  # noqa: N801
    """Facts of a kernel."""

    CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK = 0
    CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES = 1
    CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES = 3
    CU_FUNC_ATTRIBUTE_NUM_REGS = 4


class CUjit_option(IntEnum):  # noqa: N801
    """Options of loading."""

    CU_JIT_ERROR_LOG_BUFFER = 5
    CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES = 6


ENUMERATIONS = {
    "CUresult": Status,
    "CUdevice_attribute": CUdevice_attribute,
    "CUfunction_attribute": CUfunction_attribute,
    "CUjit_option": CUjit_option,
}


@define(eq=False)
class KernelNode:
    """A stand-in for ``CUDA_KERNEL_NODE_PARAMS``."""

    func: Any = None
    gridDimX: int = 0  # noqa: N815
    gridDimY: int = 0  # noqa: N815
    gridDimZ: int = 0  # noqa: N815
    blockDimX: int = 0  # noqa: N815
    blockDimY: int = 0  # noqa: N815
    blockDimZ: int = 0  # noqa: N815
    sharedMemBytes: int = 0  # noqa: N815
    kernelParams: Any = None  # noqa: N815


@define(eq=False)
class Handle:
    """A thing of the driver."""

    content: Any = None
    alive: bool = True


def words(given: Any) -> tuple[int, ...]:
    """Parameters of 8 bytes: values and their types."""
    values, types = given
    assert len(values) == len(types)
    assert all(kind is ctypes.c_uint64 for kind in types)
    return tuple(kind(value).value for value, kind in zip(values, types, strict=True))


@define(eq=False)
class Functions:
    """The functions, on a simulated driver."""

    driver: SimulatedDriver

    def cuInit(self, flags: int) -> Any:  # noqa: N802
        if not self.driver.library:
            raise RuntimeError("Failed to dlopen libcuda.so.1")
        assert flags == 0
        return self.driver.init()

    def cuDriverGetVersion(self) -> Any:  # noqa: N802
        major, minor = self.driver.version
        return 1000 * major + 10 * minor

    def cuDeviceGetCount(self) -> Any:  # noqa: N802
        self.driver.check()
        return len(self.driver.devices)

    def cuDeviceGet(self, ordinal: int) -> Any:  # noqa: N802
        return self.driver.device(ordinal)

    def cuDeviceGetName(self, length: int, dev: Any) -> Any:  # noqa: N802
        plain: bytes = dev.name.encode()
        return plain[: length - 1].ljust(length, b"\0")

    def cuDeviceGetAttribute(self, attrib: Any, dev: Any) -> Any:  # noqa: N802
        assert isinstance(attrib, CUdevice_attribute)
        return {16: 132, 75: dev.capability[0], 76: dev.capability[1]}[attrib]

    def cuDeviceTotalMem(self, dev: Any) -> Any:  # noqa: N802
        return dev.memory

    def cuDevicePrimaryCtxRetain(self, dev: Any) -> Any:  # noqa: N802
        return self.driver.retain(dev)

    def cuCtxPushCurrent(self, ctx: Any) -> Any:  # noqa: N802
        self.driver.check()
        self.driver.stack.append(ctx)

    def cuCtxPopCurrent(self) -> Any:  # noqa: N802
        return self.driver.stack.pop()

    def cuCtxSynchronize(self) -> Any:  # noqa: N802
        assert self.driver.current is not None

    def cuModuleLoadDataEx(self, image: bytes, count: int, options: Any, values: Any) -> Any:  # noqa: N802
        assert count == len(options) == len(values)
        given = dict(zip(options, values, strict=True))
        log, size = given[CUjit_option(5)], given[CUjit_option(6)]
        assert isinstance(log, bytearray) and len(log) == size
        try:
            return self.driver.load(image)
        except Failed:
            said = self.driver.log.encode()
            log[: len(said)] = said
            raise

    def cuModuleUnload(self, hmod: Any) -> Any:  # noqa: N802
        self.driver.unload(hmod)

    def cuModuleGetFunction(self, hmod: Any, name: bytes) -> Any:  # noqa: N802
        return self.driver.function(hmod, name.decode())

    def cuFuncGetAttribute(self, attrib: Any, hfunc: Any) -> Any:  # noqa: N802
        assert isinstance(attrib, CUfunction_attribute)
        return self.driver.attribute(attrib.name.removeprefix("CU_FUNC_ATTRIBUTE_"))

    def cuMemGetInfo(self) -> Any:  # noqa: N802
        device = self.driver.current
        return device.free, device.memory

    def cuMemAlloc(self, bytesize: int) -> Any:  # noqa: N802
        return self.driver.allocate(bytesize)

    def cuMemFree(self, dptr: int) -> Any:  # noqa: N802
        self.driver.release(dptr)

    def cuMemcpyHtoD(self, dst: int, src: int, count: int) -> Any:  # noqa: N802
        self.driver.write(dst, ctypes.string_at(src, count))

    def cuMemcpyDtoH(self, dst: int, src: int, count: int) -> Any:  # noqa: N802
        ctypes.memmove(dst, self.driver.read(src, count), count)

    def cuMemsetD8(self, dst: int, uc: int, n: int) -> Any:  # noqa: N802
        self.driver.write(dst, uc.to_bytes(1, "little") * n)

    def cuMemsetD16(self, dst: int, us: int, n: int) -> Any:  # noqa: N802
        self.driver.write(dst, us.to_bytes(2, "little") * n)

    def cuMemsetD32(self, dst: int, ui: int, n: int) -> Any:  # noqa: N802
        self.driver.write(dst, ui.to_bytes(4, "little") * n)

    def cuMemAllocHost(self, bytesize: int) -> Any:  # noqa: N802
        assert self.driver.current is not None
        memory = (ctypes.c_uint8 * bytesize)()
        address = ctypes.addressof(memory)
        self.driver.pinned[address] = memory
        return address

    def cuMemFreeHost(self, p: int) -> Any:  # noqa: N802
        del self.driver.pinned[p]

    def cuLaunchKernel(  # noqa: N802
        self, f: Any, gx: int, gy: int, gz: int, bx: int, by: int, bz: int,
        shared: int, stream: int, parameters: Any, extra: int,
    ) -> Any:  # fmt: skip
        assert stream == 0 and extra == 0
        self.driver.launch(f, (gx, gy, gz), (bx, by, bz), words(parameters), shared)

    def cuGraphCreate(self, flags: int) -> Any:  # noqa: N802
        assert flags == 0 and self.driver.current is not None
        self.driver.graphs.append(Handle([]))
        return self.driver.graphs[-1]

    def cuGraphAddKernelNode(self, graph: Any, before: Any, count: int, node: Any) -> Any:  # noqa: N802
        assert count == len(before) and set(map(id, before)) <= set(map(id, graph.content))
        graph.content.append(Handle((list(before), node)))
        return graph.content[-1]

    def cuGraphInstantiate(self, graph: Any, flags: int) -> Any:  # noqa: N802
        assert flags == 0
        places = {id(each): place for place, each in enumerate(graph.content)}
        nodes = [
            SimulatedNode(
                n.func,
                (n.gridDimX, n.gridDimY, n.gridDimZ),
                (n.blockDimX, n.blockDimY, n.blockDimZ),
                words(n.kernelParams),
                n.sharedMemBytes,
                tuple([places[id(each)] for each in before]),
            )
            for before, n in (each.content for each in graph.content)
        ]
        self.driver.graphs.append(Handle(nodes))
        return self.driver.graphs[-1]

    def cuGraphLaunch(self, executable: Any, stream: int) -> Any:  # noqa: N802
        assert stream == 0 and executable.alive
        self.driver.launch_graph(executable.content)

    def cuGraphDestroy(self, graph: Any) -> Any:  # noqa: N802
        self.driver.graphs.remove(graph)

    def cuGraphExecDestroy(self, executable: Any) -> Any:  # noqa: N802
        self.driver.graphs.remove(executable)

    def cuEventCreate(self, flags: int) -> Any:  # noqa: N802
        assert self.driver.current is not None
        return Handle()

    def cuEventRecord(self, event: Any, stream: int) -> Any:  # noqa: N802
        assert stream == 0 and self.driver.current is not None
        event.content = time.perf_counter()

    def cuEventSynchronize(self, event: Any) -> Any:  # noqa: N802
        assert event.content is not None

    def cuEventElapsedTime(self, start: Any, end: Any) -> Any:  # noqa: N802
        return 1000.0 * (end.content - start.content)

    def cuEventDestroy(self, event: Any) -> Any:  # noqa: N802
        assert event.alive
        event.alive = False

    def cuGetErrorString(self, error: Any) -> Any:  # noqa: N802
        return TEXTS.get(error, error.name.lower()).encode()


def _answering(driver: SimulatedDriver, name: str, function: Callable[..., Any]) -> Any:
    """A function that returns a tuple of a status and results."""

    def call(*arguments: Any) -> tuple[Any, ...]:
        if driver._process in (None, os.getpid()):
            driver.calls.append((name, arguments))
        try:
            found = function(*arguments)
        except Failed as problem:
            return (problem.status, None)
        if found is None:
            return (Status.CUDA_SUCCESS,)
        return (Status.CUDA_SUCCESS, *(found if isinstance(found, tuple) else (found,)))

    return call


def bindings_module(driver: SimulatedDriver) -> ModuleType:
    """The module."""
    module = ModuleType("cuda.bindings.driver")
    functions = Functions(driver)
    for name in dir(functions):
        if name.startswith("cu"):
            vars(module)[name] = _answering(driver, name, getattr(functions, name))
    vars(module).update(ENUMERATIONS, CUDA_KERNEL_NODE_PARAMS=KernelNode)
    return module
