"""COBA: conductance-based neurons with 80 synapses each, after Brette et al. (2007)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

import ranvier as rv

from ..contest import Case, Workload
from ..kit import BUILD, SkippedError, run_generator
from ..race import Settings
from ..rivals import Rivals

DT = 0.1
SYNAPSES = 80
WEIGHTS = {"exc": 0.6, "inh": 6.7}


@cache
def kit_data(neurons: int) -> Path | None:
    """The connectivity of limits and peers, None without a kit. It is a path without suffix."""
    try:
        run_generator("gen_coba.py", str(neurons))
    except SkippedError:
        return None
    return BUILD / f"coba_{neurons}"


def neuron() -> rv.Neuron:
    """A leaky neuron with two conductances that decay."""
    return rv.Neuron(
        name="COBA",
        parameters=dict(
            El=-60.0, Vr=-60.0, Erev_exc=0.0, Erev_inh=-80.0, Vt=-50.0,
            tau=20.0, tau_exc=5.0, tau_inh=10.0, I=20.0,
        ),
        equations="""
            tau*dv/dt = (El - v) + g_exc*(Erev_exc - v) + g_inh*(Erev_inh - v) + I
            tau_exc*dg_exc/dt = - g_exc
            tau_inh*dg_inh/dt = - g_inh
        """,
        spike="v > Vt",
        reset="v = Vr",
        refractory=5.0,
    )  # fmt: skip


def network(neurons: int) -> tuple[rv.Network, rv.Population]:
    """The network, with the kit's connectivity where there is one.

    So all simulate the same; else the connectivity is another draw of the same rule.
    """
    net = rv.Network(dt=DT, seed=98765)
    cells = net.create(neurons, neuron())
    excitatory = int(0.8 * neurons)
    parts = {"exc": cells[:excitatory], "inh": cells[excitatory:]}
    data = kit_data(neurons)
    if data is None:
        cells.v = rv.Normal(-55.0, 5.0)
        chance = min(1.0, SYNAPSES / neurons)
        for target, view in parts.items():
            net.connect(view, cells, target).fixed_probability(chance, weights=WEIGHTS[target])
        return net, cells
    arrays = np.load(data.with_suffix(".npz"))
    cells.v = arrays["v0"]
    for target, view in parts.items():
        _connect(net.connect(view, cells, target), arrays, target)
    return net, cells


def _connect(projection: rv.Projection, arrays: dict[str, np.ndarray], target: str) -> None:
    from scipy.sparse import csr_matrix

    pairs = (arrays[f"{target}_pre"], arrays[f"{target}_post"])
    weights = np.full(len(pairs[0]), WEIGHTS[target])
    shape = (projection.pre.size, projection.post.size)
    projection.from_sparse(csr_matrix((weights, pairs), shape=shape))


def rivals(them: Rivals, case: Case, settings: Settings) -> None:
    """Add the limit and three peers, all of the kit."""
    data = kit_data(case.neurons) or Path("none")
    steps, duration = str(round(case.duration / DT)), str(case.duration)
    them.limit("limit_coba", {"limit": "time"}, f"{data}.bin", steps)
    for system, script in PEERS.items():
        them.peer(system, script, settings, f"{data}.npz", duration)


PEERS = {"ANNarchy": "annarchy_coba.py", "Brian2": "brian2_coba.py", "NEST": "nest_coba.py"}

WORKLOADS = [
    Workload(
        "coba",
        "COBA, 4000 spiking neurons, 80 synapses each, 10 s",
        Case(4000, 10000.0),
        network,
        rivals,
    ),
    Workload(
        "coba-large",
        "COBA, 40,000 spiking neurons, 80 synapses each, 1 s",
        Case(40_000, 1000.0),
        network,
        rivals,
    ),
]
