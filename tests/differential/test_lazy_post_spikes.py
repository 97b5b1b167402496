"""Lazy post-spikes change no bit.

Pre neurons that fire seldom and post neurons that fire often fill every memory of spikes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from differential.harness import assert_same_bits
from differential.levels import Lowered, differences, executed, interpreted, without

import ranvier as rv
from ranvier.passes.kernels.lazy_post_spikes import OLDER
from ranvier.passes.pipelines import OPTIMISED

PASS = "lazy-post-spikes"
AT_ONCE = without(OPTIMISED, "expand-math", PASS)
LATER = AT_ONCE.replace("choose-layout", f"{PASS}{{smallest=0}},choose-layout", 1)

ORDINARY = """
    w = clip(w + x, w_min, w_max)
"""
STRANGE = """
    y -= A * w_max
    w = w + 0.3 * x * (w_max - w) - 0.01 * n
    used = used + w
"""
PRE = """
    g_target += w
    x += A * w_max
    n = n + 1.0
    w = clip(w + y, w_min, w_max)
"""


def synapse(post_spike: str) -> rv.Synapse:
    return rv.Synapse(
        parameters=dict(A=0.1, tau=9.0, w_min=0.0, w_max=1.0),
        equations="tau * dx/dt = -x : event-driven\n6.0 * dy/dt = -y : event-driven",
        pre_spike=PRE,
        post_spike=post_spike,
    )


def network(
    post_spike: str = ORDINARY, every: float = 40.0, delays: float = 1.0, threads: int = 1
) -> tuple[rv.Network, rv.Projection]:
    """Pre neurons fire every ``every`` steps and later.

    Post neurons fire every 2 to 6 steps.
    """
    net = rv.Network(dt=0.5, seed=5)
    net.config(num_threads=threads)
    neuron = rv.Neuron(
        parameters="every = 3.0",
        equations="c = c + 1.0 + 0.1 * g_exc",
        spike="c >= every",
        reset="c = 0.0",
    )
    source, cells = net.create(18, neuron), net.create(37, neuron)
    source.every = every + 7.0 * np.arange(18)
    cells.every = 2.0 + np.arange(37) % 5
    projection = net.connect(source[1:], cells[:35], "exc", synapse(post_spike))
    projection.fixed_probability(0.5, weights=rv.Uniform(0.2, 0.8), delays=delays)
    return net, projection


@pytest.mark.parametrize("post_spike", [ORDINARY, STRANGE])
@pytest.mark.parametrize("delays", [0.0, 1.5])
def test_looking_at_every_step(post_spike: str, delays: float) -> None:
    net, _ = network(post_spike, 6.0, delays)
    meant = interpreted(Lowered(net), 25)
    lazy = Lowered(net).run(LATER)
    for threads in (1, 2, 3):
        found = executed(lazy, 25, threads=threads, native=True)
        assert not differences(meant, found)
    assert not differences({name: found[:5] for name, found in meant.items()}, executed(lazy, 5))


def weights(pipeline: str, steps: list[int], threads: int = 1, **options: Any) -> list[Any]:
    """The weights after so many steps each, without looking in between."""
    net, projection = network(threads=threads, **options)
    net.compile(pipeline=pipeline)
    seen = []
    for count in steps:
        net.simulate(0.5 * count)
        seen.append(np.concatenate(projection.w))
    return seen


@pytest.mark.parametrize("post_spike", [ORDINARY, STRANGE])
@pytest.mark.parametrize("every", [3.0, 17.0, 45.0, 6000.0])
def test_looking_seldom(post_spike: str, every: float) -> None:
    steps = [1, 61, 700, 3, 17_000] if every > 1000.0 else [1, 61, 700, 3]
    meant = weights(AT_ONCE, steps, post_spike=post_spike, every=every)
    assert (meant[-1] != meant[0]).any() or every > 1000.0
    for threads in (1, 2, 3):
        found = weights(LATER, steps, threads, post_spike=post_spike, every=every)
        for one, other in zip(meant, found, strict=True):
            np.testing.assert_array_equal(one, other)


def test_memory_of_spikes_is_needed_and_runs_over() -> None:
    """This network forgets spikes unless all rows catch up.

    They must do so in time.
    """
    net, _ = network(every=45.0)
    fired = net.populations[1]
    monitor = net.monitor(fired, "spike")
    net.compile()
    net.simulate(350.0)  # as many steps as between two looks at the weights
    counts = [len(times) for times in monitor.get("spike").values()]
    assert max(counts) > 2 * OLDER


def play(pipeline: str, threads: int) -> list[Any]:
    """Actions of users between steps that change what waits."""
    net, projection = network(threads=threads)
    net.compile(pipeline=pipeline)
    seen = []
    net.simulate(50.0)
    projection.tau = 3.0
    net.simulate(20.0)
    projection.disable_learning()
    net.simulate(20.0)
    projection.enable_learning()
    net.simulate(20.0)
    projection.w = 0.5 * np.concatenate(projection.w)
    net.simulate(20.0)
    seen.append(np.concatenate(projection.w))
    net.reset(projections=True, synapses=True)
    net.simulate(70.0)
    seen.append(np.concatenate(projection.w))
    return seen


@pytest.mark.parametrize("threads", [1, 2])
def test_what_users_do_in_the_middle(threads: int) -> None:
    for one, other in zip(play(AT_ONCE, 1), play(LATER, threads), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_file_holds_what_waited(tmp_path: Any) -> None:
    one, mine = network()
    other, theirs = network(threads=2)
    one.compile(pipeline=LATER)
    other.compile(pipeline=AT_ONCE)
    one.simulate(40.0)
    one.save(tmp_path / "lazy.npz")
    other.load(tmp_path / "lazy.npz")
    one.simulate(40.0)
    other.simulate(40.0)
    np.testing.assert_array_equal(np.concatenate(mine.w), np.concatenate(theirs.w))


def weights_of_two(*, look: bool, pipeline: str) -> list[Any]:
    """Weights of learning projections, of rates and of spikes.

    Those of spikes may be looked at now and then.
    """
    net = rv.Network(dt=1.0)
    rates = net.create(20, rv.Neuron(parameters="p = 0.5", equations="r = p"))
    sums = net.create(120, rv.Neuron(equations="r = sum(exc)"))
    rule = rv.Synapse(parameters="eta = 0.01", equations="w += eta * pre.r * post.r")
    dense = net.connect(rates, sums, "exc", rule)
    dense.all_to_all(0.1)
    cells = rv.Neuron(equations="10.0 * dv/dt = 2.0 - v + g_exc", spike="v > 1", reset="v = 0")
    spiking = net.create(30, cells)
    sparse = net.connect(spiking, spiking, "exc", rv.STDP())
    sparse.all_to_all(0.01)
    net.compile(pipeline=pipeline)
    for _ in range(4):
        net.simulate(5.0)
        assert not look or np.size(sparse.w)
    return [np.asarray(dense.w), np.asarray(sparse.w)]


def test_looking_at_weights_does_not_teach_others() -> None:
    """A run of no steps catches up.

    Synapses that learn with the next sums have nothing to do then.
    """
    meant = weights_of_two(look=False, pipeline=without(AT_ONCE, "fuse-learning"))
    for look in (False, True):
        found = weights_of_two(look=look, pipeline=LATER)
        for one, other in zip(meant, found, strict=True):
            assert_same_bits(one, other, "weights")
