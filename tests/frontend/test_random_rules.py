"""Random connectors draw what they say.

Degrees, subsets and pairs have the right chances.
"""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from randomness.samples import fits_discrete
from scipy import stats

import ranvier as rv
from ranvier.frontend import (
    connection_rules,
    connectors,
    patches,
    random_rules,
    subsets,
    synapse_draws,
    synapse_rows,
    workers,
)
from ranvier.frontend.random_rules import PairwiseBernoulli
from ranvier.frontend.random_streams import Stream

RATE = rv.Neuron(equations="r = sum(exc)")
SPIKING = rv.Neuron(equations="v = g_exc", spike="v > 1", reset="v = 0")
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
def test_every_pair_has_the_same_chance(
    probability: float, same: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every pair has the same chance, also between patches."""
    monkeypatch.setattr(patches, "PATCH", 30)
    _, a, b = two(9, 9)
    b = a if same else b
    hits, draws = np.zeros((9, 9)), 1000
    rule = PairwiseBernoulli(a, b, 81 * probability, probability=probability, exclude=same)
    for seed in range(draws):
        rows = rule.rows(Stream.of(seed, "tested"))
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
    "sorting": subsets._by_sorting,
    "drawing again": subsets._by_drawing_again,
    "marking": subsets._by_marking,
    "any": subsets.subsets,
}


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
@pytest.mark.parametrize("numbers", [(1,), (2,), (3,), (5,), (6,), (0, 1, 2, 3, 4, 5, 6)])
def test_every_subset_is_equally_likely(method: Any, numbers: tuple[int, ...]) -> None:
    """Subsets of one size, and of several next to one another."""
    counts = np.resize(numbers, 7 * 5000)
    drawn = method(counts, 6, np.random.default_rng(3)).tolist()
    assert len(drawn) == counts.sum()
    found = {subset: 0 for number in numbers for subset in combinations(range(6), number)}
    place = 0
    for count in counts.tolist():
        found[tuple(drawn[place : place + count])] += 1
        place += count
    for number in numbers:
        seen = [times for subset, times in found.items() if len(subset) == number]
        assert len(seen) == 1 or stats.chisquare(seen).pvalue > UNLIKELY


@pytest.mark.parametrize("probability", [0.01, 0.3, 0.8])
def test_numbers_are_dealt_as_they_should_be(
    probability: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fixed number deals hypergeometrically into each column.

    This is for the synapses of a row.
    """
    monkeypatch.setattr(patches, "PATCH", 1 << 9)
    monkeypatch.setattr(random_rules, "_PER_COLUMN", 1)
    net, a, _ = two(900, 1)
    number = int(899 * probability)
    projection = net.connect(a, a, "exc").fixed_number_post(number, 1.0)
    found = projection.connectivity
    columns = found.rows.draw_order.patches.columns
    assert len(columns) > 3
    matrix = np.zeros((900, 900))
    matrix[found.pre_ranks, found.post_ranks] = 1
    dealt = np.add.reduceat(matrix, columns[:-1], axis=1)
    for column, (first, last) in enumerate(pairwise(columns.tolist())):
        others = np.r_[0:first, last:900]  # neurons of this column have one candidate less there
        expected = stats.hypergeom(899, last - first, number)
        assert fits_discrete(dealt[others, column], expected) > UNLIKELY
        own = stats.hypergeom(899, last - first - 1, number)
        assert fits_discrete(dealt[first:last, column], own) > UNLIKELY
    degrees = matrix.sum(axis=0)
    assert fits_discrete(degrees, stats.binom(899, number / 899)) > UNLIKELY


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
    """More than 65,536 neurons.

    Some of them are at the edge of 16 bits.
    """
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
@pytest.mark.parametrize("neuron", [RATE, SPIKING], ids=["rate", "spike"])
def test_threads_and_the_size_of_parts_change_nothing(
    connect: Any, neuron: rv.Neuron, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patches, "PATCH", 64)

    def build() -> Any:
        net = rv.Network(dt=0.1, seed=3)
        a = net.create(60, neuron)
        projection = net.connect(a, a, "exc", name="tested")
        values = {"weights": rv.Normal(0.0, 1.0), "delays": rv.Uniform(0.0, 40.0)}
        return connect(projection, **values).connectivity

    monkeypatch.setattr(workers, "cores", lambda: 1)
    expected = build()
    assert expected.max_delay_steps > 255
    for module in (synapse_rows, connectors):
        monkeypatch.setattr(module, "CHUNK", 37)
    for module in (connection_rules, synapse_draws, synapse_rows):
        monkeypatch.setattr(module, "SERIAL", 0)
    for threads in (1, 2, 5):
        monkeypatch.setattr(workers, "cores", lambda threads=threads: threads)
        found = build()
        for name in ("pre_ranks", "post_ranks", "w", "delay_steps"):
            np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))


def test_weights_can_be_read_again() -> None:
    """Weights are drawn when they are read. So are those from a generator of the user."""
    net, a, b = two(30, 20)
    own = np.random.default_rng(5)
    for weights in (rv.Uniform(0.0, 1.0), rv.Normal(0.0, 1.0, rng=own), rv.Normal(0, 1, seed=3)):
        c = net.connect(a, b, "exc").fixed_probability(0.5, weights).connectivity
        first = np.array(c.w)
        c.forget()
        np.testing.assert_array_equal(c.w, first)
        assert np.unique(first).size == c.nnz
