"""Performance of a rate-coded network: 1000 neurons, all-to-all.

The script of Fig. 7 of Vitay, Dinkelbach and Hamker (2015). ``-jX`` runs X threads.
"""

import time

from ranvier import *

# Uncomment to use CUDA
# setup(paradigm="cuda")
# Default rate-coded neuron
LeakyNeuron = Neuron(
    parameters="tau = 10.0 : population", equations="tau*dr/dt + r = sum(exc) : min=0.0"
)
# Number of neurons
N = 1000  # 4000
# Creating the populations
Input = Population(geometry=N, neuron=LeakyNeuron)
Output = Population(geometry=N, neuron=LeakyNeuron)
# Creating the projection
proj = Projection(Input, Output, "exc")
proj.connect_all_to_all(weights=Uniform(0.0, 1.0))
# Compile the network
compile()
# Measure simulation time
t_start = time.time()
simulate(1000.0)
duration = time.time() - t_start
print("Done in", duration)
