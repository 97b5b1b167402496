"""A compiled network at run time: buffers, clock, native code.

Native code runs many steps at a time on all threads, with the GIL released; control returns about
every 50 ms of wall time for progress, signals and recordings (see ``run_loop.py``). Whatever ends a
run ends it there, so the state is always that of a whole number of steps and the run can go on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field
from numpy.typing import NDArray

from ..ir.attrs_classes import define
from ..ir.buffer_names import BASE, BORDERS, CAUGHT_UP, PAST, SPIKES, SUM, TOTAL
from ..ir.buffers import (
    CATCH_UP,
    CLOCK,
    DT,
    INTERVAL,
    SIZES,
    Buffer,
    Key,
    stream,
    variable,
)
from ..ir.diagnostics import fail
from ..ir.events import SPIKE, item_of
from ..ir.interface import LAST_STEP
from ..ir.precision import narrowed
from ..ir.streams import of_equations
from .arguments import Arguments, BufferSpec, KeyedBuffers
from .buckets import BucketRooms
from .device import Device
from .device_memory import explaining
from .extents import Extents
from .layouts import Draws, Storage
from .memory_reserve import MemoryReserve
from .missing_buffers import make_missing
from .recorder import Recorder, collect
from .rings import Rings
from .run_loop import run
from .spike_rings import SpikeRing
from .state import State
from .synapses import Synapses, VariableSpec
from .thread_tuner import ThreadTuner

if TYPE_CHECKING:
    from .bounds_reports import Checks

Array = NDArray[Any]


@define
class Program(State):
    """Buffers and clock of a network.

    ``specs`` are the arguments of the program. ``populations`` maps names to sizes, ``histories``
    to the longest delay of what leaves them (in steps), ``windows`` decoding projections to the
    length of their window (in steps). ``interval`` is the shortest delay of all projections:
    programs that allow it let their threads meet only once in so many steps, and rings of the past
    are so much longer. ``tuner`` is the number of threads, which may change between chunks;
    ``device`` is where its buffers lie and what runs it. ``room`` says how much memory recordings
    may still take. ``stopping`` ends a run; ``raised`` is what a handler of a signal raised in the
    last one; ``tile`` is how many steps tiled sums take at once; ``checks`` tests indices.

    ``step`` is the number of the next step, which users may set; ``_done`` counts the steps that
    were made since the start.
    """

    entry: Callable[..., None]
    specs: list[BufferSpec]
    variables: list[VariableSpec]
    populations: dict[str, int]
    storages: dict[str, Storage]
    windows: dict[str, int]
    histories: dict[str, int]
    recorders: list[Recorder]
    tuner: ThreadTuner
    dt: float
    seed: int
    device: Device
    interval: int = 1
    step: int = 0
    room: MemoryReserve = field(factory=MemoryReserve)
    stopping: bool = field(default=False, init=False)
    raised: BaseException | None = field(default=None, init=False)
    tile: int = field(default=1, init=False)
    buffers: KeyedBuffers = field(factory=KeyedBuffers, init=False)
    clocks: list[Key] = field(factory=list, init=False)
    _arguments: Arguments = field(init=False)
    _extents: Extents = field(init=False)
    buckets: BucketRooms = field(init=False)
    _declared: dict[Key, VariableSpec] = field(factory=dict, init=False)
    _synapses: dict[str, Synapses] = field(factory=dict, init=False)
    _rings: Rings = field(factory=Rings, init=False)
    _stale: list[Buffer] = field(factory=list, init=False)
    _slots: dict[str, int] = field(factory=dict, init=False)
    _partitions: int = field(default=0, init=False)
    _reached: int = field(default=-1, init=False)
    _done: int = field(default=0, init=False)
    _lazy: list[str] = field(factory=list, init=False)
    _to_catch_up: bool = field(default=False, init=False)
    checks: Checks | None = field(default=None, init=False)

    @explaining
    def __attrs_post_init__(self) -> None:
        self._arguments = Arguments(self.specs)
        self.tile = self._arguments.tile
        self.clocks = [variable.key for variable in self.variables if variable.role == CLOCK]
        for name, storage in self.storages.items():
            self._synapses[name] = Synapses(name, storage, self.dt, self.buffers, self.device)
            self._synapses[name].prepare(self.threads)
        asked = self._arguments.arguments
        weak = INTERVAL.key in asked
        between = self.interval if weak else 1
        self._slots = {p: n + between for p, n in self.histories.items()}
        self.buckets = BucketRooms(self._arguments, self.buffers, self.device)
        self._extents = Extents(
            self.populations,
            self._slots,
            self.storages,
            self.threads,
            self.device.target,
            rooms=self.buckets.rooms,
        )
        numbers = {INTERVAL.key: between, **self._extents.numbers()}
        for key, value in numbers.items():
            if key in asked:
                self._make(key, 1, np.int64, value)
        self._make(DT.key, 1, np.float64, self.dt)
        self._set_seed(self.seed)
        self._declare()
        for projection, window in self.windows.items():
            spec = asked.get(Key(projection, TOTAL))
            self._synapses[projection].decode(window, spec and spec.dtype)
        make_missing(self._arguments, self.buffers, self._synapses, self._extents, self.device)
        if SIZES.key in self.buffers:
            self.checks = _checks(self._arguments, self.buffers, self.device)
        self._lazy = [n for n in self.storages if Key(n, CAUGHT_UP) in self.buffers]
        self._stale = self._arguments.of_extent("stale")
        self._rings = Rings.of(
            *(self._arguments, self.buffers, self.device, self._extents),
            histories=self.histories,
            threads=self.tuner.next,
        )
        self._repartition(self.tuner.next)
        self._arguments.check_complete(self.buffers)

    @property
    def threads(self) -> int:
        """The most threads that it can run on. ``tuner`` says how many there are."""
        return self.tuner.most

    # ------------------------------------------------------------------ buffers

    def _make(self, key: Key, count: int, dtype: Any, value: float | None = None) -> None:
        """Make a buffer of zeros, or with a first number."""
        self.buffers[key] = self.device.allocate(count, dtype)
        if value is not None:
            self.device.upload(self.buffers[key], [value])

    def _declare(self) -> None:
        """Make the buffers of all variables."""
        self._declared = {variable.key: variable for variable in self.variables}
        made = {}
        for key, declared in self._declared.items():
            size = self.populations.get(declared.owner)
            if size is None:
                self._synapses[declared.owner].declare(declared)
            else:
                count = 1 if declared.locality == "global" else size
                made[key] = self.device.allocate(count, declared.dtype)
        self.buffers |= made

    def arguments(self) -> list[Any]:
        """The buffers in the order of the program's arguments. A table has a list of them."""
        return self._arguments.buffers(self.buffers, *[each.buffers for each in self.recorders])

    def _set_seed(self, seed: int) -> None:
        """Give all that draws random numbers its stream of the seed."""
        self.seed = seed
        for owner in (*self.populations, *self.storages):
            key = stream(owner).key
            if key not in self._arguments.arguments:
                continue
            if key not in self.buffers:
                self._make(key, 2, np.int64)
            words = np.array(of_equations(seed, owner), np.uint64)
            self.device.upload(self.buffers[key], words.view(np.int64))

    # ------------------------------------------------------------------ values

    def read(self, owner: str, name: str, dendrite: int | None = None) -> Array:
        """A copy: ``(1,)``, ``(n,)`` for neurons, or synapses (of ``dendrite``)."""
        if owner in self._lazy:
            self.catch_up()
        declared = self._declared[variable(owner, name)]
        if owner in self._synapses:
            values = self._synapses[owner].read(declared, dendrite)
        else:
            count = 1 if declared.locality == "global" else self.populations[owner]
            values = self.device.download(self.buffers[declared.key], count)
        return values.astype(bool) if values.dtype == np.int8 else values

    def read_sum(self, population: str, target: str) -> Array:
        """The weighted sums of a target in the last step. ``(n,)``; 0 where they are not used."""
        size, sums = self.populations[population], self.buffers.get(Key(population, SUM, target))
        return np.zeros(size) if sums is None else self.device.download(sums, size)

    def write(self, owner: str, name: str, values: Any) -> None:
        """Set an attribute from one number or an array. The array is one as ``read`` gives it."""
        if owner in self._lazy:
            self.catch_up()
        self.assign(self._declared[variable(owner, name)], values)

    def assign(self, declared: VariableSpec, values: Any) -> None:
        """Set an attribute while no lazy post-spikes wait. The values are those of ``write``."""
        owner = declared.owner
        array = _in_range(np.asarray(values).reshape(-1), declared)
        if owner not in self.populations:
            self._synapses[owner].write(declared, array)
            self._outdate(owner)
            return
        count = 1 if declared.locality == "global" else self.populations[owner]
        if array.size == count:
            self.device.upload(self.buffers[declared.key], array)
        else:
            self.device.fill(self.buffers[declared.key], array.item(), count)
        rings = self._rings.values
        past = rings.get(Key(owner, PAST, declared.name)) if rings else None
        if past is not None:
            past.set_last(self.step, array)

    def draw(self, variable: VariableSpec, draws: Draws) -> None:
        """Set an attribute from what synapses draw. No lazy post-spikes wait meanwhile."""
        if not self._synapses[variable.owner].draw(variable, draws):
            self.assign(variable, draws())

    def set_learning(self, projection: str, **settings: Any) -> None:
        """See :meth:`Synapses.set_learning`."""
        self.catch_up()
        self._synapses[projection].set_learning(**settings)

    def has_one_weight(self, projection: str) -> bool:
        """Whether the weight of all synapses is stored once."""
        return self._synapses[projection].has_one_weight

    def learning(self, projection: str) -> dict[str, int]:
        """The settings that ``set_learning`` takes."""
        return self._synapses[projection].learning

    @property
    def spike_rings(self) -> dict[Key, SpikeRing]:
        """The spikes of earlier steps, by the key of a list.

        States have them under this key, whatever form kernels have of them.
        """
        return self._rings.spikes

    def read_spikes(self, population: str, event: str = SPIKE.name) -> Array:
        """Ranks to which an event happened in the last step, ascending."""
        ring = self._rings.spikes.get(Key(population, SPIKES, item_of(event)))
        return np.empty(0, np.int64) if ring is None else ring.read(self.step)

    # ------------------------------------------------------------------ running

    def simulate(self, steps: int, progress: bool = False) -> None:
        """Run ``steps`` steps, or fewer (see :func:`.run_loop.run`), all data handed over."""
        self._check_end(steps)
        if not self._done:
            for key, past in self._rings.values.items():
                past.fill(self.read(key.owner, key.item))
        run(self, steps, progress)

    def _check_end(self, steps: int) -> None:
        if self.step + steps > LAST_STEP:
            fail(f"a run of {steps} steps from step {self.step} on goes beyond step {LAST_STEP}")

    def advance(self, steps: int) -> int:
        """Run so many steps at once, for which recorders are ready."""
        self._check_end(steps)  # the handler of a signal may have set the clock
        self._repartition(self.tuner.next)
        self.tuner.ran(steps, self._run(steps))
        return steps

    def _outdate(self, projection: str | None = None) -> None:
        """Drop queued input (of one projection). The next step finds it in the past again."""
        for stale in self._stale:
            if projection in (None, stale.owner):
                self.device.fill(self.buffers[stale.key], 1)

    def _run(self, steps: int) -> float:
        if self.step != self._reached:
            self._outdate()
        if not self._to_catch_up:
            for name in self._lazy:
                self.device.fill(self.buffers[Key(name, BASE)], self.step)
        first, last = self.step, self.step + steps
        seconds = self._run_kernels(first, last)
        self.step = self._reached = last
        self._done += steps
        self._to_catch_up = bool(self._lazy)
        collect(self.recorders, first, steps)
        self.buckets.grow(self._extents)
        return seconds

    def _run_kernels(self, first: int, last: int) -> float:
        """Run steps ``first`` to ``last`` on all threads; return the seconds."""
        found = self.arguments()
        if self.checks is not None:
            self.checks.begin(found)
        seconds = self.device.launch(self.entry, found, (first, last), self._partitions)
        if self.checks is not None:
            self.checks.end()
        return seconds

    def catch_up(self) -> None:
        """Apply lazy post-spikes to synapses before these are looked at."""
        if not self._to_catch_up:
            return
        self.device.fill(self.buffers[CATCH_UP.key], 1)
        try:
            self._run_kernels(self.step, self.step)
        finally:  # Ctrl-C comes out of the pool when it is done
            self.device.fill(self.buffers[CATCH_UP.key], 0)
        self._to_catch_up = False

    def _repartition(self, threads: int) -> None:
        """Deal all that is kept by thread to so many threads."""
        if threads == self._partitions:
            return
        self.catch_up()
        self._partitions = 0  # until all of it is done: what fails half-way is done again
        self._outdate()
        sizes = {*self.populations.values()}
        borders = {size: np.array(self.device.target.borders(size, threads)) for size in sizes}
        for name, size in self.populations.items():
            found = self.buffers.get(Key(name, BORDERS))
            if found is not None:
                self.device.upload(found, borders[size])
        for synapses in self._synapses.values():
            synapses.repartition(threads)
        for recorder in self.recorders:
            recorder.repartition(threads)
        for ring in self._rings.spikes.values():
            ring.repartition(self.step, threads)
        for buffer in self._arguments.of_extent("neurons_per_worker"):  # all made the same
            values = self.buffers[buffer.key]
            length = values.size // self.threads
            first = self.device.view(values, length)
            for worker in range(1, self.threads):
                self.device.upload(values, first, worker * length)
        self._partitions = threads


def _in_range(values: Array, variable: VariableSpec) -> Array:
    """Numbers that fit into a variable's single precision, if any.

    An error tells of too large ones.
    """
    if variable.dtype != np.float32:
        return values
    found = narrowed(values)
    if found is None:
        text = f"a value of '{variable.name}' of '{variable.owner}' is beyond single precision"
        fail(f"{text}, whose largest number is 3.4e38; compute with dtype='float64'")
    return found


def _checks(arguments: Arguments, buffers: KeyedBuffers, device: Device) -> Checks:
    """The reports of kernels that test their indices, which few do."""
    from .bounds_reports import Checks

    return Checks(arguments, buffers, device)
