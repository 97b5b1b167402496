"""The connector methods of a projection, each also as ``connect_<name>``.

Every method checks its arguments at once, so that errors point at the user's line, and stores a
recipe; random connectors draw their synapses when they are first needed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Self

from . import explicit_connectors
from .connection_rules import AllToAll, Group, OneToOne
from .connectors import Recipe, checked_count, checked_delays, checked_numbers
from .options import warn_no_effect
from .patches import Side
from .population import Population
from .random_rules import FixedNumber, PairwiseBernoulli, overlap
from .user_errors import WrongValue, reject

if TYPE_CHECKING:
    from .distributions import RandomDistribution

    Value = float | RandomDistribution


class ConnectorMethods:
    """Mixin of :class:`Projection`: methods that connect ``_pre`` to ``_post``.

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
        """Connect every pre neuron to every post neuron.

        None is connected to itself unless allowed.
        """
        _no_storage(storage_format, storage_order)
        exclude = self._same_population and not allow_self_connections
        complete = self._is_whole and not exclude
        expected = float(self._pre.size * self._post.size)
        recipe = Recipe(
            rule=partial(AllToAll, self._pre, self._post, expected, exclude),
            weights=checked_numbers(weights, "weights"),
            delays=checked_delays(delays),
            many_weights=force_multiple_weights,
            pattern="all_to_all" if complete else "sparse",
            expected=expected,
        )
        return self._connect(recipe)

    @property
    def kind(self) -> Literal["rate", "spike", "decoding"]:
        """The signal that synapses transmit."""
        raise NotImplementedError

    @property
    def _same_population(self) -> bool:
        return self._pre.population is self._post.population

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
        """Connect the n-th pre neuron to the n-th post neuron. Both groups have the same size."""
        _no_storage(storage_format, storage_order)
        if self._pre.size != self._post.size:
            reject(
                "one_to_one needs two groups of the same size, but there are "
                f"{self._pre.size} pre-synaptic and {self._post.size} post-synaptic neurons; "
                "connect views of the same size",
                kind=WrongValue,
            )
        recipe = Recipe(
            rule=partial(OneToOne, self._pre, self._post, self._pre.size),
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
        exclude = self._same_population and not allow_self_connections
        # Spikes go along rows of pre neurons, sums along rows of post neurons.
        side: Side = "pre" if self.kind == "spike" else "post"
        expected = chance * self._pre.size * self._post.size
        recipe = Recipe(
            partial(
                PairwiseBernoulli,
                *(self._pre, self._post, expected),
                probability=chance,
                exclude=exclude,
                side=side,
            ),
            checked_numbers(weights, "weights"),
            checked_delays(delays),
            force_multiple_weights,
            expected=expected,
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
        pool, choosers = self._pre, self._post
        if of == "post":
            pool, choosers = choosers, pool
        itself = not allow_self and overlap(self._pre, self._post)
        count = checked_count(number, pool.size - itself, of)
        exclude = self._same_population and not allow_self
        side: Side = "post" if of == "pre" else "pre"
        expected = float(count) * choosers.size
        recipe = Recipe(
            partial(
                FixedNumber,
                *(self._pre, self._post, expected),
                number=count,
                exclude=exclude,
                chooser=side,
            ),
            checked_numbers(weights, "weights"),
            checked_delays(delays),
            many,
            expected=expected,
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
        """Connect by a matrix of weights ``(post, pre)``.

        None or NaN stand where there is no synapse. With ``pre_post`` the matrix is ``(pre,
        post)``. ``delays`` may be a matrix as well.
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
        """Connect by a sparse matrix of SciPy of weights, ``(pre, post)``."""
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
        """Connect by a function: ``method(pre, post, **arguments)``.

        It returns an object ``LILConnectivity``.
        """
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


def _no_storage(storage_format: object, storage_order: object) -> None:
    """Accept storage arguments, which change no result.

    The compiler chooses how synapses are stored.
    """
    for key, value in (("storage_format", storage_format), ("storage_order", storage_order)):
        if value is not None:
            warn_no_effect(key, "connect")
