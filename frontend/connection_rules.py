"""Connection rules: the neurons that a projection connects, patch by patch.

See ``patches.py``. A rule looks at the two groups once, when it is made; making one takes memory
for the neurons only.
"""

from __future__ import annotations

from functools import cached_property, partial

import numpy as np

from ..ir.attrs_classes import frozen
from ..ir.target import CPU
from .patches import Array, DrawOrder, Patch, Patches, Side, in_rows
from .population import Population
from .random_streams import Stream
from .synapse_rows import SERIAL, SynapseRows, offsets_of, rank_buffer, rank_type
from .views import PopulationView
from .workers import in_order

Group = Population | PopulationView


@frozen(slots=False, eq=False)
class Rule:
    """Base class: rules that connect neurons of ``pre`` and ``post``.

    ``expected`` is the number of synapses to come, exactly or on average.
    """

    pre: Group
    post: Group

    expected: float = 0.0

    @property
    def of(self) -> Side:
        """The side whose neurons have rows."""
        raise NotImplementedError

    @property
    def patches(self) -> Patches:
        """The division of all pairs of neurons into patches."""
        raise NotImplementedError

    def patch(self, stream: Stream, block: int, column: int) -> Patch:
        """The synapses of one patch."""
        raise NotImplementedError

    def rows(self, stream: Stream) -> SynapseRows:
        """All synapses."""
        return _assembled(self, stream)

    @property
    def choosers(self) -> Group:
        """The neurons that have rows."""
        return self.pre if self.of == "pre" else self.post

    @property
    def candidates(self) -> Group:
        """The neurons that rows list."""
        return self.post if self.of == "pre" else self.pre

    @cached_property
    def row_ranks(self) -> Array:
        """Ranks of the neurons that have rows, ascending."""
        return _ascending(self.choosers)

    @cached_property
    def pool(self) -> Array:
        """Ranks of the neurons that rows may list, ascending."""
        return _ascending(self.candidates)

    @property
    def sizes(self) -> tuple[int, int]:
        """Sizes of the populations of choosers and of candidates."""
        return self.choosers.population.size, self.candidates.population.size

    def own_places(self, row_ranks: Array, pool: Array, exclude: bool) -> Array:
        """Places of ``row_ranks`` in ``pool``, -1 for none to avoid.

        A neuron that is not in the pool, or may be chosen, has none to avoid.
        """
        if not exclude:
            return np.full(len(row_ranks), -1)
        places = np.searchsorted(pool, row_ranks)
        there = places < len(pool)
        there[there] = pool[places[there]] == row_ranks[there]
        return np.where(there, places, -1)

    def named(self, pool: Array, places: Array) -> Array:
        """Ranks of the neurons at ``places`` in the ascending ``pool``."""
        kind = rank_type(self.candidates.population.size)
        if not len(pool) or pool[-1] - pool[0] != len(pool) - 1:
            found: Array = pool.astype(kind)[places]
            return found
        ranks: Array = places.astype(kind)
        np.add(ranks, kind(pool[0]), out=ranks)
        return ranks


def _ascending(group: Group) -> Array:
    """The ranks of some neurons, ascending. Those of a whole population are so already."""
    return group.ranks if isinstance(group, Population) else np.sort(group.ranks)


def places_of(ranks: Array, borders: Array, number: int) -> slice:
    """The places of ascending ranks between two borders."""
    return slice(*np.searchsorted(ranks, borders[number : number + 2]))


def part_of(ranks: Array, borders: Array, number: int) -> Array:
    """The ascending ranks between two borders."""
    found: Array = ranks[places_of(ranks, borders, number)]
    return found


@frozen(slots=False, eq=False)
class PostRows(Rule):
    """Base class of rules with whole rows of post neurons."""

    @property
    def of(self) -> Side:
        """Rows of post neurons."""
        return "post"

    @cached_property
    def patches(self) -> Patches:
        """Patches of some post neurons and all pre neurons."""
        return in_rows("post", self.row_ranks, *self.sizes, self.expected)


