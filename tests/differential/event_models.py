"""Small networks whose neurons have two kinds of spikes."""

from __future__ import annotations

import numpy as np
from differential.models import network, random_weights, sparse

import ranvier as rv

NEURON = rv.Neuron(
    parameters="threshold = 1.0\ndrive = 0.1",
    equations="""
        v = v + drive + g_exc
        a = a + 0.3
        g_exc = 0.5 * g_exc
    """,
    spike="v > threshold",
    reset="v = 0.0\na += 0.25",
    axon_spike="a > 1.0",
    axon_reset="a = a - 1.0\nv += 0.05",
    refractory=1.0,
)


def _sources(dt: float) -> tuple[rv.Network, rv.Population]:
    """Neurons with a rhythm for each kind of spike."""
    net = rv.Network(dt=dt, seed=3)
    source = net.create(37, NEURON, name="source")
    source.threshold = np.linspace(0.3, 1.2, 37)
    source.a = np.linspace(0.0, 1.2, 37)
    return net, source


@network
def axonal_spikes() -> rv.Network:
    """Synapses for plain spikes, axonal spikes, and both."""
    net, source = _sources(0.5)
    cells = net.create(21, NEURON, name="cells")
    cells.threshold = np.linspace(1.0, 9.0, 21)
    axon = rv.Synapse(pre_axon_spike="g_target += w")
    both = rv.Synapse(pre_spike="g_target += 0.5*w", pre_axon_spike="g_target  +=  0.5*w")
    sparse(net.connect(source, cells, "exc", axon))
    net.connect(source[3:30], cells, "exc", both).from_matrix(random_weights(27, 21, 6))
    sparse(net.connect(source, cells, "exc"), 7)
    net.connect(source, cells, "exc", axon).all_to_all(0.01, delays=2.0)
    many = net.connect(cells, cells[4:], "exc", both)
    many.fixed_probability(0.4, weights=rv.Uniform(0.0, 0.1), delays=rv.Uniform(0.5, 3.0))
    net.monitor(source, ["v", "a", "spike", "axon_spike", "count(spike)"])
    net.monitor(cells[2:15], ["axon_spike", "v", "count(axon_spike)"])
    return net


@network
def axonal_learning() -> rv.Network:
    """Axonal spikes change weights and traces."""
    net, source = _sources(1.0)
    cells = net.create(9, NEURON, name="cells")
    cells.threshold = np.linspace(1.0, 9.0, 9)
    pairs = rv.Synapse(
        parameters="tau = 10.0 : projection",
        equations="tau * dx/dt = -x : event-driven\ntau * dy/dt = -y : event-driven",
        pre_axon_spike="g_target += w\nx += 0.1\nw = clip(w - y, 0.0, 1.0)",
        post_spike="y += 0.1\nw = clip(w + x, 0.0, 1.0)",
    )
    sparse(net.connect(source, cells, "exc", pairs))
    net.monitor(cells, ["v", "axon_spike"])
    return net
