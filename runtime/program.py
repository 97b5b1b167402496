"""A compiled network at run time: its buffers, its clock, and the call of native code.

Native code runs many steps at a time on all threads, with the GIL released; control returns about
every 50 ms of wall time for progress, signals and recordings (see ``running.py``). Whatever ends a
run ends it there, so the state is always that of a whole number of steps and the run can go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from ..ir.diagnostics import fail
from ..ir.interface import CATCH_UP, INTERVAL, LAST_STEP
from ..ir.precision import narrowed
from ..ir.streams import of_equations
from .arguments import Arguments, BufferSpec
from .buffers import Slab, bounds, filled, padded
from .crew import Crew
from .extents import Extents
from .past import Past, SpikeRing, ValueRing
from .recorder import Recorder, collect
from .room import Room
from .running import run
from .state import State
from .storage import Storage
from .synapses import Synapses, VariableSpec
from .team import Team

Array = NDArray[Any]


@define
class Program(State):
    """Buffers and clock of a network.

    ``specs`` are the arguments of the program. ``populations`` maps names to sizes, ``histories``
    to the longest delay of what leaves them (in steps), ``windows`` decoding projections to the
    length of their window (in steps). ``interval`` is the shortest delay of all projections:
    programs that allow it let their threads meet only once in so many steps, and rings of the past
    are so much longer. ``crew`` is the number of threads, which may change between chunks.
    ``clocks`` are the variables that hold the step of the last event; ``room`` says how much memory
    recordings may still take. ``stopping`` ends a run; ``raised`` is what a handler of a signal
    raised in the last one; ``tile`` is how many steps tiled sums take at once.

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
    crew: Crew
    dt: float
    seed: int
    interval: int = 1
    clocks: list[str] = field(factory=list)
    step: int = 0
    room: Room = field(factory=Room)
    stopping: bool = field(default=False, init=False)
    raised: BaseException | None = field(default=None, init=False)
    tile: int = field(default=1, init=False)
    buffers: dict[str, Array] = field(factory=dict, init=False)
    _slab: Slab = field(factory=Slab, init=False)
    _arguments: Arguments = field(init=False)
    _declared: dict[str, VariableSpec] = field(factory=dict, init=False)
    _synapses: dict[str, Synapses] = field(factory=dict, init=False)
    _past: Past = field(factory=Past, init=False)
    _stale: list[tuple[str, str]] | None = field(default=None, init=False)
    _slots: dict[str, int] = field(factory=dict, init=False)
    _team: Team = field(init=False)
    _dealt: int = field(default=0, init=False)
    _reached: int = field(default=-1, init=False)
    _done: int = field(default=0, init=False)
    _deferred: list[str] = field(factory=list, init=False)
    _behind: bool = field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        self._team = Team(self.threads)
        self._arguments = Arguments(self.specs)
        self.tile = self._arguments.tile
        for name, storage in self.storages.items():
            self._synapses[name] = Synapses(name, storage, self.dt, self.buffers)
            self._synapses[name].prepare(self.threads)
        weak = any(spec.name == INTERVAL for spec in self.specs)
        between = self.interval if weak else 1
        self._slots = {p: n + between for p, n in self.histories.items()}
        scalars = {
            INTERVAL: between,
            **_counts(self.populations, self._slots),
        }
        for name, value in scalars.items():
            self.buffers[name] = self._slab.filled(value, np.int64)
        self.buffers["net.dt"] = filled(self.dt, np.float64)
        self._set_seed(self.seed)
        for variable in self.variables:
            self._declare(variable)
        for projection, window in self.windows.items():
            self._synapses[projection].decode(window, self._arguments.dtype(f"{projection}.total"))
        for spec, each in self._arguments.found:
            for name, extent in each:
                self._ensure(name, extent, np.dtype(spec.dtype))
        self._deferred = [n for n in self.storages if f"{n}.caught_up" in self.buffers]
        self._find_rings()
        self._deal(self.crew.next)

    @property
    def threads(self) -> int:
        """The most threads that it can run on; ``crew`` says how many there are."""
        return self.crew.most

    # ------------------------------------------------------------------ buffers

    def _declare(self, variable: VariableSpec) -> None:
        size, key = self.populations.get(variable.owner), variable.key
        self._declared[key] = variable
        if size is None:
            self._synapses[variable.owner].declare(variable)
        else:
            count = 1 if variable.locality == "global" else size
            self.buffers[key] = self._slab.aligned(count, variable.dtype)

    def _ensure(self, name: str, extent: str, dtype: Any) -> None:
        """Make a buffer that the kernels ask for, where nothing else made it.

        Kernels and run time choose the widths of ranks and offsets alike, or nothing runs.
        """
        kind, _, owner = extent.partition(":")
        if name in self.buffers or kind == "record":
            pass
        elif kind != "synapses":
            extents = Extents(self.populations, self._slots, self.storages, self.threads)
            self.buffers[name] = self._slab.aligned(extents.elements(extent), dtype)
        elif name.startswith(f"{owner}.column"):
            self._synapses[owner].index_columns()
        made = self.buffers.get(name)
        if made is not None and made.dtype != dtype:
            fail(f"the kernels take '{name}' as {dtype}, it is {made.dtype}")

    def _find_rings(self) -> None:
        for kind in ("past", "neurons"):
            for name, owner in self._arguments.all(kind):
                buffer, size = self.buffers[name], self.populations[owner]
                ages = self.histories[owner] if kind == "past" else 1
                slots = self._slots[owner] if kind == "past" else 1
                if name == f"{owner}.spikes":
                    counts = self.buffers[f"{owner}.spike_count"]
                    ring = SpikeRing(buffer, counts, size, self.threads, ages, slots)
                    self._past.spikes[owner] = ring
                elif kind == "past":
                    self._past.values[name] = ValueRing(buffer, size, ages, slots)

    def arguments(self) -> list[Any]:
        """The buffers in the order of the program's arguments; a list of them for a table."""
        recorded = {f"{r.name}.{n}": b for r in self.recorders for n, b in r.buffers.items()}
        return self._arguments.buffers(self.buffers | recorded if recorded else self.buffers)

    def _set_seed(self, seed: int) -> None:
        """Give everybody who may draw random numbers the stream that belongs to the seed."""
        self.seed = seed
        for owner in (*self.populations, *self.storages):
            name = f"{owner}.stream"
            if name not in self.buffers:
                self.buffers[name] = self._slab.aligned(2, np.int64)
            words = np.array(of_equations(seed, owner), np.uint64)
            self.buffers[name][:2] = words.view(np.int64)

    # ------------------------------------------------------------------ values

    def read(self, owner: str, name: str, dendrite: int | None = None) -> Array:
        """A copy: ``(n,)`` per neuron, ``(1,)`` common to all, synapses (of one post neuron)."""
        if owner in self._deferred:
            self.catch_up()
        key = f"{owner}.{name}"
        variable = self._declared.get(key)
        if owner in self._synapses and variable is not None:
            values = self._synapses[owner].read(variable, dendrite)
        elif key in self.buffers:
            common = variable is not None and variable.locality == "global"
            values = self.buffers[key][: 1 if common else self.populations[owner]].copy()
        else:
            return np.zeros(self.populations[owner])
        return values.astype(bool) if values.dtype == np.int8 else values

    def write(self, owner: str, name: str, values: Any) -> None:
        """Set from one number or from an array as ``read`` gives it."""
        if owner in self._deferred:
            self.catch_up()
        self.assign(self._declared[f"{owner}.{name}"], values)

    def assign(self, variable: VariableSpec, values: Any) -> None:
        """As ``write``, where nothing waits to be caught up with."""
        owner, key = variable.owner, variable.key
        array = _in_range(np.asarray(values).reshape(-1), variable)
        count = self.populations.get(owner)
        if count is None:
            self._synapses[owner].write(variable, array)
            self._outdate(owner)
            return
        self.buffers[key][: 1 if variable.locality == "global" else count] = array
        if f"{key}.past" in self._past.values:
            self._past.values[f"{key}.past"].set_last(self.step, array)

    def set_learning(self, projection: str, **settings: Any) -> None:
        """See :meth:`Synapses.set_learning`."""
        self.catch_up()
        self._synapses[projection].set_learning(**settings)

    def learning(self, projection: str) -> dict[str, int]:
        """The settings that ``set_learning`` takes."""
        return self._synapses[projection].learning

    def read_spikes(self, population: str) -> Array:
        """Ranks that fired in the last step, ascending."""
        ring = self._past.spikes.get(population)
        return np.empty(0, np.int64) if ring is None else ring.read(self.step)

    # ------------------------------------------------------------------ running

    def simulate(self, steps: int, progress: bool = False) -> None:
        """Run ``steps`` steps, or fewer (see :func:`.running.run`), all data handed over."""
        self._check_end(steps)
        if not self._done:
            for name, past in self._past.values.items():
                owner, variable = name.removesuffix(".past").rsplit(".", 1)
                past.fill(self.read(owner, variable))
        run(self, steps, progress)

    def _check_end(self, steps: int) -> None:
        if self.step + steps > LAST_STEP:
            fail(f"a run of {steps} steps from step {self.step} on goes beyond step {LAST_STEP}")

    def advance(self, steps: int) -> int:
        """Run so many steps at once, for which recorders are ready."""
        self._check_end(steps)  # the handler of a signal may have set the clock
        self._deal(self.crew.next)
        self.crew.ran(steps, self._run(steps))
        return steps

    def _outdate(self, projection: str | None = None) -> None:
        """What is under way to synapses (of one projection) is to be found in the past again."""
        if self._stale is None:
            self._stale = [(owner, name) for name, owner in self._arguments.all("stale")]
        for owner, name in self._stale:
            if projection in (None, owner):
                self.buffers[name][:] = 1

    def _run(self, steps: int) -> float:
        if self.step != self._reached:
            self._outdate()
        if not self._behind:
            for name in self._deferred:
                self.buffers[f"{name}.base"][:] = self.step
        table, threads, first, last = (
            self._arguments.addresses(self.arguments()),
            self._dealt,
            self.step,
            self.step + steps,
        )
        start = time.perf_counter()
        self._team.run(lambda thread: self.entry(thread, threads, first, last, table), threads)
        seconds = time.perf_counter() - start
        self.step = self._reached = last
        self._done += steps
        self._behind = bool(self._deferred)
        collect(self.recorders, first, steps)
        return seconds

    def catch_up(self) -> None:
        """Do to synapses what waits until somebody looks at them."""
        if not self._behind:
            return
        self.buffers[CATCH_UP][0] = 1
        table, threads, now = self._arguments.addresses(self.arguments()), self._dealt, self.step
        try:
            self._team.run(lambda thread: self.entry(thread, threads, now, now, table), threads)
        finally:  # Ctrl-C comes out of the team when it is done
            self.buffers[CATCH_UP][0] = 0
        self._behind = False

    def _deal(self, threads: int) -> None:
        """Give every one of so many threads its part of all that is kept by thread."""
        if threads == self._dealt:
            return
        self.catch_up()
        self._dealt = 0  # until all of it is done: what fails half-way is done anew
        self._outdate()
        for name, size in self.populations.items():
            if f"{name}.borders" in self.buffers:
                self.buffers[f"{name}.borders"][: threads + 1] = bounds(size, threads)
        for synapses in self._synapses.values():
            synapses.deal(threads)
        for recorder in self.recorders:
            recorder.deal(threads)
        for ring in self._past.spikes.values():
            ring.deal(self.step, threads)
        for name, _ in self._arguments.all("copies"):  # every thread has made the same of its own
            copies = self.buffers[name].reshape(self.threads, -1)
            copies[:] = copies[0]
        self._dealt = threads


def _counts(populations: Mapping[str, int], slots: Mapping[str, int]) -> dict[str, int]:
    """What is one number for a population."""
    found = {f"{name}.size": size for name, size in populations.items()}
    found |= {f"{name}.padded": padded(size) for name, size in populations.items()}
    return found | {f"{name}.history": number for name, number in slots.items()}


def _in_range(values: Array, variable: VariableSpec) -> Array:
    """Numbers in single precision, if the variable is in it; an error where they are too large."""
    if variable.dtype != np.float32:
        return values
    found = narrowed(values)
    if found is None:
        text = f"a value of '{variable.name}' of '{variable.owner}' is beyond single precision"
        fail(f"{text}, whose largest number is 3.4e38; compute with dtype='float64'")
    return found
