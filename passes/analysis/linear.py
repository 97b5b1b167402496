"""Linear expressions in parts: ``e = coefficient * x + rest``.

``e`` is an SSA expression that is linear in some value ``x``.

Arithmetic is built only where it says something: a coefficient of exactly 0, 1 or -1 costs no
operation, and terms that do not contain ``x`` keep the value (and so the rounding) of the user.
"""

from __future__ import annotations

from collections.abc import Callable

from ...ir.attrs_classes import frozen
from ...ir.builder import Builder
from ...ir.core import Op, Value
from ...ir.depth import Step, complete
from ...ir.dialects import arith, math
from ...ir.types import Type
from ..framework.core import const_value


class NotLinearError(Exception):
    """The expression contains x under ``op``, which is not linear."""

    def __init__(self, op: Op) -> None:
        super().__init__(op.name)
        self.op = op


@frozen
class Linear:
    """``coefficient * x + rest``; None stands for 0."""

    coefficient: Value | None
    rest: Value | None


class Algebra:
    """Float arithmetic with None as 0. It builds no operation for 0, 1 and -1."""

    def __init__(self, build: Builder, type_: Type) -> None:
        self.build = build
        self.type = type_

    def number(self, value: float) -> Value:
        """A constant."""
        result: Value = self.build(arith.constant(value, self.type))
        return result

    def neg(self, x: Value | None) -> Value | None:
        """The negative -x."""
        if x is None:
            return None
        known = const_value(x)
        if known is not None:
            return self.number(-known)
        if isinstance(x.op, arith.NegF):
            return x.op.operands[0]
        result: Value = self.build(arith.NegF(x))
        return result

    def add(self, x: Value | None, y: Value | None) -> Value | None:
        """The sum x + y."""
        if x is None or y is None:
            return y if x is None else x
        known = const_value(x)
        if known is not None and const_value(y) == -known:
            return None
        result: Value = self.build(arith.AddF(x, y))
        return result

    def sub(self, x: Value | None, y: Value | None) -> Value | None:
        """The difference x - y."""
        if x is None or y is None:
            return self.neg(y) if x is None else x
        if const_value(x) is not None and const_value(x) == const_value(y):
            return None
        result: Value = self.build(arith.SubF(x, y))
        return result

    def mul(self, x: Value | None, y: Value) -> Value | None:
        """The product x * y."""
        if x is None:
            return None
        for known, other in ((x, y), (y, x)):
            if const_value(known) == 1.0:
                return other
            if const_value(known) == -1.0:
                return self.neg(other)
        result: Value = self.build(arith.MulF(x, y))
        return result

    def fma(self, x: Value | None, y: Value, z: Value | None) -> Value | None:
        """The sum x * y + z, rounded once."""
        if x is None or z is None:
            return z if x is None else self.mul(x, y)
        for known, other in ((x, y), (y, x)):
            if const_value(known) == 1.0:
                return self.add(z, other)
            if const_value(known) == -1.0:
                return self.sub(z, other)
        result: Value = self.build(math.Fma(x, y, z))
        return result

    def div(self, x: Value | None, y: Value) -> Value | None:
        """The quotient x / y."""
        if x is None or const_value(y) == 1.0:
            return x
        if const_value(y) == -1.0:
            return self.neg(x)
        result: Value = self.build(arith.DivF(x, y))
        return result


class Decomposer:
    """Decomposes values with respect to those for which ``is_unknown`` holds."""

    def __init__(self, algebra: Algebra, is_unknown: Callable[[Value], bool]) -> None:
        self.algebra = algebra
        self.is_unknown = is_unknown
        self._depends: dict[Value, bool] = {}

    def depends(self, value: Value) -> bool:
        """Whether the unknown occurs in ``value``."""
        if value not in self._depends:
            complete(self._look(value))
        return self._depends[value]

    def _look(self, value: Value) -> Step[None]:
        """Look at a value and all that it is computed from."""
        found = self.is_unknown(value)
        for operand in value.op.operands if value.op is not None and not found else ():
            if operand not in self._depends:
                yield self._look(operand)
            found = found or self._depends[operand]
        self._depends[value] = found

    def __call__(self, value: Value) -> Linear:
        """Decompose; raises :class:`NotLinearError`."""
        return complete(self.split(value))

    def split(self, value: Value) -> Step[Linear]:
        """Decompose, as a step: sums may be long."""
        if self.is_unknown(value):
            return Linear(self.algebra.number(1.0), None)
        if not self.depends(value):
            return Linear(None, None if const_value(value) == 0.0 else value)
        op = value.op
        rule = _RULES.get(type(op)) if op is not None else None
        if op is None or rule is None:
            raise NotLinearError(op or value.users()[0])
        return (yield from rule(self, op))


def _sum(d: Decomposer, op: Op) -> Step[Linear]:
    x, y = (yield d.split(op.operands[0])), (yield d.split(op.operands[1]))
    combine = d.algebra.add if isinstance(op, arith.AddF) else d.algebra.sub
    return Linear(combine(x.coefficient, y.coefficient), combine(x.rest, y.rest))


def _negation(d: Decomposer, op: Op) -> Step[Linear]:
    x = yield d.split(op.operands[0])
    return Linear(d.algebra.neg(x.coefficient), d.algebra.neg(x.rest))


def _factors(d: Decomposer, op: Op) -> Step[tuple[Linear, Value]]:
    """The factor that holds the unknown, decomposed, and the other one."""
    lhs, rhs = op.operands[:2]
    if d.depends(lhs) and d.depends(rhs):
        raise NotLinearError(op)
    if d.depends(lhs):
        return (yield d.split(lhs)), rhs
    return (yield d.split(rhs)), lhs


def _product(d: Decomposer, op: Op) -> Step[Linear]:
    x, factor = yield from _factors(d, op)
    return Linear(d.algebra.mul(x.coefficient, factor), d.algebra.mul(x.rest, factor))


def _product_and_sum(d: Decomposer, op: Op) -> Step[Linear]:
    x, factor = yield from _factors(d, op)
    z = yield d.split(op.operands[2])
    return Linear(
        d.algebra.fma(x.coefficient, factor, z.coefficient), d.algebra.fma(x.rest, factor, z.rest)
    )


def _quotient(d: Decomposer, op: Op) -> Step[Linear]:
    lhs, rhs = op.operands
    if d.depends(rhs):
        raise NotLinearError(op)
    x = yield d.split(lhs)
    return Linear(d.algebra.div(x.coefficient, rhs), d.algebra.div(x.rest, rhs))


def _choice(d: Decomposer, op: Op) -> Step[Linear]:
    condition, if_true, if_false = op.operands
    if d.depends(condition):
        raise NotLinearError(op)
    x, y = (yield d.split(if_true)), (yield d.split(if_false))

    def choose(a: Value | None, b: Value | None) -> Value | None:
        if a is None and b is None:
            return None
        zero = d.algebra.number(0.0)
        result: Value = d.algebra.build(arith.Select(condition, a or zero, b or zero))
        return result

    return Linear(choose(x.coefficient, y.coefficient), choose(x.rest, y.rest))


_RULES: dict[type[Op], Callable[[Decomposer, Op], Step[Linear]]] = {
    arith.AddF: _sum,
    arith.SubF: _sum,
    arith.NegF: _negation,
    arith.MulF: _product,
    arith.DivF: _quotient,
    arith.Select: _choice,
    math.Fma: _product_and_sum,
}
