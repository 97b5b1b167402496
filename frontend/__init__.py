"""The Python interface and the equation language, up to ``net`` modules."""
