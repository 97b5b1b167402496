"""The same bits of ``math.fma`` and ``arith.bitcast``.

The interpreter and native code agree.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from differential.harness import COUNT, Kernel, elementwise, outputs

from ranvier.ir.dialects import arith, math
from ranvier.ir.interpreter.values import dtype_of
from ranvier.ir.types import Type, f32, f64, i32, i64, with_lanes
from ranvier.ir.verifier import VerifyError

EDGES = [0.0, -0.0, 1.0, -1.5, 3.0, np.inf, -np.inf, np.nan, 5e-324, -1e-310, 1e-40, 1.2e-38,
         1.7e308, 3.4e38, 1e-30, 0.1]  # fmt: skip


def fused(type_: Type) -> Kernel:
    """a * b + c."""
    return elementwise([type_] * 3, [type_], lambda b, x, lanes: [b(math.Fma(*x))])


def reinterpreted(source: Type, target: Type) -> Kernel:
    """The bits of ``source`` as ``target``."""

    def body(b: Any, x: list[Any], lanes: int) -> list[Any]:
        return [b(arith.Bitcast(x[0], result_type=with_lanes(target, lanes)))]

    return elementwise([source], [target], body)


@pytest.mark.parametrize("type_", [f32, f64], ids=str)
def test_fused_edges(type_: Type) -> None:
    kernel = fused(type_)
    with np.errstate(over="ignore"):
        rows = np.array(list(product(EDGES, repeat=3))).astype(dtype_of(type_))
    for start in range(0, len(rows), COUNT):
        kernel.agree(*rows[start : start + COUNT].T.copy(), *outputs([type_]))


@pytest.mark.parametrize("type_", [f32, f64], ids=str)
def test_fused_cancellation(type_: Type) -> None:
    """``math.fma`` finds exactly the rounding error of a product."""
    kernel, rng = fused(type_), np.random.default_rng(1)
    for _ in range(30):
        a, b = rng.normal(size=(2, COUNT)).astype(dtype_of(type_))
        found = kernel.agree(a, b, -a * b, *outputs([type_]))
        exact = [float(x) for x in found[3]]
        if type_ is f32:
            wide = a.astype(np.float64) * b.astype(np.float64)
            assert exact == (wide - (a * b).astype(np.float64)).tolist()
        assert any(exact)


@pytest.mark.parametrize(
    ("source", "target"), [(f64, i64), (i64, f64), (f32, i32), (i32, f32), (f64, f64)], ids=str
)
def test_bits(source: Type, target: Type) -> None:
    kernel, rng = reinterpreted(source, target), np.random.default_rng(2)
    for _ in range(20):
        size = dtype_of(source).itemsize
        bits = rng.integers(0, 256, COUNT * size, np.uint8).view(dtype_of(source))
        kernel.agree(bits, *outputs([target]))


@pytest.mark.parametrize(("source", "target"), [(f64, i32), (f32, i64)], ids=str)
def test_widths_must_agree(source: Type, target: Type) -> None:
    with pytest.raises(VerifyError, match="differ in width"):
        reinterpreted(source, target)
