"""Brian2, Brunel's network: KIND NEURONS DURATION THREADS."""

import sys
from importlib import import_module

standalone = import_module("brian2_standalone")
b = standalone.b

kind, neurons, duration, threads = sys.argv[1], *map(float, sys.argv[2:])
size, count = int(neurons), int(0.8 * neurons)
standalone.prepare(0.1, int(threads))
jump = 0.1 * 10_000 / size
names = dict(
    tau=20 * b.ms, mu=40.0, sigma=0.1 * 2.0**0.5 * 200.0, jump=jump, taup=20 * b.ms,
    wmax=2 * jump, gain=0.01 * 2 * jump,
)  # fmt: skip
equations = "dv/dt = (mu - v + sigma*noise)/tau : 1 (unless refractory)\nnoise : 1"
cells = b.NeuronGroup(
    size, equations, threshold="v > 20", reset="v = 10", refractory=2 * b.ms, method="euler",
    namespace=names,
)  # fmt: skip
cells.run_regularly("noise = randn()")
traces = """
w : 1
dx/dt = -x/taup : 1 (event-driven)
dy/dt = -y/taup : 1 (event-driven)
"""
before = "v_post += w*int(not_refractory_post)\nx += gain\nw = clip(w + y, 0, wmax)"
after = "y -= gain\nw = clip(w + x, 0, wmax)"
static = "v_post += {}*int(not_refractory_post)"
delay = 1.5 * b.ms
exc, inh = cells[:count], cells[count:]
if kind == "stdp":
    learning = b.Synapses(exc, exc, traces, on_pre=before, on_post=after, namespace=names)
else:
    learning = b.Synapses(exc, exc, on_pre=static.format("jump"), namespace=names)
across = b.Synapses(exc, inh, on_pre=static.format("jump"), namespace=names)
down = b.Synapses(inh, cells, on_pre=static.format("-5*jump"), namespace=names)
for synapses in (learning, across, down):
    synapses.connect(p=0.1)
    synapses.pre.delay = delay
if kind == "stdp":
    learning.w = jump
spikes = b.SpikeMonitor(cells, record=False)
network = b.Network(cells, learning, across, down, spikes)
standalone.simulate(network, spikes, size, duration)
