"""Networks whose draws are numbers.

What they compute says nothing of how networks are drawn.

Inside ``explicit()`` the methods that connect at random, and initial values that are
distributions, get numbers from a generator of NumPy instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np

import ranvier as rv
from ranvier.frontend.distributions import RandomDistribution

Array = np.ndarray[Any, Any]


@contextmanager
def explicit(seed: int) -> Iterator[None]:
    """Build networks without draws of their own."""
    rng = np.random.default_rng(seed)
    attributed = next(c for c in rv.Population.__mro__ if "__setattr__" in vars(c))
    assign, all_to_all = attributed.__setattr__, rv.Projection.all_to_all

    def set_attribute(self: Any, name: str, value: object) -> None:
        if isinstance(value, RandomDistribution):
            value = _drawn(rng, value, (self.size,))
        assign(self, name, value)  # type: ignore[call-arg]

    def connect_all(self: Any, weights: Any = 1.0, delays: Any = 0.0, **options: Any) -> Any:
        if isinstance(delays, RandomDistribution):
            return _connect(rng, self, 1.0, weights, delays, **options)
        all_to_all(self, 1.0, delays, **options)
        there = _pairs(self, options.get("allow_self_connections", False))
        matrix = _drawn(rng, weights, there.shape)
        self.w = [row[kept] for row, kept in zip(matrix, there, strict=True)]
        return self

    def connect_some(
        self: Any, probability: float, weights: Any = 1.0, delays: Any = 0.0, **options: Any
    ) -> Any:
        return _connect(rng, self, probability, weights, delays, **options)

    with (
        mock.patch.object(attributed, "__setattr__", set_attribute),
        mock.patch.object(rv.Projection, "fixed_probability", connect_some),
        mock.patch.object(rv.Projection, "all_to_all", connect_all),
    ):
        yield


def _connect(
    rng: np.random.Generator,
    projection: Any,
    probability: float,
    weights: Any,
    delays: Any,
    allow_self_connections: bool = False,
) -> Any:
    """Connect by a matrix of weights.

    Delays that differ have a matrix, too.
    """
    there = _pairs(projection, allow_self_connections)
    matrix = _drawn(rng, weights, there.shape)
    there &= rng.random(there.shape) < probability
    there[0, -1] = True
    matrix[~there] = np.nan
    if isinstance(delays, RandomDistribution):
        delays = _drawn(rng, delays, there.shape)
    return projection.from_matrix(matrix, delays)


def _pairs(projection: Any, itself: bool) -> Array:
    """Possible pairs (post, pre).

    Autapses are among them only if they are allowed.
    """
    pre, post = projection._pre, projection._post
    if itself or projection.pre_population is not projection.post_population:
        return np.ones((post.size, pre.size), bool)
    same: Array = np.equal.outer(np.asarray(post.ranks), np.asarray(pre.ranks))
    return ~same


def _drawn(rng: np.random.Generator, value: Any, shape: tuple[int, ...]) -> Array:
    """An array for a number or a distribution.

    The distribution has a lower and an upper end.
    """
    if not isinstance(value, RandomDistribution):
        return np.full(shape, float(value))
    low, high = (float(value.arguments[end]) for end in ("min", "max"))
    if isinstance(value, rv.DiscreteUniform):
        whole: Array = rng.integers(int(low), int(high), shape, endpoint=True)
        return whole.astype(float)
    return rng.uniform(low, high, shape)
