"""Bytes of a device's memory for a synapse.

Networks have a million.
"""

from __future__ import annotations

from typing import Any

import pytest
from fakes.cuda_driver.installed import simulated

import ranvier as rv

DRAWN: dict[str, Any] = {"weights": rv.Uniform(0.0, 0.1)}
STDP: dict[str, Any] = {"tau_plus": 20.0, "tau_minus": 20.0, "A_plus": 0.01, "A_minus": 0.012}

ROOM = 4 << 20
"""Bytes of memory that small buffers share, in two pieces."""


def used(
    size: int, synapses: int, given: Any, dtype: str, *, learning: bool
) -> tuple[float, float]:
    """Bytes for a synapse.

    Those of which each has its own, and those of the whole projection.
    """
    net = rv.Network(dt=0.1, seed=1)
    neuron = rv.Neuron(equations="10.0*dv/dt = g_exc - v", spike="v > 1.0", reset="v = 0.0")
    cells = net.create(size, neuron, name="cells")
    synapse = rv.STDP(**STDP) if learning else None
    net.connect(cells, cells, "exc", synapse, name="own").fixed_number_pre(synapses, **given)
    net.config(synapse_dtype=dtype)
    with simulated(packages=["cuda-bindings"]):
        net.compile(target="cuda")
        program: Any = net._execution.program
        gpu, buffers = program._program.device.gpu, program._program.buffers
        assert program._program.device.workers == 1
        sizes = {key: each.size * each.dtype.itemsize for key, each in buffers.items()}
        taken = gpu.facts.memory - gpu.free_memory()
        assert taken <= sum(sizes.values()) + ROOM
    number = size * synapses
    mine = {key: count for key, count in sizes.items() if key.owner == "own"}
    each = [count for key, count in mine.items() if buffers[key].size >= number]
    return sum(each) / number, sum(mine.values()) / number


@pytest.mark.parametrize(
    ("size", "synapses"), [(10_000, 100), (70_000, 15)], ids=["short ranks", "long ranks"]
)
@pytest.mark.parametrize(
    ("given", "dtype", "most"),
    [({"weights": 0.5}, "float64", 5.0), (DRAWN, "float64", 13.0), (DRAWN, "float32", 9.0)],
    ids=["one weight", "float64", "float32"],
)
def test_bytes_of_a_synapse(size: int, synapses: int, given: Any, dtype: str, most: float) -> None:
    """A rank, and a weight if it has its own. Neurons have room for spikes that arrive."""
    one, whole = used(size, synapses, given, dtype, learning=False)
    rank, weight = 2 if size <= 1 << 16 else 4, 0 if given != DRAWN else int(dtype[-2:]) // 8
    assert one == pytest.approx(rank + weight, rel=1e-3) and one <= most
    per_neuron = 8 * 16 + 4 + 2 * 4  # a bucket, its count, two places of rows
    assert whole - one <= per_neuron / synapses + 0.01


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_bytes_of_a_synapse_that_learns(dtype: str) -> None:
    """Its post neuron knows its place and its pre neuron."""
    for size, synapses, rank in ((10_000, 100, 2), (70_000, 15, 4)):
        learning, _ = used(size, synapses, DRAWN, dtype, learning=True)
        other, _ = used(size, synapses, DRAWN, dtype, learning=False)
        assert learning - other == pytest.approx(4 + rank, rel=1e-3)
        assert learning - other <= 8.001
