"""Rules that all code generators share, and how the one of a target is found."""
