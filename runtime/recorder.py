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

from .buffers import aligned, bounds, padded

Array = NDArray[Any]
BUDGET = 64 * 2**20
"""Bytes that one recorder may use at a time."""


class Sink(Protocol):
    """Where recordings go: a monitor of the user."""

    def control(self) -> tuple[bool, int, int]:
        """(active, period in steps, offset in steps)"""

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
    _room: int = field(default=0, init=False)
    _samples: tuple[int, int] = field(default=(0, 0), init=False)
    _sorted: Array | None = field(default=None, init=False)

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
            borders = bounds(self.population, self.threads)
            make["split"][: self.threads + 1] = np.searchsorted(ranks, borders)
        self.buffers = make

    @property
    def limit(self) -> int:
        """The most steps for which the buffers fit into the budget."""
        per_step = sum(int(np.dtype(t).itemsize) * n for t, n in self.variables.values())
        if self.spikes:
            per_step += 4 * padded(self.population)
        return max(1, BUDGET // max(1, per_step))

    def begin(self, step: int, steps: int) -> None:
        """Prepare for the steps ``step`` to ``step + steps``."""
        if steps > self._room:
            self._make_room(steps)
        active, period, offset = self.sink.control()
        first = step + (offset - step) % period if step > offset else offset
        count = max(0, -(-(step + steps - first) // period)) if active else 0
        self._samples = (count, period)
        self.buffers["control"][:3] = (period if active else 0, first, step)
        self.buffers["used"][:] = 0

    def _make_room(self, steps: int) -> None:
        self._room = steps
        for name, (dtype, elements) in self.variables.items():
            self.buffers[name] = aligned(steps * elements, dtype)
        if self.spikes:
            self.buffers["spikes"] = aligned(padded(self.population) * steps, np.int32)
            self.buffers["counts"] = aligned(steps * self.threads, np.int32)
        self.buffers["room"][0] = steps

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
        counts = self.buffers["counts"][: steps * self.threads].reshape(steps, self.threads)
        times, ranks = [], []
        for thread, low in enumerate(bounds(self.population, self.threads)[:-1]):
            used = int(self.buffers["used"][8 * thread])
            start = int(low) * self._room
            ranks.append(self.buffers["spikes"][start : start + used])
            times.append(np.repeat(np.arange(step, step + steps), counts[:, thread]))
        all_times, all_ranks = np.concatenate(times), np.concatenate(ranks)
        order = np.argsort(all_times, kind="stable")
        self.sink._extend_spikes(all_times[order], all_ranks[order].astype(np.int32))
