"""The COBA network in plain NumPy, step by step.

It is computed as the model is defined.

One step k, with explicit Euler (all derivatives from the values before the update)::

    g      += w for every spike of step k-1, projection by projection, by ascending pre rank
    active  = not refractory
    v'      = v + (dt/tau) * ((El - v) + g_exc*(Erev_exc - v) + g_inh*(Erev_inh - v) + I)
    g'      = g + (dt/tau_g) * (-g)             also while refractory
    spike   = active and v' > Vt                reset v = Vr, then N = round(5 ms / dt) steps frozen

The order of the floating-point operations is that of the text, so that another implementation
which keeps the text's order has the same bits.
"""

from __future__ import annotations

import numpy as np
from attrs import Factory, define, field, frozen

from references.connectivity import CobaNetwork, Floats, Ranks, Synapses


@frozen
class CobaParameters:
    """The parameters of the published script (ms, mV)."""

    dt: float = 0.1
    el: float = -60.0
    vr: float = -60.0
    erev_exc: float = 0.0
    erev_inh: float = -80.0
    vt: float = -50.0
    tau: float = 20.0
    tau_exc: float = 5.0
    tau_inh: float = 10.0
    current: float = 20.0
    refractory: float = 5.0
    weight_exc: float = 0.6
    weight_inh: float = 6.7


@define(eq=False)
class CobaReference:
    """State of the network. ``fired`` holds the ranks that fired in the last step, ascending."""

    network: CobaNetwork
    parameters: CobaParameters = Factory(CobaParameters)
    v: Floats = field(init=False)
    g_exc: Floats = field(init=False)
    g_inh: Floats = field(init=False)
    frozen_steps: Ranks = field(init=False)
    fired: Ranks = field(init=False)

    def __attrs_post_init__(self) -> None:
        size = self.network.size
        self.v = self.network.initial_v.copy()
        self.g_exc = np.zeros(size)
        self.g_inh = np.zeros(size)
        self.frozen_steps = np.zeros(size, dtype=np.int64)
        self.fired = np.empty(0, dtype=np.int64)

    def step(self) -> Ranks:
        """Compute one step and return the ranks that fire in it."""
        self._deliver()
        p = self.parameters
        active = self.frozen_steps == 0
        self.frozen_steps[~active] -= 1
        slope = (
            (p.el - self.v)
            + self.g_exc * (p.erev_exc - self.v)
            + self.g_inh * (p.erev_inh - self.v)
            + p.current
        )
        moved = self.v + (p.dt / p.tau) * slope
        self.g_exc = self.g_exc + (p.dt / p.tau_exc) * -self.g_exc
        self.g_inh = self.g_inh + (p.dt / p.tau_inh) * -self.g_inh
        self.v = np.where(active, moved, self.v)
        spiking = active & (self.v > p.vt)
        self.v[spiking] = p.vr
        self.frozen_steps[spiking] = round(p.refractory / p.dt)
        self.fired = np.flatnonzero(spiking)
        return self.fired

    def _deliver(self) -> None:
        """Add the spikes of the step before to the conductances."""
        p, network = self.parameters, self.network
        first_inhibitory = network.excitatory_size
        exc = self.fired[self.fired < first_inhibitory]
        inh = self.fired[self.fired >= first_inhibitory] - first_inhibitory
        _accumulate(self.g_exc, network.excitatory, exc, p.weight_exc)
        _accumulate(self.g_inh, network.inhibitory, inh, p.weight_inh)

    def run(self, steps: int) -> list[tuple[int, int]]:
        """Compute steps; all spikes as pairs (step, rank), ascending."""
        return [(k, int(rank)) for k in range(steps) for rank in self.step()]


def _accumulate(g: Floats, synapses: Synapses, fired: Ranks, weight: float) -> None:
    """Add one weight for every synapse of neurons that fired.

    One after the other.
    """
    starts = np.searchsorted(synapses.pre, fired)
    ends = np.searchsorted(synapses.pre, fired, side="right")
    for start, end in zip(starts, ends, strict=True):
        g[synapses.post[start:end]] += weight  # the targets of one neuron are distinct
