"""Performance of a spiking network: the COBA benchmark with 4000 neurons.

The script of Fig. 8 of Vitay, Dinkelbach and Hamker (2015). The connectivity is read from
``exc.npz`` and ``inh.npz`` in the current folder, which ``coba_connectivity.py`` makes. ``-jX``
runs X threads.
"""

import time

from coba_connectivity import load_connectivity

from ranvier import *

# Configuration
setup(dt=0.1, seed=98765)
# COBA neuron
COBA = Neuron(
    parameters="""
        El = -60.0          : population
        Vr = -60.0          : population
        Erev_exc = 0.0       : population
        Erev_inh = -80.0     : population
        Vt = -50.0           : population
        tau = 20.0            : population
        tau_exc = 5.0         : population
        tau_inh = 10.0        : population
        I = 20.0              : population
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
# Populations
P = Population(geometry=4000, neuron=COBA)
Pe = P[:3200]
Pi = P[3200:]
P.v = Normal(-55.0, 5.0)
# Connections
we = 0.6
wi = 6.7
mate = load_connectivity("exc.npz")
mati = load_connectivity("inh.npz")
Ce = Projection(pre=Pe, post=P, target="exc")
# Ce.connect_fixed_probability(weights=we, probability=0.02)
Ce.connect_from_sparse(weights=mate * we)
Ci = Projection(pre=Pi, post=P, target="inh")
# Ci.connect_fixed_probability(weights=wi, probability=0.02)
Ci.connect_from_sparse(weights=mati * wi)
# Compile and simulate
compile()
start_time = time.time()
simulate(10000.0)
duration = time.time() - start_time
