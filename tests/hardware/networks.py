"""Networks of any size, and those of the tests' family."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import differential.event_models
import differential.exact_models  # noqa: F401
import numpy as np
from differential.everything import Setting
from differential.everything import build as everything_in_one
from differential.explicit import explicit
from differential.models import NETWORKS
from differential.test_golden_states import BUILDERS
from seeds.networks import coba_neuron

import ranvier as rv

FAMILY = BUILDERS | NETWORKS
"""All networks that the CPU is tested with."""

SIZED: dict[str, Callable[[int], rv.Network]] = {}
"""Builders of networks of a size, by name."""

SYNAPSES = 80
"""Synapses of a neuron in large sparse networks."""


def sized(build: Callable[[int], rv.Network]) -> Callable[[int], rv.Network]:
    """Enter a builder."""
    SIZED[build.__name__] = build
    return build


def _density(size: int, synapses: int = SYNAPSES) -> float:
    return min(0.5, synapses / size)


def coba_of(size: int, synapses: int = SYNAPSES, recorded: tuple[str, ...] = ()) -> rv.Network:
    """COBA. Weights are those of 80 synapses."""
    net = rv.Network(dt=0.1, seed=3)
    cells = net.create(size, coba_neuron(), name="cells")
    cells.v = rv.Uniform(-60.0, -48.0)
    first = 4 * size // 5
    scale = SYNAPSES / synapses
    for view, target, weight in ((cells[:first], "exc", 0.6), (cells[first:], "inh", 6.7)):
        projection = net.connect(view, cells, target)
        projection.fixed_probability(_density(size, synapses), weights=weight * scale)
    if recorded:
        net.monitor(cells, list(recorded), name="recording")
    return net


@sized
def coba(size: int) -> rv.Network:
    """COBA with recordings of spikes and of a variable."""
    net = coba_of(size, recorded=("spike",))
    net.monitor(net.get_population("cells")[:20], "v", name="some")
    return net


@sized
def brunel(size: int) -> rv.Network:
    """Excitation that learns, inhibition, noise and a delay."""
    net = rv.Network(dt=0.1, seed=11)
    neuron = rv.Neuron(
        parameters="tau = 20.0 : population",
        equations="""
            noise = Normal(0.0, 8.0)
            tau * dv/dt = -v + 25.0 + 40.0 * (g_exc - g_inh) + noise
        """,
        spike="v > 20.0",
        reset="v = 10.0",
        refractory=2.0,
    )
    cells = net.create(size, neuron, name="cells")
    cells.v = np.linspace(0.0, 19.9, size)
    first = 4 * size // 5
    stdp = rv.STDP(tau_plus=20.0, tau_minus=20.0, A_plus=0.01, A_minus=0.012, w_max=0.3)
    learning = net.connect(cells[:first], cells, "exc", stdp)
    learning.fixed_probability(_density(size), weights=rv.Uniform(0.0, 0.3), delays=1.5)
    inhibition = net.connect(cells[first:], cells, "inh")
    inhibition.fixed_probability(_density(size), weights=0.8, delays=1.5)
    net.monitor(cells, "spike", name="recording")
    return net


@sized
def delayed(size: int) -> rv.Network:
    """Weights and delays of each synapse."""
    net = rv.Network(dt=1.0, seed=1)
    neuron = rv.Neuron(equations="dv/dt = 0.2 + g_exc - 0.1*v", spike="v > 1.0", reset="v = 0.0")
    cells = net.create(size, neuron, name="cells")
    cells.v = rv.Uniform(0.0, 1.0)
    options: dict[str, Any] = {"weights": rv.Uniform(0.0, 0.01), "delays": rv.Uniform(1.0, 5.0)}
    net.connect(cells, cells, "exc").fixed_probability(_density(size), **options)
    net.monitor(cells, "spike", name="recording")
    return net


@sized
def bursts(size: int) -> rv.Network:
    """A population whose neurons all fire in the same steps."""
    net = rv.Network(dt=1.0, seed=2)
    clock = rv.Neuron(equations="v = v + 1.0", spike="v > 6.0", reset="v = 0.0")
    source = net.create(size, clock, name="source")
    neuron = rv.Neuron(equations="10.0*dv/dt = g_exc - v", spike="v > 0.5", reset="v = 0.0")
    cells = net.create(size, neuron, name="cells")
    for part in (cells, cells[: size // 2]):
        weights = rv.Uniform(0.0, 0.05)
        net.connect(source, part, "exc").fixed_probability(_density(size), weights=weights)
    net.monitor(cells, ["spike"], name="recording")
    return net


@sized
def hodgkin_huxley(size: int) -> rv.Network:
    """Hodgkin and Huxley's neurons: six exponentials a step."""
    neuron = rv.Neuron(
        parameters="C = 1.0 : population\nI = 10.0",
        equations="""
            alpha_n = 0.01*(V + 55.0)/(1.0 - exp(-(V + 55.0)/10.0))
            beta_n = 0.125*exp(-(V + 65.0)/80.0)
            alpha_m = 0.1*(V + 40.0)/(1.0 - exp(-(V + 40.0)/10.0))
            beta_m = 4.0*exp(-(V + 65.0)/18.0)
            alpha_h = 0.07*exp(-(V + 65.0)/20.0)
            beta_h = 1.0/(1.0 + exp(-(V + 35.0)/10.0))
            before = V : init=-65.0
            dn/dt = alpha_n*(1.0 - n) - beta_n*n : init=0.318
            dm/dt = alpha_m*(1.0 - m) - beta_m*m : init=0.053
            dh/dt = alpha_h*(1.0 - h) - beta_h*h : init=0.596
            C*dV/dt = I - 120.0*m^3*h*(V - 50.0) - 36.0*n^4*(V + 77.0) - 0.3*(V + 54.4) : init=-65.0
        """,
        spike="V > 0.0 and before <= 0.0",
        reset="before = V",
    )
    net = rv.Network(dt=0.01, seed=1)
    cells = net.create(size, neuron, name="cells")
    cells.I = rv.Uniform(8.0, 12.0)
    net.monitor(cells, "spike", name="recording")
    return net


