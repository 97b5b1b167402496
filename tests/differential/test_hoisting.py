"""Variables that neurons keep for their synapses change no bit.

Random synapses with traces on both sides, in random networks with views, delays and recurrence.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from differential.levels import Lowered, differences, executed, interpreted, without

import ranvier as rv
from ranvier.passes.pipelines import OPTIMISED

STEPS = 20
SEEDS = range(int(os.environ.get("RANVIER_TEST_SEEDS", "4")))
PASS = "hoist-synapse-variables"
PLAIN = without(OPTIMISED, "expand-math", "lazy-post-spikes")
PIPELINE = PLAIN.replace("choose-layout", "lazy-post-spikes{smallest=0},choose-layout", 1)
UNHOISTED = without(PLAIN, PASS)
TO_EQUATIONS = "@equations"

PRE = (
    "x += A",
    "x = 0.5 * x + A : max=0.8",
    "x2 += A * x",
    "x2 = x2 + A * pre.v",
    "n = n + 1 : int",
    "late = t",
    "g_target += w * (1.0 + x)",
    "g_target += 0.1 * x2 * w",
    "w = clip(w + y - 0.1 * y2, -1.0, w_max)",
    "w = w + 0.01 * y * post.v : max=w_max",
    "z += 0.1 * x",
    "own = own + U",
)
POST = (
    "y -= A",
    "y2 = 0.3 * y2 - A * y : min=-0.7",
    "y2 += A * post.v",
    "w = clip(w + x, -1.0, w_max)",
    "w = w + 0.1 * x2 * (w_max - w) + 0.001 * m",
    "w = clip(w - 0.01 * y * pre.v, -1.0, w_max)",
    "z *= 0.7",
)
TRACES = """
    tau * dx/dt = -x : event-driven
    4.0 * dx2/dt = 0.1 - x2 : event-driven
    tau * dy/dt = -y : event-driven{y}
    9.0 * dy2/dt + y2 = 0.0 : event-driven
    7.0 * dz/dt = -z : event-driven
