"""Constants: computed now by the reference interpreter, which defines every operation."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...ir.attributes import Attribute, DenseElementsAttr, number
from ...ir.core import Op
from ...ir.declare import OPS
from ...ir.dialects import arith, math, vector
from ...ir.interpreter import InterpreterError, rule_of
from ...ir.interpreter.values import convert
from ...ir.rewriter import Rewriter, pattern
from ...ir.types import FloatType, Type, VectorType, scalar_of

ARITHMETIC = tuple(
    cls
    for name, cls in OPS.items()
    if name.startswith("arith.") and cls.pure and cls is not arith.Constant
)
EXACT_FUNCTIONS = tuple(
    math.OPERATIONS[name]
    for name in ("absf", "sqrt", "floor", "ceil", "trunc", "round", "roundeven", "copysign",
                 "isnan", "isfinite")
)  # fmt: skip
"""Functions with the same value everywhere. exp and the like are left to the machine that runs."""


def _attribute(value: Any, type_: Type) -> Attribute:
    """A number of the interpreter as an attribute."""
    kind: Any = float if isinstance(scalar_of(type_), FloatType) else int
    if isinstance(type_, VectorType):
        return DenseElementsAttr(tuple(kind(lane) for lane in value.tolist()), type_)
    return number(kind(value), type_)


@pattern(
    *ARITHMETIC,
    *EXACT_FUNCTIONS,
    vector.Broadcast,
    vector.Extract,
    vector.Reduction,
    examples=[
        "addf(0.1[f32], 0.2)", "divf(1.0[f64], 0.0)", "subi((-128)[i8], 1)",
        "cmpf('ult', 1.0[f64], 2.0)", "sitofp(3[i32], f64)", "sqrt(2.0[f64])",
        "mului_extended((-1)[i32], -1)",
        "select(1[i1], 2[i64], 3)", "fptosi(1e300[f64], i32)", "remui((-7)[i64], 3)",
        "broadcast(1.5[f64], 4)", "extract(broadcast(7[i64], 4), 2)", "shli(1[i64], 63)",
    ],
)  # fmt: skip
def fold(op: Op, rw: Rewriter) -> None:
    """f(c1, c2, ...) -> c"""
    env: dict[Any, Any] = {}
    for value in op.operands:
        source = value.owner
        if type(source) is not arith.Constant:
            return rw.skip("an operand is not constant")
        env[value] = convert(source.props["value"].value, value.type)  # type: ignore[attr-defined]
    rule = rule_of(type(op))
    if rule is None:
        return rw.skip("the interpreter does not know it")
    try:
        with np.errstate(all="ignore"):
            found = rule(op, env, None)  # type: ignore[arg-type]
    except InterpreterError:
        return rw.skip("it is not defined for these constants")
    values = found if type(found) is tuple else (found,)
    rw.replace(
        op,
        *(
            arith.Constant(value=_attribute(v, r.type), result_type=r.type)
            for v, r in zip(values, op.results, strict=True)
        ),
    )
