"""The run time of a network: buffers, synapses, threads, recordings."""
