"""The COBA network has the spikes of the NumPy reference.

On every number of threads.
"""

from __future__ import annotations

import numpy as np
import pytest
from seeds.networks import coba, spike_list

from references.coba import CobaReference
from references.connectivity import CobaNetwork, coba_network

DT = 0.1


@pytest.fixture(scope="module")
def data() -> CobaNetwork:
    return coba_network(4000)


def test_same_spikes_as_the_reference(data: CobaNetwork) -> None:
    """Every spike is in the same step of the same neuron.

    In the first 200 ms.
    """
    net, cells = coba(data)
    monitor = net.monitor(cells, "spike")
    net.compile()
    net.simulate(200.0)
    expected = CobaReference(data).run(2000)
    spikes = spike_list(monitor.get("spike"))
    assert len(expected) > 10_000, "a silent network proves nothing"
    assert spikes[:100] == expected[:100]
    assert spikes == expected


def test_same_state_as_the_reference(data: CobaNetwork) -> None:
    """After 50 ms the potentials and conductances agree to rounding."""
    net, cells = coba(data)
    net.compile()
    net.simulate(50.0)
    reference = CobaReference(data)
    reference.run(500)
    for name in ("v", "g_exc", "g_inh"):
        expected = getattr(reference, name)
        np.testing.assert_allclose(getattr(cells, name), expected, rtol=1e-10, atol=1e-12)


def test_firing_rate_over_ten_seconds(data: CobaNetwork) -> None:
    """The mean rate equals that of the reference within 2 %."""
    net, cells = coba(data)
    monitor = net.monitor(cells, "spike")
    net.compile()
    net.simulate(10_000.0)
    reference = CobaReference(data)
    expected = sum(len(reference.step()) for _ in range(round(10_000.0 / DT)))
    count = sum(len(steps) for steps in monitor.get("spike").values())
    assert count == pytest.approx(expected, rel=0.02)


def run_for(data: CobaNetwork, threads: int, chunks: tuple[float, ...]) -> dict[str, object]:
    """State and spikes after the runs of the given durations."""
    net, cells = coba(data, threads)
    monitor = net.monitor(cells, "spike")
    net.compile()
    for duration in chunks:
        net.simulate(duration)
    state = {name: np.asarray(getattr(cells, name)).tobytes() for name in ("v", "g_exc", "g_inh")}
    return {**state, "spikes": spike_list(monitor.get("spike"))}


@pytest.mark.parametrize("threads", [2, 3])
def test_same_bits_for_every_number_of_threads(data: CobaNetwork, threads: int) -> None:
    assert run_for(data, threads, (200.0,)) == run_for(data, 1, (200.0,))


def test_same_bits_for_every_split_of_the_run(data: CobaNetwork) -> None:
    assert run_for(data, 1, (0.1, 33.3, 66.6)) == run_for(data, 1, (100.0,))
