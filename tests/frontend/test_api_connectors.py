"""Connectors: pairs, their order, and refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ranvier as rv
from ranvier.ir.diagnostics import ModelError

RATE = rv.Neuron(equations="r = sum(exc)")

Connect = Callable[[rv.Projection], rv.Projection]


@pytest.fixture
def net() -> rv.Network:
    return rv.Network(dt=0.1, seed=11)


def pairs(projection: rv.Projection) -> list[tuple[int, int]]:
    """The synapses as (post, pre), in their order."""
    found = projection.connectivity
    return list(zip(found.post_ranks.tolist(), found.pre_ranks.tolist(), strict=True))


CONNECTORS: dict[str, Connect] = {
    "all_to_all": lambda p: p.all_to_all(rv.Uniform(0.0, 1.0), delays=rv.Uniform(0.1, 2.0)),
    "one_to_one": lambda p: p.one_to_one(rv.Uniform(0.0, 1.0)),
    "fixed_probability": lambda p: p.fixed_probability(0.3, rv.Uniform(0.0, 1.0)),
    "fixed_number_pre": lambda p: p.fixed_number_pre(3, rv.Uniform(0.0, 1.0)),
    "fixed_number_post": lambda p: p.fixed_number_post(3, rv.Uniform(0.0, 1.0)),
}


@pytest.mark.parametrize("connect", CONNECTORS.values(), ids=CONNECTORS)
@pytest.mark.parametrize("views", [False, True])
def test_order_types_and_determinism(connect: Connect, views: bool) -> None:
    def build(others: int, seed: int) -> rv.Projection:
        net = rv.Network(dt=0.1, seed=seed)
        a, b = net.create(20, RATE), net.create(20, RATE)
        for _ in range(others):
            connect(net.connect(a, b, "exc", name=f"other{_}"))
        groups = (a[[15, 3, 4, 7, 1]], b[[2, 0, 8, 19, 5]]) if views else (a, b)
        return connect(net.connect(groups[0], groups[1], "exc", name="tested"))

    projection = build(0, 5)
    found = projection.connectivity
    assert (found.n_pre, found.n_post) == (20, 20)
    assert found.pre_ranks.dtype == found.post_ranks.dtype == np.int32
    assert pairs(projection) == sorted(set(pairs(projection)))
    assert found.nnz == len(pairs(projection)) == projection.nb_synapses > 0
    assert np.size(found.w) == found.nnz
    if views:
        assert set(found.pre_ranks.tolist()) <= {15, 3, 4, 7, 1}
        assert set(found.post_ranks.tolist()) <= {2, 0, 8, 19, 5}
    again = build(2, 5)
    assert pairs(again) == pairs(projection)
    np.testing.assert_array_equal(again.connectivity.w, found.w)
    np.testing.assert_array_equal(again.connectivity.delay_steps, found.delay_steps)
    different = build(0, 6).connectivity
    assert different.nnz != found.nnz or bool(np.any(different.w != found.w))


def test_all_to_all(net: rv.Network) -> None:
    a, b = net.create(3, RATE), net.create(2, RATE)
    whole = net.connect(a, b, "exc").all_to_all(0.5).connectivity
    assert (whole.pre, whole.post, whole.pattern) == (None, None, "all_to_all")
    assert (whole.w, whole.delay_steps, whole.nnz) == (0.5, 1, 6)
    assert whole.pre_ranks.tolist() == [0, 1, 2, 0, 1, 2]
    assert whole.post_ranks.tolist() == [0, 0, 0, 1, 1, 1]
    assert whole.row_offsets.tolist() == [0, 3, 6]
    drawn = net.connect(a, b, "exc").all_to_all(rv.Uniform(0.0, 1.0)).connectivity
    assert np.shape(drawn.w) == (2, 3)
    own = net.connect(a, a, "exc").all_to_all(1.0)
    assert own.connectivity.pattern == "sparse"
    assert pairs(own) == [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)]
    allowed = net.connect(a, a, "exc").all_to_all(1.0, allow_self_connections=True)
    assert allowed.connectivity.pattern == "all_to_all"
    part = net.connect(a[1:], a[[2, 0]], "exc").all_to_all(1.0)
    assert pairs(part) == [(0, 1), (0, 2), (2, 1)]
    forced = net.connect(a, b, "exc").all_to_all(1.0, force_multiple_weights=True)
    assert np.shape(forced.connectivity.w) == (2, 3)


def test_one_to_one(net: rv.Network) -> None:
    a, b = net.create(4, RATE), net.create(4, RATE)
    projection = net.connect(a, b, "exc").one_to_one()
    assert projection.connectivity.pattern == "one_to_one"
    assert pairs(projection) == [(0, 0), (1, 1), (2, 2), (3, 3)]
    part = net.connect(a[[3, 0]], b[[2, 1]], "exc").one_to_one()
    assert pairs(part) == [(1, 0), (2, 3)]
    with pytest.raises(ModelError, match="4 pre-synaptic and 2 post-synaptic"):
        net.connect(a, b[:2], "exc").one_to_one()


@pytest.mark.parametrize("probability", [0.01, 0.2, 0.9])
def test_fixed_probability(net: rv.Network, probability: float) -> None:
    a, b = net.create(400, RATE), net.create(300, RATE)
    found = net.connect(a, b, "exc").fixed_probability(probability, 1.0).connectivity
    deviation = (120_000 * probability * (1 - probability)) ** 0.5
    assert abs(found.nnz - 120_000 * probability) < 5 * deviation
    # Every row and every column has its share: the variance is that of a binomial distribution.
    for ranks, size, other in ((found.post_ranks, 300, 400), (found.pre_ranks, 400, 300)):
        counts = np.bincount(ranks, minlength=size)
        expected = other * probability * (1 - probability)
        assert counts.var() == pytest.approx(expected, rel=0.4)


def test_fixed_probability_extremes(net: rv.Network) -> None:
    a = net.create(30, RATE)
    assert net.connect(a, a, "exc").fixed_probability(0.0, 1.0).nb_synapses == 0
    assert net.connect(a, a, "exc").fixed_probability(1.0, 1.0).nb_synapses == 30 * 29
    everything = net.connect(a, a, "exc").fixed_probability(1.0, 1.0, allow_self_connections=True)
    assert everything.nb_synapses == 900


@pytest.mark.parametrize("number", [0, 1, 5, 30, 39])
@pytest.mark.parametrize("of", ["pre", "post"])
def test_fixed_numbers(net: rv.Network, number: int, of: str) -> None:
    a = net.create(40, RATE)
    projection = net.connect(a, a, "exc")
    found = getattr(projection, f"fixed_number_{of}")(number, 1.0).connectivity
    owners, partners = found.post_ranks, found.pre_ranks
    if of == "post":
        owners, partners = partners, owners
    assert np.bincount(owners, minlength=40).tolist() == [number] * 40
    assert (owners != partners).all()
    assert len(set(pairs(projection))) == 40 * number


@pytest.mark.parametrize("size", [10, 2000])
def test_fixed_numbers_are_uniform(net: rv.Network, size: int) -> None:
    """Both ways of drawing distinct numbers choose every partner equally often."""
    a, b = net.create(size, RATE), net.create(4000, RATE)
    found = net.connect(a, b, "exc").fixed_number_pre(5, 1.0).connectivity
    counts = np.bincount(found.pre_ranks, minlength=size)
    expected = 4000 * 5 / size
    statistic = ((counts - expected) ** 2 / (expected * (1 - 5 / size))).mean()
    assert statistic == pytest.approx(1.0, abs=0.15 if size > 10 else 1.2)


def test_fixed_number_with_views(net: rv.Network) -> None:
    a = net.create(10, RATE)
    projection = net.connect(a[:5], a[3:8], "exc").fixed_number_pre(4, 1.0)
    assert (3, 3) not in pairs(projection)
    assert projection.pre_ranks[0].tolist() == [0, 1, 2, 4]
    with pytest.raises(ModelError, match="only 4 to choose from"):
        net.connect(a[:5], a[3:8], "exc").fixed_number_pre(5, 1.0)
    disjoint = net.connect(a[:5], a[5:], "exc").fixed_number_pre(5, 1.0)
    assert disjoint.nb_synapses == 25


def test_from_matrix(net: rv.Network) -> None:
    a, b = net.create(3, RATE), net.create(2, RATE)
    projection = net.connect(a, b, "exc").from_matrix([[1.0, None, 0.0], [None, 2.0, 3.0]])
    assert pairs(projection) == [(0, 0), (0, 2), (1, 1), (1, 2)]
    assert projection.connectivity.w.tolist() == [1, 0, 2, 3]  # type: ignore[union-attr]
    matrix = np.array([[1.0, np.nan], [2.0, 3.0], [np.nan, 4.0]])
    turned = net.connect(a, b, "exc").from_matrix(matrix, delays=matrix, pre_post=True)
    assert pairs(turned) == [(0, 0), (0, 1), (1, 1), (1, 2)]
    assert turned.connectivity.w.tolist() == [1, 2, 3, 4]  # type: ignore[union-attr]
    steps = turned.connectivity.delay_steps
    assert steps.tolist() == [10, 20, 30, 40]  # type: ignore[union-attr]
    part = net.connect(a[[2, 0]], b[[1]], "exc").from_matrix([[5.0, 6.0]])
    assert pairs(part) == [(1, 0), (1, 2)]
    assert part.connectivity.w.tolist() == [6, 5]  # type: ignore[union-attr]
    with pytest.raises(ModelError, match=r"\(post, pre\) = \(2, 3\), not \(3, 2\); give pre_post"):
        net.connect(a, b, "exc").from_matrix(matrix)
    with pytest.raises(ModelError, match="two dimensions"):
        net.connect(a, b, "exc").from_matrix([1.0, 2.0])
    with pytest.raises(ModelError, match="weights must be numbers"):
        net.connect(a, b, "exc").from_matrix([[1.0, "x", 2.0], [1.0, 2.0, 3.0]])


def test_from_sparse(net: rv.Network) -> None:
    from scipy.sparse import coo_matrix, lil_matrix

    a, b = net.create(3, RATE), net.create(2, RATE)
    matrix = lil_matrix((3, 2))
    matrix[2, 0], matrix[0, 0], matrix[1, 1] = 1.0, 2.0, 3.0
    projection = net.connect(a, b, "exc").from_sparse(matrix * 2.0, delays=0.5)
    assert pairs(projection) == [(0, 0), (0, 2), (1, 1)]
    assert projection.connectivity.w.tolist() == [4, 2, 6]  # type: ignore[union-attr]
    assert projection.connectivity.delay_steps == 5
    with pytest.raises(ModelError, match="transpose it"):
        net.connect(a, b, "exc").from_sparse(matrix.T)
    with pytest.raises(ModelError, match="from_matrix"):
        net.connect(a, b, "exc").from_sparse(np.ones((3, 2)))
    twice = coo_matrix(([1.0, 1.0], ([2, 2], [1, 1])), shape=(3, 2))
    with pytest.raises(ModelError, match="two synapses connect neuron 2 to neuron 1"):
        net.connect(a, b, "exc").from_sparse(twice)


def test_from_function(net: rv.Network) -> None:
    def triangle(pre: Any, post: Any, weights: float) -> rv.LILConnectivity:
        csr = rv.CSR()
        for rank in range(post.size):
            csr.add(rank, range(rank + 1), [weights], [0])
        return csr

    a, b = net.create(3, RATE), net.create(3, RATE)
    projection = net.connect(a, b, "exc").connect_with_func(method=triangle, weights=2.0)
    assert pairs(projection) == [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2)]
    assert projection.connectivity.w.tolist() == [2.0] * 6  # type: ignore[union-attr]
    assert projection.connectivity.delay_steps == 1

    def scattered(pre: Any, post: Any) -> rv.LILConnectivity:
        lil = rv.LILConnectivity(dt=0.1)
        lil.add(2, [1, 0], [10.0, 20.0], [0.2, 0.3])
        lil.add(0, [2], 30.0, 0.1)
        return lil

    other = net.connect(a, b, "exc").from_function(scattered)
    assert pairs(other) == [(0, 2), (2, 0), (2, 1)]
    assert other.connectivity.w.tolist() == [30, 20, 10]  # type: ignore[union-attr]
    assert other.connectivity.delay_steps.tolist() == [1, 3, 2]  # type: ignore[union-attr]
    with pytest.raises(ModelError, match="rank 2 is not one of the 2 neurons"):
        net.connect(a[:2], b, "exc").from_function(scattered)
    with pytest.raises(ModelError, match="must return the LILConnectivity"):
        net.connect(a, b, "exc").from_function(lambda pre, post: None)
    empty = net.connect(a, b, "exc").from_function(lambda pre, post: rv.CSR())
    assert empty.nb_synapses == 0


def test_lil_errors() -> None:
    lil = rv.LILConnectivity()
    with pytest.raises(ModelError, match="neuron 3 got 2 synapses, but 3 weights"):
        lil.add(3, [0, 1], [1.0, 2.0, 3.0])
    with pytest.raises(ModelError, match="whole numbers"):
        lil.add(3, [0.5], 1.0)  # type: ignore[list-item]
    with pytest.raises(ModelError, match="must be numbers"):
        lil.add(3, [0], ["x"])


def test_delays(net: rv.Network) -> None:
    a, b = net.create(3, RATE), net.create(50, RATE)
    for delay, steps in ((0.0, 1), (0.1, 1), (0.25, 2), (0.3, 3), (0.75, 8), (7 * 0.1, 7)):
        found = net.connect(a, b, "exc").all_to_all(1.0, delays=delay).connectivity
        assert found.delay_steps == steps, delay
    drawn = net.connect(a, b, "exc").all_to_all(1.0, delays=rv.Uniform(0.1, 2.0)).connectivity
    assert np.shape(drawn.delay_steps) == (50, 3)
    assert 1 < drawn.max_delay_steps <= 20
    with pytest.raises(ModelError, match="at least 0 ms"):
        net.connect(a, b, "exc").all_to_all(1.0, delays=-1.0)
    negative = net.connect(a, b, "exc").all_to_all(1.0, delays=rv.Normal(0.0, 1.0))
    with pytest.raises(ModelError, match=r"min=0\.0"):
        _ = negative.connectivity


@pytest.mark.parametrize(
    ("connect", "message"),
    [
        (lambda p: p.all_to_all([1.0, 2.0]), "weights must be a number or a random distribution"),
        (lambda p: p.all_to_all("1.0"), "weights must be a number"),
        (lambda p: p.fixed_probability(1.5, 1.0), "from 0 to 1"),
        (lambda p: p.fixed_number_pre(-1, 1.0), ">= 0"),
        (lambda p: p.fixed_number_pre(1.5, 1.0), "whole number"),
        (lambda p: p.fixed_number_post(10, 1.0), "10 post neurons, but there are only 4"),
        (lambda p: p.all_to_all(1.0).all_to_all(1.0), "already connected"),
        (lambda p: p.connect_gaussian(1.0, 0.1), "use from_matrix"),
        (lambda p: p.from_function(3), "must be a function"),
    ],
)
def test_wrong_calls(net: rv.Network, connect: Any, message: str) -> None:
    a, b = net.create(5, RATE), net.create(4, RATE)
    with pytest.raises(ModelError, match=message):
        connect(net.connect(a, b, "exc"))


def test_how_synapses_are_stored_is_not_chosen_by_the_user(net: rv.Network) -> None:
    a, b = net.create(5, RATE), net.create(4, RATE)
    with pytest.warns(UserWarning, match="storage_format") as caught:
        net.connect(a, b, "exc").all_to_all(1.0, storage_format="csr")
    assert caught[0].filename == __file__
    with pytest.warns(UserWarning, match="storage_order"):
        net.create(3, RATE, storage_order="pre_to_post")


def test_large_random_projections_need_no_table_of_pairs(net: rv.Network) -> None:
    a, b = net.create(100_000, RATE), net.create(100_000, RATE)
    found = net.connect(a, b, "exc").fixed_probability(1e-6, 1.0).connectivity
    assert found.nnz == pytest.approx(10_000, rel=0.06)
