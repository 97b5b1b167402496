"""What is there while a network runs: buffers, storage of synapses, threads, recordings."""
