"""Brian2, Izhikevich's network: NEURONS DURATION THREADS."""

import sys
from importlib import import_module

standalone = import_module("brian2_standalone")
b = standalone.b

neurons, duration, threads = map(float, sys.argv[1:])
size, count = int(neurons), int(0.8 * neurons)
standalone.prepare(1.0, int(threads))
equations = """
dv/dt = (0.04*v**2 + 5*v + 140 - u + I)/ms : 1
du/dt = a*(b*v - u)/ms : 1
I = g + scale*noise : 1
g : 1
noise : 1
scale : 1
a : 1
b : 1
c : 1
d : 1
"""
cells = b.NeuronGroup(size, equations, threshold="v >= 30", reset="v = c\nu += d", method="euler")
cells.v, cells.u = -65.0, -13.0
exc, inh = cells[:count], cells[count:]
exc.a, exc.b, exc.c, exc.d = 0.02, 0.2, "-65 + 15*rand()", "2 + 6*rand()"
inh.a, inh.b, inh.c, inh.d = "0.02 + 0.08*rand()", "0.2 + 0.05*rand()", -65.0, 2.0
exc.scale, inh.scale = 5.0, 2.0
cells.run_regularly("noise = randn()")
# An input acts for one step: it is cleared after the equations have seen it.
cells.run_regularly("g = 0", when="after_groups")
synapses = []
for group, action, most in ((exc, "g_post += w", 0.5), (inh, "g_post -= w", 1.0)):
    one = b.Synapses(group, cells, "w : 1", on_pre=action)
    one.connect(condition="i != j" if group is exc else f"i + {count} != j")
    one.w = f"{most * 1000 / size}*rand()"
    synapses.append(one)
spikes = b.SpikeMonitor(cells, record=False)
standalone.simulate(b.Network(cells, *synapses, spikes), spikes, size, duration)
