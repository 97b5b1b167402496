"""Differential equations that depend on one another.

There are other lines between them.

Right values: the solution of linear systems by the exponential of their matrix; for whole steps,
the same system written without any assignment, and Euler's method in NumPy.
"""

from __future__ import annotations

import itertools
import random
from typing import Any

import numpy as np
import pytest
from scipy.linalg import expm

import ranvier as rv

ORDERS = {"explicit": 1, "exponential": 1, "semiimplicit": 1, "midpoint": 2, "rk4": 4}
each_method = pytest.mark.parametrize("method", ORDERS)

ODES = {
    "x": "10.0*dx/dt = a - 1.5*x - b : init=0.3, {}",
    "y": "8.0*dy/dt = z - y + 0.5*a : init=1.0, {}",
    "z": "(5.0 + 2.0)*dz/dt + z = b - x : init=-0.5, {}",
}
ASSIGNMENTS = {"a": "a = 2.0*y - 0.3*z : init=2.15", "b": "b = 0.4*a + x : init=1.16"}
DEFINED = {"b": "(0.4*a + x)", "a": "(2.0*y - 0.3*z)"}
MATRIX = np.array(
    [
        [-2.5 / 10, 1.2 / 10, -0.18 / 10],
        [0.0, (-1.0 + 1.0) / 8, (1.0 - 0.15) / 8],
        [0.0, 0.8 / 7, (-1.0 - 0.12) / 7],
    ]
)
"""The matrix of the system above for (x, y, z).

By hand: in it, a and b are 2 y - 0.3 z and x + 0.8 y - 0.12 z.
"""
START = np.array([0.3, 1.0, -0.5])


def series(matrix: Any, factorials: tuple[int, ...]) -> Any:
    """The sum of powers 0, 1, ... of a matrix, each divided by its number."""
    terms = [np.linalg.matrix_power(matrix, n) / f for n, f in enumerate(factorials)]
    return np.sum(terms, axis=0)


def orders_of_lines(count: int) -> list[tuple[str, ...]]:
    """Orders of the five lines, in which a stands above b.

    First those of the text, then random ones.
    """
    fixed = [tuple("xaybz"), tuple("abxyz"), tuple("xyzab"), tuple("xayzb"), tuple("axbyz")]
    found = [order for order in itertools.permutations("abxyz")]
    random.Random(4).shuffle(found)
    return fixed + [o for o in found if o.index("a") < o.index("b")][: count - len(fixed)]


def written(order: tuple[str, ...], method: str) -> str:
    lines = ODES | ASSIGNMENTS
    return "\n".join(lines[name].format(method) for name in order)


def substituted(method: str) -> str:
    lines = []
    for text in ODES.values():
        for name, formula in DEFINED.items():
            text = text.replace(f"= {name} ", f"= {formula} ").replace(
                f"- {name} ", f"- {formula} "
            )
            text = text.replace(f"*{name} ", f"*{formula} ")
        lines.append(text.format(method))
    return "\n".join(lines)


def neurons(texts: list[str], dt: float, duration: float, **settings: Any) -> Any:
    """The last (x, y, z) of neurons, one population per text.

    The texts are their equations.
    """
    opt = settings.pop("opt", 1)
    net = rv.Network(dt=dt, **settings)
    pops = [net.create(1, rv.Neuron(equations=text + "\nr = x")) for text in texts]
    net.compile(opt=opt)
    net.simulate(duration)
    return np.array([[getattr(pop, name)[0] for name in "xyz"] for pop in pops])


def synapses(texts: list[str], dt: float, duration: float) -> Any:
    """The same of synapses."""
    net = rv.Network(dt=dt)
    cells = net.create(1, rv.Neuron(equations="r = sum(exc)"))
    projections = [
        net.connect(cells, cells, "exc", rv.Synapse(equations=text)).one_to_one() for text in texts
    ]
    net.compile()
    net.simulate(duration)
    return np.array([[np.ravel(p.get(name))[0] for name in "xyz"] for p in projections])


