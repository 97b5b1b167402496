"""expand-rng: machine code draws what the operations mean.

The same in lanes of every width.
"""

from __future__ import annotations

import platform
from typing import Any

import numpy as np
import pytest
from differential.draws import PARAMETERS, draw_kernel
from differential.harness import assert_same_bits

LANES = {64: (0, 2, 4, 8), 32: (0, 4, 8, 16)}
COUNT = 512
INTERPRETED = 64

each_draw = pytest.mark.parametrize("name", PARAMETERS)
each_format = pytest.mark.parametrize("bits", [64, 32])


def parameters(name: str, count: int) -> list[Any]:
    """Different parameters side by side.

    So lanes are accepted at different times.
    """
    if name == "gamma":
        values = [0.05, 0.7, 1.0, 2.5, 30.0, 1e4, 0.3, -1.0, 5.0, np.nan, 0.0]
        return [np.resize(values, count)]
    if name == "binomial":
        trials = [0.0, 1.0, 10.0, 50.0, 1000.0, 1e6, 12.0, 40.0, -1.0, 7.9, 1e6, 5.0, 3.0]
        chances = [0.5, 0.3, 0.9, 0.5, 0.02, 0.3, 0.0, 1.0, 0.5, 0.5, 1e-7, 1.5, np.nan]
        return [np.resize(trials, count), np.resize(chances, count)]
    return []


@each_format
@each_draw
def test_lanes_agree(name: str, bits: int) -> None:
    given = parameters(name, COUNT)
    one, *others = (draw_kernel(name, bits, lanes)(COUNT, *given) for lanes in LANES[bits])
    for other in others:
        assert_same_bits(one, other)


@each_format
@each_draw
def test_words_of_32_bits_agree(name: str, bits: int) -> None:
    """The same numbers for every seed, step and id."""
    given = parameters(name, COUNT)
    where: dict[str, Any] = {
        "seed": np.array([-1, 0, 1 << 40, 12345, -(1 << 63)]),
        "first": (1 << 33) - 100,
    }
    where["step"] = np.arange(-3, (COUNT - 3) << 29, 1 << 29)
    meant = draw_kernel(name, bits)(COUNT, *given, **where)
    for lanes in LANES[bits][:2]:
        found = draw_kernel(name, bits, lanes, words=32)(COUNT, *given, **where)
        assert_same_bits(meant, found)


@each_format
@each_draw
def test_interpreter_agrees(name: str, bits: int) -> None:
    """Expanded draws agree with the interpreter, bit for bit.

    Draws before the passes do so too, but for logarithms of the C library.
    """
    given = parameters(name, INTERPRETED)
    lanes = LANES[bits][-1]
    made = draw_kernel(name, bits, lanes)
    found = made(INTERPRETED, *given)
    assert_same_bits(made.interpret(INTERPRETED, *given), found)
    meant = draw_kernel(name, bits, 0, expand=False).interpret(INTERPRETED, *given)
    # An error of a logarithm becomes larger where it is divided by a small shape.
    tolerance = 0.0 if name in ("uniform", "binomial") else 64 * np.finfo(found.dtype).eps
    np.testing.assert_allclose(found, meant, rtol=tolerance, atol=0)


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="compiles for x86")
@each_draw
def test_processors_agree(name: str) -> None:
    """The same bits without fused multiply-add and AVX."""
    given = parameters(name, COUNT)
    assert_same_bits(
        draw_kernel(name)(COUNT, *given), draw_kernel(name, cpu="x86-64")(COUNT, *given)
    )


def test_neighbours_do_not_matter() -> None:
    """A lane draws the same whatever its neighbours do.

    They may have to try again.
    """
    alone = draw_kernel("gamma")(64, 2.0)
    mixed = draw_kernel("gamma")(64, np.resize([2.0, 0.01, 1e-3, 500.0], 64))
    assert_same_bits(alone[::4], mixed[::4])


@pytest.mark.parametrize("bits", [64, 32])
def test_parameters_that_make_no_sense(bits: int) -> None:
    gamma, binomial = draw_kernel("gamma", bits), draw_kernel("binomial", bits)
    assert np.isnan(gamma(8, [0.0, -1.0, -np.inf, np.nan])).all()
    assert np.isnan(binomial(8, [-1.0, np.nan, 5.0, 5.0], [0.5, 0.5, -0.1, 1.1])).all()


def test_certain_outcomes() -> None:
    binomial = draw_kernel("binomial")
    for n in (0.0, 1.0, 5.0, 1e6):
        assert np.all(binomial(64, n, 0.0) == 0)
        assert np.all(binomial(64, n, 1.0) == n)
    assert np.all(binomial(4096, 1e6, 1e-300) == 0)
    whole = binomial(4096, 7.9, 0.5)
    assert whole.max() == 7 and np.all(whole == np.floor(whole))
