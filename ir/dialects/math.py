"""``math``: elementary functions of floats and their vectors, as in MLIR."""

from __future__ import annotations

from typing import Any

from ..constraints import FixedInteger, Float
from ..core import Op, Value
from ..declare import op, operand, result
from ..types import i1, lanes_of, with_lanes

UNARY_FORMAT = "$operand attr-dict `:` type($operand)"
BINARY_FORMAT = "$lhs `,` $rhs attr-dict `:` type($lhs)"


def unary(name: str, doc: str, dialect: str = "math") -> type[Op]:
    """Declare a function whose operand and result have one type."""
    body = {"__doc__": doc, "__module__": f"{__package__}.{dialect}"}
    body |= {"operand": operand(Float), "result": result(same_type_as="operand")}
    return op(f"{dialect}.{name}", format=UNARY_FORMAT, pure=True)(type(name, (Op,), body))


def _binary(name: str, doc: str) -> type[Op]:
    body = {"__doc__": doc, "__module__": __name__}
    body |= {"lhs": operand(Float), "rhs": operand(Float, same_type_as="lhs")}
    body |= {"result": result(same_type_as="lhs")}
    return op(f"math.{name}", format=BINARY_FORMAT, pure=True)(type(name, (Op,), body))


def _test(name: str, doc: str) -> type[Op]:
    body = {"__doc__": doc, "__module__": __name__, "operand": operand(Float)}
    body |= {"result": result(infer=lambda x: with_lanes(i1, lanes_of(x.type)))}
    return op(f"math.{name}", format=UNARY_FORMAT, pure=True)(type(name, (Op,), body))


UNARY = {
    "absf": "Absolute value.",
    "exp": "e**x.", "exp2": "2**x.", "expm1": "e**x - 1.",
    "log": "Natural logarithm.", "log2": "Logarithm to base 2.",
    "log10": "Logarithm to base 10.", "log1p": "log(1 + x).",
    "sqrt": "Square root.", "cbrt": "Cube root.", "rsqrt": "1 / sqrt(x).",
    "sin": "Sine.", "cos": "Cosine.", "tan": "Tangent.",
    "asin": "Inverse sine.", "acos": "Inverse cosine.", "atan": "Inverse tangent.",
    "sinh": "Hyperbolic sine.", "cosh": "Hyperbolic cosine.", "tanh": "Hyperbolic tangent.",
    "asinh": "Inverse hyperbolic sine.", "acosh": "Inverse hyperbolic cosine.",
    "atanh": "Inverse hyperbolic tangent.",
    "erf": "Error function.", "erfc": "1 - erf(x).",
    "floor": "Largest integer not above.", "ceil": "Smallest integer not below.",
    "trunc": "Rounded to zero.", "round": "Rounded to nearest, ties away from zero.",
    "roundeven": "Rounded to nearest, ties to even.",
}  # fmt: skip
BINARY = {
    "powf": "x**y.",
    "atan2": "Angle of the point (y, x).",
    "copysign": "The first with the sign of the second.",
}
TESTS = {"isnan": "Whether NaN.", "isfinite": "Whether neither NaN nor infinite."}

OPERATIONS: dict[str, Any] = {
    **{name: unary(name, doc) for name, doc in UNARY.items()},
    **{name: _binary(name, doc) for name, doc in BINARY.items()},
    **{name: _test(name, doc) for name, doc in TESTS.items()},
}
"""All operations of the dialect by their short name."""


@op("math.fma", format="$a `,` $b `,` $c attr-dict `:` type($a)", pure=True)
class Fma(Op):
    """``a * b + c``, rounded once."""

    a: Value = operand(Float)
    b: Value = operand(Float, same_type_as="a")
    c: Value = operand(Float, same_type_as="a")
    result: Value = result(same_type_as="a")


@op("math.ctpop", format=UNARY_FORMAT, pure=True)
class CountOnes(Op):
    """The number of set bits."""

    operand: Value = operand(FixedInteger)
    result: Value = result(same_type_as="operand")


@op("math.cttz", format=UNARY_FORMAT, pure=True)
class TrailingZeros(Op):
    """The position of the lowest set bit.

    It is the width of the type where no bit is set.
    """

    operand: Value = operand(FixedInteger)
    result: Value = result(same_type_as="operand")
