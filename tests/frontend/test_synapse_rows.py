"""Rows of synapses: order, turning, values.

They take little memory.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import ranvier as rv
from ranvier.frontend import patches, synapse_rows
from ranvier.frontend.synapse_rows import SynapseRows, rows_of_pairs, stable_order
from ranvier.ir.target import CPU
from ranvier.runtime.layouts import Storage

RATE = rv.Neuron(equations="r = sum(exc)")


@pytest.fixture(params=[7, 64, 1 << 20])
def chunk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The number of synapses worked on at a time.

    Everything must be the same for each.
    """
    monkeypatch.setattr(synapse_rows, "CHUNK", request.param)
    yield request.param


def example(n_pre: int = 30, n_post: int = 23, seed: int = 1) -> tuple[SynapseRows, Any, Any]:
    """Rows, with pre and post ranks.

    The ranks of their synapses are in dendrite order.
    """
    rng = np.random.default_rng(seed)
    connected = rng.random((n_post, n_pre)) < 0.3
    connected[5], connected[:, 2] = False, False
    post, pre = np.nonzero(connected)
    mixed = rng.permutation(len(pre))
    rows, order = rows_of_pairs(pre[mixed], post[mixed], n_pre, n_post)
    np.testing.assert_array_equal(mixed[order], np.arange(len(pre)))
    return rows, pre, post


def check(rows: SynapseRows, pre: Any, post: Any) -> None:
    np.testing.assert_array_equal(rows.pre_ranks(), pre)
    np.testing.assert_array_equal(rows.post_ranks(), post)
    np.testing.assert_array_equal(np.diff(rows.dendrite_offsets), np.bincount(post, minlength=23))
    for rank in (0, 5, 22):
        np.testing.assert_array_equal(rows.partners_of(rank), pre[post == rank])


def test_turning_keeps_the_synapses(chunk: int) -> None:
    rows, pre, post = example()
    check(rows, pre, post)
    for side in ("pre", "pre", "post", "pre"):
        rows.turn(side)
        check(rows, pre, post)
        assert rows.ranks.dtype == np.uint16
        owners = np.repeat(np.arange(len(rows.offsets) - 1), np.diff(rows.offsets))
        assert (np.diff(owners * 100 + rows.ranks.astype(int)) > 0).all()
    assert (rows.span("pre"), rows.span("post")) == (slice(0, 30), slice(0, 23))


def test_values_come_back(chunk: int) -> None:
    rows, pre, post = example()
    values = np.arange(rows.size) * 0.5
    for side in ("post", "pre"):
        rows.turn(side)
        stored = rows.from_dendrites(values)
        np.testing.assert_array_equal(rows.to_dendrites(stored), values)
    order = np.lexsort((post, pre))
    np.testing.assert_array_equal(stored, values[order])
    offsets, at, found = rows.columns()
    np.testing.assert_array_equal(stored[at], values)
    np.testing.assert_array_equal(found, pre)
    np.testing.assert_array_equal(offsets, rows.dendrite_offsets)


@pytest.mark.parametrize("count", [1, 3, 300])
def test_rows_divided_by_class(chunk: int, count: int) -> None:
    rows, pre, post = example()
    classes = np.random.default_rng(2).integers(0, count, rows.size).astype(np.uint16)
    starts = rows.divide(classes, count)
    order = np.lexsort((post, classes, pre))
    np.testing.assert_array_equal(rows.ranks, post[order])
    found = np.bincount(pre * count + classes, minlength=30 * count)
    np.testing.assert_array_equal(np.diff(starts), found)
    check(rows, pre, post)
    values = np.arange(rows.size)
    np.testing.assert_array_equal(rows.from_dendrites(values), values[order])
    np.testing.assert_array_equal(rows.to_dendrites(values[order]), values)
    np.testing.assert_array_equal(rows.divide(classes, count), starts)
    rows.turn("post")
    check(rows, pre, post)


def test_all_pairs_are_listed_only_when_needed() -> None:
    rows = SynapseRows.all_pairs(3, 4)
    assert (rows.size, rows.listed) == (12, None)
    assert rows.span("pre") == slice(0, 3)
    rows.turn("pre")
    assert rows.listed is None
    assert rows.ranks.tolist() == [0, 1, 2, 3] * 3
    assert rows.pre_ranks().tolist() == [0, 1, 2] * 4
    rows.turn("post")
    assert rows.ranks.tolist() == [0, 1, 2] * 4
    assert SynapseRows.all_pairs(10**6, 10**6).size == 10**12


