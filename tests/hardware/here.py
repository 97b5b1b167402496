"""The process in which tasks are done, and its GPU."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from attrs import define, field, frozen
from fakes.cuda_driver.installed import simulated
from fakes.cuda_driver.simulation import SimulatedDevice, SimulatedDriver, Status
from ptx_emulator import EmulatedGpu
from ptx_emulator.errors import EmulatorError

import ranvier as rv
from ranvier.runtime.device.cuda import gpu
from ranvier.runtime.device.cuda.choose import find_driver

from .watch import Watch

MEMORY = 1 << 25
"""Bytes of an emulated GPU."""


@frozen
class Setting:
    """The GPU of a process, for all its tasks.

    ``package`` is the one that is asked for it. ``emulated``: it is an emulated one. ``folder`` is
    the place of files of launches.
    """

    package: str = ""
    emulated: bool = False
    folder: str = "."
    ordinal: int = 0


@define(eq=False)
class FailingGpu(EmulatedGpu):
    """An emulated GPU that fails as a device does, later.

    Threads may call it; they wait for one another.
    """

    device: SimulatedDevice | None = None
    fault: EmulatorError | None = None
    lock: threading.RLock = field(factory=threading.RLock)

    def launch(self, *given: Any, **options: Any) -> None:
        """Run a kernel."""
        with self.failing():
            super().launch(*given, **options)

    def launch_graph(self, nodes: Sequence[Any]) -> None:
        """Run the kernels of a graph."""
        with self.failing():
            super().launch_graph(nodes)

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Break the device where a kernel fails. The innermost one counts."""
        try:
            with self.lock:
                yield
        except EmulatorError as fault:
            assert self.device is not None
            if self.fault is None:
                self.fault, self.device.error = fault, Status.CUDA_ERROR_LAUNCH_FAILED

    def write(self, *given: Any) -> None:
        """Set bytes from the host."""
        with self.lock:
            super().write(*given)

    def read(self, *given: Any) -> bytes:
        """Copy bytes to the host."""
        with self.lock:
            return super().read(*given)


@define(eq=False)
class Here:
    """A process with a GPU."""

    setting: Setting
    watch: Watch | None = None

    @property
    def emulated(self) -> bool:
        """Whether the GPU is emulated, so that all is in small."""
        return self.setting.emulated

    @property
    def folder(self) -> Path:
        """The folder for files of launches."""
        return Path(self.setting.folder)

    @property
    def gpu(self) -> gpu.Gpu:
        """The GPU, opened and watched."""
        name = find_driver(self.setting.package).name
        found = gpu.opened(self.setting.ordinal, name)
        if self.watch is None or found.context is not self.watch:
            self.watch = Watch(found.context)
            found.context = self.watch
        return found

    @property
    def context(self) -> Watch:
        """Its context, which is watched."""
        assert self.gpu is not None and self.watch is not None
        return self.watch

    @property
    def lost(self) -> str:
        """The reason why the GPU is lost. Empty while it works."""
        return self.gpu.lost if self.watch is not None else ""

    def compiled(self, net: rv.Network, **settings: Any) -> Any:
        """A network on the GPU."""
        assert self.gpu is not None  # it is watched from the first buffer on
        net.config(device=self.setting.ordinal)
        with rv.options(gpu_driver=self.setting.package):
            return net.compile(target="cuda", **settings)


def emulated_driver(capability: tuple[int, int] = (9, 0), seed: int = 0) -> SimulatedDriver:
    """A driver with an emulated GPU that fails as devices do."""
    device = SimulatedDevice(capability=capability, memory=MEMORY)
    device.engine = FailingGpu(seed=seed, device=device, memory=MEMORY)
    return SimulatedDriver([device])


@contextmanager
def surroundings(setting: Setting, driver: SimulatedDriver | None = None) -> Iterator[Here]:
    """A process with the machine's driver or an emulated one."""
    packages = [setting.package] if setting.package else ["cuda-bindings"]
    emulated = simulated(driver or emulated_driver(), packages)
    with (
        emulated if setting.emulated else nullcontext(),
        rv.options(cache=False, exact_threads=True),
    ):
        yield Here(setting)
