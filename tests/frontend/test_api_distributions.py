"""Distributions: moments, bounds, generators, errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import ranvier as rv
from ranvier.frontend.distributions import RandomDistribution, distribution
from ranvier.ir.diagnostics import ModelError

COUNT = 200_000


@pytest.mark.parametrize(
    ("given", "mean", "deviation"),
    [
        (rv.Uniform(-1.0, 3.0), 1.0, 4 / 12**0.5),
        (rv.DiscreteUniform(1, 6), 3.5, (35 / 12) ** 0.5),
        (rv.Normal(-55.0, 5.0), -55.0, 5.0),
        (rv.LogNormal(0.0, 0.5), np.exp(0.125), ((np.exp(0.25) - 1) * np.exp(0.25)) ** 0.5),
        (rv.Exponential(4.0), 0.25, 0.25),
        (rv.Gamma(2.0, 3.0), 6.0, 3 * 2**0.5),
        (rv.Binomial(10, 0.3), 3.0, 2.1**0.5),
    ],
    ids=str,
)
def test_moments(given: RandomDistribution, mean: float, deviation: float) -> None:
    values = given.get_values((COUNT,), np.random.default_rng(5))
    assert values.dtype == np.float64
    assert values.mean() == pytest.approx(mean, abs=5 * deviation / COUNT**0.5)
    assert values.std() == pytest.approx(deviation, rel=0.02)


def test_bounds() -> None:
    values = rv.Normal(0.0, 1.0, min=-0.5, max=0.25).get_values(1000, np.random.default_rng(5))
    assert (values.min(), values.max()) == (-0.5, 0.25)
    dice = rv.DiscreteUniform(1, 3).get_values(1000, np.random.default_rng(5))
    assert np.unique(dice).tolist() == [1, 2, 3]


def test_shapes_and_generators() -> None:
    given = rv.Uniform(0.0, 1.0)
    assert given.get_values((3, 4)).shape == (3, 4)
    first = given.get_values(3, np.random.default_rng(1))
    np.testing.assert_array_equal(first, given.get_values(3, np.random.default_rng(1)))
    own = rv.Uniform(0.0, 1.0, seed=1)
    np.testing.assert_array_equal(own.get_values(3), first)
    np.testing.assert_array_equal(own.get_values(3, np.random.default_rng(2)), first)
    fourth_version = rv.Uniform(0.0, 1.0, 1)  # type: ignore[arg-type]
    np.testing.assert_array_equal(fourth_version.get_values(3), first)
    fifth_version = rv.Uniform(0.0, 1.0, np.random.default_rng(1))
    np.testing.assert_array_equal(fifth_version.get_values(3), first)


def test_repr_and_arguments() -> None:
    assert repr(rv.Normal(-55, 5)) == "Normal(-55, 5)"
    assert repr(rv.Normal(0, 1, min=0.0)) == "Normal(0, 1, min=0)"
    assert repr(rv.Uniform(0, 2)) == "Uniform(0, 2)"
    assert rv.Normal(-55, 5).mu == -55.0
    assert not hasattr(rv.Normal(0, 1), "p")
    assert repr(distribution("Exponential", 2.0)) == "Exponential(2)"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: rv.Uniform(1.0, 0.0), "min = 1 is larger than max = 0"),
        (lambda: rv.Normal(0.0, -1.0), "sigma must not be negative"),
        (lambda: rv.LogNormal(0.0, -1.0), "sigma must not be negative"),
        (lambda: rv.Exponential(0.0), "Lambda must be positive"),
        (lambda: rv.Gamma(0.0, 1.0), "must be positive"),
        (lambda: rv.Binomial(3, 1.5), "0 <= p <= 1"),
        (lambda: rv.DiscreteUniform(0.5, 2), "whole numbers"),  # type: ignore[arg-type]
        (lambda: rv.Uniform("a", 1.0), "'min' must be a number"),  # type: ignore[arg-type]
        (lambda: rv.Uniform(0.0, float("inf")), "must be finite"),
        (lambda: distribution("Unifrom", 0.0), "did you mean 'Uniform'"),
    ],
)
def test_wrong_arguments(make: Any, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        make()


@pytest.mark.filterwarnings("error")
def test_numbers_beyond_the_largest() -> None:
    """They are clipped or refused, without warnings."""
    wide = rv.Normal(0.0, 1e308, min=-1.0, max=1.0)
    assert {*wide.get_values(200)} == {-1.0, 1.0}
    net = rv.Network()
    cells = net.create(20, rv.Neuron(equations="r = sum(exc)"))
    net.connect(cells, cells, "exc").all_to_all(wide)
    net.connect(cells, cells, "exc").all_to_all(rv.Normal(0.0, 1e308))
    with pytest.raises(ModelError, match="must be finite"):
        net.compile()
