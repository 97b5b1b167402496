"""Numbers of neighbouring neurons, steps, streams and seeds are independent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from differential.draws import draw_kernel
from randomness.samples import P, correlation
from scipy import stats

COUNT = 100_000
WITHIN = 4.5
"""Standard errors."""

NAMES = {"uniform": (), "normal": (), "exponential": (), "gamma": (1.7,), "binomial": (40.0, 0.4)}
each_draw = pytest.mark.parametrize("name", NAMES)


def draws(name: str, **where: Any) -> Any:
    """Numbers of ``COUNT`` neurons."""
    which = {key: where.pop(key) for key in ("stream", "draw") if key in where}
    return draw_kernel(name, 64, 8, **which)(COUNT, *NAMES[name], **where)


@each_draw
def test_neurons(name: str) -> None:
    sample = draws(name)
    for distance in (1, 2, 3, 8, 64, 1000):
        assert abs(correlation(sample[:-distance], sample[distance:])) < WITHIN
        squares = (sample - sample.mean()) ** 2
        assert abs(correlation(squares[:-distance], squares[distance:])) < WITHIN


@each_draw
def test_steps(name: str) -> None:
    sample = draws(name)
    for other in (1, 2, 3, 1000, 1 << 32, (1 << 32) + 1):
        assert abs(correlation(sample, draws(name, step=other))) < WITHIN


@each_draw
def test_one_neuron_over_time(name: str) -> None:
    steps = np.arange(COUNT)
    sample = draw_kernel(name)(COUNT, *NAMES[name], step=steps, ids=np.zeros(COUNT))
    for distance in (1, 2, 7, 100):
        assert abs(correlation(sample[:-distance], sample[distance:])) < WITHIN


@each_draw
def test_seeds_and_populations(name: str) -> None:
    """The name of a population changes half of the seed.

    It is the upper half.
    """
    sample = draws(name)
    for seed in (12346, 12345 ^ (1 << 32), 12345 ^ (77 << 32), 0, -1):
        assert abs(correlation(sample, draws(name, seed=seed))) < WITHIN


@each_draw
def test_streams(name: str) -> None:
    sample = draws(name)
    for stream in (0, 1, 2, 4, 1 << 31):
        assert abs(correlation(sample, draws(name, stream=stream))) < WITHIN


def test_halves_of_a_block_and_blocks() -> None:
    samples = [draws("uniform", draw=draw) for draw in range(6)]
    for i, one in enumerate(samples):
        for other in samples[:i]:
            assert abs(correlation(one, other)) < WITHIN


def test_attempts_of_large_ids() -> None:
    """Attempts stay clear of the upper half of an id.

    Neither comes into the other's way.
    """
    near = draw_kernel("gamma")(COUNT, 1.7)
    far = draw_kernel("gamma")(COUNT, 1.7, first=1 << 32)
    assert abs(correlation(near, far)) < WITHIN
    assert not np.any(near == far)


def test_pairs_fill_the_square() -> None:
    """Neighbours together are uniform in the square."""
    sample = draws("uniform")
    cells = np.histogram2d(sample[:-1:2], sample[1::2], bins=16, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(cells.ravel()).pvalue > P


def test_runs_up_and_down() -> None:
    """The number of runs up and down (Wald, Wolfowitz).

    A number is larger than the one before and the one after as often as it should be.
    """
    sample = draws("uniform")
    rising = np.diff(sample) > 0
    turns = int((rising[1:] != rising[:-1]).sum())
    mean, variance = 2 * (COUNT - 2) / 3, (16 * COUNT - 29) / 90
    assert abs(turns - mean) < WITHIN * np.sqrt(variance)


def test_no_number_comes_back() -> None:
    """A million numbers of 53 bits are all different.

    Two equal ones would be a surprise.
    """
    found = draw_kernel("uniform")(1_000_000)
    assert len(np.unique(found)) == len(found)
