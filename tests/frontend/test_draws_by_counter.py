"""Any part of a network can be drawn alone.

Parts are drawn in pieces, backwards, in other processes.
"""

from __future__ import annotations

import inspect
import os
import pickle
from collections.abc import Callable, Iterator
from concurrent import futures
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ranvier as rv
from ranvier.frontend import (
    connection_rules,
    patches,
    random_rules,
    random_streams,
    synapse_draws,
    synapse_rows,
    workers,
)
from ranvier.frontend.dendrites_alone import dendrites_alone
from ranvier.frontend.random_streams import Stream
from ranvier.ir.diagnostics import ModelError

RATE = rv.Neuron(equations="r = sum(exc)")
SPIKING = rv.Neuron(equations="v = g_exc", spike="v > 1", reset="v = 0")
SIZE = 60
SMALL = {patches: ("PATCH", 50), random_rules: ("_PER_COLUMN", 3)}
"""Sizes that give networks of few neurons many patches."""
USUAL = patches.PATCH

Part = tuple[Any, Any, Any, Any]


@pytest.fixture(autouse=True)
def _small() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        for module, (name, value) in SMALL.items():
            monkeypatch.setattr(module, name, value)
        monkeypatch.setattr(random_streams, "BLOCK_OF_VALUES", 16)
        yield


def from_function(pre: Any, post: Any) -> rv.CSR:
    csr = rv.CSR()
    for rank in post.ranks[::2].tolist():
        ranks = pre.ranks[: 1 + rank % 7]
        csr.add(rank, ranks, ranks * 0.5 + rank, 0.1 * (1 + ranks % 3))
    return csr


CONNECTORS: dict[str, Callable[..., Any]] = {
    "all_to_all": lambda p, n, **k: p.all_to_all(**k),
    "one_to_one": lambda p, n, **k: p.one_to_one(**k),
    "fixed_probability": lambda p, n, **k: p.fixed_probability(n / 30, **k),
    "fixed_number_pre": lambda p, n, **k: p.fixed_number_pre(n, **k),
    "fixed_number_post": lambda p, n, **k: p.fixed_number_post(n, **k),
    "from_matrix": lambda p, n, weights, delays: p.from_matrix(
        np.where(np.arange(p.pre.size * p.post.size).reshape(p.post.size, -1) % 3, 0.5, np.nan),
        delays,
    ),
    "from_function": lambda p, n, **k: p.from_function(from_function),
}
DISTRIBUTIONS = st.sampled_from(
    [
        rv.Uniform(-1.0, 1.0), rv.DiscreteUniform(-3, 5), rv.Normal(0.0, 1.0, min=-1.0, max=1.5),
        rv.LogNormal(0.0, 0.5), rv.Exponential(2.0), rv.Gamma(0.7, 2.0), rv.Binomial(9, 0.4),
        rv.Normal(0.0, 1.0, seed=5), 0.25,
    ]
)  # fmt: skip
DELAYS = st.sampled_from(
    [
        0.3, rv.Uniform(0.1, 2.0), rv.DiscreteUniform(0, 40), rv.Exponential(1.0, max=9.0),
        rv.Normal(1.0, 1.0, min=0.0), rv.Gamma(2.0, seed=3),
    ]
)  # fmt: skip
GROUPS = {
    "two": lambda a, b: (a, b),
    "one": lambda a, b: (a, a),
    "views": lambda a, b: (a[10:40], a[25:55]),
    "scattered": lambda a, b: (a[::2], b[[*range(3, 33)]]),
}


@st.composite
def networks(draw: Any) -> tuple[rv.Network, Any]:
    """A network and one of its projections."""
    neuron = draw(st.sampled_from([RATE, SPIKING]))
    net = rv.Network(dt=0.1, seed=draw(st.integers(0, 2**70)))
    groups = GROUPS[draw(st.sampled_from([*GROUPS]))](
        net.create(SIZE, neuron), net.create(SIZE, neuron)
    )
    projection: Any = net.connect(groups[0], groups[1], "exc")
    connect = CONNECTORS[draw(st.sampled_from([*CONNECTORS]))]
    connect(projection, draw(st.integers(0, 29)), weights=draw(DISTRIBUTIONS), delays=draw(DELAYS))
    return net, projection


def drawn(projection: Any) -> Part:
    """All synapses, drawn at once.

    Pre and post ranks, weights, delays in steps.
    """
    c = projection.connectivity
    return c.pre_ranks, c.post_ranks, each(c.w, c.nnz), each(c.delay_steps, c.nnz)


