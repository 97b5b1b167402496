"""Recorders: buffers for recording taps, and their way to Python. The taps are in kernels.

A recorder serves one monitor. Before native code runs ``begin`` makes room for so many steps, in
its buffers and in the arrays that it will hand over, and tells the taps when to sample; afterwards
``collect`` hands over what was recorded. Nothing can overflow: ``limit`` bounds the number of steps
by the memory that the worst case would take, and ``memory_reserve.py`` sees to it that there is as
much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, Protocol

import numpy as np
from attrs import field
from numpy.typing import NDArray

from ..ir.attrs_classes import define
from ..ir.buffer_names import CONTROL, PLACES, RANKS, ROOM, RUNNING, SAMPLES, SIZE, SPLIT
from ..ir.buffers import Key
from ..ir.interface import LAST_STEP
from .arguments import KeyedBuffers
from .device import Device, DeviceBuffer
from .host_memory import unfilled
from .spike_logs import LOGS, SpikeLog

Array = NDArray[Any]
BUDGET = 64 * 2**20
"""Bytes that one recorder may use at a time."""

_SPIKE = 12
"""Bytes of a recorded spike: its step and its rank."""

Moment = tuple[bool, int, int]
"""A moment of a recording.

Whether it is active, the offset, and the number of the next step.
"""


class Sink(Protocol):
    """Destination of recordings: a monitor of the user."""

    def _control(self) -> tuple[bool, int, int]:
        """Control numbers: active, period in steps, offset in steps."""

    def _jumped(self, before: int, after: int) -> None:
        """Note that the clock, which showed one step, shows another."""

    def _extend(self, variable: str, samples: Array) -> None: ...

    def _extend_spikes(self, event: str, steps: Array, ranks: Array) -> None: ...

    def _carry(self, item: str, moment: Moment, totals: Array) -> None:
        """Keep the totals of an item for the sample to come."""

    def _carried(self, item: str, moment: Moment) -> Array | None:
        """The totals that were kept at this moment, or None."""

    def _bytes_to_get(self) -> int:
        """Bytes to put the largest recordings together. Recordings themselves are not counted."""

    def bytes_per_second(self) -> float:
        """Bytes recorded in a second of the model's time."""

    def refuse(self) -> NoReturn:
        """Raise NoMemory: there is no room for more recordings."""


