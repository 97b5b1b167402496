"""Kernels for the threads of a grid.

They take neurons one by one, rows by subgroups, spikes as bits.
"""
