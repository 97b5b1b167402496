"""Affine numbers, which depend linearly on unknowns: ``rest + a x + b y + ...``.

Running an expression on them gives its coefficients exactly, without comparing it at two points.
Zero coefficients are left out; a ``rest`` of None is an exact zero.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import field

from ..attrs_classes import frozen
from ..core import Op
from ..dialects import arith, math
from .fused import fused


class NotAffineError(Exception):
    """An operation that is not linear in the unknowns under it."""

    def __init__(self, op: Op) -> None:
        super().__init__(op.name)
        self.op = op


@frozen
class Affine:
    """An affine number: ``rest`` plus the sum of ``slopes[x] * x``."""

    rest: Any = None
    slopes: dict[str, Any] = field(factory=dict)


def unknown(name: str, one: Any) -> Affine:
    """The unknown ``name`` as an affine number.

    ``one`` is 1 in the type of the expression.
    """
    return Affine(None, {name: one})


def affine(value: Any) -> Affine:
    """Any value as an affine number."""
    if isinstance(value, Affine):
        return value
    return Affine(value)


def combine(x: Any, y: Any, sign: int) -> Affine:
    """The sum ``x + y``, or with a ``sign`` of -1 ``x - y``."""
    x, y = affine(x), affine(y)
    names = dict.fromkeys((*x.slopes, *y.slopes))
    slopes = {n: _plus(x.slopes.get(n), y.slopes.get(n), sign) for n in names}
    return Affine(_plus(x.rest, y.rest, sign), slopes)


def _plus(x: Any, y: Any, sign: int) -> Any:
    if y is None:
        return x
    if x is None:
        return y if sign > 0 else -y
    return x + y if sign > 0 else x - y


def each(x: Affine, function: Callable[[Any], Any]) -> Affine:
    """The affine number after a linear ``function``."""
    rest = None if x.rest is None else function(x.rest)
    return Affine(rest, {name: function(slope) for name, slope in x.slopes.items()})


def _sum(op: Op, x: Any, y: Any) -> Affine:
    return combine(x, y, 1)


def _difference(op: Op, x: Any, y: Any) -> Affine:
    return combine(x, y, -1)


def _negation(op: Op, x: Affine) -> Affine:
    return each(x, lambda v: -v)


def _product(op: Op, x: Any, y: Any) -> Affine:
    if isinstance(x, Affine) and isinstance(y, Affine):
        raise NotAffineError(op)
    unknowns, factor = (x, y) if isinstance(x, Affine) else (y, x)
    return each(unknowns, lambda v: v * factor)


def _product_and_sum(op: Op, x: Any, y: Any, z: Any) -> Affine:
    if isinstance(x, Affine) and isinstance(y, Affine):
        raise NotAffineError(op)
    unknowns, factor = (x, y) if isinstance(x, Affine) else (y, x)
    product, added = affine(unknowns), affine(z)
    if not isinstance(unknowns, Affine):
        return Affine(_fused(unknowns, factor, added.rest), added.slopes)
    names = dict.fromkeys((*product.slopes, *added.slopes))
    slopes = {n: _fused(product.slopes.get(n), factor, added.slopes.get(n)) for n in names}
    return Affine(_fused(product.rest, factor, added.rest), slopes)


def _fused(x: Any, factor: Any, z: Any) -> Any:
    if x is None or z is None:
        return z if x is None else x * factor
    return fused(x, factor, z)


def _quotient(op: Op, x: Any, y: Any) -> Affine:
    if isinstance(y, Affine):
        raise NotAffineError(op)
    return each(x, lambda v: v / y)


def _choice(op: Op, condition: Any, x: Any, y: Any) -> Affine:
    if isinstance(condition, Affine):
        raise NotAffineError(op)
    return affine(x if condition else y)


RULES: dict[type[Op], Callable[..., Affine]] = {
    arith.AddF: _sum,
    arith.SubF: _difference,
    arith.NegF: _negation,
    arith.MulF: _product,
    arith.DivF: _quotient,
    arith.Select: _choice,
    math.Fma: _product_and_sum,
}
"""Rules of linear operations; every other operation refuses affine operands."""


def apply(op: Op, operands: list[Any]) -> Affine:
    """The result of ``op``, some of whose operands are affine.

    Raises :class:`NotAffineError` if it is not linear in them.
    """
    rule = RULES.get(type(op))
    if rule is None:
        raise NotAffineError(op)
    return rule(op, *operands)
