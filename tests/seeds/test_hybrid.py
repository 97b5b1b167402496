"""The hybrid network decodes the rates that it encodes.

The published script draws them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from seeds.scripts import run_script

from references.connectivity import Floats

STEPS_PER_RATE = 2500
WINDOW_STEPS = 100
"""Steps in which the window still holds the rate before.

It is the decoding window, after a change of rate.
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the script ran.

    It has what was recorded and drawn.
    """
    folder = tmp_path_factory.mktemp("hybrid")
    keep = {"original": "data1['r']", "decoded": "data3['r']", "times": "t", "ranks": "n"}
    run_script("hybrid.py", folder, seed=1, keep=keep)
    return folder


@pytest.fixture(scope="module")
def decoded(folder: Path) -> Floats:
    """The decoded rate: (steps, number of neurons used for decoding)."""
    rates: Floats = np.load(folder / "decoded.npy")
    return rates


def test_shapes(folder: Path, decoded: Floats) -> None:
    assert decoded.shape == (4 * STEPS_PER_RATE, 1000)
    assert np.load(folder / "original.npy").shape == (4 * STEPS_PER_RATE, 1)


def test_silent_at_first(decoded: Floats) -> None:
    assert not decoded[:STEPS_PER_RATE].any()


@pytest.mark.parametrize(("position", "rate"), [(1, 10.0), (2, 50.0), (3, 100.0)])
def test_decoded_mean_rate(decoded: Floats, position: int, rate: float) -> None:
    """The mean decoded rate of 1000 neurons is right.

    It is the encoded one within 5 %.
    """
    start = position * STEPS_PER_RATE + WINDOW_STEPS + 5
    mean = decoded[start : (position + 1) * STEPS_PER_RATE, 999].mean()
    assert mean == pytest.approx(rate, rel=0.05)


def test_more_neurons_decode_better(decoded: Floats) -> None:
    settled = decoded[3 * STEPS_PER_RATE + WINDOW_STEPS + 5 :]
    errors = np.abs(settled - 100.0).mean(axis=0)
    assert errors[999] < errors[99] / 2 < errors[9] / 4


def test_raster(folder: Path) -> None:
    """Spikes lie inside the run, none before the first rate.

    The ranks are neurons.
    """
    times, ranks = np.load(folder / "times.npy"), np.load(folder / "ranks.npy")
    assert len(times) == len(ranks)
    assert len(times) == pytest.approx(1000 * 0.25 * (10 + 50 + 100), rel=0.03)
    assert times.min() >= 250.0
    assert times.max() < 1000.0
    assert set(np.unique(ranks)) <= set(range(1000))


def test_figure(folder: Path) -> None:
    """Three panels, not empty: each holds dark pixels."""
    from matplotlib.image import imread

    picture = imread(folder / "hybrid.png")[..., :3].mean(axis=2)
    for panel in np.array_split(picture, 3):
        assert 0.005 < np.mean(panel < 0.9) < 0.8
