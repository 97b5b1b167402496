"""The run time of a network: buffers, storage of synapses, threads, recordings."""
