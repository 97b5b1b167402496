"""Calculated times, against figures for an H200 worked out by hand."""

from __future__ import annotations

import pytest

from ranvier.passes.analysis.gpu_bounds import H200, DenseStep, SparseStep, occupancy


@pytest.mark.parametrize(
    ("size", "synapses", "packed", "scattered", "gathered"),
    [
        (4_000, 80, 0.06, 0.14, 0.7),
        (10**6, 80, 15.0, 36.0, 325.0),
        (10**6, 1000, 96.0, 352.0, 4060.0),
    ],
)  # fmt: skip
def test_bytes_of_coba(
    size: int, synapses: int, packed: float, scattered: float, gathered: float
) -> None:
    """Megabytes of a step at 20 Hz, to their last digit."""
    found = SparseStep(size, synapses, 20.0)
    assert found.packed / 1e6 == pytest.approx(packed, rel=0.05)
    assert found.scattered / 1e6 == pytest.approx(scattered, rel=0.05)
    assert found.gathered / 1e6 == pytest.approx(gathered, rel=0.07)
    assert found.state_bytes == 56 * size


def test_seconds_of_coba() -> None:
    """15 to 19 microseconds for a million neurons, and two launches."""
    low, high = SparseStep(10**6, 80, 20.0).seconds(H200)
    assert low == pytest.approx(15e-6 + 4e-6, rel=0.02)
    assert high == pytest.approx(19e-6 + 4e-6, rel=0.02)


def test_the_microcircuit() -> None:
    """3e8 synapses at 3.2 Hz: 5 to 17 MB, or 1200."""
    found = SparseStep(77_169, round(3e8 / 77_169), 3.2, state=60)
    assert found.packed / 1e6 == pytest.approx(5.0, rel=0.05)
    assert found.scattered / 1e6 == pytest.approx(17.0, rel=0.05)
    assert found.gathered / 1e6 == pytest.approx(1200.0, rel=0.01)


def test_dense_sums() -> None:
    """27 microseconds for 128 MB; 2.2 each for twelve steps."""
    assert DenseStep(4_000, 4_000).seconds(H200)[0] == pytest.approx(27e-6, rel=0.02)
    together = DenseStep(4_000, 4_000, together=12)
    assert together.seconds(H200)[0] == pytest.approx(2.2e-6, rel=0.05)
    assert together.weights == 128e6


def test_occupancy() -> None:
    """Threads of a multiprocessor: 2048 on sm_90, and 65536 registers."""
    assert occupancy((9, 0), 256, 32) == 1.0
    assert occupancy((9, 0), 256, 64) == 0.5
    assert occupancy((9, 0), 256, 65) == 0.375  # 72 registers: three blocks
    assert occupancy((7, 5), 256, 64) == 1.0
    assert occupancy((9, 0), 1024, 128) == 0.0  # it does not even run
    assert occupancy((9, 0), 32, 16) == 0.5  # 32 blocks at most
