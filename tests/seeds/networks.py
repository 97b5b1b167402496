"""The networks of the published scripts, built through the package's interface."""

from __future__ import annotations

import numpy as np

import ranvier as rv
from references.connectivity import CobaNetwork, Floats

Spikes = list[tuple[int, int]]


def coba_neuron() -> rv.Neuron:
    """The neuron of the published script."""
    return rv.Neuron(
        parameters="""
            El = -60.0       : population
            Vr = -60.0       : population
            Erev_exc = 0.0   : population
            Erev_inh = -80.0 : population
            Vt = -50.0       : population
            tau = 20.0       : population
            tau_exc = 5.0    : population
            tau_inh = 10.0   : population
            I = 20.0         : population
        """,
        equations="""
            tau*dv/dt = (El - v) + g_exc*(Erev_exc - v) + g_inh*(Erev_inh - v) + I
            tau_exc * dg_exc/dt = - g_exc
            tau_inh * dg_inh/dt = - g_inh
        """,
        spike="v > Vt",
        reset="v = Vr",
        refractory=5.0,
    )


def coba(data: CobaNetwork, threads: int = 1) -> tuple[rv.Network, rv.Population]:
    """The COBA network with the connectivity of a reference.

    It is not compiled yet.
    """
    from scipy.sparse import csr_matrix

    net = rv.Network(dt=0.1, seed=98765)
    net.config(num_threads=threads)
    cells = net.create(data.size, coba_neuron())
    cells.v = data.initial_v
    for view, target, synapses, weight in (
        (cells[: data.excitatory_size], "exc", data.excitatory, 0.6),
        (cells[data.excitatory_size :], "inh", data.inhibitory, 6.7),
    ):
        matrix = csr_matrix(
            (np.full(len(synapses), weight), (synapses.pre, synapses.post)),
            shape=(view.size, data.size),
        )
        net.connect(view, cells, target).from_sparse(matrix)
    return net, cells


def rate_coded(
    weights: Floats, drive: Floats, inputs: Floats, threads: int = 1
) -> tuple[rv.Network, rv.Population, rv.Population]:
    """Driven inputs and leaky outputs, all-to-all; ``weights`` is (outputs, inputs)."""
    driven = rv.Neuron(
        parameters="tau = 10.0 : population\ndrive = 0.0",
        equations="tau*dr/dt + r = drive : min=0.0",
    )
    leaky = rv.Neuron(
        parameters="tau = 10.0 : population", equations="tau*dr/dt + r = sum(exc) : min=0.0"
    )
    net = rv.Network(dt=1.0, seed=1)
    net.config(num_threads=threads)
    pre = net.create(weights.shape[1], driven)
    post = net.create(weights.shape[0], leaky)
    pre.drive = drive
    pre.r = inputs
    net.connect(pre, post, "exc").from_matrix(weights)
    return net, pre, post


def spike_list(recorded: dict[int, list[int]]) -> Spikes:
    """Recorded spikes as pairs (step, rank), ascending."""
    return sorted((step, rank) for rank, steps in recorded.items() for step in steps)
