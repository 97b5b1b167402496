"""A small network with one object of every public class.

Calls of every public function are made on it.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np

import ranvier as rv
from ranvier.frontend import global_network

RATE = rv.Neuron(
    parameters="tau = 10.0 : population\nb = 1.0 : local\nk = 2 : int, local\non = True : bool",
    equations="tau * dv/dt = sum(exc) + b - v : init=0.5\nr = pos(v)",
)
SPIKE = rv.Neuron(
    parameters="rest = 2.0 : local\ndrive = 0.3 : local",
    equations="10.0 * dv/dt = drive + g_exc - v\n5.0 * dg_exc/dt = -g_exc",
    spike="v > 0.2",
    reset="v = 0.0",
    refractory="rest",
)
LEARN = rv.Synapse(
    parameters="eta = 0.01 : projection",
    equations="8.0 * dtheta/dt + theta = post.r ^ 2 : postsynaptic\n"
    "dw/dt = eta * (pre.r * post.r - theta * w) : min=0.0, max=2.0",
)


class World:
    """The objects, by the names of their classes in ``of``.

    They are ``compiled`` if asked for.

    ``on`` is the object that is called.
    """

    def __init__(self, folder: Path, compiled: bool) -> None:
        rv.clear()
        self.on: Any = None
        self.folder = folder
        self.net = net = rv.Network(dt=1.0, seed=3)
        # The functions without a network act on the same one.
        global_network._default = net
        self.rate = net.create((2, 3), RATE, name="rate")
        self.spike = net.create(4, SPIKE, name="spike")
        self.noise = net.create(rv.PoissonPopulation(3, name="noise", rates=100.0))
        self.input = net.create(rv.InputArray(4, name="input"))
        self.sparse = net.connect(self.rate, self.rate, "exc", LEARN, name="sparse")
        self.sparse.fixed_probability(0.5, rv.Uniform(0.0, 1.0), delays=rv.DiscreteUniform(1, 3))
        self.dense = net.connect(self.input, self.rate, "exc", name="dense").all_to_all(0.5)
        self.spiking = net.connect(self.noise, self.spike, "exc", rv.STDP(), name="spiking")
        self.spiking.all_to_all(rv.Uniform(0.0, 1.0), delays=2.0)
        self.decoding = rv.DecodingProjection(self.spike, self.rate, "exc", window=5.0)
        self.decoding.all_to_all(0.1)
        self.monitor = net.monitor(self.spike, ["v", "spike"])
        self.saved = io.BytesIO()
        if compiled:
            net.compile(cache=True)  # all worlds share their code
            net.simulate(5.0)
            net.save(self.saved)
        self.of: dict[str, Any] = {
            "Network": net,
            "Population": self.rate,
            "PopulationView": self.rate[0:4],
            "IndividualNeuron": self.rate.neuron(1),
            "PoissonPopulation": self.noise,
            "InputArray": self.input,
            "Projection": self.sparse,
            "DecodingProjection": self.decoding,
            "Dendrite": self.sparse.dendrite(self.sparse.post_ranks[0]),
            "Monitor": self.monitor,
            "Neuron": RATE,
            "Synapse": LEARN,
            "LILConnectivity": rv.LILConnectivity(),
            "Parameter": rv.Parameter(1.0),
            "Variable": rv.Variable("r = 1.0"),
            "Creating": rv.Creating("w < 1.0"),
            "Pruning": rv.Pruning("w > 1.0"),
            "Uniform": rv.Uniform(0.0, 1.0),
            "DiscreteUniform": rv.DiscreteUniform(0, 3),
            "Normal": rv.Normal(0.0, 1.0),
            "LogNormal": rv.LogNormal(0.0, 1.0),
            "Exponential": rv.Exponential(2.0),
            "Gamma": rv.Gamma(1.0),
            "Binomial": rv.Binomial(3, 0.5),
            "Hebb": rv.Hebb(),
            "Oja": rv.Oja(),
            "IBCM": rv.IBCM(),
            "STP": rv.STP(),
            "STDP": rv.STDP(),
        }
        if compiled:
            self.of["Compiled"] = net._execution.program

    def unconnected(self) -> Any:
        """A projection that waits for its connector; only before compile."""
        return self.net.connect(self.rate, self.rate, "exc")

    def file(self) -> Any:
        """A file that ``save`` wrote for this network."""
        self.saved.seek(0)
        return self.saved


def lists(pre: Any, post: Any) -> rv.LILConnectivity:
    """A user's function for ``from_function``."""
    made = rv.LILConnectivity()
    made.add(int(post.ranks[0]), [int(pre.ranks[0])], 1.0, 2.0)
    return made


def matrix(shape: tuple[int, int]) -> Any:
    """Weights without zeros."""
    return np.arange(1.0, 1.0 + shape[0] * shape[1]).reshape(shape)