@frozen(slots=False, eq=False)
class AllToAll(PostRows):
    """Every pair; with ``exclude`` no neuron with itself."""

    exclude: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether every pair of neurons of the two populations is connected."""
        whole = isinstance(self.pre, Population) and isinstance(self.post, Population)
        return whole and not self.exclude

    def patch(self, stream: Stream, block: int, column: int) -> Patch:
        """All pre neurons for each of some post neurons."""
        row_ranks = part_of(self.row_ranks, self.patches.rows, block)
        own = self.own_places(row_ranks, self.pool, self.exclude)[:, None]
        ranks = self.named(self.pool, np.arange(len(self.pool)))
        partners = np.broadcast_to(ranks, (len(row_ranks), len(ranks)))
        if self.exclude:
            partners = partners[own != np.arange(len(ranks))]
        return Patch(row_ranks, len(ranks) - (own[:, 0] >= 0), partners.reshape(-1))

    def rows(self, stream: Stream) -> SynapseRows:
        """The rows, not listed where all neurons are connected."""
        if not self.is_complete:
            return _assembled(self, stream)
        rows = SynapseRows.all_pairs(self.pre.size, self.post.size)
        rows.order = DrawOrder(self.patches, [None] * self.patches.shape[0])
        return rows


@frozen(slots=False, eq=False)
class OneToOne(PostRows):
    """The n-th neuron of ``pre`` with the n-th of ``post``."""

    @cached_property
    def _partners(self) -> Array:
        ranks: Array = self.pre.ranks[np.argsort(self.post.ranks)]
        return ranks.astype(rank_type(self.pre.population.size))

    def patch(self, stream: Stream, block: int, column: int) -> Patch:
        """One synapse for each of some post neurons."""
        part = places_of(self.row_ranks, self.patches.rows, block)
        row_ranks = self.row_ranks[part]
        return Patch(row_ranks, np.ones(len(row_ranks), np.int64), self._partners[part])


@frozen(slots=False, eq=False)
class Listed(Rule):
    """Synapses that the user listed, in rows of post neurons."""

    given: SynapseRows | None = None

    @property
    def of(self) -> Side:
        """Rows of post neurons."""
        return "post"

    @property
    def _given(self) -> SynapseRows:
        assert self.given is not None
        return self.given

    @property
    def patches(self) -> Patches:
        """Patches of some post neurons and all pre neurons."""
        return self._given.draw_order.patches

    def patch(self, stream: Stream, block: int, column: int) -> Patch:
        """The listed rows of some post neurons."""
        first, last = self.patches.row_range(block)
        given = self._given
        offsets = given.dendrite_offsets[first : last + 1]
        ranks = given.ranks if given.of == "post" else given.columns()[2]
        return Patch(np.arange(first, last), np.diff(offsets), ranks[offsets[0] : offsets[-1]])

    def rows(self, stream: Stream) -> SynapseRows:
        """The rows as the user gave them."""
        return self._given


# ---------------------------------------------------------------------- all patches together


def _assembled(rule: Rule, stream: Stream) -> SynapseRows:
    """The rows of all patches, block after block."""
    n_rows, n_partners = rule.sizes
    blocks, columns = rule.patches.shape
    room = int(rule.expected + 8.0 * rule.expected**0.5) + 64
    buffer = rank_buffer(min(room, len(rule.row_ranks) * len(rule.pool)), n_partners)
    counts = np.zeros(n_rows, np.int64)
    order = DrawOrder(rule.patches)
    filled = 0
    threads = 1 if rule.expected < SERIAL else None
    for row_ranks, sizes, ranks in in_order(partial(_block, rule, stream), range(blocks), threads):
        if filled + len(ranks) > len(buffer):  # eight standard deviations beyond the mean
            buffer, old = rank_buffer(filled + len(ranks) + room // 8, n_partners), buffer
            buffer[:filled] = old[:filled]
        buffer[filled : filled + len(ranks)] = ranks
        filled += len(ranks)
        counts[row_ranks] = sizes.sum(axis=0)
        order.sizes.append(None if columns == 1 else sizes)
    offsets = offsets_of(np.arange(n_rows), counts, n_rows)
    whole_blocks = CPU.padded(filled)
    buffer[filled:whole_blocks] = 0
    rows = SynapseRows(
        rule.of, rule.pre.population.size, rule.post.population.size, offsets, buffer[:whole_blocks]
    )
    rows.order = order
    return rows


def _block(rule: Rule, stream: Stream, block: int) -> tuple[Array, Array, Array]:
    """A block of rows: neurons, synapses by column, partners.

    It has the neurons with rows, how many synapses each has in each column, and the partners of
    all.
    """
    columns = rule.patches.shape[1]
    patches = [rule.patch(stream, block, column) for column in range(columns)]
    if columns == 1:
        return patches[0].row_ranks, patches[0].sizes[None, :], patches[0].partners
    sizes = np.array([patch.sizes for patch in patches])
    sizes = sizes.astype(np.min_scalar_type(int(sizes.max(initial=0))))
    order = DrawOrder(rule.patches, [sizes])
    places, total = order.places(0), sum(len(patch.partners) for patch in patches)
    ranks = np.empty(total, patches[0].partners.dtype)
    for column, patch in enumerate(patches):
        ranks[places.of(column, total)] = patch.partners
    return patches[0].row_ranks, sizes, ranks
