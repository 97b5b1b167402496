"""Small networks whose equations are advanced by exponentials of matrices."""

from __future__ import annotations

import numpy as np
from differential.models import network, sparse

import ranvier as rv


def _exact_neurons(equations: str, dtype: str = "float64", local: bool = False) -> rv.Network:
    """Blocks of linear equations: currents onto membranes.

    Some membranes are kept while refractory.
    """
    net = rv.Network(dt=0.5, seed=9, dtype=dtype)
    every = rv.Neuron(
        parameters="every = 3.0", equations="c = c + 1.0", spike="c > every", reset="c = 0.0"
    )
    source = net.create(13, every, name="source")
    source.every = np.arange(13) % 5
    flag = "" if local else ": population"
    neuron = rv.Neuron(
        parameters=f"tau_g = 3.0 {flag}\ntau_a = 3.0 {flag}\ndrive = 0.4",
        equations=equations,
        spike="v > 0.6",
        reset="v = 0.0",
        refractory=1.5,
    )
    cells = net.create(10, neuron, name="cells")
    if local:
        cells.tau_g = np.linspace(0.1, 9.0, 10)
        cells.tau_a = [3.0, 0.0, np.inf, 1e-3, 1e3, -4.0, 0.01, 2.0, 3.0, 5.0]
    for target in ("exc", "inh"):
        sparse(net.connect(source, cells, target))
    net.monitor(cells, ["v", "spike"])
    return net


@network
def exact_currents() -> rv.Network:
    """An alpha function onto a membrane by way of an assignment.

    Time constants have every size.
    """
    text = """
        tau_g * dg_exc/dt = -g_exc : exact
        I = 2.0 * a_exc - 0.2 * g_inh + 0.1 * sin(t)
        da_exc/dt = (g_exc - a_exc) / tau_a : exact
        10.0 * dv/dt = I + drive - v : exact
    """
    return _exact_neurons(text, local=True)


@network
def exact_while_held() -> rv.Network:
    """Conductances go on while the membrane is kept.

    The network is in single precision, with one block for all neurons.
    """
    text = """
        tau_g * dg_exc/dt = -g_exc : exact
        10.0 * dv/dt = 2.0 * g_exc - 0.2 * g_inh + drive - v + u : exact, unless_refractory
        du/dt = -0.05 * v - 0.1 * u : exact
        20.0 * dslow/dt = 1.0 - slow - other : population, exact
        tau_a * dother/dt = slow : population, exact
    """
    return _exact_neurons(text, "float32")


@network
def exact_from_step_to_step() -> rv.Network:
    """A matrix that changes in every step.

    Another method sees it from outside.
    """
    text = """
        dv/dt = drive - v * (0.1 + g_inh) + w : exact
        40.0 * dw/dt = v - w : exact
        tau_g * dg_exc/dt = v - g_exc : rk4
    """
    return _exact_neurons(text)


@network
def exact_synapses() -> rv.Network:
    """Blocks of synapses, of post neurons and of a projection.

    Weights are among them.
    """
    net = rv.Network(dt=0.5, seed=8)
    wave = rv.Neuron(parameters="p = 0.0", equations="r = 1.0 + sin(0.2 * t + p)")
    source = net.create(2, wave, name="source")
    source.p = np.linspace(0.0, 3.0, 2)
    cells = net.create(4, rv.Neuron(equations="3.0 * dr/dt + r = sum(exc) : exact"), name="cells")
    synapse = rv.Synapse(
        parameters="eta = 0.1 : projection\ntau = 8.0",
        equations="""
            20.0 * dshared/dt = 1.0 - shared - eta * slow : projection, exact
            30.0 * dslow/dt = shared - slow : projection, exact
            10.0 * dtheta/dt + theta = post.r - phi : postsynaptic, exact
            10.0 * dphi/dt = theta - phi : postsynaptic, exact
            tau * dtrace/dt = pre.r - trace - 0.1 * w : exact
            dw/dt = eta * (trace - w) : exact, min=-1.0, max=1.0
            seen = trace - w
        """,
    )
    dendrites = rv.Synapse(
        parameters="tau = 8.0 : postsynaptic\ngain = 0.5 : projection",
        equations="""
            tau * dtrace/dt = gain * (pre.r - trace) - 0.1 * w : exact
            20.0 * dw/dt = trace - gain * w : exact
            tau * dtheta/dt = post.r - theta : postsynaptic, exact
            tau * dphi/dt = theta - phi : postsynaptic, exact
        """,
    )
    full = net.connect(source, cells, "exc", dendrites).all_to_all(weights=0.1)
    full.tau = [0.01, np.inf, 3.0, 8.0]
    sparse(net.connect(source, cells, "exc", dendrites), 8)
    net.connect(source, cells, "exc", synapse).all_to_all(weights=rv.Uniform(0.0, 0.3))
    sparse(net.connect(source, cells, "exc", synapse), 8)
    net.monitor(cells, "r")
    return net
