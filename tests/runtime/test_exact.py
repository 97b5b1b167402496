"""``exact``: blocks of linear equations follow their solution.

Whatever the step is.

Right values are exponentials of matrices in 50 digits (mpmath), or what follows from them by hand.
Double precision: a step rounds its result, a few units in the last place, and a wrong digit of the
matrix counts once a step; 1e-12 is room for some hundred steps. Single precision: 2**-24 for each
of the steps is 6e-6 for a hundred of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import ranvier as rv
from references.linear import solution

TOLERANCE = {"float64": 1e-12, "float32": 6e-6}


BLOCKS: dict[str, tuple[str, Any, Any, Any]] = {
    "alpha": (
        "5.0*dx/dt = -x : exact, init=1.0\n5.0*dy/dt = x - y : exact",
        [[-0.2, 0], [0.2, -0.2]],
        [0, 0],
        [1, 0],
    ),
    "currents": (
        "dx/dt = -x/5.0 : exact, init=1.0\ndz/dt = -z/2.0 : exact, init=-2.0\n"
        "10.0*dy/dt = -65.0 - y + 30.0*(x + z) : init=-60.0, exact",
        [[-0.2, 0, 0], [3, -0.1, 3], [0, 0, -0.5]],
        [0, -6.5, 0],
        [1, -60, -2],
    ),
    "oscillator": (
        "dx/dt = 0.5*y - 0.25*x : exact, init=1.0\ndy/dt = -0.5*x : exact, init=0.5",
        [[-0.25, 0.5], [-0.5, 0]],
        [0, 0],
        [1, 0.5],
    ),
    "falling": (
        "dx/dt = 0.125 : exact\ndy/dt = x : exact\ndz/dt = y : exact, init=1.0",
        [[0, 0, 0], [1, 0, 0], [0, 1, 0]],
        [0.125, 0, 0],
        [0, 0, 1],
    ),
    "stiff": (
        "dx/dt = -64.0*x : exact, init=1.0\ndy/dt = 1024.0*x - 0.5*y : exact, init=1.0",
        [[-64, 0], [1024, -0.5]],
        [0, 0],
        [1, 1],
    ),
    "growing": (
        "dx/dt = 0.25*x + 0.125*y : exact, init=1.0\ndy/dt = 0.0625*x : exact",
        [[0.25, 0.125], [0.0625, 0]],
        [0, 0],
        [1, 0],
    ),
}


def values(owner: Any, names: str) -> Any:
    """The variables of the first neuron or synapse."""
    return np.array([np.ravel(getattr(owner, name))[0] for name in names], np.float64)


def neurons(net: rv.Network, equations: str, parameters: str = "") -> Any:
    """A population with these equations."""
    return net.create(9, rv.Neuron(parameters=parameters, equations=equations + "\nr = x"))


def synapses(net: rv.Network, equations: str, parameters: str = "") -> Any:
    """A projection whose synapses have these equations."""
    cells = net.create(3, rv.Neuron(equations="r = sum(exc)"))
    synapse = rv.Synapse(parameters=parameters, equations=equations)
    return net.connect(cells, cells, "exc", synapse).all_to_all(weights=1.0)


kinds = pytest.mark.parametrize("kind", [neurons, synapses])
dtypes = pytest.mark.parametrize("dtype", TOLERANCE)


@dtypes
@kinds
def test_blocks_follow_their_solution(kind: Any, dtype: str) -> None:
    """Blocks of neurons and of synapses follow their solution.

    They do after few long and many short steps.
    """
    for dt, steps in ((0.125, 40), (4.0, 3)):
        net = rv.Network(dt=dt, dtype=dtype)
        found = {name: kind(net, text) for name, (text, *_) in BLOCKS.items()}
        net.compile()
        net.simulate(dt * steps)
        for name, (_, matrix, drive, start) in BLOCKS.items():
            right = solution(matrix, drive, start, dt * steps)
            scale = TOLERANCE[dtype] * (np.abs(right) if dt < 1.0 else np.abs(right).max())
            got = values(found[name], "xyz"[: len(start)])
            scale = scale + 1e-37  # below all numbers in single precision
            assert np.all(np.abs(got - right) <= scale), (name, dt, got, right)


def test_what_decays_fast_keeps_its_digits() -> None:
    """A fast decay keeps all its digits.

    A step of 20 time constants leaves e**-20 of x.
    """
    net = rv.Network(dt=20.0)
    cells = neurons(net, "dx/dt = -x : exact, init=1.0\ndy/dt = x - y : exact, init=1.0")
    net.compile()
    net.simulate(60.0)
    right = solution([[-1, 0], [1, -1]], [0, 0], [1, 1], 60.0)
    np.testing.assert_allclose(values(cells, "xy"), right, rtol=1e-13)


@kinds
@pytest.mark.parametrize("opt", [0, 1])
def test_time_constants_of_each_neuron(kind: Any, opt: int) -> None:
    """Each neuron has its own matrix.

    Time constants are equal, nearly equal, endless and very short.
    """
    net = rv.Network(dt=0.5)
    text = "tau*dx/dt = -x : exact, init=1.0\n4.0*dy/dt = x - y : exact, init=0.5"
    owner = kind(net, text, "tau = 4.0")
    net.compile(opt=opt)
    taus = [4.0, 4.0 * (1.0 + 1e-9), np.inf, 2.0**-10, 0.25, -8.0, 1e9, 4.0, 2.0]
    taus = taus if kind is neurons else taus[:6]
    owner.tau = taus
    net.simulate(10.0)
    for tau, x, y in zip(taus, np.ravel(owner.x), np.ravel(owner.y), strict=True):
        rate = 0.0 if tau == np.inf else 1.0 / tau
        right = solution([[-rate, 0], [0.25, -0.25]], [0, 0], [1, 0.5], 10.0)
        # What is left of x after 10 ms with the shortest is below all numbers.
        np.testing.assert_allclose([x, y], right, rtol=1e-12, atol=1e-300)


@dtypes
def test_parameters_change_between_runs(dtype: str) -> None:
    """Parameters change without compiling again.

    Many runs are one run, to the last bit.
    """

    def built(parts: tuple[float, ...]) -> tuple[Any, Any]:
        net = rv.Network(dt=0.25, dtype=dtype)
        parameters = "tau = 4.0 : population\nE = 1.0\nown = 8.0"
        text = "tau*dx/dt = -x : exact, init=1.0\nown*dy/dt = E + x - y : exact"
        cells = neurons(net, text, parameters)
        net.compile()
        for part in parts:
            net.simulate(part)
        cells.tau, cells.own = 8.0, np.linspace(2.0, 6.0, 9)
        for part in parts:
            net.simulate(part)
        return cells, values(cells, "xy")

    _, at_once = built((10.0,))
    _, split = built((2.5, 0.25, 7.25))
    assert (at_once == split).all()
    half = solution([[-0.25, 0], [0.125, -0.125]], [0, 0.125], [1, 0], 10.0)
    right = solution([[-0.125, 0], [0.5, -0.5]], [0, 0.5], half, 10.0)
    np.testing.assert_allclose(at_once, right, rtol=TOLERANCE[dtype])


def test_one_thread_or_two() -> None:
    """The same bits."""

    def states(threads: int) -> Any:
        net = rv.Network(dt=0.25)
        text = "tau*dx/dt = -x : exact, init=1.0\n8.0*dy/dt = E + x - y : exact\nr = y"
        cells = net.create(101, rv.Neuron(parameters="tau = 1.0\nE = 1.0", equations=text))
        cells.tau = np.linspace(0.1, 20.0, 101)
        net.config(num_threads=threads)
        net.compile()
        with rv.options(exact_threads=True):
            net.simulate(20.0)
        return cells.y

    assert (states(1) == states(2)).all()


@pytest.mark.parametrize("local", [True, False])
def test_many_populations_share_kernels(local: bool) -> None:
    """Populations share kernels, each with its own constants.

    They are of one kind; on two threads, too.
    """

    def states(threads: int, opt: int) -> Any:
        net = rv.Network(dt=0.5)
        net.config(num_threads=threads)
        parameters = "tau = 4.0" if local else "tau = 4.0 : population"
        text = "tau*dx/dt = -x : exact, init=1.0\n8.0*dy/dt = 1.0 + x - y : exact\nr = y"
        neuron = rv.Neuron(parameters=parameters, equations=text)
        found = [net.create(40 + 7 * k, neuron) for k in range(6)]
        for k, cells in enumerate(found):
            cells.tau = 1.0 + k
        net.compile(opt=opt)
        with rv.options(exact_threads=True):
            net.simulate(10.0)
        return [cells.y for cells in found]

    first = states(1, 1)
    for threads, opt in ((2, 1), (1, 0)):
        for one, other in zip(first, states(threads, opt), strict=True):
            assert (one == other).all()
    right = [
        solution([[-1.0 / (1.0 + k), 0], [0.125, -0.125]], [0, 0.125], [1, 0], 10.0)[1]
        for k in range(6)
    ]
    np.testing.assert_allclose([cells[0] for cells in first], right, rtol=1e-12)
    np.testing.assert_allclose([cells[-1] for cells in first], right, rtol=1e-12)


IAF = """
    tau_syn*dg_exc/dt = -g_exc : exact
    I = g_exc/C
    tau_syn_inh*dg_inh/dt = -g_inh : exact
    dv/dt = -(v - E)/tau_m + I - g_inh/C : exact, init=-70.0
