"""Writing operations as formulas: values of the IR with Python's operators.

    %z = "arith.mulf"(%x, %y)
    %w = "arith.addf"(%z, %one)        <-        w = x * y + 1.0

A :class:`Number` is a float, an integer or a truth value, scalar or vector; Python numbers beside
it become constants of its type. Nothing is simplified or reordered. Comparisons are ordered (false
with NaN), ``>>`` fills with zeros, ``&``, ``|`` and ``^`` are bitwise. ``x.kind`` says what its
floating point format is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ...ir.attrs_classes import frozen
from ...ir.builder import Builder
from ...ir.core import Value
from ...ir.dialects import arith, math, vector
from ...ir.types import FloatType, Type, f32, f64, i32, i64, lanes_of, scalar_of, with_lanes

if TYPE_CHECKING:
    from .control import Functions


@frozen
class Kind:
    """A floating point format: type, integer of its width, and numbers.

    The numbers are those that formulas need to know.
    """

    scalar: Type
    integer: Type
    bits: int
    fraction: int  # bits of the significand behind the leading one
    bias: int  # added to the exponent

    @property
    def round(self) -> float:
        """A number whose addition rounds to an integer.

        The integer then lies in the lowest bits.
        """
        return 1.5 * 2.0**self.fraction

    @property
    def round_bits(self) -> int:
        """The bits of ``round``."""
        return ((self.bias + self.fraction) << self.fraction) | 1 << (self.fraction - 1)

    @property
    def least_normal(self) -> float:
        """The smallest number that is not denormal."""
        return float(2.0 ** (1 - self.bias))

    @property
    def largest(self) -> float:
        """The largest finite number."""
        return float((2.0 - 2.0**-self.fraction) * 2.0**self.bias)

    @property
    def sign_bit(self) -> int:
        """The bit of the sign alone, as a signed integer."""
        return -(1 << (self.bits - 1))


DOUBLE = Kind(f64, i64, 64, 52, 1023)
SINGLE = Kind(f32, i32, 32, 23, 127)


class Code:
    """A place for operations, with constants and functions.

    The constants are those built so far, the functions can be called.
    """

    def __init__(
        self, build: Builder, kind: Kind, lanes: int, functions: Functions | None = None
    ) -> None:
        self.build = build
        self.kind = kind
        self.lanes = lanes
        self.functions = functions
        self.constants: dict[tuple[str, Type], Number] = {}

    def constant(self, number: float, type_: Type) -> Number:
        """A constant. Equal ones are shared while the builder stays in its block."""
        key = repr(number), type_
        if key not in self.constants:
            value = self.build(arith.constant(number, type_))
            self.constants[key] = Number(self, value)
        return self.constants[key]


def code_for(type_: Type, build: Builder, functions: Functions) -> Code:
    """A place for a formula of floats of a type."""
    return Code(build, DOUBLE if scalar_of(type_) is f64 else SINGLE, lanes_of(type_), functions)


class Number:
    """A value with operators; see the module."""

    __slots__ = ("code", "value")

    def __init__(self, code: Code, value: Value) -> None:
        self.code = code
        self.value = value

    @property
    def kind(self) -> Kind:
        """The floating point format that the code is for."""
        return self.code.kind

    @property
    def is_float(self) -> bool:
        """Whether it is a floating point number."""
        return isinstance(scalar_of(self.value.type), FloatType)

    def like(self, other: Number | float) -> Number:
        """``other`` as a number of the same type."""
        if isinstance(other, Number):
            return other
        number = float(other) if self.is_float else other
        return self.code.constant(number, self.value.type)

    def make(self, op: Any) -> Number:
        """The result of a new operation."""
        return Number(self.code, self.code.build(op))

    def _binary(self, on_floats: Any, on_integers: Any, other: Number | float) -> Number:
        cls = on_floats if self.is_float else on_integers
        return self.make(cls(self.value, self.like(other).value))

    def __add__(self, other: Number | float) -> Number:
        return self._binary(arith.AddF, arith.AddI, other)

    def __radd__(self, other: float) -> Number:
        return self.like(other) + self

    def __sub__(self, other: Number | float) -> Number:
        return self._binary(arith.SubF, arith.SubI, other)

    def __rsub__(self, other: float) -> Number:
        return self.like(other) - self

    def __mul__(self, other: Number | float) -> Number:
        return self._binary(arith.MulF, arith.MulI, other)

    def __rmul__(self, other: float) -> Number:
        return self * other

    def __truediv__(self, other: Number | float) -> Number:
        return self._binary(arith.DivF, None, other)

    def __rtruediv__(self, other: float) -> Number:
        return self.like(other) / self

    def __neg__(self) -> Number:
        return self.make(arith.NegF(self.value))

    def __abs__(self) -> Number:
        return self.make(math.OPERATIONS["absf"](self.value))

    def __and__(self, other: Number | int) -> Number:
        return self._binary(None, arith.AndI, other)

    def __or__(self, other: Number | int) -> Number:
        return self._binary(None, arith.OrI, other)

    def __xor__(self, other: Number | int) -> Number:
        return self._binary(None, arith.XOrI, other)

    def __lshift__(self, other: Number | int) -> Number:
        return self._binary(None, arith.ShLI, other)

    def __rshift__(self, other: Number | int) -> Number:
        return self._binary(None, arith.ShRUI, other)

    def compare(self, on_floats: str, on_integers: str, other: Number | float) -> Number:
        """A truth value by the name of the predicate."""
        rhs = self.like(other).value
        if self.is_float:
            return self.make(arith.cmpf(on_floats, self.value, rhs))
        return self.make(arith.cmpi(on_integers, self.value, rhs))

    def __lt__(self, other: Number | float) -> Number:
        return self.compare("olt", "slt", other)

    def __le__(self, other: Number | float) -> Number:
        return self.compare("ole", "sle", other)

    def __gt__(self, other: Number | float) -> Number:
        return self.compare("ogt", "sgt", other)

    def __ge__(self, other: Number | float) -> Number:
        return self.compare("oge", "sge", other)

    def equals(self, other: Number | float) -> Number:
        """Whether equal; ``==`` keeps Python's meaning."""
        return self.compare("oeq", "eq", other)

    def differs(self, other: Number | float) -> Number:
        """Whether not equal."""
        return self.compare("une", "ne", other)

    def where(self, one: Number | float, other: Number | float) -> Number:
        """Select ``one`` where this is true, else ``other``.

        At least one of them is no Python number.
        """
        known = one if isinstance(one, Number) else other
        assert isinstance(known, Number)
        a, b = known.like(one), known.like(other)
        return self.make(arith.Select(self.value, a.value, b.value))

    def cast(self, cls: Any, to: Type) -> Number:
        """The number as scalar type ``to``, lane by lane."""
        return self.make(cls(self.value, result_type=with_lanes(to, lanes_of(self.value.type))))

    def as_bits(self) -> Number:
        """The integer with the same bits."""
        return self.cast(arith.Bitcast, self.kind.integer)

    def as_float(self) -> Number:
        """The float with the same bits."""
        return self.cast(arith.Bitcast, self.kind.scalar)

    def in_all_lanes(self) -> Number:
        """A scalar as a vector, where the code is for vectors."""
        lanes = self.code.lanes
        return self.make(vector.broadcast(self.value, lanes)) if lanes else self


