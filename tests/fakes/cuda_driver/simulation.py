"""A simulated driver, with all that the C interface has.

The stand-ins of both packages are on one of these. Its switches make every failure that a user can
meet. Nothing is forgiven: a call without a current context, in a forked process or after a failed
launch answers with the driver's error, and leaks are counted.
"""

from __future__ import annotations

import os
import threading
from enum import IntEnum
from typing import Any

from attrs import define, field
from ptx_emulator.graph import Node
from samples.ptx_rules import faults_of_ptx

from .engine import StubGpu


class Status(IntEnum):
    """The driver's results, with its numbers."""

    CUDA_SUCCESS = 0
    CUDA_ERROR_INVALID_VALUE = 1
    CUDA_ERROR_OUT_OF_MEMORY = 2
    CUDA_ERROR_NOT_INITIALIZED = 3
    CUDA_ERROR_NO_DEVICE = 100
    CUDA_ERROR_INVALID_DEVICE = 101
    CUDA_ERROR_INVALID_CONTEXT = 201
    CUDA_ERROR_INVALID_PTX = 218
    CUDA_ERROR_UNSUPPORTED_PTX_VERSION = 222
    CUDA_ERROR_NOT_FOUND = 500
    CUDA_ERROR_ILLEGAL_ADDRESS = 700
    CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES = 701
    CUDA_ERROR_LAUNCH_FAILED = 719


TEXTS = {
    Status.CUDA_ERROR_OUT_OF_MEMORY: "out of memory",
    Status.CUDA_ERROR_NOT_INITIALIZED: "initialization error",
    Status.CUDA_ERROR_NO_DEVICE: "no CUDA-capable device is detected",
    Status.CUDA_ERROR_INVALID_PTX: "a PTX JIT compilation failed",
    Status.CUDA_ERROR_NOT_FOUND: "named symbol not found",
    Status.CUDA_ERROR_ILLEGAL_ADDRESS: "an illegal memory access was encountered",
    Status.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES: "too many resources requested for launch",
    Status.CUDA_ERROR_LAUNCH_FAILED: "unspecified launch failure",
}


class Failed(Exception):  # noqa: N818
    """A result that is an error."""

    def __init__(self, status: Status) -> None:
        self.status, self.text = status, TEXTS.get(status, status.name.lower())
        super().__init__(status)


@define(eq=False)
class SimulatedDevice:
    """A device. ``engine`` holds its memory and runs its kernels; ``sizes`` are its allocations."""

    name: str = "Simulated GPU"
    capability: tuple[int, int] = (9, 0)
    memory: int = 1 << 30
    engine: Any = field(factory=StubGpu)
    sizes: dict[int, int] = field(factory=dict)
    modules: int = 0
    retained: int = 0
    error: Status | None = None

    @property
    def free(self) -> int:
        """Bytes that nobody has."""
        return self.memory - sum(self.sizes.values())


@define(eq=False)
class SimulatedModule:
    """A loaded text."""

    device: SimulatedDevice
    content: Any


@define(eq=False)
class SimulatedFunction:
    """A kernel of a module."""

    module: SimulatedModule
    name: str


@define(eq=False)
class SimulatedNode:
    """A launch of a graph, behind those with some numbers."""

    function: SimulatedFunction
    grid: tuple[int, int, int]
    block: tuple[int, int, int]
    parameters: tuple[int, ...]
    shared: int
    behind: tuple[int, ...]


