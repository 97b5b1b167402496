"""Random networks of rates have the same bits.

Optimised or not, in whatever pieces they run.

Projections of every shape, between whole populations and parts of them, with inputs that change
never or only at the beginning, rates that are often zero, delays, several operations and learning.
The user writes weights and rates between runs.
"""

from __future__ import annotations

import os
import random
from typing import Any

import numpy as np
import pytest

import ranvier as rv

SEEDS = range(int(os.environ.get("RANVIER_TEST_SEEDS", "4")))
"""More with ``RANVIER_TEST_SEEDS=100``."""

NEURONS: tuple[dict[str, Any], ...] = (
    dict(parameters="r = 0.5"),
    dict(parameters="b = 0.5", equations="a = 2.0 * b\nr = a - 0.3 : min=0.0"),
    dict(parameters="b = 0.1", equations="4.0 * dr/dt + r = b + sum(exc) - sum(inh) : max=2.0"),
    dict(
        parameters="b = -0.3",
        equations="3.0 * dr/dt + r = b + 0.5 * sum(exc) + sum(inh) : min=0.0, max=3.0",
    ),
    dict(parameters="b = 0.2", equations="r = b * cos(t) + sum(inh) + sum(exc) : min=0.0, max=2.0"),
)
SYNAPSES: tuple[dict[str, Any], ...] = (
    *[dict()] * 4,
    dict(psp="w * pre.r * post.r"),
    dict(psp="pre.r"),
    dict(parameters="gain = 0.5", psp="w * gain * pre.r"),
    *[dict(operation=each) for each in ("mean", "min", "max")],
    dict(
        parameters="eta = 0.01 : projection",
        equations="""
            6.0 * dtheta/dt + theta = post.r ^ 2 : postsynaptic, exponential
            dw/dt = eta * (post.r * pre.r - theta * w) : min=-1.0, max=1.0
        """,
    ),
    dict(equations="9.0 * dw/dt = 0.01 * pre.r - w * post.r : max=0.5"),
    dict(equations="trace = 0.8 * trace + pre.r\ndw/dt = 0.001 * trace * post.r : max=0.3"),
)


def part(rng: random.Random, population: Any, size: int | None = None) -> Any:
    """The population, or a part of it without gaps."""
    if size is None and rng.random() < 0.4:
        return population
    count = size or rng.randrange(1, population.size + 1)
    first = rng.randrange(population.size - count + 1)
    return population[first : first + count]


def connect(rng: random.Random, net: Any, pre: Any, post: Any) -> Any:
    """A random projection."""
    shape = rng.choice(("all", "all", "all", "one", "probability", "number"))
    weights = rng.choice((0.013, rv.Uniform(-0.05, 0.08)))
    delays = rng.choice((0.0, 0.0, 0.0, 3.0, rv.DiscreteUniform(1, 4)))
    options = dict(weights=weights, delays=delays)
    if shape == "one":
        size = rng.randrange(1, min(pre.size, post.size) + 1)
        ends = part(rng, pre, size), part(rng, post, size)
    else:
        ends = part(rng, pre), part(rng, post)
    synapse = rv.Synapse(**rng.choice(SYNAPSES))
    made = net.connect(*ends, rng.choice(("exc", "inh")), synapse)
    if shape == "all":
        return made.all_to_all(allow_self_connections=rng.random() < 0.5, **options)
    if shape == "one":
        return made.one_to_one(**options)
    if shape == "probability":
        return made.fixed_probability(rng.choice((0.1, 0.5)), **options)
    allowed = ends[0].size - (pre is post)
    return made.fixed_number_pre(min(allowed, rng.randrange(1, 30)), **options)


def build(seed: int, opt: int, threads: int) -> Any:
    """The network of a seed, compiled, with its random generator."""
    rng = random.Random(seed)
    net = rv.Network(dt=1.0, seed=seed)
    net.config(num_threads=threads)
    kinds = [*NEURONS[:2], *(rng.choice(NEURONS[2:]) for _ in range(3))]
    pops = [net.create(rng.randrange(1, 110), rv.Neuron(**kind)) for kind in kinds]
    for pop in pops:
        pop.r = rv.Uniform(0.0, 1.0)
        if "b" in pop.parameters:
            pop.b = rv.Uniform(-0.5, 0.5)
    for _ in range(rng.randrange(3, 10)):
        connect(rng, net, rng.choice(pops), rng.choice(pops[2:]))
    net.compile(opt=opt)
    return net, rng


def run(seed: int, opt: int, threads: int = 1, split: bool = False) -> dict[str, Any]:
    """The state of a network after some runs.

    Some things are written in between.
    """
    net, rng = build(seed, opt, threads)
    for _ in range(4):
        steps, target = rng.randrange(1, 20), rng.choice(net.populations)
        pieces = [1.0] * steps if split else [float(steps)]
        for piece in pieces:
            net.simulate(piece)
        target.r = np.linspace(0.0, 1.0, target.size)
        projection = rng.choice(net.projections)
        value = rng.choice((0.0, 0.02, None))
        counts = [dendrite.size for dendrite in projection]
        rows = [np.linspace(-0.01, 0.02, count) for count in counts]
        projection.w = rows if value is None else value
    found = {f"{p.name}.{n}": getattr(p, n) for p in net.populations for n in p.attributes}
    for projection in net.projections:
        rows = [np.atleast_1d(dendrite.w) for dendrite in projection]
        found[projection.name] = np.concatenate(rows) if rows else np.empty(0)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_random_sums(seed: int) -> None:
    plain = run(seed, 0)
    for options in (dict(), dict(threads=2), dict(split=True)):
        found = run(seed, 1, **options)
        assert found.keys() == plain.keys()
        for name, values in plain.items():
            np.testing.assert_array_equal(found[name], values, f"{name}, {options}")
