"""The connector methods of a projection, each also as ``connect_<name>``.

Every method checks its arguments at once, so that errors point at the user's line, and stores a
recipe; random connectors draw their synapses when they are first needed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from . import explicit_connectors, random_rows
from .caller import WrongValue, reject
from .connectors import Group, Recipe, checked_count, checked_delays, checked_numbers
from .options import warn_no_effect
from .population import Population
from .synapse_rows import SynapseRows

if TYPE_CHECKING:
    from .distributions import RandomDistribution

    Value = float | RandomDistribution


class ConnectorMethods:
    """Mixin of :class:`Projection`: how to connect ``_pre`` to ``_post``.

    Weights and delays (ms) are numbers or random distributions. ``force_multiple_weights`` makes
    ``w`` one number per synapse even if all start equal.
    """

    _pre: Group
    _post: Group

    def _connect(self, recipe: Recipe) -> Self:
        raise NotImplementedError

    def all_to_all(
        self,
        weights: Value,
        delays: Value = 0.0,
        allow_self_connections: bool = False,
        force_multiple_weights: bool = False,
        storage_format: object = None,
        storage_order: object = None,
    ) -> Self:
        """Connect every pre neuron to every post neuron, but none to itself unless allowed."""
        _no_storage(storage_format, storage_order)
        same = self._pre.population is self._post.population
        exclude = same and not allow_self_connections
        complete = self._is_whole and not exclude

        recipe = Recipe(
            rows=partial(_all_rows, self._pre, self._post, complete, exclude),
            weights=checked_numbers(weights, "weights"),
            delays=checked_delays(delays),
            many_weights=force_multiple_weights,
            pattern="all_to_all" if complete else "sparse",
            expected=self._pre.size * self._post.size,
        )
        return self._connect(recipe)

    @property
    def _is_whole(self) -> bool:
        """Whether both sides are whole populations."""
        return isinstance(self._pre, Population) and isinstance(self._post, Population)

    def one_to_one(
        self,
        weights: Value = 1.0,
        delays: Value = 0.0,
        force_multiple_weights: bool = False,
        storage_format: object = None,
        storage_order: object = None,
    ) -> Self:
        """Connect the k-th pre neuron to the k-th post neuron; both groups have the same size."""
        _no_storage(storage_format, storage_order)
        if self._pre.size != self._post.size:
            reject(
                "one_to_one needs two groups of the same size, but there are "
                f"{self._pre.size} pre-synaptic and {self._post.size} post-synaptic neurons; "
                "connect views of the same size",
                kind=WrongValue,
            )
        recipe = Recipe(
            rows=partial(_one_to_one_rows, self._pre, self._post),
            weights=checked_numbers(weights, "weights"),
            delays=checked_delays(delays),
            many_weights=force_multiple_weights,
            pattern="one_to_one" if self._is_whole else "sparse",
            expected=self._pre.size,
        )
        return self._connect(recipe)

    def fixed_probability(
        self,
        probability: float,
        weights: Value,
        delays: Value = 0.0,
        allow_self_connections: bool = False,
        force_multiple_weights: bool = False,
        storage_format: object = None,
        storage_order: object = None,
    ) -> Self:
        """Connect each pair with the same probability, independently of the others."""
        _no_storage(storage_format, storage_order)
        chance = checked_numbers(probability, "probability")
        if not isinstance(chance, float) or not 0.0 <= chance <= 1.0:
            reject(f"a probability is a number from 0 to 1, not {probability!r}", kind=WrongValue)
        recipe = Recipe(
            partial(
                random_rows.bernoulli_rows, self._pre, self._post, chance, allow_self_connections
            ),
            checked_numbers(weights, "weights"),
            checked_delays(delays),
            force_multiple_weights,
            expected=chance * self._pre.size * self._post.size,
        )
        return self._connect(recipe)

    def fixed_number_pre(
        self,
        number: int,
        weights: Value,
        delays: Value = 0.0,
        allow_self_connections: bool = False,
        force_multiple_weights: bool = False,
        storage_format: object = None,
        storage_order: object = None,
    ) -> Self:
        """Connect each post neuron to ``number`` different random pre neurons."""
        _no_storage(storage_format, storage_order)
        allow = bool(allow_self_connections)
        many = force_multiple_weights
        return self._fixed_number("pre", number, weights, delays, allow_self=allow, many=many)

    def fixed_number_post(
        self,
        number: int,
        weights: Value = 1.0,
        delays: Value = 0.0,
        allow_self_connections: bool = False,
        force_multiple_weights: bool = False,
        storage_format: object = None,
        storage_order: object = None,
    ) -> Self:
        """Connect each pre neuron to ``number`` different random post neurons."""
        _no_storage(storage_format, storage_order)
        allow = bool(allow_self_connections)
        many = force_multiple_weights
        return self._fixed_number("post", number, weights, delays, allow_self=allow, many=many)

    def _fixed_number(
        self, of: str, number: int, weights: Value, delays: Value, *, allow_self: bool, many: bool
    ) -> Self:
        pool = self._pre if of == "pre" else self._post
        overlap = not allow_self and random_rows.overlap(self._pre, self._post)
        count = checked_count(number, pool.size - overlap, of)
        recipe = Recipe(
            partial(random_rows.fixed_number_rows, self._pre, self._post, count, allow_self, of=of),
            checked_numbers(weights, "weights"),
            checked_delays(delays),
            many,
            expected=count * (self._post if of == "pre" else self._pre).size,
        )
        return self._connect(recipe)

    def from_matrix(
        self,
        weights: Any,
        delays: Any = 0.0,
        pre_post: bool = False,
        storage_format: object = None,
        storage_order: object = None,
    ) -> Self:
        """Weights as a matrix ``(post, pre)``; None or NaN where there is no synapse.

        With ``pre_post`` the matrix is ``(pre, post)``. ``delays`` may be a matrix as well.
        """
        _no_storage(storage_format, storage_order)
        return self._connect(
            explicit_connectors.from_matrix(self._pre, self._post, weights, delays, pre_post)
        )

    def from_sparse(
        self,
        weights: Any,
        delays: Value = 0.0,
        storage_format: object = None,
        storage_order: object = None,
    ) -> Self:
        """Weights as a sparse matrix of SciPy of shape ``(pre, post)``."""
        _no_storage(storage_format, storage_order)
        return self._connect(
            explicit_connectors.from_sparse(self._pre, self._post, weights, delays)
        )

    def from_function(
        self,
        method: Callable[..., Any],
        storage_format: object = None,
        storage_order: object = None,
        **arguments: Any,
    ) -> Self:
        """What ``method(pre, post, **arguments)`` returns, an object ``LILConnectivity``."""
        _no_storage(storage_format, storage_order)
        return self._connect(
            explicit_connectors.from_function(self._pre, self._post, method, arguments)
        )

    connect_all_to_all = all_to_all
    connect_one_to_one = one_to_one
    connect_fixed_probability = fixed_probability
    connect_fixed_number_pre = fixed_number_pre
    connect_fixed_number_post = fixed_number_post
    connect_from_matrix = from_matrix
    connect_from_sparse = from_sparse
    connect_from_function = from_function
    connect_with_func = from_function


def _all_rows(
    pre: Group, post: Group, complete: bool, exclude: bool, rng: np.random.Generator
) -> SynapseRows:
    """Every pair; with ``complete`` of whole populations, with ``exclude`` none with itself."""
    if complete:
        return SynapseRows.all_pairs(pre.size, post.size)
    return random_rows.all_rows(pre, post, exclude)


def _one_to_one_rows(pre: Group, post: Group, rng: np.random.Generator) -> SynapseRows:
    """The k-th neuron of one side with the k-th of the other."""
    return random_rows.one_to_one_rows(pre, post)


def _no_storage(storage_format: object, storage_order: object) -> None:
    """The compiler chooses how synapses are stored: these change no result."""
    for key, value in (("storage_format", storage_format), ("storage_order", storage_order)):
        if value is not None:
            warn_no_effect(key, "connect")
