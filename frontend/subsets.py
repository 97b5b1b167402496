"""Random subsets of ranges: ascending numbers, row after row.

All rows are in one array.

No method loops over rows in Python, none keeps a number per candidate that is not chosen unless a
good part of them is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .synapse_rows import rank_type

Array = NDArray[Any]


def bernoulli(total: int, probability: float, rng: np.random.Generator) -> Array:
    """Numbers below ``total``, each chosen with the same ``probability``.

    ``total`` is at most 2**50. The gaps between chosen ones are geometrically distributed: drawing
    them instead of one number per candidate takes time for what is chosen only.
    """
    kind = np.int32 if total < 1 << 31 else np.int64
    if probability <= 0.0 or not total:
        return np.empty(0, kind)
    with np.errstate(divide="ignore"):
        scale = -1.0 / np.log1p(-probability)
    parts: list[Array] = []
    last = -1.0
    while last < total - 1:
        expected = (total - last) * probability
        # The whole part of an exponential number is geometric. Sums are exact up to the first that
        # leaves the range.
        gaps = rng.standard_exponential(int(expected + 4.0 * expected**0.5 + 16.0))
        gaps *= scale
        np.floor(gaps, out=gaps)
        gaps += 1.0
        gaps[0] += last
        chosen = np.cumsum(gaps, out=gaps)
        last = float(chosen[-1])
        parts.append(chosen[: np.searchsorted(chosen, total)].astype(kind))
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def subsets(counts: Array, pool: int, rng: np.random.Generator) -> Array:
    """Random subsets of ``counts`` numbers below ``pool``, row by row.

    Numbers of a row are ascending and different; all subsets are equally likely. ``counts`` are at
    most ``pool``. Gives the rows one after the other.
    """
    total, candidates = int(counts.sum()), len(counts) * pool
    if not total:
        return np.empty(0, rank_type(pool))
    if 2 * total > candidates:
        return _others(subsets(pool - counts, pool, rng), pool - counts, pool)
    if 4 * total > candidates:
        return _by_marking(counts, pool, rng)
    return _by_sorting(counts, pool, rng)


def _others(left_out: Array, counts: Array, pool: int) -> Array:
    """The numbers below ``pool`` that are not in a row."""
    chosen = np.ones(len(counts) * pool, bool)
    chosen[np.repeat(np.arange(len(counts)) * pool, counts) + left_out] = False
    return (np.flatnonzero(chosen) % pool).astype(rank_type(pool))


def _by_marking(counts: Array, pool: int, rng: np.random.Generator) -> Array:
    """Subsets by marking drawn numbers, more until none is missing."""
    marks = np.zeros((len(counts), pool), bool)
    open_rows, missing = np.arange(len(counts)), counts
    while open_rows.size:
        start = np.repeat(open_rows * pool, missing)
        marks.reshape(-1)[start + rng.integers(0, pool, start.size)] = True
        missing = counts[open_rows] - np.count_nonzero(marks[open_rows], axis=1)
        open_rows, missing = open_rows[missing > 0], missing[missing > 0]
    return (np.flatnonzero(marks) % pool).astype(rank_type(pool))


def _by_sorting(counts: Array, pool: int, rng: np.random.Generator) -> Array:
    """Subsets by sorting more numbers than needed.

    Repeated numbers are left out, and any of those that are too many. By symmetry all subsets are
    equally likely, whatever number of different ones was drawn.
    """
    kind, longest = rank_type(pool + 1), int(counts.max())
    twice = longest * longest / (2.0 * pool)  # numbers that are repeated, about
    width = longest + int(1.2 * twice + 4.0 * twice**0.5 + 2.0)
    drawn = rng.integers(0, pool, (len(counts), width), dtype=kind)
    if counts.min() < longest:  # surplus numbers of a row come last
        drawn[np.arange(width) >= (counts + (width - longest))[:, None]] = pool
    drawn.sort(axis=1)
    different = drawn != pool
    different[:, 1:] &= drawn[:, 1:] != drawn[:, :-1]
    found = np.count_nonzero(different, axis=1)
    few = found < counts
    wanted = np.repeat(~few, found)
    wanted[_some_places(np.where(few, 0, found - counts), found, rng)] = False
    chosen: Array = drawn[different][wanted]
    if few.any():
        enough, again = chosen, np.repeat(few, counts)
        chosen = np.empty(len(again), kind)
        chosen[~again], chosen[again] = enough, _by_drawing_again(counts[few], pool, rng)
    return chosen


def _some_places(counts: Array, lengths: Array, rng: np.random.Generator) -> Array:
    """Different random places in rows, ``counts`` in each.

    The rows, of ``lengths``, lie one after the other.
    """
    starts = np.cumsum(lengths) - lengths
    row = np.repeat(np.arange(len(counts)), counts)
    places = starts[row] + rng.integers(0, lengths[row])
    while len(places):
        places.sort()
        twice = np.flatnonzero(places[1:] == places[:-1])
        if not len(twice):
            break
        row = np.searchsorted(starts, places[twice], side="right") - 1
        places[twice] = starts[row] + rng.integers(0, lengths[row])
    return places


def _by_drawing_again(counts: Array, pool: int, rng: np.random.Generator) -> Array:
    """Subsets by drawing repeated numbers again. All subsets stay equally likely, by symmetry."""
    kind = rank_type(pool + 1)
    longest = int(counts.max())
    drawn = rng.integers(0, pool, (len(counts), longest), dtype=kind)
    there: Array | None = None
    if counts.min() < longest:
        there = np.arange(longest) < counts[:, None]
        drawn[~there] = pool  # surplus numbers of a row come last
    drawn.sort(axis=1)
    unfinished = np.arange(len(counts))
    while unfinished.size:
        part = drawn[unfinished]
        twice = np.zeros(part.shape, dtype=bool)
        twice[:, 1:] = part[:, 1:] == part[:, :-1]
        if there is not None:
            twice &= there[unfinished]
        again = twice.any(axis=1)
        part, twice, unfinished = part[again], twice[again], unfinished[again]
        part[twice] = rng.integers(0, pool, int(twice.sum()), dtype=kind)
        part.sort(axis=1)
        drawn[unfinished] = part
    chosen: Array = drawn.reshape(-1) if there is None else drawn[there]
    return chosen
