"""Rules that all code generators share, and the search for one. A target names its generator."""