def alone(projection: Any, first: int, last: int) -> Part:
    """The synapses of some post neurons, drawn without the others."""
    part = dendrites_alone(projection, first, last)
    pre = part.pre_ranks
    return pre, part.post_ranks, each(part.weights, len(pre)), each(part.delays, len(pre))


def each(values: Any, count: int) -> Any:
    return np.array(np.broadcast_to(np.ravel(values), count))


def joined(parts: list[Part]) -> list[Any]:
    return [np.concatenate(column) for column in zip(*parts, strict=True)]


@settings(deadline=None)
@given(networks(), st.lists(st.integers(0, SIZE), max_size=4), st.randoms())
def test_pieces_in_any_order(network: Any, cuts: list[int], random: Any) -> None:
    _, projection = network
    pieces = list(pairwise(sorted({0, SIZE, *cuts})))
    random.shuffle(pieces)
    found = {piece: alone(projection, *piece) for piece in pieces}
    for piece, whole in zip(
        joined([found[p] for p in sorted(pieces)]), drawn(projection), strict=True
    ):
        np.testing.assert_array_equal(piece, whole)


@settings(deadline=None, max_examples=50)
@given(networks())
def test_compiled_networks_have_what_was_drawn(network: Any) -> None:
    """Compiled networks have the synapses drawn, in every layout."""
    net, projection = network
    if not projection.nb_synapses:
        return
    pre, post, weights, _ = drawn(projection)
    copy: Any = pickle.loads(pickle.dumps(net)).projections[0]
    copy.network.compile()
    ranks = [
        np.concatenate(copy.pre_ranks),
        np.repeat(copy.post_ranks, copy.nb_synapses_per_dendrite),
    ]
    np.testing.assert_array_equal(ranks, [pre, post])
    np.testing.assert_array_equal(copy._values("w") + np.zeros(len(pre)), weights)


def _in_process(message: bytes) -> list[Part]:
    """Every second dendrite of every projection; in a fresh process, backwards."""
    for module, (name, value) in SMALL.items():
        setattr(module, name, value)
    projections = pickle.loads(message).projections
    return [alone(p, rank, rank + 1) for p in projections for rank in range(SIZE - 1, -1, -2)]


def test_two_processes() -> None:
    net = rv.Network(dt=0.1, seed=8)
    for neuron in (RATE, SPIKING):
        a, b = net.create(SIZE, neuron), net.create(SIZE, neuron)
        for connect in CONNECTORS.values():
            projection = net.connect(a, b, "exc")
            connect(projection, 12, weights=rv.Normal(0.0, 1.0), delays=rv.Uniform(0.1, 3.0))
    with get_context("spawn").Pool(1) as pool:
        theirs = pool.apply_async(_in_process, (pickle.dumps(net),))
        ours = [alone(p, rank, rank + 1) for p in net.projections for rank in range(0, SIZE, 2)]
        other = theirs.get()
    half = SIZE // 2
    for number, projection in enumerate(net.projections):
        mine = ours[number * half : number * half + half]
        back = other[number * half : number * half + half][::-1]
        parts = [part for pair in zip(mine, back, strict=True) for part in pair]
        for piece, whole in zip(joined(parts), drawn(projection), strict=True):
            np.testing.assert_array_equal(piece, whole)


def test_a_generator_of_the_user_draws_in_order() -> None:
    net = rv.Network(dt=0.1, seed=8)
    projection = net.connect(net.create(SIZE, RATE), net.create(SIZE, RATE), "exc")
    projection.all_to_all(rv.Normal(0.0, 1.0, rng=np.random.default_rng(1)))
    with pytest.raises(ValueError, match="in order"):
        alone(projection, 0, 3)


# ---------------------------------------------------------------------- values


@given(
    st.integers(1, 100), st.data(), DISTRIBUTIONS.filter(lambda each: not isinstance(each, float))
)
def test_values_of_some_neurons(size: int, data: Any, distribution: Any) -> None:
    stream = Stream.of(3, "tested")
    ranks = np.array(data.draw(st.lists(st.integers(0, size - 1), unique=True)), np.int64)
    whole = stream.values(distribution, size)
    assert whole.shape == (size,)
    np.testing.assert_array_equal(stream.values(distribution, size, ranks), whole[ranks])
    longer = stream.values(distribution, size + 50)
    blocks = size // 16 * 16
    np.testing.assert_array_equal(longer[:blocks], whole[:blocks])