"""


def iaf_psc_exp(
    arriving: Any, taus: tuple[float, float, float], steps: int, dt: float
) -> tuple[Any, list[int]]:
    """A membrane with exponential currents: v, and steps of spikes.

    By the propagator of the equations (Rotter and Diesmann, 1999): v after each step.
    """
    tau_m, tau_exc, tau_inh = taus
    matrix = [[-1 / tau_exc, 0, 0], [0, -1 / tau_inh, 0], [1 / 250, -1 / 250, -1 / tau_m]]
    columns = [solution(matrix, [0, 0, 0], start, dt) for start in np.eye(3)]
    step = np.array(columns).T
    state, left, found, spikes = np.zeros(3), 0, [], []
    for k in range(steps):
        state[0] += arriving(k)
        free, before = left == 0, state[2]
        state = step @ state
        if not free:
            state[2], left = before, left - 1
        elif state[2] > 15.0:
            state[2], left = 0.0, round(2.0 / dt)
            spikes.append(k)
        found.append(state[2] - 70.0)
    return np.array(found), spikes


@pytest.mark.parametrize("taus", [(10.0, 2.0, 5.0), (10.0, 10.0, 10.0)])
def test_a_membrane_with_exponential_currents(taus: tuple[float, float, float]) -> None:
    """Spikes, resets and refractory periods follow the propagator.

    Spikes arrive; the propagator is by hand.
    """
    dt, steps, weight, periods = 0.1, 1500, 150.0, [7, 11, 13]
    net = rv.Network(dt=dt)
    tau_m, tau_exc, tau_inh = taus
    neuron = rv.Neuron(
        parameters=f"tau_m = {tau_m} : population\ntau_syn = {tau_exc} : population\n"
        f"tau_syn_inh = {tau_inh} : population\nC = 250.0 : population\nE = -70.0 : population",
        equations=IAF,
        spike="v > -55.0",
        reset="v = E",
        refractory=2.0,
    )
    cells = net.create(2, neuron)
    counting = rv.Neuron(
        parameters="period = 7 : int",
        equations="n = n + 1 : int",
        spike="n % period == 0",
        reset="",
    )
    source = net.create(3, counting)
    source.period = periods
    net.connect(source, cells, "exc").all_to_all(weights=weight)
    recorded = net.monitor(cells, ["v", "spike"])
    net.compile()
    net.simulate(dt * steps)

    def arriving(k: int) -> float:
        return weight * sum(k > 0 and k % period == 0 for period in periods)

    right, spikes = iaf_psc_exp(arriving, taus, steps, dt)
    assert len(spikes) >= 3
    assert recorded.get("spike")[0] == spikes
    np.testing.assert_allclose(recorded.get("v")[:, 0], right, rtol=1e-12)


def test_what_goes_on_while_others_are_kept() -> None:
    """A refractory neuron keeps v.

    The variable u, which depends on v and on w, goes on exactly.
    """
    net = rv.Network(dt=0.5)
    neuron = rv.Neuron(
        equations="""
            dv/dt = 1.0 - 0.1*v + u : exact, unless_refractory
            du/dt = 0.25*v - 0.5*u - w : exact
            dw/dt = 0.125*u : exact, init=0.5
        """,
        spike="v > 2.0",
        reset="v = -1.0",
        refractory=3.0,
    )
    cells = net.create(1, neuron)
    net.compile()
    whole = [[-0.1, 1, 0], [0.25, -0.5, -1], [0, 0.125, 0]]
    held = [[0, 0, 0], *whole[1:]]
    state, left, spikes = np.array([0.0, 0.0, 0.5]), 0, 0
    for _ in range(40):
        state = solution(held if left else whole, [0 if left else 1, 0, 0], state, 0.5)
        if left:
            left -= 1
        elif state[0] > 2.0:
            state[0], left, spikes = -1.0, 6, spikes + 1
        net.step()
        np.testing.assert_allclose(values(cells, "vuw"), state, rtol=1e-12)
    assert spikes >= 2


def test_a_fixed_weight_is_constant_to_the_others() -> None:
    """A kept ``w`` is constant to its trace.

    The trace, which depends on it, goes on exactly.
    """
    net = rv.Network(dt=0.5)
    text = "4.0*dx/dt = 1.0 - x - w : exact\n8.0*dw/dt = x - w : exact"
    learning, fixed = synapses(net, text), synapses(net, text)
    net.compile()
    fixed.plasticity = False
    net.simulate(10.0)
    matrix = [[-0.25, -0.25], [0.125, -0.125]]
    right = solution(matrix, [0.25, 0], [0, 1], 10.0)
    np.testing.assert_allclose(values(learning, "xw"), right, rtol=1e-12)
    # From 0 to 1 - w = 0: nothing happens, but to the trace of a weight that moves.
    assert values(fixed, "xw").tolist() == [0.0, 1.0]
    fixed.w = 0.5
    net.simulate(10.0)
    right = solution([[-0.25, -0.25], [0, 0]], [0.25, 0], [0, 0.5], 10.0)
    np.testing.assert_allclose(values(fixed, "xw"), right, rtol=1e-12)


def test_inputs_and_other_methods_are_held_during_the_step() -> None:
    """A matrix may change in each step. It changes with a rate, and with t, at the step's begin."""
    net = rv.Network(dt=0.5)
    text = """
        du/dt = 0.1 : explicit
        dx/dt = -(0.5 + u)*x + y : exact, init=1.0
        dy/dt = -0.1*t*y : exact, init=1.0
    """
    cells = neurons(net, text)
    net.compile()
    state, u = np.array([1.0, 1.0]), 0.0
    for k in range(20):
        state = solution([[-(0.5 + u), 1], [0, -0.1 * (0.5 * k)]], [0, 0], state, 0.5)
        u += 0.05
    net.simulate(10.0)
    np.testing.assert_allclose(values(cells, "xy"), state, rtol=1e-12)


