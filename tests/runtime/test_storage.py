"""Synapses in storage read the same. Neither layout, threads nor former reads matter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ranvier as rv
from ranvier.frontend.synapse_rows import SynapseRows
from ranvier.ir.buffers import variable

BEAT = rv.Neuron(
    parameters="phase = 0.0", equations="v = modulo(t/dt - phase, 5.0)", spike="v == 0.0", reset=""
)
LISTEN = rv.Neuron(equations="dg_exc/dt = -g_exc / 5.0\nv = v + 0.1 * g_exc", spike="v > 1e9")
RATE = rv.Neuron(equations="dr/dt = 0.1 * (sum(exc) + 1 - r)", parameters="b = 1.0")

CONNECTORS = {
    "all_to_all": lambda p, **k: p.all_to_all(**k),
    "not_itself": lambda p, **k: p.all_to_all(**k),
    "fixed_probability": lambda p, **k: p.fixed_probability(0.3, **k),
    "fixed_number_pre": lambda p, **k: p.fixed_number_pre(7, **k),
    "fixed_number_post": lambda p, **k: p.fixed_number_post(7, **k),
    "one_to_one": lambda p, **k: p.one_to_one(**k),
}
VALUES: dict[str, dict[str, Any]] = {
    "one": {"weights": 0.5},
    "many": {"weights": rv.Uniform(0.0, 1.0)},
    "delays": {"weights": rv.Uniform(0.0, 1.0), "delays": rv.Uniform(0.1, 1.5)},
    "queues": {"weights": rv.Uniform(0.0, 1.0), "delays": rv.Uniform(0.1, 5.0)},
}


def network(kind: str, connector: str, values: str, threads: int = 1) -> Any:
    net = rv.Network(dt=0.1, seed=7)
    net.config(num_threads=threads)
    first, second = (BEAT, LISTEN) if kind == "spike" else (RATE, RATE)
    pre: Any = net.create(53, first)
    post: Any = net.create(53, second)
    if kind == "spike":
        pre.phase = np.arange(53) % 5
    if connector == "not_itself":
        post = pre if kind == "rate" else post
        pre = pre[:30]
    else:
        post = post[3:50] if connector != "one_to_one" else post
    projection = CONNECTORS[connector](net.connect(pre, post, "exc"), **VALUES[values])
    return net, projection, post


def flat(values: Any) -> Any:
    return np.concatenate(values) if isinstance(values, list) else values


def outcome(net: Any, post: Any, steps: int = 20) -> Any:
    net.simulate(steps * 0.1)
    return post.population.r if hasattr(post.population, "r") else post.population.v


@pytest.mark.parametrize("values", VALUES)
@pytest.mark.parametrize("connector", CONNECTORS)
@pytest.mark.parametrize("kind", ["rate", "spike"])
def test_threads_files_and_reading_change_nothing(
    kind: str, connector: str, values: str, tmp_path: Path
) -> None:
    net, projection, post = network(kind, connector, values)
    ranks = [list(r) for r in projection.pre_ranks]
    weights, delays = projection.w, projection.delay
    net.compile()
    net.simulate(1.0)
    net.save(tmp_path / "state.npz")
    found = outcome(net, post)
    assert np.abs(found).sum() > 0
    assert [list(r) for r in projection.pre_ranks] == ranks
    for before, after in ((weights, projection.w), (delays, projection.delay)):
        assert isinstance(before, list) == isinstance(after, list)
        np.testing.assert_array_equal(flat(before), flat(after))
    for threads in (2, 3):
        other, theirs, there = network(kind, connector, values, threads)
        other.compile()
        other.load(tmp_path / "state.npz")
        np.testing.assert_array_equal(outcome(other, there), found)
        assert [list(r) for r in theirs.pre_ranks] == ranks


@pytest.mark.parametrize("values", ["one", "delays"])
@pytest.mark.parametrize("connector", CONNECTORS)
@pytest.mark.parametrize("kind", ["rate", "spike"])
def test_weights_are_read_as_they_were_written(kind: str, connector: str, values: str) -> None:
    net, projection, _ = network(kind, connector, values, threads=2)
    net.compile()
    given = np.random.default_rng(2).random(projection.nb_synapses)
    counts = np.cumsum(projection.nb_synapses_per_dendrite)[:-1]
    projection.w = [row.tolist() for row in np.split(given, counts)]
    np.testing.assert_array_equal(np.concatenate(projection.w), given)
    np.testing.assert_array_equal(np.concatenate([d.w for d in projection]), given)
    ranks = np.concatenate([d.pre_ranks for d in projection])
    np.testing.assert_array_equal(ranks, np.concatenate(projection.pre_ranks))
    dendrite = projection.dendrite(projection.post_ranks[4])
    dendrite.w = 3.0
    given[projection.connectivity.post_ranks == dendrite.post_rank] = 3.0
    np.testing.assert_array_equal(np.concatenate(projection.w), given)
    projection.w = 0.25
    assert dendrite.w.tolist() == [0.25] * dendrite.size


def test_reading_dendrites_one_by_one_does_not_read_them_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Reading dendrites one by one reads each synapse once.

    Otherwise 1,000 x 1,000 synapses would be 1,000,000,000 reads.
    """
    net = rv.Network(dt=0.1, seed=7)
    pre, post = net.create(1000, BEAT), net.create(1000, LISTEN)
    projection = net.connect(pre, post, "exc")
    projection.all_to_all(weights=rv.Uniform(0.0, 1.0), delays=rv.Uniform(0.1, 1.5))
    passes = []
    turning = SynapseRows._turning

    def counted(rows: SynapseRows) -> Any:
        passes.append(rows)
        return turning(rows)

    monkeypatch.setattr(SynapseRows, "_turning", counted)
    net.compile()
    assert len(passes) <= 4
    passes.clear()
    for rank in range(0, 1000, 10):
        dendrite = projection.dendrite(rank)
        assert dendrite.w.size == dendrite.pre_ranks.size == 1000
    assert len(passes) <= 1


def test_large_rows_are_found_without_a_copy_of_all_ranks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from ranvier.frontend import connectivity

    monkeypatch.setattr(connectivity, "_MOST_CACHED", 10)
    net, projection, _ = network("spike", "fixed_probability", "delays")
    net.compile()
    expected = projection.pre_ranks
    for row, dendrite in zip(expected, projection, strict=True):
        np.testing.assert_array_equal(dendrite.pre_ranks, row)
    del expected, row
    for rank in projection.post_ranks:
        assert projection.dendrite(rank).pre_ranks.size == projection.dendrite(rank).size


@pytest.mark.parametrize("kind", ["rate", "spike"])
def test_equal_weights_are_kept_once_whoever_wrote_them(kind: str) -> None:
    found = []
    for values in ("one", "many"):
        net, projection, post = network(kind, "fixed_probability", values)
        net.compile()
        counts = projection.nb_synapses_per_dendrite
        projection.w = [[0.25] * count for count in counts]
        assert [row.tolist() for row in projection.w] == [[0.25] * count for count in counts]
        assert [d.w.tolist() for d in projection] == [[0.25] * count for count in counts]
        found.append(outcome(net, post))
        if kind == "spike":
            assert len(net._execution.program._program.buffers[variable("proj0", "w")]) == 16
        signed = [[0.0] * count for count in counts]
        signed[1][0] = -0.0
        projection.w = signed
        assert np.signbit(projection.w[1][0])
    np.testing.assert_array_equal(*found)