def compiled(seed: int = 4) -> tuple[rv.Network, Any, Any]:
    net = rv.Network(dt=0.1, seed=seed)
    cells: Any = net.create(SIZE, rv.Neuron(parameters="a = 0.0", equations="r = a + sum(exc)"))
    model = rv.Synapse(parameters="b = 0.0\nc = 0.0 : postsynaptic")
    projection: Any = net.connect(cells, cells, "exc", model)
    projection.fixed_probability(0.3, rv.Uniform(0.0, 1.0))
    net.compile()
    return net, cells, projection


def test_each_assignment_draws_its_own_numbers() -> None:
    """Each assignment draws its own numbers.

    So do views and dendrites; the numbers are the same in every network that does the same.
    """
    seen: list[list[Any]] = [[], []]
    for found in seen:
        _, cells, projection = compiled()
        for _ in range(2):
            cells.a = rv.Uniform(0.0, 1.0)
            found.append(np.array(cells.a))
            projection.b = rv.Uniform(0.0, 1.0)
            projection.w = rv.Uniform(0.0, 1.0)
            projection.c = rv.Uniform(0.0, 1.0)
            found += [np.concatenate(projection.b), np.concatenate(projection.w)]
            found.append(np.array(projection.c))
            projection.dendrite(7).w = rv.Uniform(0.0, 1.0)
            found.append(np.array(projection.dendrite(7).w))
            cells[20:30].a = rv.Uniform(0.0, 1.0)
            found.append(np.array(cells[20:30].a))
    for one, other in zip(*seen, strict=True):
        np.testing.assert_array_equal(one, other)
    numbers = np.concatenate(seen[0])
    assert len(np.unique(numbers)) == len(numbers)


def test_a_view_gets_what_the_population_would() -> None:
    """A neuron's number is independent of the others set with it."""
    whole, part = compiled()[1], compiled()[1]
    whole.a = rv.Normal(0.0, 1.0)
    part[[40, 3, 17]].a = rv.Normal(0.0, 1.0)
    np.testing.assert_array_equal(part.a[[40, 3, 17]], whole.a[[40, 3, 17]])
    assert part.a[4] == 0.0


def test_reset_and_copies_go_on_alike() -> None:
    net, cells, projection = compiled()
    cells.a = rv.Uniform(0.0, 1.0)
    first = np.array(cells.a)
    twin: Any = net.copy()
    sent: Any = pickle.loads(pickle.dumps(net))
    for each_net in (net, twin, sent):
        each_net.populations[0].a = rv.Uniform(0.0, 1.0)
        each_net.projections[0].w = rv.Uniform(0.0, 1.0)
    for other in (twin, sent):
        np.testing.assert_array_equal(other.populations[0].a, cells.a)
        np.testing.assert_array_equal(other.projections[0]._values("w"), projection._values("w"))
    net.reset(synapses=True)
    cells.a = rv.Uniform(0.0, 1.0)
    np.testing.assert_array_equal(cells.a, first)


def test_what_comes_later_changes_nothing() -> None:
    """Numbers go by names.

    Another population or projection leaves them as they are.
    """

    def build(others: bool) -> list[Any]:
        net = rv.Network(dt=0.1, seed=6)
        extra: Any = net.create(9, RATE, name="extra") if others else None
        cells: Any = net.create(
            SIZE, rv.Neuron(equations="r = sum(exc) : init=Uniform(0, 1)"), name="cells"
        )
        if others:
            net.connect(extra, cells, "exc", name="before").fixed_probability(0.5, rv.Uniform(0, 1))
        projection: Any = net.connect(cells, cells, "exc", name="tested")
        projection.fixed_number_post(9, rv.Uniform(0.0, 1.0), delays=rv.Uniform(0.1, 3.0))
        return [np.array(cells.r), *drawn(projection)]

    for one, other in zip(build(False), build(True), strict=True):
        np.testing.assert_array_equal(one, other)


