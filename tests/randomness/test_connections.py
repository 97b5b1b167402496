"""Draws of synapses: weights and delays have their distributions.

Nothing goes with another.

With patches of few synapses, so that thousands of blocks of the streams meet.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from randomness.samples import P, correlation, fits, fits_discrete, moments_agree
from scipy import stats

import ranvier as rv
from ranvier.frontend import patches, random_streams
from ranvier.frontend.random_streams import Stream

RATE = rv.Neuron(equations="r = sum(exc)")
SPIKING = rv.Neuron(equations="v = g_exc", spike="v > 1", reset="v = 0")
WITHIN = 4.5
"""Standard errors."""


@pytest.fixture(autouse=True)
def _small() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(patches, "PATCH", 100)
        monkeypatch.setattr(random_streams, "BLOCK_OF_VALUES", 50)
        yield


CONNECTORS = {
    "probability": lambda p, **k: p.fixed_probability(0.25, **k),
    "pre": lambda p, **k: p.fixed_number_pre(75, **k),
    "post": lambda p, **k: p.fixed_number_post(75, **k),
    "all": lambda p, **k: p.all_to_all(**k),
}
each_connector = pytest.mark.parametrize("connect", CONNECTORS.values(), ids=CONNECTORS)
each_kind = pytest.mark.parametrize("neuron", [RATE, SPIKING], ids=["rate", "spike"])


def connected(connect: Any, neuron: rv.Neuron, seed: int = 5, **values: Any) -> Any:
    net = rv.Network(dt=0.1, seed=seed)
    projection = net.connect(net.create(300, neuron), net.create(300, neuron), "exc", name="tested")
    return connect(projection, **values).connectivity


@each_connector
@each_kind
def test_weights_and_delays(connect: Any, neuron: rv.Neuron) -> None:
    c = connected(connect, neuron, weights=rv.Normal(2.0, 0.5), delays=rv.DiscreteUniform(1, 9))
    w, steps = np.ravel(c.w), np.ravel(c.delay_steps)
    assert fits(w, stats.norm(2.0, 0.5)) > P
    moments_agree(w, stats.norm(2.0, 0.5))
    assert fits_discrete(steps / 10.0, stats.randint(1, 10)) > P
    # Neither with one another, nor with who is connected, nor with those of neighbours.
    assert abs(correlation(w, steps)) < WITHIN
    for ranks in (c.pre_ranks, c.post_ranks):
        assert abs(correlation(w, ranks)) < WITHIN
        assert abs(correlation(steps, ranks)) < WITHIN
    for distance in (1, 2, 75, 300):
        for sample in (w, (w - 2.0) ** 2, steps):
            assert abs(correlation(sample[:-distance], sample[distance:])) < WITHIN
        assert abs(correlation(w[:-distance], steps[distance:])) < WITHIN


@each_connector
@each_kind
def test_no_number_comes_twice(connect: Any, neuron: rv.Neuron) -> None:
    """No number comes twice.

    They are those of blocks of one stream, in weights and in delays, for two seeds.
    """
    found = []
    for seed in (5, 6):
        uniform = rv.Uniform(0.0, 1.0)
        c = connected(connect, neuron, seed, weights=uniform, delays=uniform)
        found.append(np.ravel(c.w))
    numbers = np.concatenate(found)
    assert len(np.unique(numbers)) == len(numbers)


@each_kind
def test_rows_of_pairs_are_independent(neuron: rv.Neuron) -> None:
    """Rows of pairs are independent.

    They are next to one another, in neighbouring patches, in two projections, of two seeds.
    """
    found = []
    for seed in (5, 6):
        c = connected(CONNECTORS["probability"], neuron, seed, weights=1.0)
        matrix = np.full((300, 300), -0.25)
        matrix[c.post_ranks, c.pre_ranks] = 0.75
        found.append(matrix)
    order = c.rows.draw_order.patches
    steps = {int(order.rows[1]), int(order.columns[1])}
    assert max(order.shape) > 4
    for step in (1, 2, *steps):
        for shift in ((0, step), (step, 0), (step, -step)):
            product = (found[0] * np.roll(found[0], shift, (0, 1))).mean() / (0.25 * 0.75)
            assert abs(product) < WITHIN / 300
    assert abs((found[0] * found[1]).mean() / (0.25 * 0.75)) < WITHIN / 300


def test_number_of_synapses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers of synapses are binomial, by patch and together."""
    monkeypatch.setattr(patches, "PATCH", 1500)
    totals, each = [], []
    for seed in range(200):
        c = connected(CONNECTORS["probability"], SPIKING, seed, weights=1.0)
        order = c.rows.draw_order.patches
        corners = np.histogram2d(c.pre_ranks, c.post_ranks, [order.rows, order.columns])[0]
        totals.append(c.nnz)
        each.append(corners[:4, :4].ravel())
    pairs = int((order.rows[1] - order.rows[0]) * (order.columns[1] - order.columns[0]))
    assert fits_discrete(totals, stats.binom(90_000, 0.25)) > P
    assert fits_discrete(np.ravel(each), stats.binom(pairs, 0.25)) > P


DISTRIBUTIONS = {
    rv.Uniform(-1.0, 3.0): stats.uniform(-1, 4),
    rv.Normal(2.0, 0.5): stats.norm(2, 0.5),
    rv.LogNormal(0.1, 0.3): stats.lognorm(0.3, scale=np.exp(0.1)),
    rv.Exponential(4.0): stats.expon(scale=0.25),
    rv.Gamma(0.4, 2.0): stats.gamma(0.4, scale=2),
    rv.DiscreteUniform(-2, 6): stats.randint(-2, 7),
    rv.Binomial(12, 0.3): stats.binom(12, 0.3),
}


@pytest.mark.parametrize("given", DISTRIBUTIONS, ids=str)
def test_blocks_of_neurons(given: Any) -> None:
    sample = Stream.of(9, "tested").values(given, 30_000)
    wanted = DISTRIBUTIONS[given]
    fit = fits_discrete if hasattr(wanted.dist, "pmf") else fits
    assert fit(sample, wanted) > P
    moments_agree(sample, wanted)
    for distance in (1, 2, 50, 100):
        assert abs(correlation(sample[:-distance], sample[distance:])) < WITHIN


def test_bounds_clip_in_every_block() -> None:
    sample = Stream.of(9, "tested").values(rv.Normal(0.0, 1.0, min=-0.5, max=1.0), 30_000)
    assert (sample.min(), sample.max()) == (-0.5, 1.0)
    for value, chance in ((-0.5, stats.norm.cdf(-0.5)), (1.0, stats.norm.sf(1.0))):
        assert stats.binomtest(int((sample == value).sum()), len(sample), chance).pvalue > P
