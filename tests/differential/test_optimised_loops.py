"""Passes on loops keep every bit.

The levels net, loops, optimised loops and kernels agree.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from differential.levels import Lowered, differences, executed, interpreted
from differential.random_networks import random_network
from differential.test_loops import _decoding, _delayed_learning, _gathering

import ranvier as rv
from ranvier.ir.spec import check_level

STEPS = 4
SEEDS = range(int(os.environ.get("RANVIER_TEST_SEEDS", "6")))
ALL = "fuse-loops,forward-stores,cse,canonicalize,dce,licm,cse,dce"
"""All passes that work on loops and on kernels.

The last ones run after others made work for them.
"""

ABOVE = ("discretize,choose-layout", "@equations,@sparsity")
BELOW = "map-to-threads{share=true tables=true},place-barriers,canonicalize,cse,fuse-loops"


def _check(network: rv.Network, above: str, steps: int = STEPS) -> None:
    lowered = Lowered(network).run(above)
    meant = interpreted(lowered, steps)
    lowered.run("lower-equations{share=true}")
    for each in ALL.split(","):
        lowered.run(each)
        found = differences(meant, interpreted(lowered, steps))
        assert not found, (each, found[:3])
    check_level(lowered.module, "loops")
    lowered.run(BELOW)
    found = differences(meant, executed(lowered, steps, threads=2))
    assert not found, found[:3]


@pytest.mark.parametrize("above", ABOVE)
@pytest.mark.parametrize("seed", SEEDS)
def test_random_networks(seed: int, above: str) -> None:
    _check(random_network(seed), above)


@pytest.mark.parametrize("build", [_decoding, _delayed_learning, _gathering])
@pytest.mark.parametrize("above", ABOVE)
def test_special_projections(build: Callable[[rv.Network], None], above: str) -> None:
    network = rv.Network(dt=1.0, seed=3)
    build(network)
    _check(network, above, steps=12)


def test_random_numbers_expanded_above_and_below() -> None:
    """Scalar formulas in tasks agree with formulas in kernels.

    They give the same numbers.
    """
    network = random_network(3)
    above, below = (
        "@equations,@sparsity,lower-equations",
        "expand-propagators,expand-math,lower-syn",
    )
    assert "rng." in str(Lowered(network).run(above).module)
    one = Lowered(network).run(f"{above},map-to-threads,expand-rng,{below}")
    other = Lowered(network).run(f"{above},@loops,expand-rng,map-to-threads,{below}")
    found = differences(executed(one, 6, native=True), executed(other, 6, native=True))
    assert not found, found[:3]
