"""The Python interface and the equation language: what users write, up to the `net` module."""
