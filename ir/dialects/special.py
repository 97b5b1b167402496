"""``special``: elementary functions that MLIR's ``math`` does not have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..attributes import DenseArrayAttr, IntegerAttr
from ..constraints import Float
from ..core import Op, Value
from ..declare import op, operand, prop, result
from .math import unary

UNARY = {
    "tgamma": "Gamma function.",
    "lgamma": "Natural logarithm of the magnitude of the gamma function.",
}

OPERATIONS: dict[str, Any] = {name: unary(name, doc, "special") for name, doc in UNARY.items()}
"""Functions by short name, which is that of the C library."""

BOUNDED_UNARY = {
    "bounded_exp": "e**x, but no more than the largest number.",
    "bounded_expm1": "e**x - 1, but no more than the largest number; 0 also for -0.",
}

BOUNDED: dict[str, Any] = {n: unary(n, doc, "special") for n, doc in BOUNDED_UNARY.items()}
"""Functions that stay finite, so products with 0 are 0."""


@op(
    "special.propagator",
    format="$size `(` $elements `)` `at` $places attr-dict `:` functional-type(operands, results)",
    pure=True,
)
class Propagator(Op):
    """The exponential of a square matrix, in three forms.

    The results are exp(A) - 1, phi1(A) and exp(A), each row by row. ``size`` is the number of rows,
    ``places`` say which elements the operands are (row by row); all others are zero. phi1(A) is the
    sum of A^k/(k+1)!: the mean of exp(A s) for s from 0 to 1. See ``ir/methods/propagators.py``.
    """

    elements: Sequence[Value] = operand(Float, variadic=True)
    values: Sequence[Value] = result(Float, variadic=True)
    size: int = prop(IntegerAttr)
    places: Sequence[int] = prop(DenseArrayAttr)

    def check(self) -> Iterator[str]:
        """Check the numbers of operands and results, and that types agree."""
        places = self.places
        if len(places) != len(self.operands):
            yield f"has {len(places)} places for {len(self.operands)} elements"
        if any(not 0 <= place < self.size * self.size for place in places):
            yield f"has a place outside of {self.size} rows"
        if len(self.results) != 3 * self.size * self.size:
            yield f"has {len(self.results)} results, not {3 * self.size * self.size}"
        if len({v.type for v in (*self.operands, *self.results)}) > 1:
            yield "has elements of several types"