def test_the_matrix_is_that_of_the_equations() -> None:
    """A small step of Euler's method gives the matrix.

    What follows is compared with the right system.
    """
    small = neurons([substituted("explicit")], 1e-6, 1e-6)[0]
    np.testing.assert_allclose((small - START) / 1e-6, MATRIX @ START, rtol=1e-8)


@each_method
@pytest.mark.parametrize("kind", [neurons, synapses])
def test_lines_may_stand_anywhere(kind: Any, method: str) -> None:
    """Results are those of the equations without assignments.

    The order of lines plays no part.

    Formulas are rounded where assignments are, so that the last bits may differ. With methods of
    one stage, what stands behind all equations is seen as it was written in the last step. Those
    that need a linear equation take the value of an assignment for a constant, so they are compared
    with assignments in front of all equations.
    """
    orders = orders_of_lines(20)
    if method not in ("midpoint", "rk4"):
        orders = [order for order in orders if order[-1] != "b" or order[-2] == "a"]
    whole = method in ("explicit", "midpoint", "rk4")
    right = substituted(method) if whole else written(tuple("abxyz"), method)
    texts = [right] + [written(order, method) for order in orders]
    found = kind(texts, 0.5, 10.0)
    np.testing.assert_allclose(found[1:], np.tile(found[0], (len(orders), 1)), rtol=1e-12)


@each_method
def test_chains_of_assignments_may_be_written_upwards(method: str) -> None:
    """``b`` may stand above ``a``, which it needs.

    Both between equations, or anywhere with stages.
    """
    orders = list(itertools.permutations("abxyz"))
    orders = [order for order in orders if order.index("b") < order.index("a")]
    if method not in ("midpoint", "rk4"):
        orders = [order for order in orders if order[0] in "xyz" and order[-1] in "xyz"]
    random.Random(6).shuffle(orders)
    whole = method in ("explicit", "midpoint", "rk4")
    right = substituted(method) if whole else written(tuple("abxyz"), method)
    found = neurons([right] + [written(order, method) for order in orders[:16]], 0.5, 10.0)
    np.testing.assert_allclose(found[1:], np.tile(found[0], (len(found) - 1, 1)), rtol=1e-12)


def test_a_chain_written_upwards_in_one_step() -> None:
    """The value q is q2, that is b, before the step. The numbers are by hand."""
    text = "da/dt = -b : init=1.0\nq = q2\nq2 = b\ndb/dt = q - b + a : init=0.5\nr = a"
    net = rv.Network(dt=0.1)
    cells = net.create(1, rv.Neuron(equations=text))
    net.compile()
    net.simulate(0.1)
    assert (cells.a[0], cells.b[0]) == pytest.approx((0.95, 0.6), rel=1e-14)
    assert (cells.q[0], cells.q2[0]) == (0.0, 0.5)  # as written: q2 stands below q


@each_method
@pytest.mark.parametrize("kind", [neurons, synapses])
def test_order_of_convergence(kind: Any, method: str) -> None:
    """Half the step, half the error, a quarter, or a sixteenth."""
    texts = [written(order, method) for order in orders_of_lines(8)]
    exact = expm(MATRIX * 8.0) @ START
    errors = [np.abs(kind(texts, dt, 8.0) - exact).max(axis=1) for dt in (0.5, 0.25, 0.125)]
    orders = np.log2(np.array(errors[:-1]) / np.array(errors[1:]))
    assert np.abs(orders[-1] - ORDERS[method]).max() < 0.15


