"""A script whose workers continue a network.

They are of another kind; it says "alike" for each that is right.

``python copies_in_processes.py fork|spawn|forkserver|joblib|cloudpickle|dask``
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

os.environ["RANVIER_EXACT_THREADS"] = "1"

import numpy as np

import ranvier as rv

WORKERS = 3


def build() -> rv.Network:
    """Noise, delays, learning and a recording, on two threads."""
    net = rv.Network(dt=0.5, seed=5)
    net.config(num_threads=2)
    cells = rv.Neuron(
        parameters="tau = 10.0",
        equations="tau * dv/dt = Uniform(0.0, 4.0) - v + g_exc",
        spike="v > 1.0",
        reset="v = 0.0",
    )
    source, target = net.create(30, cells, name="source"), net.create(30, cells, name="target")
    net.connect(source, target, "exc", rv.STDP()).fixed_probability(
        0.3, weights=rv.Uniform(0.0, 1.0), delays=rv.Uniform(1.0, 5.0)
    )
    net.monitor(target, ["v", "spike"], name="recording")
    return net


def go_on(net: rv.Network) -> tuple[Any, Any, Any]:
    """Twenty more steps: all weights, all recorded values, all spikes."""
    net.simulate(10.0)
    recording = net.get_monitor("recording")
    weights = np.concatenate(net.projections[0].w)
    return weights, recording.get("v", keep=True), recording.get("spike", keep=True)


def answers(how: str, net: rv.Network) -> list[Any]:
    """The results of workers that continue the network."""
    if how == "joblib":
        from joblib import Parallel, delayed

        return list(Parallel(n_jobs=2)(delayed(go_on)(net) for _ in range(WORKERS)))
    if how == "cloudpickle":
        import cloudpickle

        content = cloudpickle.dumps(net)
        return [go_on(cloudpickle.loads(content)) for _ in range(WORKERS)]
    if how == "dask":
        from distributed.protocol import deserialize, serialize

        return [go_on(deserialize(*serialize(net))) for _ in range(WORKERS)]
    with ProcessPoolExecutor(2, mp_context=get_context(how)) as pool:
        return list(pool.map(go_on, [net] * WORKERS))


def main() -> None:
    """Compare all answers with what this process computes itself."""
    net = build()
    net.compile()
    net.simulate(20.0)
    found = answers(sys.argv[1], net)
    weights, values, spikes = go_on(net)
    assert any(spikes.values()), "nothing happens in this network"
    for its_weights, its_values, its_spikes in found:
        np.testing.assert_array_equal(its_weights, weights)
        np.testing.assert_array_equal(its_values, values)
        assert its_spikes == spikes
        print("alike")


if __name__ == "__main__":
    main()
