"""Bytes that kernels move on an emulated GPU, beside calculated ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from fakes.cuda_driver.installed import simulated
from fakes.cuda_driver.simulation import SimulatedDevice, SimulatedDriver
from hardware.networks import build, coba_of
from ptx_emulator.gpu import EmulatedGpu
from samples.gpu_networks import sparse_rates

import ranvier as rv
from ranvier.ir.core import lookup_symbol
from ranvier.ir.dialects.func import Func
from ranvier.passes.analysis.gpu_bounds import SECTOR
from ranvier.passes.analysis.launch_traffic import NetworkCounts, traffic

FEW = 2 * 1024
"""Bytes of numbers that all threads share, which are not calculated."""

WARM = {"Brunel, STDP": 16}
"""Steps before: delays are 15."""

SPIKING = ("COBA", "Brunel, STDP", "Hodgkin-Huxley")

ALLOWED = 1.3
"""Bytes that a launch may move for each calculated one."""


class CountingGpu(EmulatedGpu):
    """A device that keeps the bytes of each launch."""

    moved: ClassVar[dict[str, list[int]]] = defaultdict(list)

    def launch(self, module: Any, kernel: str, *arguments: Any, **more: Any) -> None:
        """Run a kernel. Memory moves each sector once in, and once out."""
        super().launch(module, kernel, *arguments, **more)
        sectors = len(self.global_memory.loaded) + len(self.global_memory.stored)
        self.moved[kernel.removeprefix("ranvier_")].append(SECTOR * sectors)


NETWORKS: dict[str, tuple[Callable[[], rv.Network], int]] = {
    "COBA": (lambda: coba_of(2000), 8),
    "Brunel, STDP": (lambda: build("brunel", 1000), 8),
    "Hodgkin-Huxley": (lambda: build("hodgkin_huxley", 500), 3),
    "rates, dense": (lambda: build("rates", 256), 24),
    "rates, sparse": (lambda: sparse_rates(512), 4),
    "learning rates": (lambda: build("learning_rates", 128), 4),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_bytes_of_each_launch(name: str) -> None:
    """Each element comes and goes once in a launch.

    No launch moves more than is calculated for spikes that lie alone. Where there are no spikes,
    none moves less, either.
    """
    make, steps = NETWORKS[name]
    net = make()
    cells = net.populations[-1]
    watched = net.monitor(cells, "spike", name="watched") if name in SPIKING else None
    gpu = CountingGpu(sectors=True)
    with simulated(SimulatedDriver([SimulatedDevice(engine=gpu)]), ["pycuda"]):
        net.compile(target="cuda")
        net.simulate(WARM.get(name, 0) * net.dt)
        CountingGpu.moved.clear()
        net.simulate(steps * net.dt)
        program: Any = net._execution.program
    spikes = 0 if watched is None else sum(map(len, watched.get("spike").values()))
    counts = NetworkCounts.of(program._network_module(), 0.0)
    counts.spikes = {cells.name: spikes / (steps + WARM.get(name, 0))}
    module = program._lowered.module
    for kernel, moved in CountingGpu.moved.items():
        launch = lookup_symbol(module, kernel)
        if not isinstance(launch, Func) or len(moved) == 1:  # once in a run
            continue
        found = traffic(launch, counts, max(1, round(steps / len(moved))))
        mean = sum(moved) / len(moved)
        assert mean <= ALLOWED * found.scattered + FEW, (kernel, mean, found)
        if name not in SPIKING:
            assert mean >= found.packed / ALLOWED, (kernel, mean, found)
