"""Every operation on numbers gives the same bits both ways.

One way is the interpreter, the other native code.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest
from attrs import frozen
from differential.harness import COUNT, Kernel, elementwise, outputs, stored
from hypothesis import given, settings
from hypothesis import strategies as st

from ranvier.ir.attributes import IntegerAttr
from ranvier.ir.core import Op
from ranvier.ir.dialects import arith, math, rng, special
from ranvier.ir.interpreter.values import dtype_of
from ranvier.ir.types import FloatType, Type, f32, f64, i1, i8, i32, i64, index, with_lanes

FLOATS = [f32, f64]
INTEGERS = [i1, i8, i32, i64, index]

EDGES: dict[Any, list[Any]] = {
    "f": [0.0, -0.0, 1.0, -1.5, 0.5, 2.5, -2.5, 3.0, np.inf, -np.inf, np.nan, 5e-324, 1e-310,
          -1e-40, 1.2e-38, 2.2250738585072014e-308, 1.7976931348623157e308, 3.4e38, 709.8, -745.2,
          88.8, -104.0, 1e22, 0.1, 2.0**31, -(2.0**31), 2.0**63, -(2.0**63), 0.49999999999999994],
    "i": [0, 1, -1, 2, 7, -8, 100],
}  # fmt: skip


@frozen
class Case:
    """One operation on operands of some types.

    Its constructor takes ``props``.
    """

    cls: type[Op]
    inputs: tuple[Type, ...]
    results: tuple[Type, ...]
    props: tuple[tuple[str, Any], ...] = ()
    cast: bool = False

    def __str__(self) -> str:
        kinds = "-".join(map(str, self.inputs + self.results))
        extra = "".join(f"-{k}{v}" for k, v in self.props)
        return f"{self.cls.name}-{kinds}{extra}"


def _binary() -> Iterator[Case]:
    for cls in (arith.AddF, arith.SubF, arith.MulF, arith.DivF, arith.RemF):
        yield from (Case(cls, (t, t), (t,)) for t in FLOATS)
    for cls in (arith.MaximumF, arith.MinimumF):
        yield from (Case(cls, (t, t), (t,)) for t in FLOATS)
    for cls in (arith.AddI, arith.SubI, arith.MulI, arith.AndI, arith.OrI, arith.XOrI):
        yield from (Case(cls, (t, t), (t,)) for t in INTEGERS)
    for cls in (arith.DivSI, arith.DivUI, arith.RemSI, arith.RemUI, arith.ShLI, arith.ShRUI):
        yield from (Case(cls, (t, t), (t,)) for t in INTEGERS[1:])
    for cls in (arith.MaxSI, arith.MinSI):
        yield from (Case(cls, (t, t), (t,)) for t in INTEGERS)
    yield from (Case(arith.MulUIExtended, (t, t), (t, t)) for t in INTEGERS[1:])


def _comparisons() -> Iterator[Case]:
    for number in range(len(arith.CMPF)):
        yield from (Case(arith.CmpF, (t, t), (i1,), (("predicate", number),)) for t in FLOATS)
    for number in range(len(arith.CMPI)):
        yield from (Case(arith.CmpI, (t, t), (i1,), (("predicate", number),)) for t in INTEGERS)


def _casts() -> Iterator[Case]:
    for cls in (arith.SIToFP, arith.UIToFP):
        yield from (Case(cls, (s,), (t,), cast=True) for s, t in product(INTEGERS, FLOATS))
    fixed = [i8, i32, i64, index]
    yield from (Case(arith.FPToSI, (s,), (t,), cast=True) for s, t in product(FLOATS, fixed))
    for narrow, wide in ((i1, i8), (i1, i64), (i8, i32), (i32, i64)):
        yield Case(arith.ExtUI, (narrow,), (wide,), cast=True)
        yield Case(arith.ExtSI, (narrow,), (wide,), cast=True)
        yield Case(arith.TruncI, (wide,), (narrow,), cast=True)
    for type_ in (i1, i8, i32, i64):
        yield Case(arith.IndexCast, (type_,), (index,), cast=True)
        yield Case(arith.IndexCast, (index,), (type_,), cast=True)
    yield Case(arith.ExtF, (f32,), (f64,), cast=True)
    yield Case(arith.TruncF, (f64,), (f32,), cast=True)


def _others() -> Iterator[Case]:
    for type_ in FLOATS:
        yield Case(arith.NegF, (type_,), (type_,))
        yield from (Case(math.OPERATIONS[name], (type_,), (type_,)) for name in math.UNARY)
        yield from (Case(cls, (type_,), (type_,)) for cls in special.OPERATIONS.values())
        yield from (Case(cls, (type_,), (type_,)) for cls in special.BOUNDED.values())
        yield from (Case(math.OPERATIONS[name], (type_, type_), (type_,)) for name in math.BINARY)
        yield from (Case(math.OPERATIONS[name], (type_,), (i1,)) for name in math.TESTS)
    for kind in (*FLOATS, *INTEGERS):
        yield Case(arith.Select, (i1, kind, kind), (kind,))


CASES = [*_binary(), *_comparisons(), *_casts(), *_others()]


@cache
def kernel(case: Case) -> Kernel:
    """The kernel that applies the operation."""

    def body(b: Any, operands: list[Any], lanes: int) -> list[Any]:
        options: dict[str, Any] = dict(case.props)
        if case.cast:
            options["result_type"] = with_lanes(case.results[0], lanes)
        constructor: Any = case.cls
        made = constructor(*operands, **options)
        b(made)
        return list(made.results)

    return elementwise(case.inputs, case.results, body)


def number(type_: Type) -> st.SearchStrategy[Any]:
    """Any value of a type.

    Edges come more often than chance would have it.
    """
    if isinstance(type_, FloatType):
        any_float = st.floats(width=64 if type_.bits == 64 else 32)
        return st.one_of(st.sampled_from(EDGES["f"]), any_float, st.floats(-1e3, 1e3, width=32))
    bits = 1 if type_ is i1 else dtype_of(type_).itemsize * 8
    if bits == 1:
        return st.integers(0, 1)
    low, high = -(1 << (bits - 1)), (1 << (bits - 1)) - 1
    return st.one_of(st.sampled_from([*EDGES["i"], low, high]), st.integers(low, high))


def allowed(case: Case, operands: tuple[Any, ...]) -> tuple[Any, ...]:
    """Replace operands for which machine code is undefined."""
    if case.cls in (arith.DivSI, arith.DivUI, arith.RemSI, arith.RemUI):
        divisor = operands[1] if operands[1] not in (0, -1) else 3
        return (operands[0], divisor)
    if case.cls in (arith.ShLI, arith.ShRUI):
        return (operands[0], operands[1] % (dtype_of(case.inputs[0]).itemsize * 8))
    return operands


def columns(case: Case, rows: list[tuple[Any, ...]]) -> list[np.ndarray[Any, Any]]:
    """Rows of operands as one buffer per operand."""
    rows = [allowed(case, row) for row in rows]
    with np.errstate(over="ignore"):
        return [
            np.array([row[k] for row in rows]).astype(dtype_of(stored(t)))
            for k, t in enumerate(case.inputs)
        ]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_same_bits(case: Case) -> None:
    one = st.tuples(*[number(t) for t in case.inputs])

    @settings(max_examples=25, deadline=None)
    @given(st.lists(one, min_size=COUNT, max_size=COUNT))
    def check(rows: list[tuple[Any, ...]]) -> None:
        kernel(case).agree(*columns(case, rows), *outputs(case.results))

    check()


@pytest.mark.parametrize("case", [c for c in CASES if c.inputs[-1] in FLOATS], ids=str)
def test_edges(case: Case) -> None:
    """All (pairs of) special values."""
    choices = [EDGES["f"] if t in FLOATS else [0, 1] for t in case.inputs]
    rows = list(product(*choices))
    rows += [rows[0]] * (-len(rows) % COUNT)
    for start in range(0, len(rows), COUNT):
        chunk = rows[start : start + COUNT]
        kernel(case).agree(*columns(case, chunk), *outputs(case.results))


@pytest.mark.parametrize("name", ["exp", "powf", "tanh"])
def test_library_calls_stay(name: str) -> None:
    """LLVM computes no library call itself and replaces none.

    It could make ``x * x`` of ``pow(x, 2.0)``.
    """

    def body(b: Any, operands: list[Any], lanes: int) -> list[Any]:
        two = b(arith.constant(2.0, with_lanes(f64, lanes)))
        args = (operands[0], two) if name == "powf" else (two,)
        return [b(math.OPERATIONS[name](*args))]

    made = elementwise([f64], [f64], body)
    assert f"call double @{name.removesuffix('f')}(" in made.native.listings.llvm_optimized
    made.agree(np.linspace(-3, 3, COUNT), *outputs([f64]))


@pytest.mark.parametrize("type_", FLOATS, ids=str)
def test_constants(type_: Type) -> None:
    """Float literals survive printing exactly."""

    def body(b: Any, operands: list[Any], lanes: int) -> list[Any]:
        return [b(arith.constant(x, with_lanes(type_, lanes))) for x in EDGES["f"]]

    kinds = [type_] * len(EDGES["f"])
    kernel_ = elementwise([], kinds, body)
    found = kernel_.agree(*outputs(kinds))
    with np.errstate(over="ignore"):
        expected = np.array(EDGES["f"]).astype(dtype_of(type_))
    np.testing.assert_array_equal([b[0] for b in found[: len(kinds)]], expected)


def test_random_numbers_have_no_rule() -> None:
    """``rng.uniform`` is expanded before; the error says so."""

    def body(b: Any, operands: list[Any], lanes: int) -> list[Any]:
        draw = rng.Uniform(
            operands[0], operands[0], operands[0],
            stream=IntegerAttr(1), result_type=with_lanes(f64, lanes),
        )  # fmt: skip
        return [b(draw)]

    with pytest.raises(Exception, match=r"no LLVM instructions for 'rng.uniform'"):
        elementwise([i64], [f64], body)
