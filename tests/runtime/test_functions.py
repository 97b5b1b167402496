"""Functions in equations of networks.

Forms made of them, and the gamma function with its names.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import ranvier as rv

DTYPES = ["float64", "float32"]
each_dtype = pytest.mark.parametrize("dtype", DTYPES)
each_level = pytest.mark.parametrize("opt", [0, 1])


def results(equations: str, x: Any, opt: int = 1, **settings: Any) -> Any:
    """The ``r`` of the equations after a step.

    The neurons have different ``x``.
    """
    net = rv.Network(dt=1.0, seed=3, **settings)
    cells = net.create(len(x), rv.Neuron(parameters="x = 0.0", equations=equations))
    cells.x = x
    net.compile(opt=opt)
    net.simulate(1.0)
    return cells.r


HUGE = [0.0, 1.0, 40.0, 88.0, 104.0, 709.0, 745.0, 1e4, 1e30, math.inf]

SIGMOIDS = {
    "1/(1 + exp(-x))": 0.0,
    "0.5*(1 + tanh(x/2))": 0.0,
    "2/(1 + exp(-2*x)) - 1": -1.0,
    "1 - 1/(1 + exp(x))": 0.0,
}


@each_dtype
@each_level
@pytest.mark.parametrize("form", SIGMOIDS)
def test_sigmoids_end_at_their_limits(form: str, opt: int, dtype: str) -> None:
    """Sigmoids end at their limits.

    There exp overflows; they never go beyond.
    """
    x = np.array([-v for v in reversed(HUGE)] + HUGE)
    found = results(f"r = {form}", x, opt, dtype=dtype)
    low = SIGMOIDS[form]
    assert np.all(np.diff(found) >= 0)
    assert np.array_equal(found[:3], [low] * 3) and np.array_equal(found[-3:], [1.0] * 3)
    assert found[len(HUGE)] == (low + 1) / 2


@each_dtype
@each_level
def test_gamma_function(opt: int, dtype: str) -> None:
    """The gamma function has several names.

    What is computed before the run agrees with it.
    """
    x = np.array([0.25, 0.5, 1.0, 2.0, 3.5, 10.0, -0.5, -2.25])
    tolerance = 1e-15 if dtype == "float64" else 2e-7
    gamma = [math.gamma(v) for v in x]
    logarithm = [math.lgamma(v) for v in x]
    for text in ("gamma(x)", "tgamma(x)"):
        assert results(f"r = {text}", x, opt, dtype=dtype) == pytest.approx(gamma, rel=tolerance)
    for text in ("lgamma(x)", "gammaln(x)"):
        found = results(f"r = {text}", x, opt, dtype=dtype)
        assert found == pytest.approx(logarithm, rel=tolerance, abs=tolerance)
    start = results("r = r : init=gamma(5)*lgamma(0.5)", x, opt, dtype=dtype)
    assert start == pytest.approx([24 * math.log(math.pi) / 2] * len(x), rel=tolerance)


def test_gamma_is_free_as_a_name() -> None:
    """A model may have something of its own called gamma.

    Then it is that.
    """
    neuron = rv.Neuron(parameters="gamma = 3.0; x = 0.0", equations="r = gamma*2.0 + tgamma(4.0)")
    net = rv.Network()
    cells = net.create(2, neuron)
    net.compile()
    net.simulate(1.0)
    assert cells.r.tolist() == [12.0, 12.0]
    own = rv.Neuron(functions="gamma(x) = 10*x", equations="r = gamma(2.0)")
    net = rv.Network()
    cells = net.create(1, own)
    net.compile()
    net.simulate(1.0)
    assert cells.r.tolist() == [20.0]


def test_gamma_the_function_is_not_gamma_the_distribution() -> None:
    """Capitals decide, also within one equation."""
    x = np.linspace(0.5, 4.0, 64)
    found = results("r = Gamma(2.0)*gamma(x)/gamma(x)", x)
    assert np.all(found > 0) and len(np.unique(found)) == 64
    assert results("r = gamma(x)", x) == pytest.approx([math.gamma(v) for v in x], rel=1e-15)


@pytest.mark.parametrize("method", ["implicit", "exponential"])
def test_methods_that_need_linear_equations_say_so(method: str) -> None:
    net = rv.Network()
    net.create(1, rv.Neuron(equations=f"dr/dt = -gamma(r) : {method}"))
    with pytest.raises(rv.ModelError) as caught:
        net.compile()
    assert "needs an equation that is linear in 'r'" in str(caught.value)
    assert "'explicit', 'midpoint' and 'rk4' take any equation" in str(caught.value)