@define(eq=False)
class SimulatedDriver:
    """A driver and its devices, with switches.

    ``library``: there is one. ``log``: the words with which it refuses all PTX. ``refused``: the
    error of calls that launch the kernel called ``refuses``, or any. ``broken``: the error that
    comes after a launch, and from then on. ``registers`` and ``threads`` are those of every kernel.
    ``calls`` has the names and arguments of all calls of a package, ``graphs`` those that are left.
    """

    devices: list[SimulatedDevice] = field(factory=lambda: [SimulatedDevice()])
    version: tuple[int, int] = (13, 0)
    library: bool = True
    log: str = ""
    refused: Status | None = None
    refuses: str = ""
    broken: Status | None = None
    registers: int = 40
    threads: int = 1024
    calls: list[tuple[str, tuple[Any, ...]]] = field(factory=list)
    images: list[str] = field(factory=list)
    pinned: dict[int, Any] = field(factory=dict)
    graphs: list[Any] = field(factory=list)
    _process: int | None = None
    _local: threading.local = field(factory=threading.local)

    # ------------------------------------------------------------------ contexts

    def init(self) -> None:
        """Start in this process. A forked one cannot."""
        if self._process not in (None, os.getpid()):
            raise Failed(Status.CUDA_ERROR_NOT_INITIALIZED)
        if not self.devices:
            raise Failed(Status.CUDA_ERROR_NO_DEVICE)
        self._process = os.getpid()

    def check(self) -> None:
        """Refuse to work before ``init``, or in another process."""
        if self._process != os.getpid():
            raise Failed(Status.CUDA_ERROR_NOT_INITIALIZED)

    @property
    def stack(self) -> list[SimulatedDevice]:
        """The devices whose contexts are current, the innermost last."""
        found: list[SimulatedDevice] = self._local.__dict__.setdefault("stack", [])
        return found

    def device(self, ordinal: int) -> SimulatedDevice:
        """The device of a number."""
        self.check()
        if not 0 <= ordinal < len(self.devices):
            raise Failed(Status.CUDA_ERROR_INVALID_DEVICE)
        return self.devices[ordinal]

    def retain(self, device: SimulatedDevice) -> SimulatedDevice:
        """The primary context of a device: the device itself."""
        self.check()
        device.retained += 1
        return device

    @property
    def current(self) -> SimulatedDevice:
        """The device whose context is current. It must be well."""
        self.check()
        if not self.stack:
            raise Failed(Status.CUDA_ERROR_INVALID_CONTEXT)
        if self.stack[-1].error is not None:
            raise Failed(self.stack[-1].error)
        return self.stack[-1]

    # ------------------------------------------------------------------ memory

    def allocate(self, size: int) -> int:
        """Memory of the current device."""
        device = self.current
        if size <= 0:
            raise Failed(Status.CUDA_ERROR_INVALID_VALUE)
        if size > device.free:
            raise Failed(Status.CUDA_ERROR_OUT_OF_MEMORY)
        address: int = device.engine.allocate(size)
        device.sizes[address] = size
        return address

    def release(self, address: int) -> None:
        """Give memory back."""
        device = self.current
        if address not in device.sizes:
            raise Failed(Status.CUDA_ERROR_INVALID_VALUE)
        del device.sizes[address]
        device.engine.release(address)

    def write(self, address: int, data: bytes) -> None:
        """Copy to the device."""
        self.current.engine.write(address, data)

    def read(self, address: int, size: int) -> bytes:
        """Copy from the device."""
        found: bytes = self.current.engine.read(address, size)
        return found

    # ------------------------------------------------------------------ kernels

    def load(self, image: bytes) -> SimulatedModule:
        """Load PTX, which ends with a zero as in C."""
        assert image.endswith(b"\0"), "C finds no end of the text"
        device = self.current
        if self.log:
            raise Failed(Status.CUDA_ERROR_INVALID_PTX)
        text = image[:-1].decode()
        assert faults_of_ptx(text) == []
        self.images.append(text)
        device.modules += 1
        return SimulatedModule(device, device.engine.load(text))

    def unload(self, module: SimulatedModule) -> None:
        """Give a module back."""
        assert self.current is module.device
        module.device.modules -= 1

    def function(self, module: SimulatedModule, name: str) -> SimulatedFunction:
        """A kernel of a module."""
        assert self.current is module.device
        if name not in module.content.kernels:
            raise Failed(Status.CUDA_ERROR_NOT_FOUND)
        return SimulatedFunction(module, name)

    def launch(
        self,
        function: SimulatedFunction,
        grid: tuple[int, ...],
        block: tuple[int, ...],
        parameters: tuple[int, ...],
        shared: int,
    ) -> None:
        """Run a kernel. Its failure comes with a later call."""
        device = self.current
        if self._fails(device, function, block):
            return
        device.engine.launch(
            function.module.content, function.name,
            grid=grid, block=block, parameters=list(parameters), shared=shared,
        )  # fmt: skip

    def _fails(
        self, device: SimulatedDevice, function: SimulatedFunction, block: tuple[int, ...]
    ) -> bool:
        """Whether a launch fails later. One that is refused fails now."""
        assert device is function.module.device
        if self.refused is not None and self.refuses in ("", function.name):
            raise Failed(self.refused)
        if block[0] * block[1] * block[2] > self.threads:
            raise Failed(Status.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES)
        if self.broken is not None:
            device.error = self.broken
        return self.broken is not None

    def launch_graph(self, nodes: list[SimulatedNode]) -> None:
        """Run the kernels of a graph."""
        device = self.current
        if any([self._fails(device, each.function, each.block) for each in nodes]):
            return
        device.engine.launch_graph([
            Node(
                each.function.module.content, each.function.name, each.grid, each.block,
                list(each.parameters), each.shared, each.behind,
            )
            for each in nodes
        ])  # fmt: skip

    def attribute(self, name: str) -> int:
        """A fact of any kernel, by the end of its name."""
        known = {"NUM_REGS": self.registers, "MAX_THREADS_PER_BLOCK": self.threads}
        return known.get(name, 0)
