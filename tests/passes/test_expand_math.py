"""expand-math: errors, exact values and lanes of the formulas.

How accurate they are, what they return exactly, and that lanes agree.

A few thousand points each; ``python -m benchmarks.accuracy`` takes a million.
"""

from __future__ import annotations

import platform
from functools import cache
from typing import Any

import numpy as np
import pytest
from differential.elementary import DTYPES, MathKernel, math_kernel, math_module
from differential.harness import assert_same_bits

from ranvier.ir.builder import Builder
from ranvier.ir.dialects import func, math, special
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.types import f64, vector
from ranvier.ir.verifier import verify
from ranvier.passes.framework.manager import PassManager
from ranvier.passes.functions import FUNCTIONS
from references.elementary import BOUNDS, OTHERS, REFERENCES, error, points
from references.special_values import special_values

pytestmark = pytest.mark.long

LANES = {64: (0, 2, 4, 8), 32: (0, 4, 8, 16)}
COUNT = 3000
INTERPRETED = 96

each_function = pytest.mark.parametrize("name", FUNCTIONS)
each_format = pytest.mark.parametrize("bits", [64, 32])

STAY = {"absf", "sqrt", "floor", "ceil", "trunc", "round", "roundeven", "copysign"}
"""Functions that are instructions."""


@cache
def kernel(name: str, bits: int, lanes: int) -> MathKernel:
    """A compiled kernel."""
    return math_kernel(name, bits, lanes)


