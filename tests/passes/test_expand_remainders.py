"""expand-remainders: every bit of C's ``fmod``, which NumPy calls."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from differential.harness import Kernel, compiled, table

from ranvier.codegen_llvm.jit import compile_module
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.parser import parse
from ranvier.ir.verifier import verify
from ranvier.passes.framework.manager import PassManager

DTYPES: dict[str, Any] = {"f32": np.float32, "f64": np.float64}
COUNT = 20_000
INTERPRETED = 40

LOOP = """
func.func @step_range(%w: index, %n: index, %t0: index, %t1: index,
                      %x: memref<?xT>, %y: memref<?xT>, %z: memref<?xT>) {
  %lanes = arith.constant LANES : index
  scf.for %i = %t0 to %t1 step %lanes {
    %a = LOAD %x[%i] : memref<?xT>WIDE
    %b = LOAD %y[%i] : memref<?xT>WIDE
    %c = arith.remf %a, %b : TYPE
    STORE %c, %z[%i] : memref<?xT>WIDE
  }
  return
}
"""


def module_of(scalar: str, lanes: int) -> Module:
    """A loop over remainders, without an operation for them."""
    type_ = f"vector<{lanes}x{scalar}>" if lanes else scalar
    words = {
        "LANES": str(max(1, lanes)),
        "LOAD": "vector.load" if lanes else "memref.load",
        "STORE": "vector.store" if lanes else "memref.store",
        "WIDE": f", {type_}" if lanes else "",
        "TYPE": type_,
        "xT>": f"x{scalar}>",
    }
    text = LOOP
    for word, meaning in words.items():
        text = text.replace(word, meaning)
    module = parse(text, "remainders")
    PassManager("expand-remainders").run(module)
    verify(module)
    assert "remf" not in str(module)
    return module


@cache
def kernel(scalar: str, lanes: int) -> Kernel:
    """The loop as machine code."""
    return compiled(module_of(scalar, lanes))


def pairs(scalar: str) -> tuple[Any, Any]:
    """Dividends and divisors.

    All pairs of special values; any bits; usual numbers; whole multiples; denormal numbers; far
    smaller divisors.
    """
    dtype = DTYPES[scalar]
    about, rng = np.finfo(dtype), np.random.default_rng(5)
    least = float(about.smallest_subnormal)
    sizes = [0.0, 1.0, 0.5, 3.0, np.pi, 1e10, np.inf, np.nan, about.max, about.tiny]
    sizes += [least, 7 * least, 1.5 * float(about.tiny), float(about.tiny) * 2.0**about.nmant]
    special = np.array([sign * size for size in sizes for sign in (1.0, -1.0)], dtype)
    x, y = np.meshgrid(special, special)
    bits = rng.integers(0, 256, (2, COUNT * about.bits // 8), np.uint8).view(dtype)
    usual, small = rng.normal(0.0, 100.0, COUNT), rng.normal(0.0, 1.0, COUNT)
    whole = rng.integers(-(2**20), 2**20, COUNT) * small
    denormal = rng.integers(0, 2**about.nmant, (2, COUNT)) * np.float64(least)
    x_parts = [x.ravel(), bits[0], usual, whole, denormal[0], usual]
    y_parts = [y.ravel(), bits[1], small, small, denormal[1], denormal[0]]
    both = (np.concatenate([np.asarray(part, dtype) for part in p]) for p in (x_parts, y_parts))
    a, b = both
    rest = -len(a) % 16
    return np.pad(a, (0, rest)), np.pad(b, (0, rest))


def assert_fmod(x: Any, y: Any, found: Any) -> None:
    """All bits, NaN for NaN."""
    with np.errstate(invalid="ignore"):
        right = np.fmod(x, y)
    same = found.view(f"i{x.itemsize}") == right.view(f"i{x.itemsize}")
    wrong = np.flatnonzero(~(same | (np.isnan(found) & np.isnan(right))))
    assert not wrong.size, [(x[i], y[i], found[i], right[i]) for i in wrong[:3]]


@pytest.mark.parametrize("lanes", [0, 8])
@pytest.mark.parametrize("scalar", DTYPES)
def test_every_bit_is_that_of_fmod(scalar: str, lanes: int) -> None:
    x, y = pairs(scalar)
    found = np.empty_like(x)
    kernel(scalar, lanes).execute(x, y, found, t1=len(x))
    assert_fmod(x, y, found)


@pytest.mark.parametrize("scalar", DTYPES)
def test_denormal_numbers_survive_where_arithmetic_flushes_them(scalar: str) -> None:
    """The long division works on bits.

    The short one is not asked about such numbers.
    """
    x, y = pairs(scalar)
    found = np.empty_like(x)
    flushing = compile_module(module_of(scalar, 0), flush=True)
    flushing.entry(0, 1, 0, len(x), table([x, y, found]))
    assert_fmod(x, y, found)


@pytest.mark.parametrize("scalar", DTYPES)
def test_the_interpreter_agrees(scalar: str) -> None:
    """Some pairs of every kind."""
    x, y = pairs(scalar)
    chosen = np.r_[:INTERPRETED, len(x) - COUNT * 5 : len(x) : COUNT // 4]
    x, y = x[chosen], y[chosen]
    found = np.empty_like(x)
    kernel(scalar, 0).interpret(x, y, found, t1=len(x))
    assert_fmod(x, y, found)
