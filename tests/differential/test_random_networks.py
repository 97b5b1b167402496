"""Random networks keep their bits under every pass.

The IR stays verified.
"""

from __future__ import annotations

import os

import pytest
from differential.levels import Lowered, Trace, differences, executed, interpreted, without
from differential.random_networks import random_network

from ranvier.ir.spec import check_level
from ranvier.passes.framework.core import find_pass
from ranvier.passes.framework.pipeline_text import as_pipeline
from ranvier.passes.framework.registry import own_passes
from ranvier.passes.pipelines import LOWERING, OPTIMISED

STEPS = 4
SEEDS = range(int(os.environ.get("RANVIER_TEST_SEEDS", "4")))
"""More with ``RANVIER_TEST_SEEDS=100``."""

ELSEWHERE = ("contract", "expand-math")
"""Passes that change units in the last place.

Thresholds amplify these; they have their own tests.
"""

TOLERANCE = {"expand-rng": 1e-9}
"""A pass with formulas of logarithms.

Before it, the interpreter takes these from the C library.
"""


def _run(lowered: Lowered, level: str) -> Trace:
    above = level in ("net", "eq", "loops")
    return interpreted(lowered, STEPS) if above else executed(lowered, STEPS)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_prefix_of_the_pipeline(seed: int) -> None:
    lowered, level = Lowered(random_network(seed)), "net"
    before = meant = _run(lowered, level)
    for item in as_pipeline(without(OPTIMISED, *ELSEWHERE)).passes:
        lowered.run(str(item))
        level = item.ensures or level
        after = _run(lowered, level)
        tolerance = TOLERANCE.get(item.name, 0.0)
        assert not differences(before, after, tolerance), f"{item} changed what the network does"
        before = after
        meant = after if tolerance else meant
    check_level(lowered.module, "native")
    for threads in (1, 2):
        assert not differences(meant, executed(lowered, STEPS, threads=threads, native=True))
    plain = Lowered(lowered.network).run(without(LOWERING, *ELSEWHERE))
    assert not differences(meant, executed(plain, STEPS, native=True))


@pytest.mark.parametrize("level", ["net", "eq", "loops", "kernels", "native"])
def test_every_pass_alone(level: str) -> None:
    """Each pass alone keeps the results at every level.

    This is for passes that need no level of their own.
    """
    network = random_network(8)
    to_level = {
        "net": "",
        "eq": "@equations",
        "loops": "@equations,lower-equations",
        "kernels": "discretize,choose-layout,lower-equations,map-to-threads",
        "native": without(OPTIMISED, *ELSEWHERE),
    }
    meant = _run(Lowered(network).run(to_level[level]), level)
    free = [n for n in sorted(own_passes()) if not find_pass(n).requires and n not in ELSEWHERE]
    assert len(free) > 5
    for name in free:
        lowered = Lowered(network).run(to_level[level])
        found = _run(lowered.run(name), level)
        assert not differences(meant, found, TOLERANCE.get(name, 0.0)), name
