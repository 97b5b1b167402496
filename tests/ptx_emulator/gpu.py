"""A device that executes the text of PTX: memory, modules, launches."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from .errors import EmulatorError, LaunchError, PtxError
from .memory import Allocations
from .order import LAST, Clock
from .parser import parse
from .program import Program, build
from .races import Shadow
from .schedule import Code, Scheduler
from .syntax import Function, Parameter, Text, Variable
from .translate import Writer
from .values import Values
from .wave import Dim, Shape, Wave

GLOBAL_BASE, CONST_BASE = 0x7F40_0000_0000, 0x7B00_0000_0000
"""First addresses. They have more than 32 bits, so that a program that loses some is found."""

MOST_THREADS = 1024
MOST_SHARED = 48 << 10


@define(eq=False)
class Kernel:
    """A kernel of a module; ``parameters`` have names, types, sizes."""

    function: Function
    values: Values
    functions: dict[tuple[int, bool], Callable[..., Any]] = field(factory=dict)

    @property
    def name(self) -> str:
        """Its name."""
        return self.function.name

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The values that a launch must give, in order."""
        return self.function.parameters

    @property
    def program(self) -> Program:
        """Its segments, and how often each has run."""
        return self.values.program

    @property
    def shared(self) -> int:
        """Bytes of shared memory that a block has without asking."""
        return self.program.shared

    @property
    def local(self) -> int:
        """Bytes of local memory of a thread."""
        return self.program.local

    @property
    def most_threads(self) -> int:
        """The threads of a block at most."""
        return _product(self.function.limits.get(".maxntid", (MOST_THREADS,)))

    def check(self) -> None:
        """Translate everything. Raises PtxError for what is unknown."""
        for segment in self.program.segments:
            writer = Writer(self.values, self.program, segment, whole=False)
            self.functions[segment.index, False] = writer.compiled()


@frozen(eq=False)
class Module:
    """A loaded text: its kernels, and addresses of its variables."""

    text: Text
    kernels: dict[str, Kernel]
    variables: dict[str, int]


@define
class Counts:
    """Instructions that groups ran, and bytes that threads read and wrote.

    Sectors are pieces of 32 bytes: each counts once in one access of a warp.
    """

    launches: int = 0
    instructions: int = 0
    read_bytes: int = 0
    written_bytes: int = 0
    read_sectors: int = 0
    written_sectors: int = 0


def _product(extents: Sequence[int]) -> int:
    return int(np.prod(extents))


