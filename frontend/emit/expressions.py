"""Expressions of a checked model as SSA values, by node rules.

Where the equation language differs from IEEE arithmetic, it is decided here: a whole number as
exponent is repeated multiplication (``x**4`` is ``(x*x)*(x*x)``), ``max(a, b)`` is b where a < b
and else a (so that NaN in a stays), ``%`` is C's ``fmod``, and for integers ``x % 0`` is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from typing import Any

from ...ir.builder import Builder
from ...ir.core import Value
from ...ir.depth import Step, complete
from ...ir.diagnostics import ModelError, error
from ...ir.dialects import arith, eq, math, special
from ...ir.types import Type, f32, f64, i1, i64
from ..language import syntax
from ..language.functions import CONSTANTS


def types(number: Type) -> dict[str, Type]:
    """IR types by types of the language. Floats have the type ``number``."""
    return {"float": number, "int": i64, "bool": i1}


_FLOAT: dict[str, Any] = {
    "+": arith.AddF,
    "-": arith.SubF,
    "*": arith.MulF,
    "/": arith.DivF,
    "%": arith.RemF,
    "**": math.OPERATIONS["powf"],
}
_FUNCTIONS = math.OPERATIONS | special.OPERATIONS
_INT: dict[str, Any] = {"+": arith.AddI, "-": arith.SubI, "*": arith.MulI, "%": arith.RemSI}
_COMPARE_FLOAT = {"<": "olt", "<=": "ole", ">": "ogt", ">=": "oge", "==": "oeq", "!=": "une"}
_COMPARE_INT = {"<": "slt", "<=": "sle", ">": "sgt", ">=": "sge", "==": "eq", "!=": "ne"}
_SMALL_POWER = 16
_TOO_LARGE = 2.0**128 - 2.0**103
"""The least number that single precision rounds to infinity."""


class Expressions:
    """Emits the expressions of one region of a population or projection.

    ``pre`` and ``post`` give the IR type of an attribute of the populations that a projection
    connects; ``number`` is the type of floats.
    """

    def __init__(
        self,
        build: Builder,
        pre: Callable[[str], Type] | None = None,
        post: Callable[[str], Type] | None = None,
        target: str = "",
        number: Type = f64,
    ) -> None:
        self.build = build
        self.number = number
        self.types = types(number)
        self.pre = pre
        self.post = post
        self.target = target
        self._draws: dict[int, Value] = {}
        self._seen: Callable[[str], Value | None] | None = None

    @contextmanager
    def seeing(self, seen: Callable[[str], Value | None]) -> Iterator[None]:
        """A context in which ``seen`` gives values of variables.

        It gives None for a variable to be read as it is now.
        """
        before, self._seen = self._seen, seen
        try:
            yield
        finally:
            self._seen = before

    def __call__(self, node: syntax.Expr) -> Any:
        """The value of an expression."""
        return complete(self._emit(node))

    def _emit(self, node: syntax.Expr) -> Step[Any]:
        """The value of a node: of leaves at once, else stepwise.

        Operations have the location of their own node.
        """
        with self.build.at(node.span.loc):
            leaf = _LEAVES.get(type(node))
            if leaf is not None:
                return leaf(self, node)
            return (yield from _RULES[type(node)](self, node))

    def _all(self, *nodes: syntax.Expr) -> Step[list[Any]]:
        found = []
        for node in nodes:
            found.append((yield self._emit(node)))
        return found

    def constant(self, value: float, type_: Type) -> Any:
        """A constant."""
        return self.build(arith.constant(value, type_))

    def read(self, name: str, type_: str) -> Any:
        """The value of a parameter or variable of the model."""
        return self.build(eq.read(name, self.types[type_]), name)

    def clamp(self, value: Value, low: syntax.Expr | None, high: syntax.Expr | None) -> Value:
        """``value`` within bounds; NaN stays NaN."""
        for bound, predicate in ((low, "olt"), (high, "ogt")):
            if bound is not None:
                limit = self(bound)
                outside = self._compare(predicate, value, limit)
                value = self.build(arith.Select(outside, limit, value))
        return value

    def _compare(self, predicate: str, x: Value, y: Value) -> Any:
        if arith.is_float(x):
            return self.build(arith.cmpf(predicate, x, y))
        return self.build(arith.cmpi("s" + predicate[1:], x, y))

    def combine(self, operator: str, x: Value, y: Value) -> Any:
        """``x operator y`` for + - * / of equal types."""
        return self.build((_FLOAT if arith.is_float(x) else _INT)[operator](x, y))

    def negative(self, x: Value) -> Any:
        """The negative of a number."""
        if arith.is_float(x):
            return self.build(arith.NegF(x))
        return self.build(arith.SubI(self.constant(0, x.type), x))

    # ------------------------------------------------------------------ leaves

    def _number(self, node: syntax.NumberLiteral) -> Any:
        if self.number is f32 and node.type == "float" and _TOO_LARGE <= abs(node.value) < inf:
            text = "this number is beyond single precision; compute with dtype='float64'"
            line = node.span.source.line_text(node.span.start)
            raise ModelError(error(text, node.span.loc, line))
        return self.constant(node.value, self.types[node.type])

    def _boolean(self, node: syntax.Boolean) -> Any:
        return self.constant(int(node.value), i1)

    def _name(self, node: syntax.Name) -> Any:
        if node.scope in ("parameter", "variable"):
            seen = self._seen(node.name) if self._seen and node.scope == "variable" else None
            return self.read(node.name, node.type) if seen is None else seen
        if node.scope == "constant":
            return self.constant(CONSTANTS[node.name], self.number)
        if node.scope == "t":
            return self.build(eq.Time(result_type=self.number), "t")
        if node.scope == "dt":
            return self.build(eq.TimeStep(result_type=self.number), "dt")
        return self.build(eq.Post(variable=f"g_{self.target}", result_type=self.number))

    def _attribute(self, node: syntax.NeuronAttribute) -> Any:
        type_of, op = (self.pre, eq.Pre) if node.side == "pre" else (self.post, eq.Post)
        assert type_of is not None
        type_ = type_of(node.name)
        value = self.build(op(variable=node.name, result_type=type_))
        return self._to_float(value)

    def _to_float(self, value: Value) -> Any:
        if arith.is_float(value):
            return value
        op = arith.UIToFP if value.type is i1 else arith.SIToFP
        return self.build(op(value, result_type=self.number))

    def _sum(self, node: syntax.Sum) -> Any:
        return self.build(eq.Sum(target=node.target or "", result_type=self.number))

    def _derivative(self, node: syntax.Derivative) -> Any:
        name = node.variable
        return self.build(eq.Ddt(variable=name, result_type=self.number), f"d{name}_dt")

    def _random(self, node: syntax.Random) -> Step[Any]:
        if node.draw not in self._draws:
            arguments = yield from self._all(*node.args)
            self._draws[node.draw] = self.build(
                eq.Random(
                    *arguments,
                    distribution=node.distribution,
                    stream=eq.stream(node.draw),
                    result_type=self.number,
                )
            )
        return self._draws[node.draw]

    # ------------------------------------------------------------------ operators

    def _unary(self, node: syntax.Unary) -> Step[Any]:
        value = yield self._emit(node.value)
        if node.op == "-":
            return self.negative(value)
        if node.op == "not":
            return self.build(arith.XOrI(value, self.constant(1, i1)))
        return value

    def _binary(self, node: syntax.Binary) -> Step[Any]:
        left = yield self._emit(node.left)
        if node.op == "**":
            exponent = _whole(node.right)
            small = exponent is not None and abs(exponent) <= _SMALL_POWER
            if exponent is not None and (small or not arith.is_float(left)):
                return self._power(left, exponent)
        right = yield self._emit(node.right)
        if node.op == "%" and not arith.is_float(right) and not _harmless(node.right):
            right = self._safe_divisor(right)
        return self.combine(node.op, left, right)

    def _safe_divisor(self, divisor: Value) -> Any:
        """The divisor, with 1 in place of 0 and -1.

        For these the machine would trap: the remainder is 0 then.
        """
        one, two = self.constant(1, divisor.type), self.constant(2, divisor.type)
        shifted = self.build(arith.AddI(divisor, one))
        return self.build(arith.Select(self.build(arith.cmpi("ult", shifted, two)), one, divisor))

    def _power(self, base: Value, exponent: int) -> Any:
        """Repeated multiplication, by squaring."""
        one = self.constant(1, base.type)
        if exponent < 0:
            return self.build(arith.DivF(one, self._power(base, -exponent)))
        result: Any = None
        while exponent:
            if exponent & 1:
                result = base if result is None else self.combine("*", result, base)
            exponent >>= 1
            if exponent:
                base = self.combine("*", base, base)
        return one if result is None else result

    def _comparison(self, node: syntax.Compare) -> Step[Any]:
        left, right = yield from self._all(node.left, node.right)
        if arith.is_float(left):
            return self.build(arith.cmpf(_COMPARE_FLOAT[node.op], left, right))
        return self.build(arith.cmpi(_COMPARE_INT[node.op], left, right))

    def _logic(self, node: syntax.Logic) -> Step[Any]:
        op = arith.AndI if node.op == "and" else arith.OrI
        return self.build(op(*(yield from self._all(node.left, node.right))))

    def _choice(self, node: syntax.IfElse) -> Step[Any]:
        values = yield from self._all(node.cond, node.then, node.other)
        return self.build(arith.Select(*values))

    def _cast(self, node: syntax.Cast) -> Step[Any]:
        value = yield self._emit(node.value)
        if node.type == "float":
            return self._to_float(value)
        if value.type is i1:
            return self.build(arith.ExtUI(value, result_type=i64))
        return self.build(arith.FPToSI(value, result_type=i64))

    # ------------------------------------------------------------------ functions

    def _call(self, node: syntax.Call) -> Step[Any]:
        args = yield from self._all(*node.args)
        special = _SPECIAL.get(node.function)
        if special is not None:
            return special(self, *args)
        return self.build(_FUNCTIONS[node.function](*args))

    def _max(self, a: Value, b: Value) -> Any:
        return self.build(arith.Select(self._compare("olt", a, b), b, a))

    def _min(self, a: Value, b: Value) -> Any:
        return self.build(arith.Select(self._compare("olt", b, a), b, a))

    def _abs(self, x: Value) -> Any:
        if arith.is_float(x):
            return self.build(math.OPERATIONS["absf"](x))
        negative = self._compare("olt", x, self.constant(0, x.type))
        return self.build(arith.Select(negative, self.negative(x), x))

    def _sign(self, x: Value) -> Any:
        zero, one = self.constant(0, x.type), self.constant(1, x.type)
        below = self.build(
            arith.Select(self._compare("olt", x, zero), self.constant(-1, x.type), x)
        )
        return self.build(arith.Select(self._compare("ogt", x, zero), one, below))

    def _heaviside(self, x: Value) -> Any:
        zero, half = self.constant(0.0, x.type), self.constant(0.5, x.type)
        below = self.build(arith.Select(self._compare("olt", x, zero), zero, half))
        one = self.constant(1.0, x.type)
        return self.build(arith.Select(self._compare("ogt", x, zero), one, below))


def _harmless(divisor: syntax.Expr) -> bool:
    """Whether an integer divisor is a literal that cannot trap."""
    return isinstance(divisor, syntax.NumberLiteral) and divisor.value > 0


def _whole(node: syntax.Expr) -> int | None:
    """A whole number written as an exponent, or None."""
    sign = 1
    while isinstance(node, syntax.Unary) and node.op in "+-":
        sign, node = (-sign if node.op == "-" else sign), node.value
    if isinstance(node, syntax.Cast):
        node = node.value
    if isinstance(node, syntax.NumberLiteral) and float(node.value).is_integer():
        return sign * int(node.value)
    return None


_LEAVES: dict[type[syntax.Expr], Callable[[Expressions, Any], Any]] = {
    syntax.NumberLiteral: Expressions._number,
    syntax.Boolean: Expressions._boolean,
    syntax.Name: Expressions._name,
    syntax.NeuronAttribute: Expressions._attribute,
    syntax.Sum: Expressions._sum,
    syntax.Derivative: Expressions._derivative,
}
_RULES: dict[type[syntax.Expr], Callable[[Expressions, Any], Step[Any]]] = {
    syntax.Random: Expressions._random,
    syntax.Unary: Expressions._unary,
    syntax.Binary: Expressions._binary,
    syntax.Compare: Expressions._comparison,
    syntax.Logic: Expressions._logic,
    syntax.IfElse: Expressions._choice,
    syntax.Cast: Expressions._cast,
    syntax.Call: Expressions._call,
}
_SPECIAL: dict[str, Callable[..., Any]] = {
    "max": Expressions._max,
    "min": Expressions._min,
    "abs": Expressions._abs,
    "sign": Expressions._sign,
    "heaviside": Expressions._heaviside,
}
