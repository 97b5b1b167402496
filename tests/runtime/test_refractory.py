"""Refractory neurons keep the membrane, not conductances.

What belongs to its synapses goes on.

Right values: an alpha function by itself, in a neuron that never spikes, and its closed form.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import ranvier as rv

ALPHA = """
    tau*dg_exc/dt = -g_exc : init=1.0, exponential
    gain = exp((tau - dt/2.0)/tau)
    tau*dalpha_exc/dt = gain*g_exc - alpha_exc : exponential
    drive = 4.0*alpha_exc
    10.0*dv/dt = drive*(3.0 - v) - v
    seen = v + alpha_exc
"""


def recorded(neuron: rv.Neuron, names: list[str], duration: float = 30.0, **settings: Any) -> Any:
    """The variables after every step, and the spikes, of one neuron."""
    opt = settings.pop("opt", 1)
    net = rv.Network(dt=0.1, **settings)
    cells = net.create(1, neuron, name="cells")
    monitor = net.monitor(cells, [*names, "spike"])
    net.compile(opt=opt)
    net.simulate(duration)
    return {name: monitor.get(name)[:, 0] for name in names}, monitor.get("spike")[0], net


def alpha(threshold: float, **more: Any) -> rv.Neuron:
    equations = more.pop("equations", ALPHA)
    return rv.Neuron(
        parameters={"tau": 5.0, "threshold": threshold},
        equations=equations,
        spike="v > threshold",
        reset="v = 0.0",
        **more,
    )


@pytest.mark.parametrize("opt", [0, 1])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_an_alpha_synapse_keeps_its_charge(dtype: str, opt: int) -> None:
    names = ["g_exc", "alpha_exc", "drive", "v", "seen"]
    quiet, none, _ = recorded(alpha(1e9, refractory=5.0), names, dtype=dtype, opt=opt)
    found, spikes, _ = recorded(alpha(0.5, refractory=5.0), names, dtype=dtype, opt=opt)
    assert not len(none) and len(spikes) > 1
    for name in ("g_exc", "alpha_exc", "drive"):
        assert np.array_equal(found[name], quiet[name])
    for name in ("v", "seen"):
        after = found[name][spikes[0] : spikes[0] + 51]
        assert np.array_equal(after, np.full(51, after[0]))
    # Below an assignment, each step relaxes to the g of its end: sums of powers of one decay.
    steps, decay = np.arange(1, 301), np.exp(-0.1 / 5.0)
    right = np.exp((5.0 - 0.05) / 5.0) * (1.0 - decay) * steps * decay**steps
    np.testing.assert_allclose(
        found["alpha_exc"], right, rtol=1e-11 if dtype == "float64" else 2e-5
    )


def test_flags_take_the_place_of_the_rule() -> None:
    """Flags take the place of the rule.

    As in ANNarchy, the rule is everything but conductances; here the flag is on everything.
    """
    flagged = ALPHA.replace(
        "gain*g_exc - alpha_exc : ", "gain*g_exc - alpha_exc : unless_refractory, "
    ).replace("(3.0 - v) - v", "(3.0 - v) - v : unless_refractory")
    found, spikes, net = recorded(
        alpha(0.5, equations=flagged, refractory=5.0), ["g_exc", "alpha_exc", "v", "seen"]
    )
    inside = slice(spikes[0], spikes[0] + 51)
    assert len(np.unique(found["alpha_exc"][inside])) == len(np.unique(found["v"][inside])) == 1
    assert len(np.unique(found["g_exc"][inside])) == 51
    assert "refractory      keeps alpha_exc, v; others" in str(net.explain())


KEPT = {
    "the membrane reads a conductance": ("tau*dv/dt = g_exc - v", "v"),
    "the flag": ("tau*dv/dt = g_exc - v : unless_refractory; x = v", "v"),
    "what reads the membrane": ("tau*dv/dt = g_exc - v; x = v + g_exc; dy/dt = x - y", "v, x, y"),
    "what does not read conductances": (
        "tau*dv/dt = g_exc - v + n; n = Normal(0.0, 1.0); dw/dt = -w",
        "v, n, w",
    ),
    "several links of a chain": (
        "dx/dt = g_exc - x; y = 2.0*x : max=limit; dz/dt = y*(1.0 - z) - z; limit = 3.0 + p;"
        "dp/dt = 0.1; tau*dv/dt = z - v",
        "v",
    ),
    "a conductance that reads the membrane": (
        "dg_nmda/dt = v - g_nmda; ds/dt = g_nmda - s; tau*dv/dt = s - v",
        "v",
    ),
    "a dendrite that feels the soma": (
        "dd/dt = g_exc - d + v; de/dt = g_inh - e; tau*dv/dt = d + e - v",
        "d, v",
    ),
    "what the reset sets": ("tau*dv/dt = c - v; dc/dt = g_exc - c", "v, c"),
}


@pytest.mark.parametrize("case", KEPT)
def test_what_is_kept(case: str) -> None:
    equations, kept = KEPT[case]
    reset = "v = 0.0; c += 1.0" if "; dc/dt" in equations else "v = 0.0"
    neuron = rv.Neuron(
        parameters="tau = 5.0", equations=equations, spike="v > 1.0", reset=reset, refractory=2.0
    )
    net = rv.Network()
    net.create(3, neuron, name="cells")
    net.compile()
    assert f"keeps {kept}; others go on" in str(net.explain("refractory"))


def test_what_the_condition_reads_is_kept() -> None:
    """Directly or through an assignment; what drives that goes on."""
    neuron = rv.Neuron(
        equations="dx/dt = g_exc - x; dv/dt = x - v; out = 2.0*v",
        spike="out > 1.0",
        reset="",
        refractory=2.0,
    )
    net = rv.Network()
    net.create(1, neuron, name="cells")
    net.compile()
    assert "keeps v, out; others go on" in str(net.explain("cells"))


def test_nothing_is_said_without_a_refractory_period() -> None:
    net = rv.Network()
    net.create(1, rv.Neuron(equations="dv/dt = -v", spike="v > 1.0", reset="v = 0.0"))
    net.compile()
    assert "keeps" not in str(net.explain())
