"""The cortical microcircuit of Potjans and Diesmann (Cerebral Cortex, 2014)."""

from __future__ import annotations

import ranvier as rv

LAYERS = {"23e": 20683, "23i": 5834, "4e": 21915, "4i": 5479, "5e": 4850, "5i": 1065, "6e": 14395,
          "6i": 2948}  # fmt: skip
"""Neurons of each population (table 5 there)."""

CHANCES = (
    (0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0, 0.0076, 0.0),
    (0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0, 0.0042, 0.0),
    (0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0.0),
    (0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0, 0.1057, 0.0),
    (0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0),
    (0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0.0),
    (0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252),
    (0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443),
)
"""Probabilities of synapses, by post and pre population."""

OUTSIDE = (1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100)
"""Synapses from outside, with 8 spikes a second each. Here they are a constant current."""


def microcircuit(scale: float, count: int = 8) -> rv.Network:
    """The microcircuit, with a part of its neurons.

    ``count`` is the number of populations, from the top. Weights grow as numbers of synapses
    shrink; they are in mV of the postsynaptic current.
    """
    net = rv.Network(dt=0.1, seed=55)
    neuron = rv.Neuron(
        parameters="tau = 10.0 : population\nouter = 0.0 : population",
        equations="""
            tau * dv/dt = -65.0 - v + g_exc - g_inh + outer
            0.5 * dg_exc/dt = -g_exc
            0.5 * dg_inh/dt = -g_inh
        """,
        spike="v > -50.0",
        reset="v = -65.0",
        refractory=2.0,
    )
    weight = 0.04 * 87.8  # mV: 87.8 pA through 40 MOhm
    populations = []
    for (name, size), outside in list(zip(LAYERS.items(), OUTSIDE, strict=True))[:count]:
        cells = net.create(max(2, round(size * scale)), neuron, name=f"layer{name}")
        cells.v = rv.Uniform(-65.0, -50.0)
        cells.outer = weight * 0.5e-3 * 8.0 * outside
        net.monitor(cells, "spike", name=f"spikes{name}")
        populations.append(cells)
    for post, row in zip(populations, CHANCES, strict=False):
        for number, (pre, chance) in enumerate(zip(populations, row, strict=False)):
            if not chance:
                continue
            inhibits = number % 2
            double = 2.0 if (post.name, pre.name) == ("layer23e", "layer4e") else 1.0
            mean = weight * double * (4.0 if inhibits else 1.0) / scale
            delay = 0.75 if inhibits else 1.5
            net.connect(pre, post, "inh" if inhibits else "exc").fixed_probability(
                chance,
                weights=rv.Normal(mean, 0.1 * mean, min=0.0),
                delays=rv.Normal(delay, delay / 2, min=0.1, max=4 * delay),
            )
    return net
