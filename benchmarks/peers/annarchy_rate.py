"""ANNarchy, dense rate-coded networks: KIND NEURONS STEPS THREADS."""

import sys
import time
from importlib import import_module

ann = import_module("ANNarchy")

kind, neurons, steps, threads = sys.argv[1], *map(int, sys.argv[2:])
net = ann.Network(dt=1.0, seed=1)
if threads > 1:
    net.config(num_threads=threads)
leaky = ann.Neuron(
    parameters="tau = 10.0 : population\ndrive = 0.0",
    equations="tau*dr/dt + r = sum(exc) + drive : min=0.0",
)
drive = [0.01 * (rank % 7) for rank in range(neurons)]
if kind == "recurrent":
    cells = net.create(neurons, leaky)
    pre, weights = cells, ann.Uniform(0.0, 1.0 / neurons)
else:
    pre, cells = net.create(neurons, leaky), net.create(neurons, leaky)
    weights = ann.Uniform(0.0, 1.0)
pre.drive = drive
net.connect(pre, cells, target="exc").all_to_all(weights=weights, allow_self_connections=True)
start = time.perf_counter()
net.compile()
compiled = time.perf_counter() - start
start = time.perf_counter()
net.simulate(float(steps))
elapsed = time.perf_counter() - start
print(f"compile {compiled:.3f} s simulate {elapsed:.4f} s mean r {cells.r.mean():.6g}")
