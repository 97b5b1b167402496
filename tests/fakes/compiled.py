"""A compiled network without a compiler.

Its buffers are read and written by the user's objects.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier import Network


class FakeCompiled:
    """A program that only holds values.

    It holds them as the real class does; a step changes nothing but the clock.
    """

    def __init__(self, network: Network, previous: FakeCompiled | None = None) -> None:
        self.network = network
        self.step: int = previous.step if previous else 0
        self.runs: list[tuple[int, bool]] = []
        self.resets = 0
        self.started: list[str] = []
        self.running = False
        self.spikes: dict[str, NDArray[np.int64]] = {}
        self.values: dict[tuple[str, str], NDArray[Any]] = {}
        for owner in (*network.populations, *network.projections):
            for name in owner.attributes:
                self.values[owner.name, name] = np.atleast_1d(owner.initial_value(name))
        if previous:
            self.values.update(previous.values)

    def read(self, owner: str, name: str, dendrite: int | None = None) -> NDArray[Any]:
        values = self.values[owner, name].copy()
        if dendrite is None or values.size == 1:
            return values
        found = [p for p in self.network.projections if p.name == owner]
        start, stop = found[0].connectivity.row_offsets[dendrite : dendrite + 2]
        return values[start:stop]

    def read_sum(self, population: str, target: str) -> NDArray[Any]:
        return self.values[population, f"sum({target})"].copy()

    def write(self, owner: str, name: str, values: Any) -> None:
        array = np.atleast_1d(np.asarray(values))
        before = self.values[owner, name]
        if array.size == 1 and owner in {
            population.name for population in self.network.populations
        }:
            array = np.full(before.shape, array[0])
        self.values[owner, name] = np.array(array)

    def read_spikes(self, population: str) -> NDArray[np.int64]:
        return self.spikes.get(population, np.empty(0, dtype=np.int64))

    def simulate(self, steps: int, progress: bool) -> None:
        self.runs.append((steps, progress))
        self.step += steps

    def start_clocks(self, projection: str) -> None:
        self.started.append(projection)

    def stop(self) -> None:
        raise NotImplementedError

    def save(self, file: Any) -> None:
        raise NotImplementedError

    def load(self, file: Any) -> None:
        raise NotImplementedError

    def reset(self) -> None:
        self.resets += 1
        self.step = 0


@contextmanager
def fake_compiler() -> Iterator[list[dict[str, Any]]]:
    """While active, compiling makes a `FakeCompiled`.

    Yields the options of each call.
    """
    calls: list[dict[str, Any]] = []

    def compile_network(
        network: Network, *, previous: FakeCompiled | None = None, **options: Any
    ) -> FakeCompiled:
        calls.append({"previous": previous, **options})
        return FakeCompiled(network, previous)

    module = ModuleType("ranvier.compiler")
    module.compile = compile_network  # type: ignore[attr-defined]
    real = sys.modules.get("ranvier.compiler")
    sys.modules["ranvier.compiler"] = module
    try:
        yield calls
    finally:
        if real is None:
            del sys.modules["ranvier.compiler"]
        else:
            sys.modules["ranvier.compiler"] = real
