"""Opened GPUs, each shared by all networks on it.

All go through the device's primary context. When a launch fails, the driver ends that context, and
with it the memory of all networks: each of them says so from then on.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, NoReturn, Protocol, TypeVar
from weakref import WeakValueDictionary, finalize

from attrs import field
from numpy.typing import NDArray

from ....ir.attrs_classes import define, frozen
from ....ir.byte_counts import readable
from ....ir.diagnostics import NoDeviceMemory, error
from ..base import DeviceFailed, RefusedCode
from . import choose
from .choose import check_process, refuse
from .driver import (
    DeviceFacts,
    DriverError,
    FunctionFacts,
    GpuContext,
    GpuFunction,
    Graph,
    Launch,
    Module,
    OutOfMemory,
    RefusedPtx,
)
from .versions import LOWEST, LOWEST_PTX, capability_of, cuda_of, version_of

Array = NDArray[Any]
_Result = TypeVar("_Result")

ANEW = "start Python anew: after such an error no library can use the GPU in this process"


class StoppedWithin(Exception):  # noqa: N818
    """A run that stopped between two launches. The second could not be begun."""


class GpuKernel(Protocol):
    """A kernel of a code; see ``codegen_ptx/program.py``."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def items(self) -> int:
        """The number of threads worth having. 0: one block of all workers."""

    @property
    def buffers(self) -> Sequence[int]:
        """The places of its buffers among the arguments of the program."""

    @property
    def in_table(self) -> bool:
        """Whether their addresses are in a table, and not parameters."""


class GpuCode(Protocol):
    """Kernels as PTX, and the order of launches (``schedule.py``)."""

    @property
    def ptx(self) -> str:
        """The text."""

    @property
    def machine(self) -> str:
        """The kind of machine that it is for, such as ``sm_90``."""

    @property
    def kernels(self) -> Sequence[GpuKernel]:
        """The kernels."""

    @property
    def schedule(self) -> Sequence[Any]:
        """The launches of a run."""

    @property
    def advance(self) -> str:
        """The name of the kernel that sets a clock forward. Empty where there is none."""


@frozen(eq=False, weakref_slot=True)
class LoadedKernel:
    """A loaded kernel and the resources that it takes."""

    function: GpuFunction
    facts: FunctionFacts


@frozen(eq=False, weakref_slot=True)
class LoadedCode:
    """Loaded code: its kernels, and the one for clocks."""

    module: Module
    kernels: Sequence[LoadedKernel]
    advance: GpuFunction | None


@frozen(eq=False, weakref_slot=True)
class Allocation:
    """Memory of a device. It is given back with the last reference to this."""

    address: int
    size: int


