"""Networks compute what they computed before, bit for bit.

``golden_states.json`` has a digest for each network: of all its attributes, recordings and spikes
after a run. A change of what a network computes is meant to show here; with ``RANVIER_BLESS=1``
the file is written anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from differential.explicit import explicit
from differential.models import NETWORKS
from differential.random_networks import random_network

import ranvier as rv

FILE = Path(__file__).with_name("golden_states.json")
STEPS = 150


def brunel() -> rv.Network:
    """Excitatory and inhibitory neurons with a delay.

    Noise comes from outside, STDP acts within.
    """
    net = rv.Network(dt=0.1, seed=11)
    neuron = rv.Neuron(
        parameters="tau = 20.0 : population",
        equations="""
            noise = Normal(0.0, 8.0)
            tau * dv/dt = -v + 60.0 + 40.0 * (g_exc - g_inh) + noise
        """,
        spike="v > 20.0",
        reset="v = 10.0",
        refractory=2.0,
    )
    cells = net.create(200, neuron, name="cells")
    cells.v = np.linspace(0.0, 19.9, 200)
    stdp = rv.STDP(tau_plus=20.0, tau_minus=20.0, A_plus=0.01, A_minus=0.012, w_max=0.3)
    learning = net.connect(cells[:160], cells, "exc", stdp)
    learning.fixed_probability(0.2, weights=rv.Uniform(0.0, 0.3), delays=1.5)
    net.connect(cells[160:], cells, "inh").fixed_probability(0.2, weights=0.8, delays=1.5)
    net.monitor(cells, ["v", "spike"])
    return net


BUILDERS: dict[str, Callable[[], rv.Network]] = {
    **{n: build for n, build in NETWORKS.items() if build.__module__ == "differential.models"},
    "brunel": brunel,
    **{f"random_{n}": partial(random_network, n) for n in range(100, 120)},
}


def digest(build: Callable[[], rv.Network], number: int) -> str:
    """A hash of all that a user sees after a run."""
    with explicit(number):
        net = build()
    net.compile()
    net.simulate(STEPS * net.dt)
    found = hashlib.sha256()
    for name, value in sorted(_seen(net).items()):
        found.update(f"{name} {_plain(value)}".encode())
    return found.hexdigest()


def _seen(net: rv.Network) -> dict[str, Any]:
    """Attributes of populations and projections, and what monitors recorded."""
    seen: dict[str, Any] = {}
    for owner in (*net.populations, *net.projections):
        seen |= {f"{owner.name}.{a}": getattr(owner, a) for a in owner.attributes}
    for monitor in net.monitors:
        seen |= {f"{monitor.name}.{v}": monitor.get(v) for v in monitor.variables}
    return seen


def _plain(value: Any) -> Any:
    """Numbers as text that has all their bits."""
    if isinstance(value, dict):
        return sorted((int(key), _plain(each)) for key, each in value.items())
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    array = np.asarray(value)
    return [x.hex() if isinstance(x, float) else x for x in array.ravel().tolist()]


@pytest.mark.parametrize("name", BUILDERS)
def test_same_states(name: str) -> None:
    found = digest(BUILDERS[name], list(BUILDERS).index(name))
    golden = json.loads(FILE.read_text()) if FILE.exists() else {}
    if os.environ.get("RANVIER_BLESS"):
        FILE.write_text(json.dumps(golden | {name: found}, indent=0, sort_keys=True) + "\n")
    else:
        assert golden[name] == found, f"'{name}' computes something else than before"