def test_both_interfaces_draw_the_same() -> None:
    net = rv.Network(dt=0.1, seed=6)
    mine: Any = net.connect(net.create(SIZE, RATE), net.create(SIZE, RATE), "exc")
    rv.clear()
    rv.setup(dt=0.1, seed=6)
    theirs: Any = rv.Projection(rv.Population(SIZE, RATE), rv.Population(SIZE, RATE), "exc")
    for projection in (mine, theirs):
        projection.connect_fixed_probability(0.3, rv.Normal(0.0, 1.0), rv.Uniform(0.1, 2.0))
    for one, other in zip(drawn(mine), drawn(theirs), strict=True):
        np.testing.assert_array_equal(one, other)
    rv.clear()


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("ends", ["two", "scattered"])
def test_decoding_rows_of_pre_neurons_that_were_drawn_for_post_neurons(
    ends: str, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kernels read rows of the side that was not drawn.

    The pairs are drawn in several columns.
    """
    monkeypatch.setattr(synapse_draws, "SERIAL", 0)
    monkeypatch.setattr(workers, "cores", lambda: threads)
    monkeypatch.setattr(synapse_rows, "CHUNK", 64)
    net = rv.Network(dt=0.1, seed=6)
    pre, post = GROUPS[ends](net.create(SIZE, SPIKING), net.create(SIZE + 7, RATE))
    projection: Any = rv.DecodingProjection(pre, post, "exc", 2.0, network=net)
    projection.fixed_probability(0.5, weights=rv.Uniform(0.0, 1.0))
    before = np.concatenate([dendrite.w for dendrite in projection.dendrites])
    net.compile()
    np.testing.assert_array_equal(np.concatenate(projection.w), before)


def test_one_weight_for_each_synapse() -> None:
    net = rv.Network(dt=0.1, seed=6)
    for neuron in (RATE, SPIKING):
        cells = net.create(SIZE, neuron)
        projection: Any = net.connect(cells, cells, "exc")
        projection.fixed_probability(0.2, 0.5, force_multiple_weights=True)
        assert set(alone(projection, 3, 40)[2].tolist()) == {0.5}
    net.compile()
    for projection in net.projections:
        assert set(np.concatenate(projection.w).tolist()) == {0.5}


@pytest.mark.parametrize("threads", [1, 2])
def test_wrong_numbers_are_told_at_the_line_that_connects(
    threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever thread draws them."""
    monkeypatch.setattr(synapse_draws, "SERIAL", 0)
    monkeypatch.setattr(workers, "cores", lambda: threads)
    net = rv.Network(dt=0.1, seed=6)
    cells = net.create(SIZE, SPIKING)
    wrong = {"weights": rv.LogNormal(0.0, 2000.0), "delays": rv.Normal(0.0, 1.0)}
    for name, value in wrong.items():
        projection: Any = net.connect(cells, cells, "exc")
        line = inspect.currentframe().f_lineno + 1  # type: ignore[union-attr]
        projection.fixed_probability(0.2, **{"weights": 1.0, name: value})
        with pytest.raises(ModelError, match=rf"{Path(__file__).name}:{line}:\d+: error: .*{name}"):
            _ = projection.connectivity.w


def test_groups_without_neurons() -> None:
    net = rv.Network(dt=0.1, seed=6)
    for neuron in (RATE, SPIKING):
        cells = net.create(SIZE, neuron)
        empty = cells[np.zeros(SIZE, bool)]
        for groups in ((empty, cells), (cells, empty), (empty, empty)):
            for name in ("all_to_all", "fixed_probability", "fixed_number_pre"):
                projection: Any = net.connect(groups[0], groups[1], "exc")
                uniform = rv.Uniform(0.0, 1.0)
                CONNECTORS[name](projection, 0, weights=uniform, delays=uniform)
                assert projection.nb_synapses == len(alone(projection, 0, SIZE)[0]) == 0


@pytest.mark.parametrize("size", [2, 3, 10, 100, 200])
def test_few_synapses_are_one_patch(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small projections have a single patch, whatever their connector. Each costs time."""
    monkeypatch.setattr(patches, "PATCH", USUAL)
    net = rv.Network(dt=0.1, seed=6)
    cells = net.create(size, SPIKING)
    for connect in CONNECTORS.values():
        projection: Any = net.connect(cells, cells, "exc")
        connect(projection, 1, weights=0.5, delays=0.1)
        assert projection.connectivity.rows.draw_order.patches.shape == (1, 1)


def test_one_thread_if_the_user_wants_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (synapse_draws, connection_rules, synapse_rows):
        monkeypatch.setattr(module, "SERIAL", 0)
    used: list[int] = []

    class Pool(futures.ThreadPoolExecutor):
        def __init__(self, threads: int) -> None:
            used.append(threads)
            super().__init__(threads)

    monkeypatch.setattr(futures, "ThreadPoolExecutor", Pool)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(4), raising=False)
    for threads in (1, 3, None):
        used.clear()
        net = rv.Network(dt=0.1, seed=6)
        net.config(num_threads=threads)
        cells = net.create(SIZE, SPIKING)
        net.connect(cells, cells, "exc").fixed_probability(0.4, rv.Uniform(0.0, 1.0))
        net.compile()
        assert set(used) == {1: set(), 3: {3}, None: {4}}[threads]