@pytest.mark.parametrize("limit", [2, 256, 65_536, 65_537, 1 << 31])
def test_stable_order(limit: int) -> None:
    keys = np.random.default_rng(1).integers(0, limit, 3000)
    expected = np.argsort(keys, kind="stable")
    np.testing.assert_array_equal(stable_order(keys, limit), expected)


def test_large_populations_have_wider_ranks() -> None:
    pre = np.array([70_000, 3, 65_536])
    rows, _ = rows_of_pairs(pre, np.array([1, 1, 0]), 70_001, 2)
    assert rows.ranks.dtype == np.int32
    rows.turn("pre")
    assert rows.ranks.dtype == np.uint16
    assert rows.pre_ranks().tolist() == [65_536, 3, 70_000]


@pytest.mark.parametrize("of", ["pre", "post"])
def test_storage_shares_the_ranks(of: str) -> None:
    rows, _, post = example()
    storage = Storage.of(f"by_{of}", CPU, rows, 3)
    assert storage.structure[{"pre": "post", "post": "pre"}[of]] is rows.buffer
    assert rows.of == of
    assert rows.buffer.ctypes.data % 64 == 0
    assert len(rows.buffer) % 16 == 0
    values = np.arange(rows.size) * 0.5
    stored, stride = storage.place(values)
    for rank in range(23):
        np.testing.assert_array_equal(storage.dendrite(stored, stride, rank), values[post == rank])


@pytest.mark.parametrize("threads", [1, 2, 3, 7])
@pytest.mark.parametrize("delays", [1, "many"])
def test_rows_are_cut_at_the_borders_of_threads(threads: int, delays: Any) -> None:
    rng = np.random.default_rng(4)
    pre, post = np.nonzero(rng.random((40, 100)) < 0.4)
    rows, _ = rows_of_pairs(pre, post, 40, 100)
    steps = rng.integers(1, 5, rows.size).astype(np.uint8) if delays == "many" else 1
    storage = Storage.of("by_pre", CPU, rows, steps)
    found: Any = {**storage.hand_over(), **storage.split(threads)}
    posts, classes = found["post"], found["distinct_delays"]
    cuts = found["split"][: 40 * classes * (threads + 1)].reshape(-1, threads + 1)
    borders = 112 // 16 * np.arange(threads + 1) // threads * 16
    seen = 0
    for row in cuts:
        for thread, (start, stop) in enumerate(pairwise(row)):
            part = posts[start:stop]
            assert ((part >= borders[thread]) & (part < borders[thread + 1])).all()
            assert (np.diff(part.astype(int)) > 0).all()
            seen += stop - start
    assert seen == rows.size


def traced(work: Any) -> tuple[Any, int, int]:
    """The result of ``work``, and its memory in bytes.

    First the bytes that it left, then those that it took at most.
    """
    tracemalloc.start()
    try:
        result = work()
        return result, *tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()


def test_two_bytes_a_synapse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranks of 16 bits, once, for one weight and one delay.

    Drawing them takes not much more memory.
    """
    monkeypatch.setattr(synapse_rows, "CHUNK", 1 << 14)
    monkeypatch.setattr(patches, "PATCH", 1 << 12)
    net = rv.Network(dt=0.1, seed=1)
    spiking = rv.Neuron(equations="v = g_exc", spike="v > 1", reset="v = 0")
    pre, post = net.create(2000, spiking), net.create(2500, spiking)
    projection = net.connect(pre, post, "exc").fixed_probability(0.2, 0.5)

    def build() -> tuple[Storage, Any]:
        c = projection.connectivity
        storage = Storage.of("by_pre", CPU, c.rows, c.delays)
        return storage, storage.split(2)

    (storage, _), left, most = traced(build)
    assert storage.size == pytest.approx(1_000_000, rel=0.01)
    assert left / storage.size < 2.3
    assert most / storage.size < 4.0
    _, left, _ = traced(lambda: storage.values(np.zeros(storage.size, np.int8), 1))
    assert left / storage.size < 1.1


@pytest.mark.parametrize("of", ["pre", "post"])
def test_a_second_copy_of_the_ranks_does_not_stay(of: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synapse_rows, "CHUNK", 1 << 14)
    net = rv.Network(dt=0.1, seed=1)
    a, b = net.create(2000, RATE), net.create(2000, RATE)
    projection = net.connect(a, b, "exc")
    getattr(projection, f"fixed_number_{of}")(200, 0.5)

    def build() -> Storage:
        c = projection.connectivity
        return [Storage.of(layout, CPU, c.rows, c.delays) for layout in ("by_pre", "by_post")][-1]

    storage, left, most = traced(build)
    assert left / storage.size < 2.5
    assert most / storage.size < 12.0
