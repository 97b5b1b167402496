"""Projections of one synapse, which has a delay of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from differential.gpus import after, differences, on_gpu

import ranvier as rv

SIZE, PRE, POST, STEPS, DELAY, WEIGHT = 40, 7, 36, 9, 4, 0.5
OWN = rv.Uniform(DELAY - 0.4, DELAY + 0.4)
"""A delay of its own, which is rounded to ``DELAY`` steps."""

CONNECT: dict[str, Callable[[Any], Any]] = {
    "pairs": lambda projection: projection.one_to_one(WEIGHT, delays=OWN),
    "dense": lambda projection: projection.all_to_all(WEIGHT, delays=OWN),
    "sparse": lambda projection: projection.fixed_number_pre(1, WEIGHT, delays=OWN),
}
SYNAPSES: dict[str, dict[str, Any]] = {
    "fixed": {},
    "learning": dict(equations="seen = pre.r\nw = w + 0.0*seen*post.r"),
}


def heard(rule: str, synapse: dict[str, Any]) -> rv.Network:
    """A neuron among others that hears of one that counts steps."""
    net = rv.Network(dt=1.0, seed=3)
    count = net.create(SIZE, rv.Neuron(parameters="rate = 1.0", equations="r = r + rate"))
    count.rate = np.arange(1.0, SIZE + 1)
    hear = net.create(SIZE, rv.Neuron(equations="r = sum(exc)"))
    kind = rv.Synapse(**synapse) if synapse else None
    projection = net.connect(count[PRE : PRE + 1], hear[POST : POST + 1], "exc", kind)
    CONNECT[rule](projection)
    net.monitor(hear, "r", name="heard")
    return net


def expected() -> np.ndarray[Any, Any]:
    """Rates of all neurons, ``(steps, neurons)``."""
    found = np.zeros((STEPS, SIZE))
    for step in range(STEPS):
        found[step, POST] = WEIGHT * (PRE + 1) * max(step - DELAY + 1, 0)
    return found


@pytest.mark.parametrize("opt", [0, 1])
@pytest.mark.parametrize("synapse", SYNAPSES)
@pytest.mark.parametrize("rule", CONNECT)
def test_a_synapse_has_its_delay(rule: str, synapse: str, opt: int) -> None:
    net = heard(rule, SYNAPSES[synapse])
    net.compile(opt=opt, check="bounds")
    net.simulate(STEPS)
    assert (net.get_monitor("heard").get("r") == expected()).all()
    projection = net.projections[0]
    if synapse == "learning":
        assert projection.dendrite(POST).seen[0] == (PRE + 1) * (STEPS - DELAY + 1)


@pytest.mark.parametrize("rule", CONNECT)
def test_it_has_it_on_gpus(rule: str) -> None:
    build = partial(heard, rule, SYNAPSES["learning"])
    meant = after(build, [STEPS], "cpu")
    with on_gpu(1, (3, 64)):
        found = after(build, [5, STEPS - 5], "cuda")
    assert not differences(meant, found)
