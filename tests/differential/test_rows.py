"""Several synapses of a row at once change no bit.

Random rules of learning in rows of all lengths, with delays, single precision and several threads.
"""

from __future__ import annotations

import os
import random
from typing import Any

import numpy as np
import pytest
from differential.levels import Lowered, differences, executed, interpreted, without

import ranvier as rv
from ranvier.passes.pipelines import OPTIMISED

PASS = "vectorize-rows"
STEPS = 20
SEEDS = range(int(os.environ.get("RANVIER_TEST_SEEDS", "6")))
WAITING = without(OPTIMISED, "none").replace(
    "lazy-post-spikes{smallest=262144}", "lazy-post-spikes{smallest=0}", 1
)

PRE = (
    "g_target += w",
    "g_target += w * (1.0 + x)",
    "g_target += 0.1 * u * w",
    "x += A",
    "x2 += A * x",
    "w = clip(w + y, 0.0, w_max)",
    "w = clip(w + y - 0.1 * y2, -1.0, w_max)",
    "w = w + 0.01 * y * post.v : max=w_max",
    "w = w - 0.02 * post.g_exc",
    "u = u + U * (1.0 - u)",
    "z += 0.1 * x",
    "hits = ite(w > 0.5, hits + 1.0, hits)",
)
POST = (
    "y -= A",
    "y2 = 0.3 * y2 - A * y : min=-0.7",
    "w = clip(w + x, 0.0, w_max)",
    "w = w + 0.1 * x2 * (w_max - w)",
    "z *= 0.7",
)
EACH_STEP = "dw/dt = 0.01 * (pre.v * post.v - w) + 0.001 * Uniform(0.0, 1.0) : min=0.0, max=1.0"
TRACES = """
    tau * dx/dt = -x : event-driven
    4.0 * dx2/dt = 0.1 - x2 : event-driven
    tau * dy/dt = -y : event-driven
    9.0 * dy2/dt + y2 = 0.0 : event-driven
    7.0 * dz/dt = -z : event-driven
    6.0 * du/dt = U - u : event-driven
"""


def random_synapse(rng: random.Random) -> rv.Synapse:
    """Some of the statements.

    Their order is random, too.
    """
    pre = ["g_target += w", *rng.sample(PRE, rng.randint(2, 6))]
    rng.shuffle(pre)
    post = rng.sample(POST, rng.randint(0, 3))
    return rv.Synapse(
        parameters=dict(A=0.1, tau=9.0, w_max=1.0, U=0.3),
        equations=TRACES + (EACH_STEP if rng.random() < 0.2 else ""),
        pre_spike="\n".join(dict.fromkeys(pre)),
        post_spike="\n".join(post) or None,
    )


def random_rows(seed: int) -> rv.Network:
    """Rows of 0 to 60 synapses."""
    rng = random.Random(seed)
    net = rv.Network(dt=0.5, seed=seed, dtype=rng.choice(["float64", "float64", "float32"]))
    neuron = rv.Neuron(
        parameters="every = 3.0",
        equations="c = c + 1.0 + 0.01 * g_exc\nv = 0.1 * c",
        spike="c >= every",
        reset="c = 0.0",
    )
    source, cells = net.create(19, neuron), net.create(83, neuron)
    source.every = 2.0 + rng.randint(1, 3) * np.arange(19)
    cells.every = 2.0 + np.arange(83) % 7
    pre, post = (source[2:], cells[:80]) if rng.random() < 0.5 else (source, cells)
    projection = net.connect(pre, post, "exc", random_synapse(rng))
    delays: Any = rng.choice([0.0, 1.5, rv.Uniform(0.5, 2.5)])
    chance = rng.choice([0.02, 0.3, 0.7])
    projection.fixed_probability(chance, weights=rv.Uniform(0.2, 0.8), delays=delays)
    net.monitor(cells, ["v", "spike"])
    return net


@pytest.mark.parametrize("seed", SEEDS)
def test_random_rules(seed: int) -> None:
    pipeline = without(WAITING, "expand-math") if seed % 2 else without(OPTIMISED, "expand-math")
    alone = Lowered(random_rows(seed)).run(without(pipeline, PASS))
    meant = executed(alone, STEPS, native=True)
    together = Lowered(random_rows(seed)).run(pipeline)
    for threads in (1, 2, 3):
        assert not differences(meant, executed(together, STEPS, threads=threads, native=True))
    few = {name: found[:4] for name, found in meant.items() if not name.startswith("monitor")}
    seen = executed(together, 4)
    assert not differences(few, {name: seen[name] for name in few})
    if seed < 2:
        assert not differences(interpreted(Lowered(random_rows(seed)), STEPS), meant)


def test_several_synapses_are_computed_at_once() -> None:
    """STDP is done in lanes, and says so.

    Rows of plain weights are not worth it.
    """
    net = rv.Network(dt=0.5, seed=1)
    cells = net.create(60, rv.Neuron(equations="v = g_exc", spike="v > 1.0", reset="v = 0.0"))
    learning = net.connect(cells, cells, "exc", rv.STDP())
    learning.fixed_probability(0.5, weights=rv.Uniform(0.0, 1.0))
    plain = net.connect(cells, cells, "exc")
    plain.fixed_probability(0.5, weights=rv.Uniform(0.0, 1.0))
    net.compile()
    text = str(net.explain(PASS))
    assert "8 synapses at once" in text and "synapse by synapse" in text


@pytest.mark.parametrize("ready", [rv.STDP, rv.STP])
@pytest.mark.parametrize("threads", [1, 2])
def test_ready_made(ready: Any, threads: int) -> None:
    """Exact exponentials and long runs, against the program that only lowers."""
    found = []
    for pipeline in (OPTIMISED, without(OPTIMISED, PASS)):
        net = rv.Network(dt=0.1, seed=3)
        net.config(num_threads=threads)
        equations = "v = 0.9 * v + 0.1 * Uniform(0.0, 5.0) + 0.02 * g_exc"
        cells = net.create(200, rv.Neuron(equations=equations, spike="v > 2.7", reset="v = 0.0"))
        projection = net.connect(cells, cells, "exc", ready())
        projection.fixed_probability(0.2, weights=rv.Uniform(0.0, 1.0), delays=1.0)
        net.compile(pipeline=pipeline)
        net.simulate(200.0)
        found.append((np.concatenate(projection.w), np.array(cells.v)))
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)
