"""A network, compiled and run on this machine.

The script prints a digest of its state.

Run by ``test_other_machines.py`` as a process of its own: natively, and on emulated processors.
"""

from __future__ import annotations

import hashlib
import sys
from typing import Any

import llvmlite.binding as llvm
import numpy as np

import ranvier as rv

NEURON = {
    "parameters": dict(tau=10.0, tau_e=5.0),
    "equations": """
        noise = Normal(0.0, 1.0)
        drive = 20.0*Uniform(0.0, 1.0) + 3.0*exp(-noise*noise)
        tau*dv/dt = -v + g_exc + drive + exp((v - 8.0)/2.0) : init = 1.0, midpoint
        tau_e*dg_exc/dt = -g_exc : exponential
    """,
    "spike": "v > 9.0",
    "reset": "v = 0.5*log(1.0 + drive)",
    "refractory": 2.0,
}


def network(dtype: str) -> tuple[Any, Any]:
    """STDP, delays, noise, ``exp`` and ``log``; and its monitor.

    Delays are of one and of many steps.
    """
    net = rv.Network(dt=0.5, seed=2**70 + 9, dtype=dtype)
    cells = net.create(37, rv.Neuron(**NEURON))  # type: ignore[arg-type]
    learning = net.connect(cells, cells, "exc", rv.STDP(tau_plus=15.0, tau_minus=20.0, w_max=3.0))
    learning.fixed_number_pre(9, weights=rv.Uniform(0.0, 2.0), delays=1.5)
    spread = net.connect(cells, cells, "exc")
    spread.fixed_probability(0.2, weights=rv.Uniform(0.0, 1.0), delays=rv.Uniform(0.5, 20.0))
    return net, net.monitor(cells, ["v", "spike"])


def digest(dtype: str, steps: int = 120) -> str:
    """A hash of every bit of the network.

    Recordings count, too.
    """
    net, monitor = network(dtype)
    compiled = net.compile(cache=False)
    net.simulate(steps * net.dt)
    spikes = monitor.get("spike")
    assert sum(map(len, spikes.values())) > 100, "too quiet to say anything"
    found = hashlib.sha256(repr(sorted(spikes.items())).encode())
    for name, values in sorted({**compiled.state(), "recorded": monitor.get("v")}.items()):
        assert not (values.dtype.kind == "f" and np.isnan(values).any()), name
        found.update(f"{name} {values.dtype} {values.shape}".encode() + values.tobytes())
    return found.hexdigest()


if __name__ == "__main__":
    print(llvm.get_host_cpu_name(), *map(digest, sys.argv[1:]))
