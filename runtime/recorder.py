"""Recorders: the buffers that the kernels' recording taps write, and their way to Python.

A recorder serves one monitor. Before native code runs ``begin`` makes room for so many steps and
tells the taps when to sample; afterwards ``collect`` hands over what was recorded. Nothing can
overflow: ``limit`` bounds the number of steps by the memory that the worst case would take.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from ..ir.interface import LAST_STEP
from .buffers import aligned, bounds, padded

Array = NDArray[Any]
BUDGET = 64 * 2**20
"""Bytes that one recorder may use at a time."""


class Sink(Protocol):
    """Where recordings go: a monitor of the user."""

    def control(self) -> tuple[bool, int, int]:
        """(active, period in steps, offset in steps)"""

    def jumped(self, before: int, after: int) -> None:
        """The clock, which showed one step, shows another."""

    def _extend(self, variable: str, samples: Array) -> None: ...

    def _extend_spikes(self, steps: Array, ranks: Array) -> None: ...


@define
class Recorder:
    """One monitor's buffers. ``variables`` maps names to (dtype, elements per sample)."""

    name: str
    sink: Sink
    population: int
    variables: dict[str, tuple[Any, int]]
    spikes: bool
    ranks: Array | None
    threads: int
    buffers: dict[str, Array] = field(factory=dict, init=False)
    _capacity: int = field(default=0, init=False)
    _room: int = field(default=0, init=False)
    _samples: tuple[int, int] = field(default=(0, 0), init=False)
    _sorted: Array | None = field(default=None, init=False)
    _dealt: int = field(default=1, init=False)

    def __attrs_post_init__(self) -> None:
        make = {
            "control": aligned(4, np.int64),
            "used": aligned(8 * max(2, self.threads), np.int64),
        }
        make["room"] = aligned(1, np.int64)
        if self.ranks is not None:
            self._sorted = np.argsort(self.ranks, kind="stable")
            ranks = self.ranks[self._sorted]
            make["ranks"] = aligned(len(ranks), np.int32)
            make["ranks"][: len(ranks)] = ranks
            make["size"] = aligned(1, np.int64)
            make["size"][0] = len(ranks)
            make["split"] = aligned(self.threads + 1, np.int64)
        self.buffers = make
        self.deal(self.threads)

    def deal(self, threads: int) -> None:
        """Prepare for a number of threads, of at most as many as there were at first."""
        self._dealt = threads
        if self.ranks is not None:
            borders = np.searchsorted(self.ranks[self._sorted], bounds(self.population, threads))
            self.buffers["split"][: threads + 1] = borders

    @property
    def limit(self) -> int:
        """The most steps for which the buffers fit into the budget."""
        per_step = sum(int(np.dtype(t).itemsize) * n for t, n in self.variables.values())
        if self.spikes:
            per_step += 4 * padded(self.population)
        return max(1, BUDGET // max(1, per_step))

    def begin(self, step: int, steps: int) -> None:
        """Prepare for the steps ``step`` to ``step + steps``."""
        if steps > self._capacity:
            self._make_room(steps)
        active, period, offset = self.sink.control()
        first = min(step + (offset - step) % period, LAST_STEP)
        count = max(0, -(-(step + steps - first) // period)) if active else 0
        self._samples = (count, period)
        self.buffers["control"][:3] = (period if active else 0, first, step)
        self.buffers["used"][:] = 0

    def _make_room(self, steps: int) -> None:
        self._capacity = steps
        self._room = padded(steps)  # what one thread writes begins with a cache line of its own
        for name, (dtype, elements) in self.variables.items():
            self.buffers[name] = aligned(steps * elements, dtype)
        if self.spikes:
            self.buffers["spikes"] = aligned(padded(self.population) * self._room, np.int32)
            self.buffers["counts"] = aligned(self._room * self.threads, np.int32)
        self.buffers["room"][0] = self._room

    def collect(self, step: int, steps: int) -> None:
        """Hand over what was recorded in the steps ``step`` to ``step + steps``."""
        count, _ = self._samples
        if count:
            for name, (_, elements) in self.variables.items():
                rows = self.buffers[name][: count * elements].reshape(count, elements)
                self.sink._extend(name, self._columns(rows))
        if self.spikes and self.buffers["control"][0]:
            self._collect_spikes(step, steps)

    def _columns(self, rows: Array) -> Array:
        """Without padding, in the order of the user's view."""
        if rows.shape[1] == 1:
            return rows.copy()
        if self._sorted is None:
            return rows[:, : self.population].copy()
        out = np.empty_like(rows[:, : len(self._sorted)])
        out[:, self._sorted] = rows[:, : len(self._sorted)]
        return out

    def _collect_spikes(self, step: int, steps: int) -> None:
        counts = self.buffers["counts"].reshape(-1, self._room)[:, :steps]
        times, ranks = [], []
        for thread, low in enumerate(bounds(self.population, self._dealt)[:-1]):
            used = int(self.buffers["used"][8 * thread])
            start = int(low) * self._room
            ranks.append(self.buffers["spikes"][start : start + used])
            times.append(np.repeat(np.arange(step, step + steps), counts[thread]))
        all_times, all_ranks = np.concatenate(times), np.concatenate(ranks)
        order = np.argsort(all_times, kind="stable")
        self.sink._extend_spikes(all_times[order], all_ranks[order].astype(np.int32))
