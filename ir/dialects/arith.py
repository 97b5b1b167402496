"""``arith``: integer and floating-point arithmetic, as in MLIR.

It is on scalars and vectors. Floats never carry fast-math flags: operations are computed as they
are written, in that order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..attributes import Attribute, IntegerAttr, number
from ..constraints import AnyType, Constraint, FixedInteger, Float, Integer, Number, Truth
from ..core import Op, Value
from ..custom_form import by_hand
from ..declare import op, operand, prop, result
from ..types import FloatType, Type, i1, lanes_of, scalar_of, with_lanes

CMPF = ("false", "oeq", "ogt", "oge", "olt", "ole", "one", "ord",
        "ueq", "ugt", "uge", "ult", "ule", "une", "uno", "true")  # fmt: skip
CMPI = ("eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge")

BINARY = "$lhs `,` $rhs attr-dict `:` type($result)"
COMPARISON = "$predicate `,` $lhs `,` $rhs attr-dict `:` type($lhs)"
CAST = "$operand attr-dict `:` type($operand) `to` type($result)"


def _binary(name: str, doc: str, constraint: Constraint, commutative: bool = False) -> type[Op]:
    body = {
        "__doc__": doc,
        "__module__": __name__,
        "lhs": operand(constraint),
        "rhs": operand(constraint, same_type_as="lhs"),
        "result": result(same_type_as="lhs"),
    }
    cls = type(name.partition(".")[2], (Op,), body)
    return op(name, format=BINARY, pure=True, commutative=commutative)(cls)


AddF: Any = _binary("arith.addf", "Sum.", Float, True)
SubF: Any = _binary("arith.subf", "Difference.", Float)
MulF: Any = _binary("arith.mulf", "Product.", Float, True)
DivF: Any = _binary("arith.divf", "Quotient.", Float)
RemF: Any = _binary("arith.remf", "Remainder with the sign of the dividend (C's fmod).", Float)
MaximumF: Any = _binary("arith.maximumf", "The larger; NaN if one is NaN.", Float, True)
MinimumF: Any = _binary("arith.minimumf", "The smaller; NaN if one is NaN.", Float, True)
AddI: Any = _binary("arith.addi", "Sum modulo 2**bits.", Integer, True)
SubI: Any = _binary("arith.subi", "Difference modulo 2**bits.", Integer)
MulI: Any = _binary("arith.muli", "Product modulo 2**bits.", Integer, True)
DivSI: Any = _binary("arith.divsi", "Signed quotient, rounded to zero.", Integer)
DivUI: Any = _binary("arith.divui", "Unsigned quotient.", Integer)
RemSI: Any = _binary("arith.remsi", "Signed remainder with the sign of the dividend.", Integer)
RemUI: Any = _binary("arith.remui", "Unsigned remainder.", Integer)
MaxSI: Any = _binary("arith.maxsi", "The larger, signed.", Integer, True)
MinSI: Any = _binary("arith.minsi", "The smaller, signed.", Integer, True)
AndI: Any = _binary("arith.andi", "Bitwise and.", Integer, True)
OrI: Any = _binary("arith.ori", "Bitwise or.", Integer, True)
XOrI: Any = _binary("arith.xori", "Bitwise exclusive or.", Integer, True)
ShLI: Any = _binary("arith.shli", "Shift left.", Integer)
ShRUI: Any = _binary("arith.shrui", "Logical shift right.", Integer)


@op(
    "arith.constant",
    format="attr-dict $value",
    derive={"result": lambda of: of["value"].type},
    pure=True,
)
class Constant(Op):
    """A constant of the type of its attribute."""

    result: Value = result(AnyType)
    value: Attribute = prop(Attribute)

    @property
    def literal(self) -> Any:
        """The Python number (a tuple for vectors whose lanes differ)."""
        value = self.props["value"].value  # type: ignore[attr-defined]
        if isinstance(value, tuple):
            return value[0] if len(set(value)) == 1 else value
        return value

    def check(self) -> Iterator[str]:
        """Check that the attribute has the type of the result."""
        value: Any = self.props.get("value")
        if value is not None and getattr(value, "type", None) is not self.results[0].type:
            yield "the value has another type than the result"


def constant(value: float, type_: Type) -> Constant:
    """A constant of a number type, or of a vector type.

    Every lane of a vector has the same value.
    """
    return Constant(value=number(value, type_), result_type=type_)


@op("arith.negf", format="$operand attr-dict `:` type($operand)", pure=True)
class NegF(Op):
    """Change of sign."""

    operand: Value = operand(Float)
    result: Value = result(same_type_as="operand")


def truth_like(lhs: Value, rhs: Value) -> Type:
    """The type of a comparison: i1 per lane."""
    return with_lanes(i1, lanes_of(lhs.type))


def _check_comparison(comparison: Any, predicates: tuple[str, ...]) -> Iterator[str]:
    if not 0 <= comparison.predicate < len(predicates):
        yield f"there is no predicate {comparison.predicate}"
    compared, given = comparison.lhs.type, comparison.result.type
    if lanes_of(compared) != lanes_of(given):
        yield f"compares {compared} and gives {given}"


@op("arith.cmpf", format=COMPARISON, pure=True)
class CmpF(Op):
    """Comparison of floats.

    ``predicate`` is MLIR's number; ``CMPF`` lists the names.
    """

    lhs: Value = operand(Float)
    rhs: Value = operand(Float, same_type_as="lhs")
    result: Value = result(Truth, infer=truth_like)
    predicate: int = prop(IntegerAttr, words=CMPF)

    def check(self) -> Iterator[str]:
        """The predicate exists; one truth value per lane."""
        return _check_comparison(self, CMPF)


@op("arith.cmpi", format=COMPARISON, pure=True)
class CmpI(Op):
    """Comparison of integers.

    ``predicate`` is MLIR's number; ``CMPI`` lists the names.
    """

    lhs: Value = operand(Integer)
    rhs: Value = operand(Integer, same_type_as="lhs")
    result: Value = result(Truth, infer=truth_like)
    predicate: int = prop(IntegerAttr, words=CMPI)

    def check(self) -> Iterator[str]:
        """The predicate exists; one truth value per lane."""
        return _check_comparison(self, CMPI)


def cmpf(predicate: str, lhs: Value, rhs: Value) -> Op:
    """A comparison of floats, by the name of its predicate (``"ogt"``)."""
    return CmpF(lhs, rhs, predicate=CMPF.index(predicate))


def cmpi(predicate: str, lhs: Value, rhs: Value) -> Op:
    """A comparison of integers, by the name of its predicate (``"slt"``)."""
    return CmpI(lhs, rhs, predicate=CMPI.index(predicate))


@op("arith.select", format=by_hand("select", "SelectForm"), pure=True)
class Select(Op):
    """``condition ? true_value : false_value``, per lane where the condition is a vector."""

    condition: Value = operand(Truth)
    true_value: Value = operand()
    false_value: Value = operand(same_type_as="true_value")
    result: Value = result(same_type_as="true_value")

    def check(self) -> Iterator[str]:
        """Check the number of lanes of a vector condition."""
        lanes = lanes_of(self.condition.type)
        if lanes and lanes != lanes_of(self.true_value.type):
            yield "the condition has another number of lanes than the values"


def _width(type_: Type) -> int:
    return getattr(scalar_of(type_), "bits", 0)


def _cast(name: str, doc: str, source: Constraint, target: Constraint, grows: int = 0) -> type[Op]:
    """Declare a conversion.

    ``grows`` is 1 where the result must be wider than the operand, -1 where it must be narrower.
    """

    def check(self: Op) -> Iterator[str]:
        """Check that lanes agree and that widths fit the conversion."""
        old, new = self.operands[0].type, self.results[0].type
        if lanes_of(old) != lanes_of(new):
            yield "changes the number of lanes"
        if grows and (_width(new) - _width(old)) * grows <= 0:
            yield f"{new} is not {'wider' if grows > 0 else 'narrower'} than {old}"

    body = {"__doc__": doc, "__module__": __name__, "check": check}
    body |= {"operand": operand(source), "result": result(target)}
    cls = type(name.partition(".")[2], (Op,), body)
    return op(name, format=CAST, pure=True)(cls)


SIToFP: Any = _cast("arith.sitofp", "Signed integer to float, rounded to nearest.", Integer, Float)
UIToFP: Any = _cast("arith.uitofp", "Unsigned integer to float.", Integer, Float)
FPToSI: Any = _cast("arith.fptosi", "Float to signed integer, rounded to zero.", Float, Integer)
IndexCast: Any = _cast("arith.index_cast", "Index to integer or back, signed.", Integer, Integer)
ExtUI: Any = _cast(
    "arith.extui", "Integer to a wider one, filled with zeros.", FixedInteger, FixedInteger, 1
)
ExtSI: Any = _cast(
    "arith.extsi", "Integer to a wider one, filled with the sign.", FixedInteger, FixedInteger, 1
)
TruncI: Any = _cast("arith.trunci", "Integer to a narrower one.", FixedInteger, FixedInteger, -1)
ExtF: Any = _cast("arith.extf", "f32 to f64.", Float, Float, 1)
TruncF: Any = _cast("arith.truncf", "f64 to f32, rounded to nearest.", Float, Float, -1)


@op("arith.bitcast", format=CAST, pure=True)
class Bitcast(Op):
    """The same bits as another type of the same width.

    A float becomes an integer, or an integer a float.
    """

    operand: Value = operand(Number)
    result: Value = result(Number)

    def check(self) -> Iterator[str]:
        """Check that source and result agree in lanes and in bits."""
        source, target = self.operands[0].type, self.results[0].type
        if lanes_of(source) != lanes_of(target):
            yield "changes the number of lanes"
        widths = [getattr(scalar_of(t), "bits", None) for t in (source, target)]
        if None in widths or widths[0] != widths[1]:
            yield f"{source} and {target} differ in width"


@op("arith.mului_extended", format="$lhs `,` $rhs attr-dict `:` type($lhs)", pure=True)
class MulUIExtended(Op):
    """Unsigned product of twice the width, as (low, high)."""

    lhs: Value = operand(Integer)
    rhs: Value = operand(Integer, same_type_as="lhs")
    low: Value = result(same_type_as="lhs")
    high: Value = result(same_type_as="lhs")


def is_float(value: Value) -> bool:
    """Whether the value is a float or a vector of floats."""
    return isinstance(scalar_of(value.type), FloatType)
