"""Random connectors draw what they say: degrees, subsets and pairs have the right chances."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from scipy import stats

import ranvier as rv
from ranvier.frontend import connectors, random_rows, synapse_rows

RATE = rv.Neuron(equations="r = sum(exc)")
UNLIKELY = 1e-4


def two(n_pre: int, n_post: int, seed: int = 11) -> tuple[rv.Network, Any, Any]:
    net = rv.Network(dt=0.1, seed=seed)
    return net, net.create(n_pre, RATE), net.create(n_post, RATE)


@pytest.mark.parametrize("probability", [0.003, 0.1, 0.45, 0.97])
def test_degrees_are_binomial(probability: float) -> None:
    net, a, b = two(600, 500)
    found = net.connect(a, b, "exc").fixed_probability(probability, 1.0).connectivity
    counts = (np.bincount(found.pre_ranks, minlength=600), 500)
    others = (np.bincount(found.post_ranks, minlength=500), 600)
    for degrees, trials in (counts, others):
        deviation = (probability * (1 - probability) * trials) ** 0.5
        z = (degrees.mean() - trials * probability) / deviation * len(degrees) ** 0.5
        assert abs(z) < 4.0
        # The sum of squared standardised degrees is nearly chi-squared.
        statistic = (((degrees - trials * probability) / deviation) ** 2).sum()
        assert UNLIKELY < stats.chi2.sf(statistic, len(degrees)) < 1 - UNLIKELY


@pytest.mark.parametrize("probability", [0.02, 0.3, 0.8])
@pytest.mark.parametrize("same", [False, True])
def test_every_pair_has_the_same_chance(probability: float, same: bool) -> None:
    _, a, b = two(9, 9)
    b = a if same else b
    hits, draws = np.zeros((9, 9)), 4000
    for seed in range(draws):
        rng = np.random.default_rng(seed)
        rows = random_rows.bernoulli_rows(a, b, probability, False, rng)
        hits[rows.post_ranks(), rows.pre_ranks()] += 1
    possible = ~np.eye(9, dtype=bool) if same else np.ones((9, 9), bool)
    assert (hits[~possible] == 0).all()
    statistic = ((hits[possible] - draws * probability) ** 2).sum()
    statistic /= draws * probability * (1 - probability)
    assert UNLIKELY < stats.chi2.sf(statistic, possible.sum()) < 1 - UNLIKELY


def test_neighbouring_pairs_are_independent() -> None:
    net, a, b = two(1000, 800)
    found = net.connect(a, b, "exc").fixed_probability(0.3, 1.0).connectivity
    matrix = np.zeros((1000, 800))
    matrix[found.pre_ranks, found.post_ranks] = 1.0
    matrix -= 0.3
    for shift in ((0, 1), (0, 2), (1, 0), (1, -1)):
        product = (matrix * np.roll(matrix, shift, (0, 1))).mean() / 0.21
        assert abs(product) < 4.0 / matrix.size**0.5


METHODS = {
    "sorting": random_rows._distinct_by_sorting,
    "marking": random_rows._distinct_by_marking,
    "any": random_rows.distinct,
}


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
@pytest.mark.parametrize(("number", "pool"), [(1, 5), (2, 6), (3, 6), (5, 7), (4, 4)])
def test_every_subset_is_equally_likely(method: Any, number: int, pool: int) -> None:
    drawn = method(20_000, number, pool, np.random.default_rng(3))
    assert drawn.shape == (20_000, number)
    subsets = {subset: 0 for subset in combinations(range(pool), number)}
    for row in drawn.tolist():
        subsets[tuple(row)] += 1
    counts = np.array(list(subsets.values()))
    if len(counts) > 1:
        assert stats.chisquare(counts).pvalue > UNLIKELY


@pytest.mark.parametrize("number", [2, 40, 150, 300, 399])
@pytest.mark.parametrize("of", ["pre", "post"])
def test_partners_are_uniform_and_never_the_neuron_itself(number: int, of: str) -> None:
    net, a, _ = two(400, 1)
    projection = net.connect(a, a, "exc")
    found = getattr(projection, f"fixed_number_{of}")(number, 1.0).connectivity
    owners, partners = found.post_ranks, found.pre_ranks
    if of == "post":
        owners, partners = partners, owners
    assert (np.bincount(owners, minlength=400) == number).all()
    assert len(np.unique(owners.astype(np.int64) * 400 + partners)) == 400 * number
    assert (owners != partners).all()
    chance = number / 399
    counts = np.bincount(partners, minlength=400)
    if number < 399:
        statistic = ((counts - number) ** 2).sum() / (399 * chance * (1 - chance))
        assert UNLIKELY < stats.chi2.sf(statistic, 399) < 1 - UNLIKELY


def test_wide_populations() -> None:
    """More than 65,536 neurons, some of them at the edge of 16 bits."""
    net, a, b = two(65_537, 40)
    found = net.connect(a, b, "exc").fixed_number_pre(30_000, 1.0).connectivity
    assert found.pre_ranks.max() > 65_000
    own = net.connect(a, a[65_530:], "exc").fixed_number_pre(65_536, 1.0).connectivity
    assert own.nnz == 7 * 65_536
    assert (own.pre_ranks != own.post_ranks).all()
    some = net.connect(a[65_500:], b, "exc").fixed_probability(0.5, 1.0).connectivity
    assert set(some.pre_ranks.tolist()) == set(range(65_500, 65_537))


CONNECTORS = {
    "all_to_all": lambda p, **k: p.all_to_all(**k),
    "fixed_probability": lambda p, **k: p.fixed_probability(0.2, **k),
    "fixed_number_pre": lambda p, **k: p.fixed_number_pre(12, **k),
    "fixed_number_post": lambda p, **k: p.fixed_number_post(12, **k),
}


@pytest.mark.parametrize("connect", CONNECTORS.values(), ids=CONNECTORS)
def test_the_size_of_parts_changes_nothing(connect: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def build() -> Any:
        net = rv.Network(dt=0.1, seed=3)
        a = net.create(60, RATE)
        projection = net.connect(a, a, "exc", name="tested")
        values = {"weights": rv.Normal(0.0, 1.0), "delays": rv.Uniform(0.0, 40.0)}
        return connect(projection, **values).connectivity

    expected = build()
    for module in (synapse_rows, random_rows, connectors):
        monkeypatch.setattr(module, "CHUNK", 37)
    found = build()
    for name in ("pre_ranks", "post_ranks", "w", "delay_steps"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    assert expected.max_delay_steps > 255


def test_weights_can_be_read_again() -> None:
    """They are drawn when they are read, also those that come from a generator of the user."""
    net, a, b = two(30, 20)
    own = np.random.default_rng(5)
    for weights in (rv.Uniform(0.0, 1.0), rv.Normal(0.0, 1.0, rng=own), rv.Normal(0, 1, seed=3)):
        c = net.connect(a, b, "exc").fixed_probability(0.5, weights).connectivity
        first = np.array(c.w)
        c.forget()
        np.testing.assert_array_equal(c.w, first)
        assert np.unique(first).size == c.nnz
