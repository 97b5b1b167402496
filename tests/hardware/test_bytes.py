"""Bytes that a GPU moves, counted by the emulator.

They are not much more than the calculated ones, which times are compared with. What is counted are
pieces of 32 bytes that a warp touches in an access, as if nothing stayed in a cache.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from attrs import define, field
from ptx_emulator.gpu import Counts

import ranvier as rv
from ranvier.passes.analysis.gpu_bounds import DenseStep, SparseStep

from .here import FailingGpu, Setting, emulated_driver, surroundings
from .networks import build, coba_of

ENOUGH = 1.3
"""Bytes that may move, in parts of those calculated."""

STEPS = 10


@define(eq=False)
class CountingGpu(FailingGpu):
    """An emulated GPU that counts the bytes of each kernel."""

    moved: Counter[str] = field(factory=Counter)

    def launch(self, module: Any, kernel: str, *given: Any, **options: Any) -> None:
        """Run a kernel."""
        before = _sectors(self.counts)
        super().launch(module, kernel, *given, **options)
        self.moved[kernel] += 32 * (_sectors(self.counts) - before)


def _sectors(counts: Counts) -> int:
    return counts.read_sectors + counts.written_sectors


def counted(net: rv.Network, steps: int = STEPS) -> tuple[float, int]:
    """The bytes of a step, and the spikes of all steps."""
    driver = emulated_driver()
    (device,) = driver.devices
    gpu = CountingGpu(device=device, races=False, sectors=True)
    device.engine = gpu
    with surroundings(Setting("cuda-bindings", emulated=True), driver) as here:
        here.compiled(net)
        net.simulate(3 * net.dt)
        for each in net.monitors:
            each.get()  # what was recorded until now is not counted
        gpu.moved.clear()
        net.simulate(steps * net.dt)
        assert gpu.fault is None
        spikes = sum(len(each) for m in net.monitors for each in m.get("spike").values())
    return sum(gpu.moved.values()) / steps, spikes


@pytest.mark.parametrize(("size", "synapses"), [(600, 40), (1000, 80)])
def test_coba(size: int, synapses: int) -> None:
    """States, and spikes into buckets whose entries lie alone."""
    found, spikes = counted(coba_of(size, synapses, recorded=("spike",)))
    assert spikes > STEPS
    bound = SparseStep(size, synapses, spikes / (size * STEPS * 1e-4))
    assert bound.state_bytes + bound.packed < found
    assert found < ENOUGH * (bound.state_bytes + bound.scattered)


def test_dense_rates() -> None:
    """All weights of a pass."""
    found, _ = counted(build("rates", 128))
    bound = DenseStep(128, 128)
    assert bound.weights < found < ENOUGH * (bound.weights + bound.state * bound.neurons)
