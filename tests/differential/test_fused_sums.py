"""Sums that are part of the update have the same bits.

Joined or not, stored or not.

Random networks of one-to-one projections, several per target and several targets, between some
that are something else, with delays, learning and monitors of sums.
"""

from __future__ import annotations

import io
import os
import random
from typing import Any

import numpy as np
import pytest
from differential.levels import Lowered, differences, executed, without
from differential.races import races

import ranvier as rv
from ranvier.passes.pipelines import OPTIMISED

SEEDS = range(int(os.environ.get("RANVIER_TEST_SEEDS", "4")))
"""More with ``RANVIER_TEST_SEEDS=100``."""

STEPS = 12
TO_KERNELS = "lower-equations{share=true},map-to-threads{share=true},merge-kernels"
FUSED = f"@equations,@sparsity,{TO_KERNELS},place-barriers,fuse-sums"
LOOPS = "canonicalize,cse,fuse-loops,forward-stores,store-last"
EXACT = without(OPTIMISED, "expand-math")
NEURONS = (
    "r = b + sum(exc) - 0.2 * sum(inh) : min=-2.0, max=2.0",
    "4.0 * dr/dt + r = b + sum(exc) - 0.5 * sum(inh) : min=0.0, max=2.0",
    "3.0 * dr/dt + r = b + sum(exc) * sum(inh) + Uniform(0.0, 0.1) : max=3.0",
    "shared = 0.5 * b0 : population\nr = shared + sum(inh) - 0.1 * sum(exc) : min=-1.0, max=1.0",
)
SYNAPSES: tuple[dict[str, Any], ...] = (
    *[dict()] * 4,
    dict(psp="w * pre.r * post.r"),
    dict(psp="w * (pre.b - post.b) + 0.01 * pre.r"),
    dict(operation="max"),
    dict(equations="9.0 * dw/dt = 0.01 * pre.r - w * post.r : max=0.5"),
)
OTHERS = ("all_to_all", "fixed_number_pre", "part")


def cells(rng: random.Random, net: rv.Network, size: int) -> Any:
    """A population with both targets."""
    neuron = rv.Neuron(parameters="b = 0.1\nb0 = 0.2 : population", equations=rng.choice(NEURONS))
    made = net.create(size, neuron)
    made.b, made.r = rv.Uniform(-0.5, 1.0), rv.Uniform(0.0, 1.0)
    return made


def connect(rng: random.Random, net: rv.Network, pre: Any, post: Any, late: bool) -> None:
    """One-to-one mostly, else anything, which is delayed where ``late`` is set."""
    synapse = rv.Synapse(**rng.choice(SYNAPSES))
    weights = rng.choice((0.3, rv.Uniform(-0.4, 0.5)))
    delays = rng.choice((0.0, 0.0, 2.0, 3.0, rv.DiscreteUniform(1, 4)))
    options: dict[str, Any] = dict(weights=weights, delays=delays)
    kind = "one" if rng.random() < 0.75 else rng.choice(OTHERS)
    if kind == "part":
        count = min(pre.size, post.size) // 2 + 1
        pre, post = pre[:count], post[post.size - count :]
    if late and (kind != "one" or pre.size != post.size):
        options["delays"] = 3.0
    onto = net.connect(pre, post, rng.choice(("exc", "inh")), synapse)
    if kind in ("one", "part") and pre.size == post.size:
        onto.one_to_one(**options)
    elif kind == "all_to_all":
        onto.all_to_all(**options)
    else:
        onto.fixed_number_pre(min(3, pre.size - 1), **options)