@define(eq=False)
class EmulatedGpu:
    """A device with a compute capability and memory.

    ``seed`` decides the order of blocks and of atomic operations. ``races``: whether they are
    looked for. ``sectors``: whether they are counted. ``limit`` is the number of instructions of
    one launch, ``wave`` the number of threads that run together. A device whose program failed is
    ``lost``: it does nothing more.
    """

    capability: tuple[int, int] = (9, 0)
    memory: int = 1 << 30
    seed: int = 0
    races: bool = True
    sectors: bool = False
    limit: int = 20_000_000
    wave: int = 4096
    counts: Counts = field(factory=Counts, init=False)
    clock: Clock = field(factory=Clock, init=False)
    global_memory: Allocations = field(init=False)
    constants: Allocations = field(init=False)
    random: np.random.Generator = field(init=False)
    lost: EmulatorError | None = field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)
        self.global_memory = Allocations(
            "global memory", GLOBAL_BASE, 1 << 16, races=self.races, sectors=self.sectors,
            limit=self.memory,
        )  # fmt: skip
        self.constants = Allocations("constants", CONST_BASE, 1 << 12, races=False, limit=1 << 26)

    # Memory

    def allocate(self, size: int) -> int:
        """The address of so many bytes with garbage in them. Raises OutOfMemory."""
        return self.global_memory.allocate(size)

    def release(self, address: int) -> None:
        """Give an allocation back."""
        self.global_memory.release(address)

    def write(self, address: int, values: bytes | bytearray | memoryview | NDArray[Any]) -> None:
        """Set bytes, which must lie in one allocation."""
        data = values.tobytes() if isinstance(values, np.ndarray) else bytes(values)
        self.global_memory.write(address, data)

    def read(self, address: int, size: int) -> bytes:
        """A copy of bytes; garbage where nobody has written."""
        return self.global_memory.data[self.global_memory.span(address, size)].tobytes()

    @property
    def free_memory(self) -> int:
        """Bytes that can be allocated."""
        return self.global_memory.limit - self.global_memory.used

    def snapshot(self) -> tuple[bytes, bytes]:
        """All of the memory, for ``restore``."""
        return self.global_memory.data.tobytes(), self.global_memory.state.tobytes()

    def restore(self, memory: tuple[bytes, bytes]) -> None:
        """Make the memory what it was. Nothing may have been allocated since."""
        self.lost = None
        self.global_memory.data[:] = np.frombuffer(memory[0], np.uint8)
        self.global_memory.state[:] = np.frombuffer(memory[1], np.uint8)

    # Modules

    def load(self, text: str) -> Module:
        """Take a module. Raises PtxError for text that the emulator does not know."""
        parsed = parse(text)
        wanted = int(parsed.target.partition(",")[0].removeprefix("sm_").rstrip("af") or 0)
        if wanted > 10 * self.capability[0] + self.capability[1]:
            raise PtxError(f"the text is for {parsed.target}, the device has {self.capability}")
        addresses = self._variables(parsed.variables)
        kernels = {}
        for name, function in parsed.functions.items():
            if function.kernel and function.defined:
                kernels[name] = Kernel(function, Values(build(parsed, function), addresses))
                kernels[name].check()
        return Module(parsed, kernels, addresses)

    def unload(self, module: Module) -> None:
        """Give back the variables of a module."""
        for address in module.variables.values():
            space = self.global_memory if address >= GLOBAL_BASE else self.constants
            space.release(address)

    def _variables(self, variables: Sequence[Variable]) -> dict[str, int]:
        spaces = {"global": self.global_memory, "const": self.constants}
        mine = [each for each in variables if each.space in spaces]
        found = {each.name: spaces[each.space].allocate(max(1, each.size)) for each in mine}
        for each in mine:
            values = bytearray(each.values or bytes(each.size))
            for offset, symbol in each.addresses:
                if symbol.name not in found:
                    raise PtxError(f"'{each.name}' holds the address of '{symbol.name}'")
                values[offset : offset + 8] = (found[symbol.name] + symbol.offset).to_bytes(
                    8, "little"
                )
            spaces[each.space].write(found[each.name], bytes(values))
        return found

    # Launches

    def launch(
        self,
        module: Module,
        kernel: str,
        grid: Dim,
        block: Dim,
        parameters: Sequence[Any],
        shared: int = 0,
    ) -> None:
        """Run a kernel to its end. Raises LaunchError, and the errors of the program."""
        if self.lost is not None:
            raise LaunchError(f"the device is lost since an earlier launch: {self.lost}")
        found = module.kernels.get(kernel)
        if found is None:
            raise LaunchError(f"no kernel '{kernel}'")
        shape = Shape(grid, block, shared)
        self._check(found, shape)
        arguments = packed(found.parameters, parameters)
        start = self._begin()
        blocks = self.random.permutation(shape.blocks)
        together = max(1, self.wave // shape.threads)
        steps = 0
        for first in range(0, len(blocks), together):
            part = np.sort(blocks[first : first + together])
            steps = self._run(found, shape, part, arguments, start, steps)
        self.clock.tick()
        self.counts.launches += 1
        self.counts.instructions += steps

    def launch_graph(self, nodes: Sequence[Any]) -> None:
        """Run the launches of a graph (``graph.py``)."""
        from .graph import run_graph

        run_graph(self, nodes)

    def _begin(self) -> int:
        """Start of a launch, as a stamp."""
        if self.clock.now > LAST:
            self.clock.now, self.global_memory.shadow = 0, None
        space = self.global_memory
        space.loaded, space.stored = set(), set()
        if space.races and (space.shadow is None or space.shadow.size != space.size):
            space.shadow = Shadow(space.size)
        start = self.clock.tick()
        if space.shadow is not None:
            space.shadow.begin(start)
        return start

    def _run(
        self, kernel: Kernel, shape: Shape, blocks: Any, arguments: list[bytes], start: int,
        steps: int,
    ) -> int:  # fmt: skip
        device: Mapping[str, Any] = {"global": self.global_memory, "const": self.constants}
        before = self._traffic()
        wave = Wave(
            kernel.values, shape, blocks, self.clock, start, self.random, dict(device), arguments
        )
        scheduler = Scheduler(wave, Code(wave, kernel.functions), self.limit, steps)
        try:
            with np.errstate(all="ignore"):
                scheduler.run()
        except EmulatorError as error:
            self.lost = wave.located(error) if not error.kernel else error
            raise self.lost from None
        for name, start in before.items():
            more = self._traffic()[name] - start
            setattr(self.counts, name, getattr(self.counts, name) + more)
        return scheduler.steps

    def _traffic(self) -> dict[str, int]:
        names = ("read_bytes", "written_bytes", "read_sectors", "written_sectors")
        return {name: getattr(self.global_memory, name) for name in names}

    def _check(self, kernel: Kernel, shape: Shape) -> None:
        threads = kernel.function.limits.get(".reqntid")
        if min(*shape.grid, *shape.block) < 1:
            raise LaunchError(f"a grid of {shape.grid} blocks of {shape.block} threads")
        if shape.threads > min(MOST_THREADS, kernel.most_threads):
            raise LaunchError(f"{shape.threads} threads of a block: at most {kernel.most_threads}")
        if threads is not None and shape.threads != _product(threads):
            raise LaunchError(f"{shape.threads} threads of a block: it takes {_product(threads)}")
        if kernel.shared + shape.shared > MOST_SHARED:
            raise LaunchError(f"{kernel.shared + shape.shared} bytes of shared memory")


def packed(parameters: Sequence[Parameter], values: Sequence[Any]) -> list[bytes]:
    """The bytes of parameters: integers, floats, or bytes of structures. Raises LaunchError."""
    if len(parameters) != len(values):
        raise LaunchError(f"{len(values)} parameters: the kernel takes {len(parameters)}")
    return [_bytes(parameter, value) for parameter, value in zip(parameters, values, strict=True)]


def _bytes(parameter: Parameter, value: Any) -> bytes:
    if isinstance(value, bytes | bytearray | memoryview | np.ndarray):
        data = value.tobytes() if isinstance(value, np.ndarray) else bytes(value)
    elif isinstance(value, np.generic):
        data = value.tobytes()
    elif isinstance(value, float):
        if parameter.size not in (4, 8) or parameter.type[0] not in "fb":
            raise LaunchError(f"the parameter {parameter.name} is no float")
        data = struct.pack("<d" if parameter.size == 8 else "<f", value)
    else:
        if parameter.type[0] == "f":
            raise LaunchError(f"the parameter {parameter.name} is a float")
        data = (int(value) % (1 << 8 * parameter.size)).to_bytes(parameter.size, "little")
    if len(data) != parameter.size:
        raise LaunchError(f"{len(data)} bytes for {parameter.name}, which has {parameter.size}")
    return data
