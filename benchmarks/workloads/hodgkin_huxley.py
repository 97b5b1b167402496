"""Hodgkin and Huxley's neurons (1952) without synapses.

A neuron takes six exponentials a step.
"""

from __future__ import annotations

import ranvier as rv

from ..contest import Case, Workload
from ..race import Settings
from ..rivals import Rivals

DT = 0.01


def network(neurons: int) -> tuple[rv.Network, rv.Population]:
    """Neurons driven by different constant currents. A spike is ``V`` rising above 0 mV."""
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
    net = rv.Network(dt=DT, seed=1)
    cells = net.create(neurons, neuron)
    cells.I = rv.Uniform(8.0, 12.0)
    return net, cells


def rivals(them: Rivals, case: Case, settings: Settings) -> None:
    """Add the peers; there is no hand-written limit."""
    arguments = (str(case.neurons), str(case.duration))
    them.peer("ANNarchy", "annarchy_hodgkin_huxley.py", settings, *arguments)
    them.peer("Brian2", "brian2_hodgkin_huxley.py", settings, *arguments)


WORKLOADS = [
    Workload(
        "hodgkin-huxley",
        "1000 neurons of Hodgkin and Huxley, dt 0.01 ms, 1 s",
        Case(1000, 1000.0),
        network,
        rivals,
    )
]
