"""Every distribution: in equations, as initial value, as a weight."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from randomness.samples import P, fits, fits_discrete, moments_agree
from scipy import stats

import ranvier as rv
from ranvier.ir.diagnostics import ModelError

SIZE, STEPS = 500, 40

CALLS = {
    "Uniform(-1.0, 3.0)": stats.uniform(-1, 4),
    "Normal(2.0, 0.5)": stats.norm(2, 0.5),
    "LogNormal(0.1, 0.3)": stats.lognorm(0.3, scale=np.exp(0.1)),
    "Exponential(4.0)": stats.expon(scale=0.25),
    "Gamma(0.4, 2.0)": stats.gamma(0.4, scale=2),
    "Gamma(2.5)": stats.gamma(2.5),
    "DiscreteUniform(-2, 6)": stats.randint(-2, 7),
    "Binomial(12, 0.3)": stats.binom(12, 0.3),
    "Binomial(n=500, p=0.7)": stats.binom(500, 0.7),
}
each_call = pytest.mark.parametrize("call", CALLS)


def fit(sample: Any, distribution: Any) -> float:
    """The p-value of the test that suits the distribution."""
    discrete = hasattr(distribution, "pmf") and distribution.dist.__class__.__name__ in (
        "randint_gen",
        "binom_gen",
    )
    return fits_discrete(sample, distribution) if discrete else fits(sample, distribution)


@each_call
def test_equations(call: str) -> None:
    net = rv.Network(dt=1.0, seed=31)
    cells = net.create(SIZE, rv.Neuron(equations=f"r = {call}"))
    monitor = net.monitor(cells, "r")
    net.compile()
    net.simulate(float(STEPS))
    sample = monitor.get("r").ravel()
    assert len(sample) == SIZE * STEPS
    assert fit(sample, CALLS[call]) > P
    moments_agree(sample, CALLS[call])


@each_call
def test_initial_values(call: str) -> None:
    net = rv.Network(seed=7)
    cells = net.create(SIZE * STEPS, rv.Neuron(equations=f"r = r : init={call}"))
    assert fit(cells.r, CALLS[call]) > P


@each_call
def test_weights(call: str) -> None:
    net = rv.Network(seed=8)
    pre = net.create(100, rv.Neuron(equations="r = 0"))
    post = net.create(100, rv.Neuron(equations="r = sum(exc)"))
    synapses = net.connect(pre, post, "exc")
    synapses.all_to_all(weights=eval(f"rv.{call}"))
    assert fit(np.ravel(synapses.w), CALLS[call]) > P


def simulated(opt: int, threads: int) -> Any:
    """A network with parameters of the neurons in its draws."""
    net = rv.Network(dt=1.0, seed=5)
    neuron = rv.Neuron(
        parameters="a = 1.0\nn = 3.0\np = 0.5\nlow = -0.2 : population",
        equations="""
            g = Gamma(a, 0.5)
            b = Binomial(n, p)
            c = Normal(0, a, min=low, max=0.8)
            r = g + b + c
        """,
    )
    cells = net.create(203, neuron)
    cells.a = np.linspace(0.05, 30.0, 203)
    cells.n = np.resize([1.0, 10.0, 100.0, 10_000.0], 203)
    cells.p = np.linspace(0.0, 1.0, 203)
    monitor = net.monitor(cells, ["g", "b", "c"])
    net.config(num_threads=threads)
    net.compile(opt=opt)
    net.simulate(7.0)
    net.simulate(13.0)
    return {name: monitor.get(name) for name in ("g", "b", "c")}


def test_parameters_and_bounds() -> None:
    """Each neuron has its parameters.

    The bits are the same without optimisation and on two threads.
    """
    found = simulated(1, 1)
    for other in (simulated(0, 1), simulated(1, 2)):
        for name, values in found.items():
            assert np.array_equal(values, other[name])
    assert np.all(found["b"][:, 0] == 0) and np.all(found["b"][:, -1] == 100.0)
    assert found["c"].min() == -0.2 and found["c"].max() == 0.8
    shapes = np.linspace(0.05, 30.0, 203)
    standard = (found["g"] / 0.5 - shapes).sum() / np.sqrt(shapes.sum() * 20)
    assert abs(standard) < 4.5


@pytest.mark.parametrize(
    ("call", "values", "message"),
    [
        ("Exponential(q)", -3.0, "Lambda must be positive, but is -3"),
        ("Gamma(q, 1.0)", [1.0, 2.0, 0.0], "alpha must be positive, but is 0"),
        ("Normal(0, 2*q)", [1.0, -1.5, 0.0], "sigma must not be negative, but is -3"),
        ("Binomial(q, 0.5)", [1.0, 2.5, 3.0], "n must be a whole number >= 0, but is 2.5"),
        ("Binomial(3, q)", [0.0, 0.5, 1.5], "p must be a probability from 0 to 1, but is 1.5"),
        ("Uniform(q, 0.5)", [0.0, 1.5, 0.2], "min = 1.5 is larger than max = 0.5"),
    ],
)
def test_parameters_that_make_no_sense(call: str, values: Any, message: str) -> None:
    """An error at the call in the equation.

    It comes when the network is compiled.
    """
    net = rv.Network(seed=1)
    cells = net.create(3, rv.Neuron(parameters="q = 1.0", equations=f"r = {call}"), name="cells")
    cells.q = values
    with pytest.raises(ModelError) as caught:
        net.compile()
    text = str(caught.value)
    assert f"1:5: error: {call.partition('(')[0]}: {message}" in text
    assert f"r = {call}" in text and "in population 'cells'" in text


def test_exprel() -> None:
    """(exp(x) - 1) / x without a hole at 0."""
    net = rv.Network(dt=1.0)
    cells = net.create(5, rv.Neuron(parameters="x = 0.0", equations="r = exprel(x)"))
    cells.x = [0.0, 1e-9, -1e-9, 1.0, -40.0]
    net.compile()
    net.simulate(1.0)
    x = np.array([1e-9, -1e-9, 1.0, -40.0])
    assert cells.r[0] == 1.0
    np.testing.assert_allclose(cells.r[1:], np.expm1(x) / x, rtol=1e-15)
