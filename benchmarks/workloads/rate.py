"""Rate-coded networks with dense random weights: driven by inputs, or recurrent."""

from __future__ import annotations

import numpy as np

import ranvier as rv

from ..contest import Case, Workload
from ..race import Settings
from ..rivals import Rivals

LIMITS = {"limit, one GEMV a step": "gemv", "limit, tiled in time": "tiled"}
LEAKY = "tau*dr/dt + r = sum(exc) + drive : min=0.0"


def leaky() -> rv.Neuron:
    """A neuron that follows its input and its own drive."""
    return rv.Neuron(parameters="tau = 10.0 : population\ndrive = 0.0", equations=LEAKY)


def drive(neurons: int) -> np.ndarray:
    """Drive of each neuron, mostly not 0: silence would be cheap."""
    return 0.01 * (np.arange(neurons) % 7)


def forward(neurons: int) -> tuple[rv.Network, rv.Population]:
    """Driven inputs, leaky outputs, random weights between all of them."""
    driven = rv.Neuron(
        parameters="tau = 10.0 : population\ndrive = 0.0",
        equations="tau*dr/dt + r = drive : min=0.0",
    )
    net = rv.Network(dt=1.0, seed=1)
    inputs, outputs = net.create(neurons, driven), net.create(neurons, leaky())
    inputs.drive = drive(neurons)
    net.connect(inputs, outputs, "exc").all_to_all(weights=rv.Uniform(0.0, 1.0))
    return net, outputs


def recurrent(neurons: int) -> tuple[rv.Network, rv.Population]:
    """One population, all-to-all with itself.

    The weights are small enough for it to stay finite.
    """
    net = rv.Network(dt=1.0, seed=1)
    cells = net.create(neurons, leaky())
    cells.drive = drive(neurons)
    weights = rv.Uniform(0.0, 1.0 / neurons)
    net.connect(cells, cells, "exc").all_to_all(weights, allow_self_connections=True)
    return net, cells


def forward_rivals(them: Rivals, case: Case, settings: Settings) -> None:
    """Add limits with a product a step, and with tiles.

    One product a step reads all weights each time; in tiles, many steps share a read.
    """
    steps = round(case.duration)
    them.limit("limit_rate", LIMITS, str(case.neurons), str(steps))
    them.peer("ANNarchy", "annarchy_rate.py", settings, "forward", str(case.neurons), str(steps))


def recurrent_rivals(them: Rivals, case: Case, settings: Settings) -> None:
    """Add the limits with one product a step. Each step needs the one before."""
    steps = round(case.duration)
    gemv = {name: word for name, word in LIMITS.items() if word == "gemv"}
    them.limit("limit_rate", gemv, str(case.neurons), str(steps))
    them.peer("ANNarchy", "annarchy_rate.py", settings, "recurrent", str(case.neurons), str(steps))


WORKLOADS = [
    Workload(
        "rate",
        "rate-coded, 1000 to 1000 neurons, all-to-all, 1000 steps",
        Case(1000, 1000.0),
        forward,
        forward_rivals,
    ),
    Workload(
        "rate-large",
        "rate-coded, 4000 to 4000 neurons, all-to-all, 1000 steps",
        Case(4000, 1000.0),
        forward,
        forward_rivals,
    ),
    Workload(
        "rate-recurrent",
        "rate-coded, 4000 neurons, all-to-all with themselves, 1000 steps",
        Case(4000, 1000.0),
        recurrent,
        recurrent_rivals,
    ),
]
