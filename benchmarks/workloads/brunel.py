"""The network of Brunel (2000): 10,000 neurons, 1000 synapses each.

Delays are 1.5 ms. Every spike moves the membrane at once, by 0.1 mV (excitatory) or -0.5 mV. Input
from outside is its mean and its fluctuations: twice the rate that takes a neuron to its threshold,
through 800 synapses each. With STDP the synapses between excitatory neurons learn.
"""

from __future__ import annotations

from functools import partial

import ranvier as rv

from ..contest import Case, Workload
from ..race import Settings
from ..rivals import Rivals

DT, TAU, DELAY, CHANCE = 0.1, 20.0, 1.5, 0.1
JUMP, RELATIVE = 0.1, 5.0
# A weight acts for one step of the equation of v: v changes by dt / tau times the weight.
WEIGHT = JUMP * TAU / DT


def neuron() -> rv.Neuron:
    """A leaky integrate-and-fire neuron with noise.

    ``v`` in mV above rest, ``sigma`` for one draw a step.
    """
    return rv.Neuron(
        parameters=dict(tau=TAU, mu=40.0, sigma=JUMP * 2.0**0.5 * TAU / DT),
        equations="tau*dv/dt = mu - v + sigma*Normal(0.0, 1.0) + g_exc - g_inh : init=0.0",
        spike="v > 20.0",
        reset="v = 10.0",
        refractory=2.0,
    )


def network(neurons: int, plastic: bool) -> tuple[rv.Network, rv.Population]:
    """The network, static or with STDP between excitatory neurons."""
    net = rv.Network(dt=DT, seed=1)
    cells = net.create(neurons, neuron())
    count = int(0.8 * neurons)
    excitatory, inhibitory = cells[:count], cells[count:]
    # Fewer neurons get stronger synapses, so that the input of each stays what it is.
    weight = WEIGHT * 10_000 / neurons
    learning = rv.STDP(w_max=2.0 * weight) if plastic else None
    for pre, post, target, synapse, w in (
        (excitatory, excitatory, "exc", learning, weight),
        (excitatory, inhibitory, "exc", None, weight),
        (inhibitory, cells, "inh", None, RELATIVE * weight),
    ):
        net.connect(pre, post, target, synapse).fixed_probability(CHANCE, weights=w, delays=DELAY)
    return net, cells


def rivals(kind: str, them: Rivals, case: Case, settings: Settings) -> None:
    """Add the peers; there is no hand-written limit."""
    arguments = (kind, str(case.neurons), str(case.duration))
    them.peer("ANNarchy", "annarchy_brunel.py", settings, *arguments)
    them.peer("Brian2", "brian2_brunel.py", settings, *arguments)


WORKLOADS = [
    Workload(
        "brunel",
        "Brunel's network, 10,000 spiking neurons, 1000 synapses each, delay 1.5 ms, 1 s",
        Case(10_000, 1000.0),
        partial(network, plastic=False),
        partial(rivals, "static"),
    ),
    Workload(
        "brunel-stdp",
        "the same with STDP between excitatory neurons",
        Case(10_000, 1000.0),
        partial(network, plastic=True),
        partial(rivals, "stdp"),
    ),
]
