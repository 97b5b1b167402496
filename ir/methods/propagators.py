"""The exponential of a matrix, by scaling and doubling.

For a matrix A, D is exp(A) - 1, and phi1 is the sum of A^k/(k+1)!, that is A^-1 D where A can be
inverted. A is halved until no row of absolute values adds up to more than 1/2; there phi1 is a sum
of ``TERMS`` terms, and D = A phi1. Then each doubling of A makes ::

    phi1(2A) = phi1 + D phi1 / 2          D(2A) = 2 D + D D          exp(2A) = 1 + D(2A)

until nothing is left to double. D keeps the digits that 1 + D would lose: relative errors of slow
changes do not grow with the number of doublings (large elements off the diagonal ask for many).
Between variables that both lose more than half of themselves, exp(2A) = exp(A) exp(A) takes over,
so that fast decay has its digits, too.

N. J. Higham, Functions of Matrices (2008), chapter 10, on exp(A). Products add up in the order of
columns, without fused operations. Everything here is written with operators: on numbers it is the
meaning of ``special.propagator``, and ``expand-propagators`` runs the same on values of the IR.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from ..attrs_classes import frozen

Matrix = list[list[Any]]
"""Rows of numbers; None is a zero known beforehand."""

LARGEST = 2.0**1000
"""The limit of elements, so that infinitely fast decay leaves nothing."""

TERMS = 14
"""The number of terms after the first.

The next one is below 2**-15/16!, far below a rounding.
"""

LARGEST_ROW = 0.5
"""The largest sum of a row (of absolute values) without halving."""

DOUBLINGS = 1100
"""The limit of doublings: a double has fewer exponents."""

FAST = -0.5
"""The diagonal element of D below which exp(A) is squared."""


def closure(size: int, places: Collection[int]) -> set[int]:
    """The non-zero places of powers of a matrix, row by row.

    The diagonal is among them.
    """
    found = set(places) | {i * size + i for i in range(size)}
    for k, i, j in product(range(size), repeat=3):
        if i * size + k in found and k * size + j in found:
            found.add(i * size + j)
    return found


@frozen
class Propagator:
    """D, phi1 and exp(A) of one matrix."""

    change: Matrix
    mean: Matrix
    power: Matrix


@frozen(slots=False)
class LinearPattern:
    """The pattern of matrices of one size.

    ``places`` (row by row) are those that may be other than zero; ``number`` makes the numbers of
    their elements.
    """

    size: int
    places: tuple[int, ...]
    number: Callable[[float], Any] = np.float64

    @cached_property
    def filled(self) -> set[int]:
        """The places that results may fill."""
        return closure(self.size, self.places)

    def matrix(self, values: Collection[Any]) -> Matrix:
        """The matrix with ``values`` at its places."""
        known = dict(zip(self.places, values, strict=True))
        return self._made(lambda i, j: known.get(i * self.size + j))

    def _made(self, element: Callable[[int, int], Any]) -> Matrix:
        size = range(self.size)
        return [[element(i, j) for j in size] for i in size]

    def _of_filled(self, element: Callable[[int, int], Any]) -> Matrix:
        filled = self.filled
        return self._made(lambda i, j: element(i, j) if i * self.size + j in filled else None)

    def identity(self) -> Matrix:
        """The matrix 1."""
        zero, one = self.number(0.0), self.number(1.0)
        return self._of_filled(lambda i, j: one if i == j else zero)

    def times(self, x: Matrix, y: Matrix) -> Matrix:
        """The product of two matrices."""

        def element(i: int, j: int) -> Any:
            total = None
            for k in range(self.size):
                if x[i][k] is not None and y[k][j] is not None:
                    term = x[i][k] * y[k][j]
                    total = term if total is None else total + term
            return self.number(0.0) if total is None else total

        return self._of_filled(element)

    def plus_identity(self, x: Matrix) -> Matrix:
        """The sum x + 1 with the identity."""
        return self._of_filled(lambda i, j: x[i][j] + self.number(1.0) if i == j else x[i][j])

    def rows(self, a: Matrix) -> list[Any]:
        """The sums of the absolute values of each row."""
        found = []
        for row in a:
            total = self.number(0.0)
            for x in row:
                total = total if x is None else total + abs(x)
            found.append(total)
        return found

    def halved(self, a: Matrix) -> Matrix:
        """The matrix a/2."""
        return self._made(lambda i, j: None if a[i][j] is None else a[i][j] * 0.5)

    def term(self, a: Matrix, mean: Matrix, divisor: Any) -> Matrix:
        """The sum with one term more, 1 + (a/divisor) mean."""
        found = self.times(a, mean)
        return self.plus_identity(self._of_filled(lambda i, j: found[i][j] / divisor))

    def summed(self, a: Matrix, mean: Matrix) -> Propagator:
        """D, phi1 and exp of a small matrix with known phi1."""
        change = self.times(a, mean)
        return Propagator(change, mean, self.plus_identity(change))

    def doubled(
        self, x: Propagator, choose: Callable[[Matrix, Matrix, Matrix], Matrix]
    ) -> Propagator:
        """D, phi1 and exp of twice the matrix.

        ``choose`` gets D and two forms of exp, and takes the first where D is small.
        """
        more, twice = self.times(x.change, x.mean), self.times(x.change, x.change)
        mean = self._of_filled(lambda i, j: x.mean[i][j] + more[i][j] * 0.5)
        change = self._of_filled(lambda i, j: (x.change[i][j] + x.change[i][j]) + twice[i][j])
        power = choose(change, self.plus_identity(change), self.times(x.power, x.power))
        return Propagator(change, mean, power)


def propagator(pattern: LinearPattern, elements: Collection[Any]) -> Propagator:
    """D, phi1 and exp of a matrix with these elements.

    They stand at the places of the pattern, in double precision.
    """
    with np.errstate(all="ignore"):
        return _propagator(pattern, pattern.matrix([_limited(x) for x in elements]))


def _limited(x: Any) -> Any:
    """``x``, but no larger than ``LARGEST``; NaN stays."""
    return np.copysign(LARGEST, x) if abs(x) > LARGEST else x


def _propagator(pattern: LinearPattern, a: Matrix) -> Propagator:
    size, count = range(pattern.size), 0
    largest = np.float64(0.0)
    for row in pattern.rows(a):
        largest = row if row > largest else largest
    while largest > LARGEST_ROW and count < DOUBLINGS:
        a, largest, count = pattern.halved(a), largest * 0.5, count + 1
    mean = pattern.identity()
    for divisor in np.arange(TERMS + 1.0, 1.0, -1.0):
        mean = pattern.term(a, mean, divisor)

    def choose(change: Matrix, near: Matrix, far: Matrix) -> Matrix:
        slow = [change[i][i] > FAST for i in size]
        return [[(near if slow[i] or slow[j] else far)[i][j] for j in size] for i in size]

    parts = pattern.summed(a, mean)
    for _ in range(count):
        parts = pattern.doubled(parts, choose)
    return parts
