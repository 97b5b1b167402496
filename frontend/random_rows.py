"""Random rows: which synapses the random connectors draw, part by part into one buffer.

What is drawn depends on the generator and on the sizes only. No connector loops over neurons in
Python, none keeps a number per pair that could be connected but is not.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .population import Population
from .synapse_rows import CHUNK, Array, SynapseRows, offsets_of, rank_buffer, rank_type
from .views import PopulationView

Group = Population | PopulationView

_BLOCK = 1 << 18
"""Candidates among which rows are drawn together; another number would draw other synapses."""


_LARGEST = 2**62
"""Numbers up to it are added twice without overflow."""


def bernoulli_rows(
    pre: Group, post: Group, probability: float, allow_self: bool, rng: np.random.Generator
) -> SynapseRows:
    """Each pair with the same probability, as rows of pre neurons.

    Pairs are counted row by row. The gaps between connected ones are geometrically distributed:
    drawing them instead of one number per pair takes time for the synapses only.
    """
    owners, pool = np.sort(pre.ranks), np.sort(post.ranks)
    exclude = pre.population is post.population and not allow_self
    own_place = _own_places(owners, pool, exclude)
    total = owners.size * pool.size
    expected = total * probability
    room = min(total, int(expected + 8.0 * expected**0.5) + 64)
    buffer = rank_buffer(room, post.population.size)
    counts = np.zeros(owners.size, np.int64)
    filled = 0
    for chosen in _chosen(total, probability, rng):
        first = int(chosen[0]) // pool.size
        chosen = _without_self(chosen, first, own_place, pool.size)
        sizes = _sizes_of_rows(chosen, first, pool.size)
        places = chosen - np.repeat(np.arange(first, first + sizes.size) * pool.size, sizes)
        if filled + places.size > room:  # eight standard deviations beyond the mean
            room = filled + places.size + CHUNK
            buffer, old = rank_buffer(room, post.population.size), buffer
            buffer[:filled] = old[:filled]
        buffer[filled : filled + places.size] = _named(pool, places, post.population.size)
        counts[first : first + sizes.size] += sizes
        filled += places.size
    offsets = offsets_of(owners, counts, pre.population.size)
    return SynapseRows("pre", pre.population.size, post.population.size, offsets, buffer)


def _chosen(total: int, probability: float, rng: np.random.Generator) -> Iterator[Array]:
    """The numbers below ``total`` that each were chosen with ``probability``, ascending."""
    if probability <= 0.0:
        return
    with np.errstate(divide="ignore"):
        scale = -1.0 / np.log1p(-probability)
    last = -1
    while last < total - 1:
        expected = (total - last) * probability
        count = int(min(CHUNK, expected + 4.0 * expected**0.5 + 16.0))
        # The whole part of an exponential number is geometric. A gap that leaves the range is as
        # good as any other one; the bound avoids overflow. No rounding makes it less than total.
        gaps = rng.standard_exponential(count)
        gaps *= scale
        np.minimum(gaps, total * (1.0 + 2.0**-50), out=gaps)
        if count * total > _LARGEST:  # what follows the first that leaves the range is not needed
            gaps = gaps[: np.searchsorted(np.cumsum(gaps), total) + 1]
        chosen = gaps.astype(np.int64)
        chosen += 1
        np.cumsum(chosen, out=chosen)
        chosen += last
        last = int(chosen[-1])
        chosen = chosen[: np.searchsorted(chosen, total)]
        if chosen.size:
            yield chosen


def _sizes_of_rows(chosen: Array, first: int, width: int) -> Array:
    """How many of the chosen pairs are in the row ``first``, the next, ..."""
    last = int(chosen[-1]) // width if chosen.size else first
    return np.diff(np.searchsorted(chosen, np.arange(first, last + 2) * width))


def _without_self(chosen: Array, first: int, own_place: Array, width: int) -> Array:
    """The chosen pairs less those of a neuron with itself; ``first`` is the row of the first."""
    last = int(chosen[-1]) // width
    rows = np.arange(first, last + 1)
    own = own_place[first : last + 1]
    pairs = (rows * width + own)[own >= 0]
    at = np.searchsorted(chosen, pairs)
    inside = at < chosen.size
    at, pairs = at[inside], pairs[inside]
    return np.delete(chosen, at[chosen[at] == pairs])


def _own_places(owners: Array, pool: Array, exclude: bool) -> Array:
    """Where each of ``owners`` is in ``pool``; -1 where it is not, or may be chosen."""
    places = np.searchsorted(pool, owners)
    places[~np.isin(owners, pool)] = -1
    return places if exclude else np.full_like(places, -1)


def overlap(pre: Group, post: Group) -> bool:
    """Whether a neuron is in both groups."""
    if pre.population is not post.population:
        return False
    if isinstance(pre, Population) or isinstance(post, Population):
        return bool(pre.size and post.size)
    return bool(np.isin(pre.ranks, post.ranks).any())


def fixed_number_rows(
    pre: Group, post: Group, number: int, allow_self: bool, rng: np.random.Generator, of: str
) -> SynapseRows:
    """``number`` random pre neurons for each post neuron (``of="pre"``), or the other way round."""
    choosers, candidates = (post, pre) if of == "pre" else (pre, post)
    exclude = pre.population is post.population and not allow_self
    owners, pool = np.sort(choosers.ranks), np.sort(candidates.ranks)
    own_place = _own_places(owners, pool, exclude)
    buffer = rank_buffer(owners.size * number, candidates.population.size)
    drawn = buffer[: owners.size * number].reshape(-1, number) if number else buffer[:0]
    step = max(1, _BLOCK // max(1, number))
    for start in range(0, owners.size if number else 0, step):
        own = own_place[start : start + step]
        block = np.empty((own.size, number), rank_type(pool.size))
        member = own >= 0
        block[~member] = distinct(int((~member).sum()), number, pool.size, rng)
        chosen = distinct(int(member.sum()), number, pool.size - 1, rng).astype(block.dtype)
        # Skipping the neuron itself: candidates from its own place on move up by one.
        block[member] = chosen + (chosen >= own[member, None])
        drawn[start : start + step] = _named(pool, block, candidates.population.size)
    offsets = offsets_of(owners, number, choosers.population.size)
    sizes = pre.population.size, post.population.size
    return SynapseRows("post" if of == "pre" else "pre", *sizes, offsets, buffer)


def distinct(rows: int, number: int, pool: int, rng: np.random.Generator) -> Array:
    """``(rows, number)``: in each row different numbers below ``pool``, ascending.

    All subsets are equally likely.
    """
    if rows == 0 or number == 0:
        return np.empty((rows, number), rank_type(pool))
    if 2 * number > pool:
        return _others(distinct(rows, pool - number, pool, rng), pool)
    if 4 * number > pool:
        return _distinct_by_marking(rows, number, pool, rng)
    return _distinct_by_sorting(rows, number, pool, rng)


def _others(left_out: Array, pool: int) -> Array:
    """The numbers below ``pool`` that are not in a row."""
    rows = left_out.shape[0]
    chosen = np.ones((rows, pool), bool)
    np.put_along_axis(chosen, left_out.astype(np.intp), False, axis=1)
    return (np.flatnonzero(chosen) % pool).astype(rank_type(pool)).reshape(rows, -1)


def _distinct_by_marking(rows: int, number: int, pool: int, rng: np.random.Generator) -> Array:
    """Mark what is drawn, and draw more where marks are missing."""
    marks = np.zeros((rows, pool), bool)
    open_rows, missing = np.arange(rows), np.full(rows, number)
    while open_rows.size:
        start = np.repeat(open_rows * pool, missing)
        marks.reshape(-1)[start + rng.integers(0, pool, start.size)] = True
        missing = number - np.count_nonzero(marks[open_rows], axis=1)
        open_rows, missing = open_rows[missing > 0], missing[missing > 0]
    found = np.flatnonzero(marks).reshape(rows, number)
    found -= np.arange(rows)[:, None] * pool
    return found.astype(rank_type(pool))


def _distinct_by_sorting(rows: int, number: int, pool: int, rng: np.random.Generator) -> Array:
    """Draw, and draw again what came twice: all subsets stay equally likely, by symmetry."""
    kind = rank_type(pool)
    drawn = rng.integers(0, pool, (rows, number), dtype=kind)
    drawn.sort(axis=1)
    unfinished = np.arange(rows)
    while unfinished.size:
        part = drawn[unfinished]
        twice = np.zeros(part.shape, dtype=bool)
        twice[:, 1:] = part[:, 1:] == part[:, :-1]
        again = twice.any(axis=1)
        part, twice, unfinished = part[again], twice[again], unfinished[again]
        part[twice] = rng.integers(0, pool, int(twice.sum()), dtype=kind)
        part.sort(axis=1)
        drawn[unfinished] = part
    return drawn


def all_rows(pre: Group, post: Group, exclude: bool) -> SynapseRows:
    """Every pair, as rows of pre neurons; with ``exclude`` none of a neuron with itself."""
    owners, pool = np.sort(pre.ranks), np.sort(post.ranks)
    own_place = _own_places(owners, pool, exclude)
    counts = pool.size - (own_place >= 0)
    buffer = rank_buffer(int(counts.sum()), post.population.size)
    step, filled = max(1, CHUNK // max(1, pool.size)), 0
    named = _named(pool, np.arange(pool.size), post.population.size)
    for start in range(0, owners.size, step):
        own = own_place[start : start + step, None]
        part = np.broadcast_to(named, (own.shape[0], pool.size))[own != np.arange(pool.size)]
        buffer[filled : filled + part.size] = part
        filled += part.size
    offsets = offsets_of(owners, counts, pre.population.size)
    return SynapseRows("pre", pre.population.size, post.population.size, offsets, buffer)


def one_to_one_rows(pre: Group, post: Group) -> SynapseRows:
    """The k-th neuron of ``pre`` with the k-th of ``post``, as rows of post neurons."""
    order = np.argsort(post.ranks)
    buffer = rank_buffer(order.size, pre.population.size)
    buffer[: order.size] = pre.ranks[order]
    offsets = offsets_of(post.ranks, 1, post.population.size)
    return SynapseRows("post", pre.population.size, post.population.size, offsets, buffer)


def _named(pool: Array, places: Array, population: int) -> Array:
    """Ranks of the neurons at ``places`` in the ascending ``pool``."""
    kind = rank_type(population)
    return places.astype(kind) if pool.size == population else pool.astype(kind)[places]