def random_network(seed: int, threads: int = 1) -> rv.Network:
    """The network of a seed.

    Its first projections are whole, one-to-one, with several targets.

    Where the seed is even, threads wait for one another only because of delays.
    """
    rng = random.Random(seed)
    net = rv.Network(dt=1.0, seed=seed)
    net.config(num_threads=threads)
    size = rng.choice((5, 16, 37, 64, 83))
    pops = [cells(rng, net, size if n < 4 else rng.randrange(4, 70)) for n in range(5)]
    for target in ("exc", "inh"):
        net.connect(pops[0], pops[1], target).one_to_one(weights=rv.Uniform(0.0, 0.5))
        net.connect(pops[2], pops[3], target).one_to_one(weights=0.3, delays=2.0)
    for _ in range(rng.randrange(2, 10)):
        connect(rng, net, rng.choice(pops), rng.choice(pops[1:]), seed % 2 == 0)
    for each in rng.sample(pops, 2):
        net.monitor(each, ["r", "sum(exc)"])
    net.monitor(pops[3][1:4], ["sum(inh)", "r"])
    return net


def seen(net: rv.Network) -> dict[str, Any]:
    """All that a user can look at."""
    found: dict[str, Any] = {}
    for p in net.populations:
        found |= {f"{p.name}.{name}": getattr(p, name) for name in p.attributes}
        found |= {f"{p.name}.sum({target})": p.sum(target) for target in p.targets}
        found |= {f"{p.name}[1:3].sum({t})": p[1:3].sum(t) for t in p.targets}
    for projection in net.projections:
        found[projection.name] = np.concatenate([np.atleast_1d(d.w) for d in projection])
    return found


def run(seed: int, threads: int = 1, split: bool = False, **options: Any) -> list[dict[str, Any]]:
    """The state after runs, after a reset, after a restore."""
    net = random_network(seed, threads)
    net.compile(**options)
    found = []
    saved = io.BytesIO()
    for number, steps in enumerate((1, 7, 4, 5)):
        for piece in [1.0] * steps if split else [float(steps)]:
            net.simulate(piece)
        found.append(seen(net))
        if number == 1:
            net.save(saved)
        if number == 2:
            net.reset(populations=False)
            found.append(seen(net))
    saved.seek(0)
    net.load(saved)
    found.append(seen(net))
    net.simulate(3.0)
    found.append(seen(net))
    for monitor in net.monitors:
        found.append({name: monitor.get(name) for name in monitor.variables})
    return found


def compare(meant: list[dict[str, Any]], found: list[dict[str, Any]], what: Any) -> None:
    for n, (one, other) in enumerate(zip(meant, found, strict=True)):
        assert one.keys() == other.keys()
        for name, values in one.items():
            np.testing.assert_array_equal(other[name], values, f"{name}, {n}, {what}")


@pytest.mark.parametrize("seed", SEEDS)
def test_random_networks(seed: int) -> None:
    plain = run(seed, opt=0)
    for options in (
        dict(),
        dict(threads=2),
        dict(threads=3),
        dict(split=True),
        dict(pipeline=without(OPTIMISED, "fuse-sums")),
        dict(pipeline=without(OPTIMISED, "store-last"), threads=2),
    ):
        compare(plain, run(seed, **options), options)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_level(seed: int) -> None:
    """The joined kernels alone race no more than before.

    They run in the interpreter.
    """
    joined = Lowered(random_network(seed)).run(FUSED)
    apart = Lowered(random_network(seed)).run(without(FUSED, "fuse-sums"))
    assert not differences(executed(apart, STEPS), executed(joined, STEPS))
    assert not races(joined, STEPS, threads=3)


def test_random_networks_have_what_is_tested() -> None:
    """Random networks have joined kernels.

    Some of their sums are stored in the last step only.
    """
    found = [Lowered(random_network(seed)).run(f"{FUSED},{LOOPS}") for seed in (0, 2)]
    assert all("_step}>" in str(each.module) for each in found)
    assert any("%is_last" in str(each.module) for each in found)


@pytest.mark.parametrize("seed", SEEDS)
def test_many_steps_at_once(seed: int) -> None:
    """Threads that meet seldom, or never."""
    meant = executed(
        Lowered(random_network(seed)).run(without(EXACT, "fuse-sums")),
        STEPS,
        native=True,
        at_once=STEPS,
    )
    lowered = Lowered(random_network(seed)).run(EXACT)
    for threads in (1, 2, 3):
        found = executed(lowered, STEPS, threads=threads, native=True, at_once=STEPS)
        assert not differences(meant, found)
