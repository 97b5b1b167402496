"""Rules that all code generators share, and the search for one. It is found by its target."""
