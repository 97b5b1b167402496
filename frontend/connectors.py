"""Connectors: functions that say which neurons a projection connects, as recipes.

A recipe is what a connector method stores: pairs that are already known, or a function that draws
them. ``build`` turns it into a :class:`Connectivity` when the network's seed and time step are
known. No connector loops over neurons in Python.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from .caller import WrongValue, reject
from .connectivity import Connectivity, Pattern
from .distributions import RandomDistribution, generator
from .population import Population
from .views import PopulationView

Ranks = NDArray[np.int64]
Group = Population | PopulationView
Numbers = float | NDArray[np.float64] | RandomDistribution

_CHUNK = 1 << 22
"""Numbers drawn at a time: bounds the memory that a random connector needs."""


@frozen(eq=False)
class Pairs:
    """Ranks of connected neurons in dendrite order; None: every neuron with every other."""

    pre: Ranks | None
    post: Ranks | None
    pattern: Pattern = "sparse"


@frozen(eq=False)
class Recipe:
    """How to connect: where the pairs come from, and their weights and delays (ms).

    Arrays of weights and delays are in dendrite order.
    """

    pairs: Callable[[np.random.Generator], Pairs]
    weights: Numbers
    delays: Numbers
    many_weights: bool = False


def build(
    recipe: Recipe, pre: Population, post: Population, name: str, seed: int, dt: float
) -> Connectivity:
    """The synapses of projection ``name`` in a network of this seed and time step."""
    pairs = recipe.pairs(generator(seed, name, "connectivity"))
    dense = pairs.pre is None
    shape: tuple[int, ...] = (post.size, pre.size) if pairs.pre is None else (pairs.pre.size,)
    weights = _drawn(recipe.weights, shape, generator(seed, name, "w"))
    if recipe.many_weights and isinstance(weights, float):
        weights = np.full(shape, weights)
    delays = _drawn(recipe.delays, shape, generator(seed, name, "delay"))
    return Connectivity(
        n_pre=pre.size,
        n_post=post.size,
        pre=None if dense else _narrow(pairs.pre),
        post=None if dense else _narrow(pairs.post),
        w=weights.reshape(shape) if isinstance(weights, np.ndarray) else weights,
        delay_steps=_steps(delays, dt, name),
        pattern=pairs.pattern,
    )


def _narrow(ranks: Ranks | None) -> NDArray[np.int32]:
    assert ranks is not None
    return ranks.astype(np.int32)


def _drawn(
    values: Numbers, shape: tuple[int, ...], rng: np.random.Generator
) -> float | NDArray[np.float64]:
    return values.get_values(shape, rng) if isinstance(values, RandomDistribution) else values


def _steps(delays: float | NDArray[np.float64], dt: float, name: str) -> int | NDArray[np.int32]:
    """Delays in ms as steps: at least one, rounded half to even."""
    if isinstance(delays, np.ndarray):
        if (delays < 0).any():
            reject(
                f"projection '{name}' has negative delays; give the distribution min=0.0",
                kind=WrongValue,
            )
        return np.maximum(1, np.rint(delays / dt)).astype(np.int32)
    return max(1, round(delays / dt))


# ---------------------------------------------------------------------- arguments


def checked_numbers(values: object, what: str) -> float | RandomDistribution:
    """Weights or delays given as one number or a distribution."""
    if isinstance(values, RandomDistribution):
        return values
    array = np.asarray(values)
    if array.ndim > 0 or array.dtype.kind not in "biuf":
        reject(
            f"{what} must be a number or a random distribution, not {values!r:.60}; "
            "single values are given with from_matrix() or from_sparse()",
            kind=WrongValue,
        )
    return float(array)


def checked_delays(values: object) -> float | RandomDistribution:
    """Delays in ms: not negative."""
    delays = checked_numbers(values, "delays")
    if isinstance(delays, float) and not 0 <= delays < np.inf:
        reject(f"delays must be at least 0 ms, not {delays:g}", kind=WrongValue)
    return delays


def checked_count(number: object, available: int, what: str) -> int:
    """The number of partners of each neuron."""
    if not isinstance(number, (int, np.integer)) or isinstance(number, bool) or number < 0:
        reject(f"'number' must be a whole number >= 0, not {number!r}", kind=WrongValue)
    if number > available:
        reject(
            f"each neuron was to get {number} {what} neurons, but there are only {available} "
            "to choose from",
            kind=WrongValue,
        )
    return int(number)


# ---------------------------------------------------------------------- patterns


def all_to_all(pre: Group, post: Group, allow_self: bool) -> Pairs:
    """Every pair; a neuron is not connected to itself unless asked for."""
    same = pre.population is post.population
    whole = isinstance(pre, Population) and isinstance(post, Population)
    if whole and (allow_self or not same):
        return Pairs(None, None, "all_to_all")
    pre_ranks, post_ranks = np.sort(pre.ranks), np.sort(post.ranks)
    pres = np.tile(pre_ranks, post_ranks.size)
    posts = np.repeat(post_ranks, pre_ranks.size)
    return _without_self(pres, posts, same and not allow_self)


def one_to_one(pre: Group, post: Group) -> Pairs:
    """The k-th neuron of ``pre`` with the k-th of ``post``."""
    if pre.size != post.size:
        reject(
            f"one_to_one needs two groups of the same size, but there are {pre.size} pre-synaptic "
            f"and {post.size} post-synaptic neurons; connect views of the same size",
            kind=WrongValue,
        )
    whole = isinstance(pre, Population) and isinstance(post, Population)
    order = np.argsort(post.ranks)
    return Pairs(pre.ranks[order], post.ranks[order], "one_to_one" if whole else "sparse")


def fixed_probability(
    pre: Group, post: Group, probability: float, allow_self: bool, rng: np.random.Generator
) -> Pairs:
    """Each pair with the same probability.

    The gaps between connected pairs are geometrically distributed: drawing them instead of one
    number per pair takes time for the synapses only.
    """
    pre_ranks, post_ranks = np.sort(pre.ranks), np.sort(post.ranks)
    chosen = _bernoulli(pre_ranks.size * post_ranks.size, probability, rng)
    rows, columns = np.divmod(chosen, max(1, pre_ranks.size))
    same = pre.population is post.population and not allow_self
    return _without_self(pre_ranks[columns], post_ranks[rows], same)


def _bernoulli(total: int, probability: float, rng: np.random.Generator) -> Ranks:
    """The numbers below ``total`` that each were chosen with ``probability``, ascending."""
    if probability <= 0.0 or total == 0:
        return np.empty(0, dtype=np.int64)
    if probability >= 1.0:
        return np.arange(total)
    pieces, last = [], -1
    while last < total:
        expected = (total - last) * probability
        count = int(min(_CHUNK, expected + 4.0 * expected**0.5 + 16.0))
        # A gap that leaves the range is as good as any other one; the cap avoids overflow.
        gaps = np.minimum(rng.geometric(probability, count), total + 1)
        pieces.append(last + np.cumsum(gaps, dtype=np.int64))
        last = int(pieces[-1][-1])
    chosen = np.concatenate(pieces)
    return chosen[chosen < total]


def fixed_number(
    pre: Group, post: Group, number: int, allow_self: bool, rng: np.random.Generator, of: str
) -> Pairs:
    """``number`` random pre neurons for each post neuron (``of="pre"``), or the other way round."""
    choosers, candidates = (post, pre) if of == "pre" else (pre, post)
    exclude = pre.population is post.population and not allow_self
    owners = np.sort(choosers.ranks)
    pool = np.sort(candidates.ranks)
    own_place = np.searchsorted(pool, owners)
    is_member = np.isin(owners, pool) & exclude
    chosen = np.empty((owners.size, number), dtype=np.int64)
    if number:
        chosen[~is_member] = _distinct(int((~is_member).sum()), number, pool.size, rng)
        drawn = _distinct(int(is_member.sum()), number, pool.size - 1, rng)
        # Skipping the neuron itself: candidates from its own place on move up by one.
        chosen[is_member] = drawn + (drawn >= own_place[is_member, None])
    partners = pool[chosen.reshape(-1)] if number else np.empty(0, dtype=np.int64)
    own = np.repeat(owners, number)
    # Owners and the partners of each are ascending: for post owners that is dendrite order.
    return Pairs(partners, own) if of == "pre" else sorted_pairs(own, partners)


def _distinct(rows: int, number: int, pool: int, rng: np.random.Generator) -> Ranks:
    """``(rows, number)``: in each row different numbers below ``pool``, ascending."""
    result = np.empty((rows, number), dtype=np.int64)
    dense = number * 8 >= pool
    step = max(1, _CHUNK // max(1, pool if dense else number))
    for start in range(0, rows, step):
        piece = result[start : start + step]
        if dense:
            keys = rng.random((piece.shape[0], pool))
            piece[:] = np.argpartition(keys, number - 1, axis=1)[:, :number]
            piece.sort(axis=1)
        else:
            piece[:] = _distinct_by_redraw(piece.shape[0], number, pool, rng)
    return result


def _distinct_by_redraw(rows: int, number: int, pool: int, rng: np.random.Generator) -> Ranks:
    """Draw, and draw again what came twice: all subsets stay equally likely, by symmetry."""
    drawn = rng.integers(0, pool, (rows, number))
    drawn.sort(axis=1)
    while True:
        twice = np.zeros(drawn.shape, dtype=bool)
        twice[:, 1:] = drawn[:, 1:] == drawn[:, :-1]
        count = int(twice.sum())
        if count == 0:
            return drawn
        drawn[twice] = rng.integers(0, pool, count)
        drawn.sort(axis=1)


def _without_self(pre: Ranks, post: Ranks, exclude: bool) -> Pairs:
    if exclude:
        keep = pre != post
        pre, post = pre[keep], post[keep]
    return Pairs(pre, post)


def sorted_pairs(pre: Ranks, post: Ranks) -> Pairs:
    """Pairs in dendrite order."""
    order = np.lexsort((pre, post))
    return Pairs(pre[order], post[order])
