"""ANNarchy, neurons of Hodgkin and Huxley: NEURONS DURATION THREADS."""

import sys
import time
from importlib import import_module

ann = import_module("ANNarchy")

neurons, duration, threads = map(float, sys.argv[1:])
net = ann.Network(dt=0.01, seed=1)
if threads > 1:
    net.config(num_threads=int(threads))
cell = ann.Neuron(
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
    spike="(V > 0.0) and (before <= 0.0)",
    reset="before = V",
)
cells = net.create(int(neurons), cell)
cells.I = ann.Uniform(8.0, 12.0)
start = time.perf_counter()
net.compile()
compiled = time.perf_counter() - start
spikes = net.monitor(cells, "spike")
start = time.perf_counter()
net.simulate(duration)
elapsed = time.perf_counter() - start
rate = sum(len(s) for s in spikes.get("spike").values()) / neurons / duration * 1000
print(f"compile {compiled:.3f} s simulate {elapsed:.4f} s rate {rate:.2f} Hz")