Formula = Callable[..., Number]
"""A function written with numbers."""


def fma(a: Number, b: Number | float, c: Number | float) -> Number:
    """``a * b + c``, rounded once."""
    return a.make(math.Fma(a.value, a.like(b).value, a.like(c).value))


def sqrt(x: Number) -> Number:
    """The square root, correctly rounded."""
    return x.make(math.OPERATIONS["sqrt"](x.value))


def roundeven(x: Number) -> Number:
    """The nearest integer, the even one of two."""
    return x.make(math.OPERATIONS["roundeven"](x.value))


def floor(x: Number) -> Number:
    """The largest integer not above."""
    return x.make(math.OPERATIONS["floor"](x.value))


def copysign(x: Number, sign: Number) -> Number:
    """``x`` with the sign of ``sign``."""
    return x.make(math.OPERATIONS["copysign"](x.value, sign.value))


def at_most(x: Number, limit: float) -> Number:
    """The smaller of two numbers; NaN stays."""
    return (x > limit).where(limit, x)


def at_least(x: Number, limit: float) -> Number:
    """The larger of two numbers; NaN stays."""
    return (x < limit).where(limit, x)


def polynomial(x: Number, coefficients: Sequence[float]) -> Number:
    """The polynomial ``c[0] + c[1] * x + c[2] * x**2 + ...``.

    Estrin's scheme adds pairs, pairs of pairs, ...

    A few more multiplications than Horner's rule, but a third of its latency, which is what limits
    a loop: a processor holds the operations of only a few iterations at once.
    """
    terms: list[Number | float] = list(coefficients)
    power = x
    while len(terms) > 1:
        paired: list[Number | float] = []
        for low, high in zip(terms[::2], terms[1::2], strict=False):
            paired.append(fma(power, high, low))
        if len(terms) % 2:
            paired.append(terms[-1])
        terms = paired
        if len(terms) > 1:
            power = power * power
    return x.like(terms[0])
