"""Random connection rules: draws of the synapses of a patch.

Each patch has a block of numbers of its own in the stream of the synapses. Where the number of
synapses of a row is fixed and it lies in several patches, how many it has in each is drawn first,
from one more block.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from attrs import field

from ..ir.attrs_classes import frozen
from .connection_rules import Group, Rule, part_of
from .patches import Array, Patch, Patches, Side, in_rows, square
from .population import Population
from .random_streams import Stream
from .subsets import bernoulli, subsets

_PER_COLUMN = 64
"""Partners of a row in a column, at least on average. Dealing numbers out to columns takes time."""
_DEALT = 10**9
"""Limit of NumPy's dealing: it deals from fewer neurons only."""


@frozen(slots=False, eq=False)
class PairwiseBernoulli(Rule):
    """Each pair with the same probability, independently of the others."""

    probability: float = 0.0
    exclude: bool = False
    side: Side = "pre"

    @property
    def of(self) -> Side:
        """Rows of the side that the projection transmits along."""
        return self.side

    @cached_property
    def patches(self) -> Patches:
        """Patches with as many blocks of rows as columns."""
        return square(
            self.of,
            self.row_ranks,
            self.pool,
            sizes=self.sizes,
            expected=self.expected,
            most=len(self.pool),
        )

    def patch(self, stream: Stream, block: int, column: int) -> Patch:
        """Pairs of a patch, counted row by row."""
        row_ranks = part_of(self.row_ranks, self.patches.rows, block)
        pool = part_of(self.pool, self.patches.columns, column)
        width = len(pool)
        rng = stream.generator(block, column)
        chosen = bernoulli(len(row_ranks) * width, self.probability, rng)
        if self.exclude:
            chosen = _without(chosen, self.own_places(row_ranks, pool, True), width)
        starts = np.arange(len(row_ranks) + 1) * width
        sizes = np.diff(np.searchsorted(chosen, starts.astype(chosen.dtype)))
        chosen -= np.repeat(starts[:-1].astype(chosen.dtype), sizes)
        return Patch(row_ranks, sizes, self.named(pool, chosen))


def _without(chosen: Array, own: Array, width: int) -> Array:
    """The chosen pairs less those of a neuron with itself."""
    pairs = (np.arange(len(own)) * width + own)[own >= 0].astype(chosen.dtype)
    at = np.searchsorted(chosen, pairs)
    inside = at < chosen.size
    at, pairs = at[inside], pairs[inside]
    return np.delete(chosen, at[chosen[at] == pairs])


@frozen(slots=False, eq=False)
class FixedNumber(Rule):
    """``number`` random partners for each neuron of the side ``chooser``."""

    number: int = 0
    exclude: bool = False
    chooser: Side = "post"
    _dealt: Any = field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_dealt", lru_cache(maxsize=16)(self._deal))

    @property
    def of(self) -> Side:
        """Rows of the side that chooses partners."""
        return self.chooser

    @cached_property
    def patches(self) -> Patches:
        """Patches: whole rows of post neurons, rows of pre in columns."""
        if self.chooser == "post":
            return in_rows("post", self.row_ranks, *self.sizes, self.expected)
        most = self.number // _PER_COLUMN if len(self.pool) < _DEALT else 1
        return square(
            "pre",
            self.row_ranks,
            self.pool,
            sizes=self.sizes,
            expected=self.expected,
            most=max(1, most),
        )

    def patch(self, stream: Stream, block: int, column: int) -> Patch:
        """Random partners of a patch: those dealt to its column."""
        row_ranks = part_of(self.row_ranks, self.patches.rows, block)
        pool = part_of(self.pool, self.patches.columns, column)
        counts = self._dealt(stream, block)[column]
        own = self.own_places(row_ranks, pool, self.exclude)
        rng = stream.generator(block, column)
        chosen = np.empty(int(counts.sum()), np.int32)
        for inside in (False, True):  # rows that choose from all of the pool, or all but themselves
            rows = np.flatnonzero((own >= 0) == inside)
            if not len(rows):
                continue
            found = subsets(counts[rows], len(pool) - inside, rng).astype(np.int32)
            if inside:  # candidates from its own place on move up by one
                found += found >= np.repeat(own[rows], counts[rows])
            if len(rows) == len(row_ranks):
                chosen = found
            else:
                chosen[np.repeat((own >= 0) == inside, counts)] = found
        return Patch(row_ranks, counts, self.named(pool, chosen))

    def _deal(self, stream: Stream, block: int) -> Array:
        """Numbers of partners, ``(columns, rows)``.

        They are those of the rows of a block, dealt to columns.
        """
        row_ranks = part_of(self.row_ranks, self.patches.rows, block)
        columns = self.patches.shape[1]
        dealt = np.full((columns, len(row_ranks)), self.number)
        if columns == 1:
            return dealt
        rng = stream.generator(block, columns)  # no column has this number
        sizes = self._candidates(row_ranks)
        rest, others = dealt[0].copy(), sizes.sum(axis=0)
        for column in range(columns - 1):
            others -= sizes[column]
            dealt[column] = rng.hypergeometric(sizes[column], others, rest)
            rest -= dealt[column]
        dealt[-1] = rest
        return dealt

    def _candidates(self, row_ranks: Array) -> Array:
        """Numbers of candidates, ``(columns, rows)``.

        A neuron is no candidate for itself where that is excluded.
        """
        borders = self.patches.columns
        sizes = np.diff(np.searchsorted(self.pool, borders))
        found = np.repeat(sizes[:, None], len(row_ranks), axis=1)
        if self.exclude:
            own = np.flatnonzero(np.isin(row_ranks, self.pool))
            found[np.searchsorted(borders, row_ranks[own], side="right") - 1, own] -= 1
        return found


def overlap(pre: Group, post: Group) -> bool:
    """Whether a neuron is in both groups."""
    if pre.population is not post.population:
        return False
    if isinstance(pre, Population) or isinstance(post, Population):
        return bool(pre.size and post.size)
    return bool(np.isin(pre.ranks, post.ranks).any())
