"""ANNarchy, Brunel's network: KIND NEURONS DURATION THREADS."""

import sys
import time
from importlib import import_module

ann = import_module("ANNarchy")

kind, neurons, duration, threads = sys.argv[1], *map(float, sys.argv[2:])
size, count = int(neurons), int(0.8 * neurons)
net = ann.Network(dt=0.1, seed=1)
if threads > 1:
    net.config(num_threads=int(threads))
cell = ann.Neuron(
    parameters=dict(tau=20.0, mu=40.0, sigma=0.1 * 2.0**0.5 * 200.0),
    equations="tau*dv/dt = mu - v + sigma*Normal(0.0, 1.0) + g_exc - g_inh : init=0.0",
    spike="v > 20.0",
    reset="v = 10.0",
    refractory=2.0,
)
cells = net.create(size, cell)
weight = 20.0 * 10_000 / size
learning = ann.STDP(w_max=2.0 * weight) if kind == "stdp" else None
for pre, post, target, synapse, w in (
    (cells[:count], cells[:count], "exc", learning, weight),
    (cells[:count], cells[count:], "exc", None, weight),
    (cells[count:], cells, "inh", None, 5.0 * weight),
):
    projection = net.connect(pre, post, target=target, synapse=synapse)
    projection.fixed_probability(0.1, weights=w, delays=1.5)
start = time.perf_counter()
net.compile()
compiled = time.perf_counter() - start
spikes = net.monitor(cells, "spike")
start = time.perf_counter()
net.simulate(duration)
elapsed = time.perf_counter() - start
rate = sum(len(s) for s in spikes.get("spike").values()) / size / duration * 1000
print(f"compile {compiled:.3f} s simulate {elapsed:.4f} s rate {rate:.2f} Hz")
