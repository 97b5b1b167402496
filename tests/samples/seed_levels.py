"""Text and modules of every level of the published networks.

There are three, in small sizes.

Two of them in single precision, too: all of it, or only the weights in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from seeds import networks

import ranvier as rv
from references.connectivity import coba_network

LEVELS = ("net", "eq", "loops", "kernels")


def _coba() -> rv.Network:
    net, cells = networks.coba(coba_network(200))
    net.monitor(cells, ["spike", "v"])
    return net


def _rate_coded() -> rv.Network:
    rng = np.random.default_rng(7)
    weights = rng.uniform(0.0, 1.0, (20, 30))
    return networks.rate_coded(weights, rng.uniform(size=30), np.zeros(30))[0]


def _hybrid() -> rv.Network:
    """The network of ``examples/hybrid.py``.

    A rate becomes Poisson spikes, which are decoded again.
    """
    net = rv.Network(dt=0.1, seed=1)
    rates = net.create(1, rv.Neuron(parameters="baseline = 0.0", equations="r = baseline"))
    spikes = net.create(rv.PoissonPopulation(geometry=40, target="exc"))
    decoded = net.create(40, rv.Neuron(equations="r = sum(exc)"))
    net.connect(rates, spikes, "exc").all_to_all(weights=1.0)
    decoding = rv.DecodingProjection(spikes, decoded, "exc", window=10.0, network=net)
    decoding.all_to_all(weights=1.0)
    net.monitor(rates, "r")
    net.monitor(spikes, "spike")
    net.monitor(decoded, "r")
    return net


def _single() -> rv.Network:
    net = _coba()
    net.config(dtype="float32")
    return net


def _stored() -> rv.Network:
    net = _rate_coded()
    net.config(synapse_dtype="float32")
    return net


NETWORKS = {
    "coba": _coba,
    "rate": _rate_coded,
    "hybrid": _hybrid,
    "coba-single": _single,
    "rate-stored": _stored,
}


@cache
def texts(name: str) -> dict[str, str]:
    """The text of each level of a network."""
    compiled = NETWORKS[name]().compile()
    return {level: str(compiled.ir(level, form="generic")) for level in LEVELS}


def every_text() -> Iterator[tuple[str, str]]:
    """All levels of all networks: a label and the text."""
    for name in NETWORKS:
        for level, text in texts(name).items():
            yield f"{name}-{level}", text


ALL = [(name, level) for name in NETWORKS for level in LEVELS]