def arguments(name: str, bits: int, count: int) -> tuple[np.ndarray[Any, Any], ...]:
    """Points of the domain, special values, and any bits at all."""
    usual = points(name, bits, count, seed=2)
    rows = special_values(name, bits)
    special = [np.array([r[k] for r in rows], DTYPES[bits]) for k in range(len(usual))]
    rng = np.random.default_rng(3)
    anything = rng.integers(0, 256, (len(usual), count * bits // 8), np.uint8).view(DTYPES[bits])
    return tuple(np.concatenate(x) for x in zip(usual, special, anything, strict=True))


def test_all_functions() -> None:
    assert set(FUNCTIONS) == set(REFERENCES)
    declared = {*math.UNARY, *math.BINARY, *special.UNARY, *special.BOUNDED}
    assert set(FUNCTIONS) | STAY == declared


@each_format
@each_function
def test_accuracy(name: str, bits: int) -> None:
    operands = points(name, bits, COUNT)
    found = kernel(name, bits, LANES[bits][-1])(*operands)
    rows = list(zip(*(x.tolist() for x in (found, *operands)), strict=True))
    errors = [error(name, bits, *row) for row in rows]
    worst = int(np.argmax(errors))
    assert errors[worst] <= BOUNDS.get(name, OTHERS), rows[worst]


@each_format
@each_function
def test_special_values(name: str, bits: int) -> None:
    rows = special_values(name, bits)
    columns = [np.array(column, DTYPES[bits]) for column in zip(*rows, strict=True)]
    found = kernel(name, bits, LANES[bits][-1])(*columns[:-1])
    for row, expected, value in zip(rows, columns[-1], found, strict=True):
        assert_same_bits(np.array([expected]), np.array([value]), f"{name}{row}")


@each_format
@each_function
def test_lanes_agree(name: str, bits: int) -> None:
    """The same bits for scalars and vectors of any width."""
    operands = arguments(name, bits, 2000)
    one, *others = (kernel(name, bits, lanes)(*operands) for lanes in LANES[bits])
    for other in others:
        assert_same_bits(one, other)


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="compiles for x86")
@pytest.mark.parametrize("cpu", ["x86-64", "x86-64-v3"])
@pytest.mark.parametrize("name", ["exp", "log", "sin", "powf", "erfc", "tgamma", "lgamma"])
def test_processors_agree(name: str, cpu: str) -> None:
    """The same bits on older processors.

    One lacks fused multiply-add and AVX (2003), one AVX-512 (2013).
    """
    operands = arguments(name, 64, 400)
    found = math_kernel(name, 64, 8, cpu=cpu)(*operands)
    assert_same_bits(kernel(name, 64, 8)(*operands), found)


@each_format
@each_function
def test_interpreter_agrees(name: str, bits: int) -> None:
    """The interpreter and the machine code give the same bits.

    The first is the meaning of the operations.
    """
    operands = arguments(name, bits, INTERPRETED)
    for lanes in (0, LANES[bits][-1]):
        made = kernel(name, bits, lanes)
        assert_same_bits(made.interpret(*operands), made(*operands))


@each_function
def test_nothing_is_called(name: str) -> None:
    """No library function is called.

    Calls are instructions, or the module's own functions for rare cases.
    """
    text = kernel(name, 64, 8).native.listings.llvm
    called = {line.split("@")[1].split("(")[0] for line in text.splitlines() if " call " in line}
    own = {line.split("@")[1].split("(")[0] for line in text.splitlines() if "define" in line}
    assert [n for n in called - own if not n.startswith("llvm.")] == []


def test_rare_cases_are_shared() -> None:
    """One function serves all rare arguments. It is there once, however often a formula is used."""
    module = Module()
    for name in ("one", "other"):
        type_ = vector(4, f64)
        made = Builder(module.body.block)(func.definition(name, [type_], [type_]))
        b = Builder(made.body.block)
        b(func.Return(b(math.OPERATIONS["exp"](b(math.OPERATIONS["exp"](*made.body.block.args))))))
    PassManager("expand-math").run(module)
    verify(module)
    names = [op.sym_name for op in module.ops if isinstance(op, func.Func)]
    assert names == ["exp_of_any_f64x4", "one", "other"]
    calls = [op for op in module.walk() if isinstance(op, func.Call)]
    assert [call.callee for call in calls] == ["exp_of_any_f64x4"] * 4


@pytest.mark.parametrize(
    ("name", "rare"), [("exp", 709.0), ("exp", -740.0), ("log", 1e-310), ("log", 0.0),
                       ("log2", -1.0), ("log10", np.inf), ("exp2", 1023.5), ("tgamma", -2.5),
                       ("bounded_exp", 800.0), ("bounded_expm1", np.inf),
                       ("tgamma", 0.3), ("tgamma", 200.0), ("lgamma", -2.5), ("lgamma", 0.3)]
)  # fmt: skip
def test_one_rare_argument_among_usual_ones(name: str, rare: float) -> None:
    """A rare argument changes nothing in the neighbouring lanes.

    Its lane takes the other way.
    """
    usual = np.linspace(1.0 if "gamma" in name else 0.1, 3, 8)
    alone = kernel(name, 64, 8)(usual)
    for lane in range(8):
        mixed = usual.copy()
        mixed[lane] = rare
        found = kernel(name, 64, 8)(mixed)
        assert_same_bits(kernel(name, 64, 0)(np.array([rare])), found[lane : lane + 1])
        keep = np.arange(8) != lane
        assert_same_bits(alone[keep], found[keep])


@pytest.mark.parametrize("name", ["sin", "cos", "tan"])
def test_one_large_angle_among_small_ones(name: str) -> None:
    """A large angle changes nothing in the neighbouring lanes.

    Its lane takes the other branch.
    """
    small = np.linspace(-3, 3, 8)
    alone = kernel(name, 64, 8)(small)
    for lane in range(8):
        mixed = small.copy()
        mixed[lane] = 1e300
        found = kernel(name, 64, 8)(mixed)
        assert error(name, 64, found[lane], 1e300) < 1
        keep = np.arange(8) != lane
        assert_same_bits(alone[keep], found[keep])


@pytest.mark.parametrize(
    ("bits", "x"), [(64, 6381956970095103.0 * 2.0**797), (32, 16367173.0 * 2.0**72)]
)
def test_angles_closest_to_multiples(bits: int, x: float) -> None:
    """The number of each format closest to a multiple of pi/2.

    (J.-M. Muller)
    """
    for name in ("sin", "cos", "tan"):
        found = kernel(name, bits, 0)(np.array([x]))
        assert error(name, bits, float(found[0]), x) < 1


@pytest.mark.parametrize("bits", [64, 32])
def test_powers_where_logarithms_are_least_certain(bits: int) -> None:
    """Large powers of bases around sqrt(1/2) and sqrt(2).

    The exponent changes between them.
    """
    rng = np.random.default_rng(4)
    base = np.concatenate([rng.uniform(0.7, 0.715, COUNT), rng.uniform(1.4, 1.43, COUNT)])
    power = rng.uniform(-1, 1, 2 * COUNT) * {64: 1990, 32: 240}[bits]
    x, y = base.astype(DTYPES[bits]), power.astype(DTYPES[bits])
    rows = zip(*(v.tolist() for v in (kernel("powf", bits, 4)(x, y), x, y)), strict=True)
    assert max(error("powf", bits, *row) for row in rows) < 1.5


@each_format
@pytest.mark.parametrize("zero", [1.0, 2.0])
def test_lgamma_around_its_zeros(zero: float, bits: int) -> None:
    """The smallest values of lgamma have all their digits.

    So have those where one formula follows another.
    """
    rng = np.random.default_rng(5)
    near = zero + rng.uniform(-0.15, 0.15, COUNT)
    closest = zero + rng.choice([-1, 1], COUNT) * np.exp2(rng.uniform(-22, -3, COUNT))
    x = np.concatenate([near, closest]).astype(DTYPES[bits])
    found = kernel("lgamma", bits, 4)(x).tolist()
    assert max(error("lgamma", bits, *row) for row in zip(found, x.tolist(), strict=True)) < 1.2


@pytest.mark.parametrize(("zero", "ulps"), [
    (-2.4570247382208006, 2000), (-2.7476826467274127, 2000), (-3.1435808883499798, 500),
    (-3.9552942848585979, 500), (-4.0393618397405370, 200), (-5.0082181683225776, 50),
])  # fmt: skip
def test_lgamma_around_negative_zeros(zero: float, ulps: int) -> None:
    """Errors are small in size, see ``LEAST_UNITS``.

    In f32 they are small in units of the result, too.
    """
    steps = np.arange(-ulps, ulps)
    for bits, unit in ((64, 2.0**-51), (32, 2.0**-22)):
        x = (zero + steps * unit).astype(DTYPES[bits])
        found = kernel("lgamma", bits, 4)(x).tolist()
        rows = zip(found, x.tolist(), strict=True)
        assert max(error("lgamma", bits, *row) for row in rows) < 1.5


def test_gamma_below_the_normal_numbers() -> None:
    """Results between poles: denormal ones, and the last nonzero ones."""
    x = np.concatenate([np.linspace(-185.0, -169.0, 3 * COUNT), np.arange(-184, -169) + 1e-9])
    found = kernel("tgamma", 64, 8)(x).tolist()
    rows = [row for row in zip(found, x.tolist(), strict=True) if row[1] % 1]
    assert max(error("tgamma", 64, *row) for row in rows) < 1.2


def test_denormals_flushed_give_no_nonsense() -> None:
    """Flushed denormals count as zero, as in simulations.

    Results stay those of zero, or close to it.
    """
    tiny = np.array([5e-324, 1e-310, -1e-310, 2e-308])
    for name in ("tanh", "sin", "expm1", "cbrt", "erf", "atan"):
        found = math_kernel(name, 64, 4, flush=True)(tiny)
        assert np.all(np.abs(found) <= 1e-100)
    for name in ("exp", "cos", "cosh", "exp2"):
        assert np.all(math_kernel(name, 64, 4, flush=True)(tiny) == 1)
    for name in ("tgamma", "lgamma"):
        assert np.all(np.abs(math_kernel(name, 64, 4, flush=True)(tiny)) == np.inf)


def test_module_before_the_pass_calls_the_function() -> None:
    """The module that tests compare with is not expanded."""
    assert any(op.name == "math.exp" for op in math_module("exp", 64, 4).walk())
