"""The network of Izhikevich (2003): 1000 neurons with noise, all-to-all.

Weights are random.
"""

from __future__ import annotations

import ranvier as rv

from ..contest import Case, Workload
from ..race import Settings
from ..rivals import Rivals


def network(neurons: int) -> tuple[rv.Network, rv.Population]:
    """Regular spiking and fast spiking neurons, four to one."""
    neuron = rv.Neuron(
        parameters="noise = 5.0\na = 0.02\nb = 0.2\nc = -65.0\nd = 8.0",
        equations="""
            I = g_exc - g_inh + noise*Normal(0.0, 1.0)
            dv/dt = 0.04*v^2 + 5.0*v + 140.0 - u + I : init=-65.0
            du/dt = a*(b*v - u) : init=-13.0
        """,
        spike="v >= 30.0",
        reset="v = c\nu += d",
    )
    # Explicit steps of 1 ms: with some seeds all neurons end up firing at once.
    net = rv.Network(dt=1.0, seed=1)
    cells = net.create(neurons, neuron)
    excitatory, inhibitory = cells[: int(0.8 * neurons)], cells[int(0.8 * neurons) :]
    excitatory.c, excitatory.d = rv.Uniform(-65.0, -50.0), rv.Uniform(2.0, 8.0)
    inhibitory.a, inhibitory.b = rv.Uniform(0.02, 0.1), rv.Uniform(0.2, 0.25)
    inhibitory.d, inhibitory.noise = 2.0, 2.0
    scale = 1000 / neurons
    net.connect(excitatory, cells, "exc").all_to_all(rv.Uniform(0.0, 0.5 * scale))
    net.connect(inhibitory, cells, "inh").all_to_all(rv.Uniform(0.0, 1.0 * scale))
    return net, cells


def rivals(them: Rivals, case: Case, settings: Settings) -> None:
    """Add the peers; there is no hand-written limit."""
    arguments = (str(case.neurons), str(case.duration))
    them.peer("ANNarchy", "annarchy_izhikevich.py", settings, *arguments)
    them.peer("Brian2", "brian2_izhikevich.py", settings, *arguments)


WORKLOADS = [
    Workload(
        "izhikevich",
        "Izhikevich's network, 1000 spiking neurons, all-to-all with random weights, noise, 10 s",
        Case(1000, 10_000.0),
        network,
        rivals,
    )
]