@define
class Recorder:
    """One monitor's buffers. ``variables`` maps names to (dtype, elements per sample).

    ``spikes`` are the events whose spikes are recorded, each with the name of the buffer in which
    kernels log them, ``running`` the types of totals of each neuron by item, which kernels carry
    from step to step; they start with 0 where recording does.
    The sink keeps them between runs, since another program may go on.
    ``buffers`` are those that kernels ask for, by key. ``placed``: they ask for the place of each
    neuron among ``ranks``, the neurons of a view.
    """

    name: str
    sink: Sink
    population: int
    variables: dict[str, tuple[Any, int]]
    spikes: Mapping[str, str]
    running: dict[str, Any]
    ranks: Array | None
    threads: int
    device: Device
    placed: bool = False
    buffers: KeyedBuffers = field(factory=KeyedBuffers, init=False)
    _is_active: bool = field(default=False, init=False)
    _capacity: int = field(default=0, init=False)
    _logs: list[SpikeLog] = field(factory=list, init=False)
    _prepared: dict[str, Array] = field(factory=dict, init=False)
    _fired: int = field(default=0, init=False)
    _sorted: Array | None = field(default=None, init=False)
    _partitions: int = field(default=1, init=False)
    _goes_on: Moment = field(default=(False, 0, -1), init=False)

    def __attrs_post_init__(self) -> None:
        make = self.device.allocate
        self._put({CONTROL: make(4, np.int64), ROOM: make(1, np.int64)})
        of = self.device, self.population, self.ranks, self.threads, self.buffers
        self._logs = [LOGS[form](self.name, event, *of) for event, form in self.spikes.items()]
        for item, dtype in self.running.items():
            self._put({RUNNING: make(self.device.target.padded(self.population), dtype)}, item)
        if self.ranks is not None:
            self._choose(self.ranks)
        self.repartition(self.threads)

    def _choose(self, ranks: Array) -> None:
        """Tell kernels which neurons are recorded."""
        adopt, size = self.device.adopt, len(ranks)
        self._sorted = np.argsort(ranks, kind="stable")
        ascending = ranks[self._sorted].astype(np.int32)
        self._put({RANKS: adopt(ascending), SIZE: adopt(np.array([size], np.int64))})
        self._put({SPLIT: self.device.allocate(self.threads + 1, np.int64)})
        if self.placed:
            places = np.full(self.device.target.padded(self.population), -1, np.int32)
            places[ascending] = np.arange(size)
            self._put({PLACES: adopt(places)})

    def _put(self, named: Mapping[str, DeviceBuffer], item: str = "") -> None:
        self.buffers |= {Key(self.name, name, item): buffer for name, buffer in named.items()}

    def _buffer(self, name: str, item: str = "") -> DeviceBuffer:
        return self.buffers[Key(self.name, name, item)]

    def _samples(self, variable: str) -> Key:
        return Key(self.name, SAMPLES, variable)

    def repartition(self, threads: int) -> None:
        """Prepare for a number of threads. At most as many as at first may follow."""
        self._partitions = threads
        if self.ranks is not None:
            borders = self.device.target.borders(self.population, threads)
            cuts = np.searchsorted(self.ranks[self._sorted], borders)
            self.device.upload(self._buffer(SPLIT), cuts)

    @property
    def limit(self) -> int:
        """The most steps for which the buffers fit into the budget."""
        per_step = sum(int(np.dtype(t).itemsize) * n for t, n in self.variables.values())
        per_step += sum(log.per_step for log in self._logs)
        return max(1, BUDGET // max(1, per_step))

    def begin(self, step: int, steps: int) -> None:
        """Prepare for some steps, or leave all as it was.

        The steps are ``step`` to ``step + steps``; MemoryError says that there is no room.
        """
        if steps > self._capacity:
            self._make_room(steps)
        active, period, offset = self.sink._control()
        first = min(step + (offset - step) % period, LAST_STEP)
        count = max(0, -(-(step + steps - first) // period)) if active else 0
        self.forget()
        if count:
            for name, (dtype, elements) in self.variables.items():
                self._prepared[name] = unfilled((count, self._columns(elements)), dtype)
        self._go_on((active, offset, step))
        self._is_active = active
        self.device.upload(self._buffer(CONTROL), [period if active else 0, first, step])
        for log in self._logs:
            log.begin()

    def _go_on(self, moment: Moment) -> None:
        """Carry running totals on, or start them."""
        if moment != self._goes_on:
            for item in self.running:
                totals, carried = self._buffer(RUNNING, item), self.sink._carried(item, moment)
                self.device.fill(totals, 0)
                if carried is not None:
                    self.device.upload(totals, carried)
        self._goes_on = moment

    def forget(self) -> None:
        """Give back what was prepared."""
        self._prepared = {}

    @property
    def lasting(self) -> int:
        """Bytes of the recordings to come. Spikes may be as many as last time."""
        return sum(each.nbytes for each in self._prepared.values()) + _SPIKE * self._fired

    def passing(self, steps: int) -> int:
        """Bytes to hand over so many steps, at most. Those that ``begin`` took are not counted."""
        return steps * sum(log.passing for log in self._logs)

    def _make_room(self, steps: int) -> None:
        made = {
            self._samples(name): self.device.allocate(steps * elements, dtype)
            for name, (dtype, elements) in self.variables.items()
        }
        for log in self._logs:
            made |= log.room_for(steps)
        self.buffers |= made
        self.device.upload(self._buffer(ROOM), [self.device.target.padded(steps)])
        self._capacity = steps

    def collect(self, step: int, steps: int) -> None:
        """Hand over what was recorded in the steps ``step`` to ``step + steps``."""
        self._goes_on = (*self._goes_on[:2], step + steps)
        for name, taken in self._prepared.items():
            elements = self.variables[name][1]
            samples = self.buffers[self._samples(name)]
            rows = self.device.view(samples, len(taken) * elements).reshape(len(taken), elements)
            plain = elements == 1 or self._sorted is None
            columns = slice(None) if plain else self._sorted
            taken[:, columns] = rows[:, : taken.shape[1]]
            self.sink._extend(name, taken)
        self.forget()
        if self._is_active:
            self._fired = sum([self._collect_spikes(log, step, steps) for log in self._logs])
            self._carry()

    def _carry(self) -> None:
        """Hand over running totals.

        They come last: only they are still here if memory ends.
        """
        for item in self.running:
            totals = self.device.download(self._buffer(RUNNING, item), self.population)
            self.sink._carry(item, self._goes_on, totals)

    def _columns(self, elements: int) -> int:
        """The number of elements of a sample without padding. Padding is not handed over."""
        if elements == 1:
            return 1
        return self.population if self._sorted is None else len(self._sorted)

    def _collect_spikes(self, log: SpikeLog, step: int, steps: int) -> int:
        """Hand over the spikes of an event; their number."""
        times, ranks = log.collect(step, steps, self._partitions)
        self.sink._extend_spikes(log.event, times, ranks)
        return len(times)


def collect(recorders: Sequence[Recorder], step: int, steps: int) -> None:
    """Hand over what all recorded, also where one of them fails."""
    for place, recorder in enumerate(recorders):
        try:
            recorder.collect(step, steps)
        except BaseException:
            collect(recorders[place + 1 :], step, steps)
            raise
