"""expand-propagators: exponentials of matrices become arithmetic.

    func.func @f(%x: f64) -> f64 {
      %d, %p, %e = special.propagator 1(%x) at [0] : (f64) -> (f64, f64, f64)
      return %e : f64
    }
    ==>
    ...
      ... = scf.while ...
    ...
      ... = scf.while ...
    ...
      ... = scf.while ...
    ...

The first halves the matrix until it is small, the second sums the series of phi1, the third
doubles again; a loop ends when every lane has its number. ``ir/methods/propagators.py`` has the
formulas, for numbers and values alike: every level of the compiler finds the same bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..ir.attrs_classes import frozen
from ..ir.builder import Builder
from ..ir.core import Value
from ..ir.dialects import special
from ..ir.dialects.func import Func
from ..ir.lowering import Rules, expand
from ..ir.methods.propagators import (
    DOUBLINGS,
    FAST,
    LARGEST,
    LARGEST_ROW,
    TERMS,
    LinearPattern,
    Matrix,
    Propagator,
)
from ..ir.rewriter import Rewriter
from ..ir.types import f64, lanes_of, with_lanes
from .framework.core import Context, Pass, register
from .framework.report import counted
from .functions.control import repeat
from .functions.number import DOUBLE, Code, Number, at_least, at_most


@register
class ExpandPropagators(Pass):
    """Replace ``special.propagator`` by loops; see the module."""

    name = "expand-propagators"
    scope = "function"

    def run(self, func: Func, ctx: Context) -> bool:
        """Replace every propagator."""
        count = expand(func, _RULES, Rewriter())
        if count:
            ctx.report.did(self.name, func, f"{counted(count, 'propagator')} became arithmetic")
        return count > 0


def _expanded(op: Any, build: Builder) -> tuple[Value, ...]:
    lanes = lanes_of(op.results[0].type)
    code = Code(build, DOUBLE, lanes)
    type_ = with_lanes(f64, lanes)
    pattern = LinearPattern(op.size, tuple(op.places), lambda x: code.constant(x, type_))
    elements = [at_least(at_most(Number(code, v), LARGEST), -LARGEST) for v in op.operands]
    found = _Loops(code, pattern).propagator(pattern.matrix(elements))
    zero = pattern.number(0.0)
    results = [e for x in (found.change, found.mean, found.power) for row in x for e in row]
    return tuple([(zero if e is None else e).value for e in results])


@frozen
class _Loops:
    """The loops of one propagator. Between turns, matrices are lists of their elements."""

    code: Code
    pattern: LinearPattern

    def propagator(self, a: Matrix) -> Propagator:
        """D, phi1 and exp of the matrix ``a``."""
        count, small = self._halved(a)
        return self._doubled(count, self.pattern.summed(small, self._mean(small)))

    def _halved(self, a: Matrix) -> tuple[Number, Matrix]:
        """A small matrix, and how often it was halved."""
        number = self.pattern.number
        largest = number(0.0)
        for row in self.pattern.rows(a):
            largest = (row > largest).where(row, largest)

        def turn(_: Number, __: Number, old: list[Number]) -> tuple[Number, Sequence[Number]]:
            half = old[1] * 0.5
            return half > LARGEST_ROW, [old[0] + 1.0, half, *[x * 0.5 for x in old[2:]]]

        state = [number(0.0), largest, *_elements(a)]
        count, _, *small = repeat(DOUBLINGS, largest > LARGEST_ROW, state, turn)
        return count, self.pattern.matrix(small)

    def _mean(self, a: Matrix) -> Matrix:
        """phi1 of a small matrix."""
        divisor, last = self.pattern.number(TERMS + 1.0), 1.5

        def turn(_: Number, __: Number, old: list[Number]) -> tuple[Number, Sequence[Number]]:
            term = self.pattern.term(a, self._matrix(old[1:]), old[0])
            smaller = old[0] - 1.0
            return smaller > last, [smaller, *_elements(term)]

        state = [divisor, *_elements(self.pattern.identity())]
        return self._matrix(repeat(TERMS, divisor > last, state, turn)[1:])

    def _doubled(self, count: Number, found: Propagator) -> Propagator:
        """The propagator of a matrix that was halved ``count`` times."""

        def turn(_: Number, __: Number, old: list[Number]) -> tuple[Number, Sequence[Number]]:
            left = old[0] - 1.0
            return left > 0.5, [
                left,
                *_listed(self.pattern.doubled(self._propagator(old[1:]), _choose)),
            ]

        return self._propagator(repeat(DOUBLINGS, count > 0.5, [count, *_listed(found)], turn)[1:])

    def _matrix(self, elements: Sequence[Number]) -> Matrix:
        """A matrix that is filled as the results are."""
        size, filled = self.pattern.size, sorted(self.pattern.filled)
        known = dict(zip(filled, elements, strict=True))
        return [[known.get(i * size + j) for j in range(size)] for i in range(size)]

    def _propagator(self, elements: Sequence[Number]) -> Propagator:
        size = len(elements) // 3
        return Propagator(*[self._matrix(elements[i * size : (i + 1) * size]) for i in range(3)])


def _choose(change: Matrix, near: Matrix, far: Matrix) -> Matrix:
    """The second matrix between variables that lose more than half."""
    size = range(len(change))
    slow = [change[i][i] > FAST for i in size]

    def element(i: int, j: int) -> Number | None:
        if near[i][j] is None:
            return None
        chosen: Number = (slow[i] if i == j else slow[i] | slow[j]).where(near[i][j], far[i][j])
        return chosen

    return [[element(i, j) for j in size] for i in size]


def _elements(x: Matrix) -> list[Number]:
    return [e for row in x for e in row if e is not None]


def _listed(found: Propagator) -> list[Number]:
    return [e for x in (found.change, found.mean, found.power) for e in _elements(x)]


_RULES: Rules = {special.Propagator: _expanded}
