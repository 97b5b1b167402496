"""Random numbers by counter: any block of a stream, alone.

    Stream.of(42, "values", "pop0", "v").generator(3)     # block 3 of the initial values of v

A stream has the draws for one purpose of one object. Its key is 128 bits of a hash of the seed and
of names (``ir/streams.py``): the key of NumPy's Philox 4x64-10. The upper half of its counter of
256 bits is the number of a block, the lower half counts the numbers in it. So blocks never share
their numbers, may be drawn in any order, and nothing that was drawn before, by whichever thread or
process, matters.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..ir.attrs_classes import frozen
from ..ir.streams import stream
from .distributions import RandomDistribution

Array = NDArray[Any]

BLOCK_OF_VALUES = 1 << 13
"""Neurons whose values are drawn together. Another number would draw other values."""


@frozen
class Stream:
    """The random numbers for one purpose of one object. ``key`` has 128 bits."""

    key: int

    @staticmethod
    def of(seed: int, *names: str | int) -> Stream:
        """The stream of a seed and names. The seed is a whole number >= 0 of any size."""
        return Stream(stream(seed, *names))

    def generator(self, first: int = 0, second: int = 0) -> np.random.Generator:
        """The generator of a block. Its numbers ``first`` and ``second`` are below 2**64."""
        counter = np.array([0, 0, first, second], np.uint64)
        return np.random.Generator(np.random.Philox(key=self.key, counter=counter))

    def numbers(self, given: Any, count: int, first: int = 0, second: int = 0) -> Array:
        """``count`` numbers of a distribution for a block.

        For one with a generator of its own see ``whole``.
        """
        if _has_own_values(given):
            return np.asarray(given.get_values((count,), self.generator(first, second)))
        drawn: Array = given.numbers((count,), self._source(given, first, second))
        return drawn

    def fill(self, out: Array, given: Any, first: int = 0, second: int = 0) -> None:
        """Fill an array of doubles with the ``numbers`` of a block."""
        if _has_own_values(given):
            out[:] = self.numbers(given, len(out), first, second)
        else:
            given._fill(out, self._source(given, first, second))

    def _source(self, given: RandomDistribution, first: int, second: int) -> np.random.Generator:
        """The generator of a block, for a distribution.

        It may have a seed of its own.
        """
        own = self if given.seed is None else Stream.of(given.seed, "distribution")
        return own.generator(first, second)

    def values(self, given: Any, size: int, ranks: Array | None = None) -> Array:
        """Numbers for ``size`` neurons, or for those of ``ranks``.

        A neuron has the same number either way.
        """
        if is_in_order(given):
            return whole(given, size if ranks is None else len(ranks))
        numbers = range(-(-size // BLOCK_OF_VALUES)) if ranks is None else _blocks_of(ranks)
        found = [self.numbers(given, _length(size, number), number) for number in numbers]
        if len(found) == 1 and ranks is None:
            return found[0]
        drawn = np.concatenate(found) if found else np.empty(0)
        if ranks is None:
            return drawn
        starts = np.searchsorted(numbers, ranks // BLOCK_OF_VALUES) * BLOCK_OF_VALUES
        chosen: Array = drawn[starts + ranks % BLOCK_OF_VALUES]
        return chosen


def _blocks_of(ranks: Array) -> list[int]:
    return [int(number) for number in np.unique(ranks // BLOCK_OF_VALUES)]


def _length(size: int, block: int) -> int:
    """The number of neurons in a block of a population."""
    return min(BLOCK_OF_VALUES, size - block * BLOCK_OF_VALUES)


def is_in_order(given: Any) -> bool:
    """Whether a generator of the user draws numbers in order.

    Or one that is made from a seed, in a method of the user.
    """
    if not isinstance(given, RandomDistribution):
        return False
    return given.rng is not None or (given.seed is not None and _has_own_values(given))


def _has_own_values(given: Any) -> bool:
    """Whether it is an object with a ``get_values`` of the user."""
    ours = RandomDistribution.get_values
    return not isinstance(given, RandomDistribution) or type(given).get_values is not ours


def whole(given: RandomDistribution, count: int) -> Array:
    """The next numbers of the user's own generator."""
    return given.get_values((count,))