"""


def random_synapse(rng: random.Random) -> rv.Synapse:
    """Random statements in any order; a weight that learns.

    Each statement may be there or not.
    """
    pre = [s for s in PRE if rng.random() < 0.6]
    post = [s for s in POST if rng.random() < 0.6]
    rng.shuffle(pre)
    rng.shuffle(post)
    return rv.Synapse(
        parameters={
            "A": 0.1,
            "tau": 6.0,
            "w_max": 1.5,
            "U": rv.Parameter(0.05, locality="local"),
        },
        equations=TRACES.format(y=rng.choice(["", ", min=-0.5"])),
        pre_spike="\n".join(["g_target += w", *pre]),
        post_spike="\n".join(["m = m + 2 : int", "w = w + 0.0 * x", *post]),
    )


def random_network(seed: int) -> rv.Network:
    """Two populations that drive one another, and parts of them."""
    rng = random.Random(seed)
    net = rv.Network(dt=0.5, seed=seed)
    neuron = rv.Neuron(
        parameters="every = 3.0",
        equations="c = c + 1.0\nv = 0.9 * v + 0.1 * g_exc",
        spike="c + v > every",
        reset="c = 0.0",
    )
    populations = [net.create(rng.randrange(5, 40), neuron, name=f"p{i}") for i in range(2)]
    for population in populations:
        population.every = np.arange(population.size) % 6 + 1.0
    for _ in range(3):
        pre, post = (
            p[rng.randrange(3) : rng.randrange(3, p.size + 1)] if rng.random() < 0.5 else p
            for p in (rng.choice(populations), rng.choice(populations))
        )
        projection = net.connect(pre, post, "exc", random_synapse(rng))
        delays: Any = rng.choice([0.0, 0.0, 1.5, rv.Uniform(0.0, 3.0)])
        if rng.random() < 0.3:
            projection.all_to_all(weights=0.3, delays=delays)
        else:
            projection.fixed_probability(0.5, weights=rv.Uniform(0.0, 1.0), delays=delays)
        if rng.random() < 0.2:
            projection.x = rv.Uniform(0.0, 1.0)
    net.monitor(populations[0], ["v", "spike"])
    return net


@pytest.mark.parametrize("seed", SEEDS)
def test_same_bits_with_and_without(seed: int) -> None:
    net = random_network(seed)
    meant = interpreted(Lowered(net), 8)
    hoisted = Lowered(net).run(TO_EQUATIONS)
    assert not differences(meant, interpreted(hoisted, 8))
    native = Lowered(net).run(PIPELINE)
    plain = executed(Lowered(net).run(UNHOISTED), STEPS, native=True)
    for threads in (1, 2, 3):
        assert not differences(plain, executed(native, STEPS, threads=threads, native=True))
    assert not differences(meant, {name: found[:8] for name, found in plain.items()})
    kernels = executed(native, 3)
    assert not differences({name: found[:3] for name, found in plain.items()}, kernels)


def test_much_is_hoisted() -> None:
    """Otherwise there would be nothing to compare."""
    found: dict[str, set[str]] = {}
    for seed in range(12):
        for op in Lowered(random_network(seed)).run(TO_EQUATIONS).module.walk():
            if op.name == "eq.variable":
                variable: Any = op
                found.setdefault(variable.sym_name, set()).add(variable.locality)
    for name in ("x", "x2", "n", "late"):
        assert found[name] == {"local", "presynaptic"}, name
    for name in ("y", "y2", "m"):
        assert "postsynaptic" in found[name], name
    for name in ("w", "own"):
        assert found[name] == {"local"}, name


def compiled(pipeline: str, threads: int, delays: Any = 1.0) -> tuple[rv.Network, rv.Projection]:
    """STDP between parts of two populations."""
    net = rv.Network(dt=0.5, seed=3)
    net.config(num_threads=threads)
    neuron = rv.Neuron(
        parameters="every = 3.0", equations="c = c + 1.0", spike="c > every", reset="c = 0.0"
    )
    target = rv.Neuron(
        parameters="every = 4.0",
        equations="c = c + 1.0 + 0.1 * g_exc",
        spike="c > every",
        reset="c = 0.0",
    )
    source, cells = net.create(21, neuron), net.create(37, target)
    source.every = np.arange(21) % 5 + 2.0
    cells.every = np.arange(37) % 7 + 3.0
    stdp = rv.STDP(tau_plus=6.0, tau_minus=4.0, A_plus=0.1, A_minus=0.12)
    projection = net.connect(source[2:], cells[:33], "exc", stdp)
    projection.fixed_probability(0.4, weights=rv.Uniform(0.2, 0.8), delays=delays)
    net.compile(pipeline=pipeline)
    return net, projection


def values(projection: rv.Projection) -> dict[str, Any]:
    return {name: np.concatenate(projection.get(name)) for name in ("w", "x", "y")}


def play(net: rv.Network, projection: rv.Projection, folder: Path) -> list[dict[str, Any]]:
    """Everything that a user may do in the middle."""
    seen = []
    net.simulate(20.0)
    seen.append(values(projection))
    projection.x = 0.25
    projection.tau_minus = 9.0
    net.simulate(10.0)
    seen.append(values(projection))
    projection.disable_learning()
    net.simulate(10.0)
    seen.append(values(projection))
    projection.enable_learning()
    projection.y = [0.01 * rank * np.ones(n.size) for rank, n in enumerate(projection.pre_ranks)]
    net.save(folder / "half.npz")
    net.simulate(10.0)
    seen.append(values(projection))
    net.load(folder / "half.npz")
    net.simulate(10.0)
    seen.append(values(projection))
    net.reset(projections=True, synapses=True)
    net.simulate(20.0)
    seen.append(values(projection))
    return seen


@pytest.mark.parametrize("delays", [0.0, 1.0, rv.Uniform(0.0, 2.0)])
def test_what_users_do_in_the_middle(delays: Any, tmp_path: Path) -> None:
    meant = play(*compiled(UNHOISTED, 1, delays), tmp_path)
    for threads in (1, 2, 3):
        found = play(*compiled(PIPELINE, threads, delays), tmp_path)
        for one, other in zip(meant, found, strict=True):
            for name in one:
                np.testing.assert_array_equal(one[name], other[name], name)
    np.testing.assert_array_equal(meant[3]["w"], meant[4]["w"])
    np.testing.assert_array_equal(meant[0]["w"], meant[5]["w"])
    assert (meant[0]["w"] != meant[1]["w"]).any()


def test_a_file_goes_from_one_form_to_the_other(tmp_path: Path) -> None:
    one, mine = compiled(UNHOISTED, 1)
    other, theirs = compiled(PIPELINE, 2)
    one.simulate(20.0)
    one.save(tmp_path / "plain.npz")
    other.load(tmp_path / "plain.npz")
    for net in (one, other):
        net.simulate(15.0)
    for name, expected in values(mine).items():
        np.testing.assert_array_equal(expected, values(theirs)[name], name)
    other.save(tmp_path / "hoisted.npz")
    one.load(tmp_path / "hoisted.npz")
    for net in (one, other):
        net.simulate(15.0)
    np.testing.assert_array_equal(values(mine)["w"], values(theirs)["w"])


def test_values_that_differ_come_before_compile() -> None:
    _, projection = compiled(PIPELINE, 1)
    ranks = projection.pre_ranks
    projection.x = [0.1 * row for row in ranks]
    np.testing.assert_array_equal(values(projection)["x"], 0.1 * np.concatenate(ranks))
    with pytest.raises(rv.ModelError, match="same for all synapses of a pre neuron"):
        projection.x = [np.full(row.size, i) for i, row in enumerate(ranks)]
    np.testing.assert_array_equal(values(projection)["x"], 0.1 * np.concatenate(ranks))