@sized
def rates(size: int) -> rv.Network:
    """Dense sums of rates."""
    net = rv.Network(dt=1.0, seed=1)
    leaky = "tau*dr/dt + r = sum(exc) + b : min=0.0"
    neuron = rv.Neuron(parameters="tau = 10.0 : population\nb = 0.1", equations=leaky)
    source, cells = (net.create(size, neuron, name=name) for name in ("source", "cells"))
    source.b = rv.Uniform(0.0, 1.0)
    net.connect(source, cells, "exc").all_to_all(rv.Uniform(0.0, 1.0 / size))
    return net


@sized
def learning_rates(size: int) -> rv.Network:
    """Dense sums of rates, of synapses that learn in every step."""
    net = rv.Network(dt=1.0, seed=1)
    neuron = rv.Neuron(equations="r = 0.5*r + 0.1*sum(exc) + Uniform(0.0, 0.1)")
    source, cells = (net.create(size, neuron, name=name) for name in ("source", "cells"))
    synapse = rv.Synapse(psp="w * pre.r", equations="4.0 * dw/dt = pre.r * post.r - w")
    net.connect(source, cells, "exc", synapse).all_to_all(rv.Uniform(0.0, 1.0 / size))
    return net


def everything(size: int) -> rv.Network:
    """All features in one network of a size of its own."""
    return everything_in_one(Setting(), None)


SIZED["everything"] = everything


def build(network: str, size: int = 0, **settings: Any) -> rv.Network:
    """A network by its name. Those of the family have no size."""
    if size:
        net = SIZED[network](size)
    else:
        with explicit(list(FAMILY).index(network)):
            net = FAMILY[network]()
    net.config(num_threads=None, **settings)
    return net
