"""ANNarchy, Izhikevich's network: NEURONS DURATION THREADS."""

import sys
import time
from importlib import import_module

ann = import_module("ANNarchy")

neurons, duration, threads = map(float, sys.argv[1:])
size, count = int(neurons), int(0.8 * neurons)
net = ann.Network(dt=1.0, seed=1)
if threads > 1:
    net.config(num_threads=int(threads))
cell = ann.Neuron(
    parameters="noise = 5.0\na = 0.02\nb = 0.2\nc = -65.0\nd = 8.0",
    equations="""
        I = g_exc - g_inh + noise*Normal(0.0, 1.0)
        dv/dt = 0.04*v^2 + 5.0*v + 140.0 - u + I : init=-65.0
        du/dt = a*(b*v - u) : init=-13.0
    """,
    spike="v >= 30.0",
    reset="v = c\nu += d",
)
cells = net.create(size, cell)
exc, inh = cells[:count], cells[count:]
exc.c, exc.d = ann.Uniform(-65.0, -50.0), ann.Uniform(2.0, 8.0)
inh.a, inh.b = ann.Uniform(0.02, 0.1), ann.Uniform(0.2, 0.25)
inh.d, inh.noise = 2.0, 2.0
scale = 1000 / size
net.connect(exc, cells, target="exc").all_to_all(weights=ann.Uniform(0.0, 0.5 * scale))
net.connect(inh, cells, target="inh").all_to_all(weights=ann.Uniform(0.0, 1.0 * scale))
start = time.perf_counter()
net.compile()
compiled = time.perf_counter() - start
spikes = net.monitor(cells, "spike")
start = time.perf_counter()
net.simulate(duration)
elapsed = time.perf_counter() - start
rate = sum(len(s) for s in spikes.get("spike").values()) / size / duration * 1000
print(f"compile {compiled:.3f} s simulate {elapsed:.4f} s rate {rate:.2f} Hz")
