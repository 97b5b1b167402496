"""Random networks on emulated grids compute the CPU's bits."""

from __future__ import annotations

from functools import partial

import pytest
from differential.gpus import NIGHTLY, SHAPES, after, differences, on_gpu, runs_of
from differential.random_networks import random_network

COUNT, AT_ONCE = (2000, 50) if NIGHTLY else (50, 10)
"""Networks, and those of a test."""

FIRST = 1000
"""The number of the first one. Other tests have the small numbers."""

STEPS = (5, 9)


@pytest.mark.parametrize("begin", range(FIRST, FIRST + COUNT, AT_ONCE))
def test_random_networks(begin: int) -> None:
    for number in range(begin, begin + AT_ONCE):
        build, steps = partial(random_network, number), STEPS[number % 2]
        meant = after(build, [steps], "cpu")
        with on_gpu(number, SHAPES[number % len(SHAPES)]):
            found = after(build, runs_of(steps, number), "cuda")
        assert not differences(meant, found), f"network {number}"