def test_exact_as_the_method_of_a_network() -> None:
    """A network's method takes lines that are not neighbours.

    It does not matter what stands between.
    """
    net = rv.Network(dt=0.5)
    net.config(method="exact")
    cells = neurons(net, "dy/dt = q - 0.5*y\nq = 0.25*x + p\np = 0.5*x\ndx/dt = -0.5*x : init=1.0")
    net.compile()
    net.simulate(10.0)
    right = solution([[-0.5, 0.75], [0, -0.5]], [0, 0], [0, 1], 10.0)
    np.testing.assert_allclose(values(cells, "yx"), right, rtol=1e-12)
    explained = str(net.explain("discretize"))
    assert "y: exact" in explained and "order" not in explained


@kinds
@pytest.mark.parametrize(
    ("line", "culprit"),
    [
        ("dy/dt = -x*y : exact", "'x' and 'y' occur here"),
        ("dy/dt = exp(x) - y : exact", "'x' occurs here"),
        ("(1.0 + y)*dy/dt = x : exact", "'y' occurs here"),
    ],
)
def test_what_is_not_linear_is_refused(kind: Any, line: str, culprit: str) -> None:
    """Equations that are not linear are refused at their line.

    The error names the variables at fault and the methods that would do.
    """
    net = rv.Network()
    kind(net, f"dx/dt = -x : exact\n{line}")
    with pytest.raises(rv.ModelError) as caught:
        net.compile()
    text = str(caught.value)
    assert "method 'exact' needs equations that are linear in 'x' and 'y'" in text
    assert culprit in text and "'exponential'" in text and "'event-driven'" in text
    assert ":2:1: error" in text


def test_the_older_interface() -> None:
    """``setup(method="exact")`` is understood as in ``Network``."""
    rv.clear()
    rv.setup(dt=0.5, method="exact")
    text = "dx/dt = -0.5*x : init=1.0\ndy/dt = x - 0.5*y\nr = y"
    cells = rv.Population(1, rv.Neuron(equations=text))
    rv.compile()
    rv.simulate(10.0)
    right = solution([[-0.5, 0], [1, -0.5]], [0, 0], [1, 0], 10.0)
    np.testing.assert_allclose(values(cells, "xy"), right, rtol=1e-12)
    rv.clear()