@pytest.mark.parametrize(
    "methods", [("rk4", "midpoint"), ("rk4", "explicit"), ("midpoint", "exponential")]
)
def test_order_of_mixed_methods(methods: tuple[str, str]) -> None:
    """The order is the lower method's, with lines between or without."""
    names = itertools.cycle(methods)
    own = {name: text.format(next(names)) for name, text in ODES.items()} | ASSIGNMENTS
    texts = ["\n".join(own[name] for name in order) for order in orders_of_lines(8)]
    exact = expm(MATRIX * 8.0) @ START
    errors = [np.abs(neurons(texts, dt, 8.0) - exact).max(axis=1) for dt in (0.5, 0.25, 0.125)]
    orders = np.log2(np.array(errors[:-1]) / np.array(errors[1:]))
    assert np.abs(orders[-1] - min(ORDERS[m] for m in methods)).max() < 0.15


LINES = [
    "",
    "q = 3.0",
    "q = 2*v",
    "q = v*u",
    "p = v; q = u + p",
    "q += v",
    "10*dw/dt = -w",
    "n = 1 : int",
]


@pytest.mark.parametrize("locality", ["", "population"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@each_method
def test_a_line_between_changes_no_bit(method: str, dtype: str, locality: str) -> None:
    flags = f"{locality}, " if locality else ""
    net = rv.Network(dt=1.0, dtype=dtype)
    pops = []
    for line in LINES:
        if locality and line:
            line = "; ".join(
                f"{part}, {locality}" if ":" in part else f"{part} : {locality}"
                for part in line.split("; ")
            )
        v = f"10.0*dv/dt = u - v : {flags}{method}"
        u = f"10.0*du/dt = -u - v : {flags}init=1.0, {method}"
        pops.append(net.create(3, rv.Neuron(equations=[v, line, u, "r = v"])))
    net.compile()
    net.simulate(5.0)
    found = np.array([[np.ravel(pop.v)[0], np.ravel(pop.u)[0]] for pop in pops])
    assert np.array_equal(found, np.tile(found[0], (len(LINES), 1)))
    turn = np.array([[-0.1, 0.1], [-0.1, -0.1]])
    tolerance = {"explicit": 0.05, "exponential": 0.03, "semiimplicit": 0.03, "midpoint": 3e-3}
    exact = expm(turn * 5.0) @ [0.0, 1.0]
    np.testing.assert_allclose(found[0], exact, atol=tolerance.get(method, 1e-5))


@pytest.mark.parametrize("locality", ["local", "postsynaptic", "projection"])
def test_lists_of_synapses(locality: str) -> None:
    """Equations that several synapses share advance together, too."""
    net = rv.Network(dt=1.0)
    cells = net.create(3, rv.Neuron(equations="r = sum(exc)"))
    v = f"10.0*dv/dt = u - v : {locality}, rk4"
    u = f"10.0*du/dt = -u - v : {locality}, init=1.0, rk4"
    lines = ["", f"q = 3.0 : {locality}", f"q = v*u : {locality}"]
    projections = [
        net.connect(cells, cells, "exc", rv.Synapse(equations=[v, line, u])).all_to_all(1.0)
        for line in lines
    ]
    net.compile()
    net.simulate(5.0)
    found = np.array([np.ravel(projection.get("v"))[0] for projection in projections])
    step = series(np.array([[-0.1, 0.1], [-0.1, -0.1]]), (1, 1, 2, 6, 24))
    right = (np.linalg.matrix_power(step, 5) @ [0.0, 1.0])[0]
    assert np.array_equal(found, np.full(3, found[0]))
    assert found[0] == pytest.approx(right, rel=1e-14)


def test_the_value_of_five_steps() -> None:
    """Four stages make five terms of the exponential's series.

    The first five, of a linear system.
    """
    text = "10.0*dv/dt = u - v : rk4\nq = 3.0\n10.0*du/dt = -u - v : init=1.0, rk4\nr = v"
    net = rv.Network(dt=1.0)
    cells = net.create(1, rv.Neuron(equations=text))
    net.compile()
    net.simulate(5.0)
    a = np.array([[-0.1, 0.1], [-0.1, -0.1]])
    step = series(a, (1, 1, 2, 6, 24))
    v, u = np.linalg.matrix_power(step, 5) @ [0.0, 1.0]
    assert (cells.v[0], cells.u[0]) == pytest.approx((v, u), rel=1e-14)
    assert cells.v[0] == pytest.approx(0.29079, abs=1e-5)


def test_long_chains_of_assignments() -> None:
    """Each link is evaluated once in a stage.

    It does not matter how often the next one reads it.
    """
    links = [f"a{i} = 0.5*a{i - 1} + 0.5*a{i - 1}" for i in range(1, 80)]
    x, y = "10.0*dx/dt = y - x : init=1.0, rk4", "10.0*dy/dt = -{} - y : rk4"
    texts = [[x, "a0 = x", *links, y.format("a79"), "r = x"], [x, y.format("x"), "r = x"]]
    net = rv.Network(dt=1.0)
    pops = [net.create(1, rv.Neuron(equations=text)) for text in texts]
    net.compile()
    net.simulate(5.0)
    assert pops[0].x[0] == pytest.approx(pops[1].x[0], rel=1e-14)
    assert pops[0].y[0] == pytest.approx(pops[1].y[0], rel=1e-14)


def test_an_assignment_stores_what_stands_above_it() -> None:
    """An assignment between coupled equations sees both steps.

    New values come from above, old ones from below.
    """
    text = """
        10.0*dv/dt = q - v : init=0.5
        q = 2.0*u + v
        s += v
        p = 3.0*u
        10.0*du/dt = -u - v - s : init=1.0
        r = u
    """
    net = rv.Network(dt=1.0)
    cells = net.create(1, rv.Neuron(equations=text))
    net.compile()
    v, u, s = 0.5, 1.0, 0.0
    for _ in range(4):
        net.simulate(1.0)
        new = v + 0.1 * ((2.0 * u + v) - v)
        q, p, before = 2.0 * u + new, 3.0 * u, s
        s += new
        u, v = u + 0.1 * (-u - v - before), new
        seen = [getattr(cells, name)[0] for name in "vuqpsr"]
        assert seen == pytest.approx([v, u, q, p, s, u], rel=1e-14)


def test_chains_run_as_written() -> None:
    """A chain that one of two equations reads runs as written.

    What it computes is seen as it is where the reader stands.
    """
    text = """
        du/dt = -0.1*u : init=1.0
        q = 2.0*u
        dv/dt = q - 0.2*v + u
        x = v + w
        dw/dt = 0.3*v
        r = w
    """
    net = rv.Network(dt=1.0)
    cells = net.create(1, rv.Neuron(equations=text))
    net.compile()
    u, v, w = 1.0, 0.0, 0.0
    for _ in range(4):
        net.simulate(1.0)
        u -= 0.1 * u
        v += 2.0 * u - 0.2 * v + u
        x = v + w
        w += 0.3 * v
        seen = [getattr(cells, name)[0] for name in "uvwxr"]
        assert seen == pytest.approx([u, v, w, x, w], rel=1e-14)


def test_a_chain_keeps_the_order_of_rk4() -> None:
    """A chain keeps the order of rk4.

    It does so even where only one of two equations of several stages reads the other.
    """
    text = "10.0*du/dt = -u : init=1.0, rk4\nq = 2.0*u\n5.0*dv/dt = q - v : rk4\nr = v"
    exact = expm(np.array([[-0.1, 0.0], [0.4, -0.2]]) * 8.0) @ [1.0, 0.0]
    errors = []
    for dt in (0.5, 0.25):
        net = rv.Network(dt=dt)
        cells = net.create(1, rv.Neuron(equations=text))
        net.compile()
        net.simulate(8.0)
        errors.append(abs(cells.v[0] - exact[1]))
    assert np.log2(errors[0] / errors[1]) == pytest.approx(4.0, abs=0.15)


def test_draws_between_coupled_equations() -> None:
    """One number in each step.

    It serves the equation, its stages and the variable.
    """
    net = rv.Network(dt=1.0, seed=3)
    pops = []
    for method in ("explicit", "rk4"):
        text = f"""
            10.0*dv/dt = u - v : {method}
            q = 2.0*v + Normal(0.0, 1.0)
            10.0*du/dt = q - u : {method}
            r = q - 2.0*v
        """
        pops.append(net.create(50, rv.Neuron(equations=text), name=f"of_{method}"))
    net.compile()
    explicit, rk4 = pops
    for _ in range(3):
        before = [(pop.v.copy(), pop.u.copy()) for pop in pops]
        net.simulate(1.0)
        v, u = before[0]
        expected = u + 0.1 * (2.0 * v + explicit.r - u)
        np.testing.assert_allclose(explicit.u, expected, rtol=1e-12, atol=1e-14)
        a = np.array([[-0.1, 0.1], [0.2, -0.1]])
        v, u = before[1]
        whole = series(a, (1, 1, 2, 6, 24))
        part = series(a, (1, 2, 6, 24))
        after = whole @ [v, u] + part @ [0.0 * v, 0.1 * rk4.r]
        np.testing.assert_allclose([rk4.v, rk4.u], after, rtol=1e-12, atol=1e-14)


def test_a_refractory_neuron_keeps_what_it_keeps() -> None:
    """A frozen assignment is seen at its value, not evaluated anew."""
    text = """
        10.0*dg_exc/dt = q - g_exc : init=1.0, rk4
        q = 0.5*g_exc + v
        10.0*dv/dt = g_exc - v : init=2.0, rk4
    """
    neuron = rv.Neuron(equations=text, spike="v > 1.0", reset="v = 0.0", refractory=5.0)
    net = rv.Network(dt=1.0)
    cells = net.create(1, neuron)
    net.compile()
    net.simulate(1.0)
    g, q = cells.g_exc[0], cells.q[0]
    assert cells.v[0] == 0.0
    net.simulate(1.0)
    a = -0.1
    whole, part = 1 + a + a**2 / 2 + a**3 / 6 + a**4 / 24, 1 + a / 2 + a**2 / 6 + a**3 / 24
    assert cells.q[0] == q
    assert cells.g_exc[0] == pytest.approx(whole * g + 0.1 * q * part, rel=1e-14)


def test_coupled_implicit_equations_are_refused_with_a_line_between() -> None:
    text = "dv/dt = u - v : implicit\nq = 3.0\ndu/dt = -u - v : implicit\nr = v"
    net = rv.Network()
    net.create(1, rv.Neuron(equations=text))
    with pytest.raises(rv.ModelError, match="implicit and coupled"):
        net.compile()


def test_coupled_implicit_equations_are_refused_by_way_of_assignments() -> None:
    """Assignments may stand anywhere in refused equations.

    What only one of two sees is no coupling.
    """
    lines = {
        "v": "10.0*dv/dt = q - v : implicit",
        "u": "10.0*du/dt = -u - {} : init=1.0, implicit",
        "q": "q = 2.0*u",
        "s": "s = v",
    }
    for order in ("qsvu", "vqsu", "vuqs", "qvsu", "vqu", "qvu"):
        text = "\n".join(lines[name] for name in order).format("s" if "s" in order else "v")
        net = rv.Network()
        net.create(1, rv.Neuron(equations=text + "\nr = v"))
        with pytest.raises(rv.ModelError, match="implicit and coupled"):
            net.compile()
    net = rv.Network(dt=1.0)
    text = "\n".join(lines[name] for name in "qvu").replace(" - {}", "")
    cells = net.create(1, rv.Neuron(equations=text + "\nr = v"))
    net.compile()
    net.simulate(2.0)
    u = 1.0 / 1.1
    assert (cells.v[0], cells.u[0]) == pytest.approx(
        ((0.2 / 1.1 + 0.1 * 2.0 * u) / 1.1, u / 1.1), rel=1e-14
    )
