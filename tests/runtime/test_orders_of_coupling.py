"""Orders of convergence of coupled equations, and ``explain()`` on them.

The right order is that of the method; a draw or another method between two equations may cost it.
The solution is by the exponential of the matrix.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.linalg import expm

import ranvier as rv

PAIR = {
    "v": "10.0*dv/dt = q - v : {}",
    "q": "q = 2.0*u + 0.0*Uniform(0.0, 1.0) : init=2.0",
    "u": "10.0*du/dt = -u - v : init=1.0, {}",
}
"""Two equations with a draw between them that counts nothing.

Without the draw they are linear.
"""


def pairs(lines: dict[str, str], methods: tuple[str, str], dt: float, orders: list[str]) -> Any:
    """The v of ``PAIR`` at t = 10, and ``explain()``. The orders are given."""
    own = {
        "v": lines["v"].format(methods[0]),
        "q": lines["q"],
        "u": lines["u"].format(methods[1]),
    }
    net = rv.Network(dt=dt, seed=5)
    texts = ["\n".join(own[name] for name in order) + "\nr = v" for order in orders]
    pops = [net.create(1, rv.Neuron(equations=text)) for text in texts]
    net.compile()
    net.simulate(10.0)
    return np.array([pop.v[0] for pop in pops]), str(net.explain())


def pair_orders(lines: dict[str, str], methods: tuple[str, str], orders: list[str]) -> Any:
    """The orders of convergence of ``pairs``, and what ``explain()`` says."""
    exact = (expm(np.array([[-0.1, 0.2], [-0.1, -0.1]]) * 10.0) @ [0.0, 1.0])[0]
    coarse, _ = pairs(lines, methods, 0.25, orders)
    fine, shown = pairs(lines, methods, 0.125, orders)
    return np.log2(np.abs(coarse - exact) / np.abs(fine - exact)), shown


@pytest.mark.parametrize(("method", "order"), [("explicit", 1), ("midpoint", 2), ("rk4", 4)])
def test_a_draw_costs_no_order(method: str, order: int) -> None:
    """A number drawn below its reader is known above.

    It depends on nothing.
    """
    places = ["vqu", "uqv"] + (["quv", "vuq"] if method != "explicit" else [])
    found, shown = pair_orders(PAIR, (method, method), places)
    assert np.abs(found - order).max() < 0.15
    assert "only because" not in shown
    values, _ = pairs(PAIR, (method, method), 0.5, places)
    np.testing.assert_allclose(values, np.full(len(places), values[0]), rtol=1e-13)


@pytest.mark.parametrize("methods", [("rk4", "explicit"), ("midpoint", "explicit")])
def test_explain_says_what_costs_the_order_by_way_of_assignments(methods: tuple[str, str]) -> None:
    """``explain()`` finds what costs the order behind an assignment.

    What it says is so.
    """
    lines = PAIR | {"q": "q = 2.0*u : init=2.0"}
    for places in ("vqu", "uqv", "quv", "vuq", "qvu"):
        found, shown = pair_orders(lines, methods, [places])
        assert f"v: {methods[0]}, of order 1 only because of u (explicit)" in shown
        assert found[0] == pytest.approx(1.0, abs=0.15)


def test_explain_says_the_order_of_two_methods_of_several_stages() -> None:
    lines = PAIR | {"q": "q = 2.0*u : init=2.0"}
    found, shown = pair_orders(lines, ("rk4", "midpoint"), ["vqu", "quv", "vuq"])
    assert np.abs(found - 2.0).max() < 0.15
    assert shown.count("v: rk4, of order 2 only because of u (midpoint)") == 3


def test_explain_says_what_is_held() -> None:
    """A draw that depends on a variable stays in its place.

    Above, that is one step ago.
    """
    lines = PAIR | {"q": "q = 2.0*u + 0.0*Normal(u, 1.0) : init=2.0"}
    found, shown = pair_orders(lines, ("rk4", "rk4"), ["vqu"])
    assert found[0] == pytest.approx(1.0, abs=0.15)
    assert "v: rk4, of order 1 only because q is held" in shown
    found, shown = pair_orders(lines, ("rk4", "rk4"), ["uqv"])
    assert found[0] == pytest.approx(4.0, abs=0.15)
    assert "only because" not in shown


def test_what_changes_by_itself_is_no_formula() -> None:
    """``q += u`` is a way of its own to advance.

    Nothing is refused or said because of it.
    """
    text = "q += u\ns = q\ndv/dt = s - v : {0}\ndu/dt = -u - v : init=1.0, {1}\nr = v"
    for methods in (("implicit", "explicit"), ("rk4", "explicit")):
        net = rv.Network()
        net.create(1, rv.Neuron(equations=text.format(*methods)))
        net.compile()
        assert "only because" not in str(net.explain())
    net = rv.Network()
    both = "q += u\ns = q\np = v\ndv/dt = s - v : implicit\ndu/dt = -u - p : implicit\nr = v"
    net.create(1, rv.Neuron(equations=both))
    net.compile()


def test_explain_says_what_costs_the_order() -> None:
    text = "dv/dt = u - v : rk4\ndu/dt = -v : exponential\ndw/dt = v - w : midpoint\nr = w"
    net = rv.Network()
    net.create(1, rv.Neuron(equations=text))
    net.compile()
    shown = str(net.explain())
    assert "v: rk4, of order 1 only because of u (exponential)" in shown
    assert "w: midpoint\n" in shown.replace(" \n", "\n")
