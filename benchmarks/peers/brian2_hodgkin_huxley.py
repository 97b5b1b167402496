"""Brian2, neurons of Hodgkin and Huxley: NEURONS DURATION THREADS."""

import sys
from importlib import import_module

standalone = import_module("brian2_standalone")
b = standalone.b

neurons, duration, threads = map(float, sys.argv[1:])
standalone.prepare(0.01, int(threads))
equations = """
dV/dt = (I - 120*m**3*h*(V - 50) - 36*n**4*(V + 77) - 0.3*(V + 54.4))/ms : 1
dn/dt = (alpha_n*(1 - n) - beta_n*n)/ms : 1
dm/dt = (alpha_m*(1 - m) - beta_m*m)/ms : 1
dh/dt = (alpha_h*(1 - h) - beta_h*h)/ms : 1
alpha_n = 0.01*(V + 55)/(1 - exp(-(V + 55)/10)) : 1
beta_n = 0.125*exp(-(V + 65)/80) : 1
alpha_m = 0.1*(V + 40)/(1 - exp(-(V + 40)/10)) : 1
beta_m = 4*exp(-(V + 65)/18) : 1
alpha_h = 0.07*exp(-(V + 65)/20) : 1
beta_h = 1/(1 + exp(-(V + 35)/10)) : 1
I : 1
"""
cells = b.NeuronGroup(
    int(neurons), equations, threshold="V > 0", refractory="V > 0", method="euler"
)
cells.V, cells.n, cells.m, cells.h = -65.0, 0.318, 0.053, 0.596
cells.I = "8 + 4*rand()"
spikes = b.SpikeMonitor(cells, record=False)
standalone.simulate(b.Network(cells, spikes), spikes, int(neurons), duration)