@define(eq=False)
class Gpu:
    """A device that this process has opened.

    ``lost`` says why nothing works on it any more. Code is loaded once for all networks.
    """

    facts: DeviceFacts
    context: GpuContext
    process: int = field(factory=os.getpid)
    lost: str = ""
    _loaded: WeakValueDictionary[str, LoadedCode] = field(factory=WeakValueDictionary, init=False)

    def check(self) -> None:
        """Refuse to work in another process or in a lost context."""
        check_process(self.process)
        if self.lost:
            refuse(
                f"what this network holds on {self.facts} is lost, since a launch there failed "
                f"before: {self.lost}",
                "recordings up to that launch are kept, in the monitors",
                ANEW,
            )

    def _ask(self, what: str, call: Callable[..., _Result], *arguments: Any) -> _Result:
        """The result of a method of the context. Users understand its errors."""
        self.check()
        try:
            return call(*arguments)
        except DriverError as problem:
            refuse(f"{self.facts} fails {what}: {problem}")

    # ------------------------------------------------------------------ memory

    def allocate(self, size: int) -> Allocation:
        """So many bytes of memory, with anything in them. NoDeviceMemory where there is no room."""
        self.check()
        try:
            address = self.context.allocate(size)
        except OutOfMemory:
            address = self._allocate_again(size)
        except DriverError as problem:
            refuse(f"{self.facts} gives no memory: {problem}")
        found = Allocation(address, size)
        finalize(found, self._release, address)
        return found

    def _allocate_again(self, size: int) -> int:
        """The address of memory, once forgotten networks have given theirs back."""
        gc.collect()
        try:
            return self.context.allocate(size)
        except DriverError:
            self._refuse_memory(size)

    def _refuse_memory(self, size: int) -> NoReturn:
        free = self.free_memory()
        text = (
            f"there is no memory on {self.facts} for a buffer of {readable(size)}: "
            f"{readable(free)} of {readable(self.facts.memory)} are free"
        )
        raise NoDeviceMemory(error(text))

    def _release(self, address: int) -> None:
        """Give memory back. After the context was lost, or a fork, there is none."""
        if self.lost or self.process != os.getpid():
            return
        try:
            self.context.release(address)
        except DriverError as problem:
            self.lost = str(problem)

    def free_memory(self) -> int:
        """Bytes that nobody has."""
        return self._ask("to tell its free memory", self.context.free_memory)

    def upload(self, address: int, values: Array) -> None:
        """Copy a contiguous array to the device."""
        self._ask("to take numbers", self.context.upload, address, values)

    def download(self, values: Array, address: int) -> None:
        """Copy from the device into a contiguous array."""
        self._ask("to give numbers", self.context.download, values, address)

    def fill(self, address: int, pattern: bytes, count: int) -> None:
        """Write a pattern of 1, 2 or 4 bytes ``count`` times."""
        self._ask("to fill memory", self.context.fill, address, pattern, count)

    # ------------------------------------------------------------------ kernels

    def load(self, code: GpuCode) -> LoadedCode:
        """The kernels of a code, loaded once for all networks.

        Raises RefusedCode, with the driver's log, where it does not take the code, and DeviceFailed
        for code of a newer machine or for a newer driver.
        """
        self.check()
        found = self._loaded.get(code.ptx)
        if found is None:
            self._check_versions(code)
            found = self._loaded[code.ptx] = self._load(code)
        return found

    def _load(self, code: GpuCode) -> LoadedCode:
        try:
            module = self.context.load(code.ptx)
            functions = [module.function(each.name) for each in code.kernels]
            advance = module.function(code.advance) if code.advance else None
            kernels = [LoadedKernel(each, each.facts) for each in functions]
            return LoadedCode(module, kernels, advance)
        except OutOfMemory:
            self._refuse_memory(len(code.ptx))
        except DriverError as problem:
            said = error(f"{self.facts} does not take the kernels: {problem.error}")
            said.note(f"the driver, which knows CUDA {dotted(self.facts.driver)}, called by "
                      f"{problem.call}, says: {problem.text}")  # fmt: skip
            if not isinstance(problem, RefusedPtx):
                raise DeviceFailed(said) from problem
            raise RefusedCode(code.ptx, ".ptx", said) from problem

    def _check_versions(self, code: GpuCode) -> None:
        """Compare code with device and driver, whose own words are few."""
        facts = self.facts
        known = facts.driver >= cuda_of(LOWEST_PTX)
        way = [f"RANVIER_GPU_ARCH={LOWEST} makes code for every GPU and driver"] if known else []
        wanted, version = capability_of(code.machine), version_of(code.ptx)
        if wanted is not None and wanted > facts.capability:
            refuse(f"the code is made for {code.machine}, which is newer than {facts}", *way)
        if version is not None and cuda_of(version) > facts.driver:
            refuse(
                f"the driver is too old: it knows CUDA {dotted(facts.driver)}, and PTX "
                f"{dotted(version)}, which {code.machine} takes, needs {dotted(cuda_of(version))}",
                f"install a newer driver of {facts}",
                *way,
            )

    def graph(self, launches: Sequence[Launch]) -> Graph:
        """Launches to repeat."""
        return self._ask("to make a graph", self.context.graph, launches)

    def run(self, launches: Iterable[Launch | Graph]) -> None:
        """Launch kernels and graphs, and wait for them.

        All that the device holds is lost where one fails. Where the first of them cannot be
        launched, nothing has happened. Raises StoppedWithin where a later one cannot be launched.
        """
        self.check()
        started = False
        try:
            for each in launches:
                if isinstance(each, Launch):
                    self.context.launch(each)
                else:
                    each.launch()
                started = True
            self.context.synchronise()
        except DriverError as problem:
            if not started:
                refuse(f"{self.facts} fails to launch a kernel: {problem}")
            if self._is_well():
                raise StoppedWithin(str(problem)) from problem
            self.lost = str(problem)
            refuse(
                f"the kernel failed on {self.facts}: {problem}",
                "this network is lost, and all others on this GPU: the driver has ended the "
                "context that holds them; recordings up to this launch are kept, in the monitors",
                ANEW,
            )

    def _is_well(self) -> bool:
        """Whether the context still works."""
        try:
            self.context.synchronise()
        except DriverError:
            return False
        return True


@cache
def opened(ordinal: int, name: str) -> Gpu:
    """A device, opened through the named package."""
    facts = choose.find_device(ordinal, name)
    try:
        return Gpu(facts, choose.find_driver(name).open(ordinal))
    except DriverError as problem:
        refuse(f"{facts} cannot be opened: {problem}")


def forget() -> None:
    """Forget drivers and devices, for tests that exchange the packages."""
    opened.cache_clear()
    choose.started.cache_clear()


def dotted(version: tuple[int, int]) -> str:
    """A version for people: ``12.4``."""
    return "{}.{}".format(*version)
