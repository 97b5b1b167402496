"""Networks for tests of kernels on GPUs."""

from __future__ import annotations

import ranvier as rv


def sparse_rates(size: int = 400) -> rv.Network:
    """Sums of rates along rows of few synapses."""
    net = rv.Network(dt=1.0, seed=1)
    leaky = rv.Neuron(equations="10.0*dr/dt + r = sum(exc) + 0.1")
    source, cells = (net.create(size, leaky, name=name) for name in ("source", "cells"))
    net.connect(source, cells, "exc").fixed_number_pre(10, weights=rv.Uniform(0.0, 0.1))
    return net
