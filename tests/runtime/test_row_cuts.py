"""Rows are cut at the borders of workers.

A search of each row for each border says where.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from ranvier.frontend.synapse_rows import SynapseRows, rows_of_pairs
from ranvier.ir.target import CPU, CUDA, Target
from ranvier.runtime.layouts import Storage, row_cuts

WORKERS = [1, 2, 3, 5, 8, 64, 256]
NARROW = evolve(CPU, block=1)
"""A target that pads nothing."""


def searched(posts: Any, starts: Any, borders: list[int]) -> Any:
    """Row by row."""
    rows = [posts[low:high].tolist() for low, high in pairwise(starts)]
    found = [
        low + np.append(np.searchsorted(np.array(row, int), borders[:-1]), len(row))
        for low, row in zip(starts[:-1], rows, strict=True)
    ]
    return np.array(found, np.int64).reshape(len(rows), len(borders))


def random_rows(seed: int, n_pre: int, n_post: int, rate: float) -> Any:
    """Pairs in rows. Every third row is empty, and so is a third of the ranks."""
    rng = np.random.default_rng(seed)
    connected = rng.random((n_pre, n_post)) < rate
    connected[1::3] = False
    connected[:, n_post // 3 : 2 * n_post // 3] = False
    return np.nonzero(connected)


@pytest.fixture(params=[1 << 16, 40], ids=["one part", "many parts"])
def _parts(request: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_cuts, "_PART", request.param)


SHAPES = [(0, 0, 0.0), (3, 0, 0.0), (0, 5, 0.0), (1, 1, 1.0), (40, 5, 0.5), (9, 700, 0.3),
          (60, 300, 0.05), (30, 200, 0.0), (7, 900, 1.0)]  # fmt: skip


@pytest.mark.usefixtures("_parts")
@pytest.mark.parametrize("target", [CPU, CUDA, NARROW], ids=["cpu", "cuda", "narrow"])
@pytest.mark.parametrize(("n_pre", "n_post", "rate"), SHAPES)
@pytest.mark.parametrize("kind", [np.uint16, np.int32])
def test_cuts(kind: Any, n_pre: int, n_post: int, rate: float, target: Target) -> None:
    """All parts together are the whole table. Together rows are in one part."""
    pre, post = random_rows(n_pre + n_post, n_pre, n_post, rate)
    posts = np.append(post, [0] * 7).astype(kind)  # a buffer is longer than its rows
    starts = np.concatenate(([0], np.cumsum(np.bincount(pre, minlength=n_pre)))).astype(np.int64)
    for workers in WORKERS:
        borders = target.borders(n_post, workers)
        meant = searched(posts, starts, borders)
        for together in [each for each in (1, 3) if n_pre % each == 0]:
            end = 0
            for part, cuts in row_cuts.row_cuts(
                posts, starts, borders, SynapseRows.first_from, together
            ):
                assert (part.start, part.start % together, part.stop % together) == (end, 0, 0)
                np.testing.assert_array_equal(cuts, meant[part])
                end = part.stop
            assert end == n_pre


def test_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few borders are searched for, many are counted."""
    taken: list[str] = []

    def noted(name: str, way: Any, *given: Any) -> Any:
        taken.append(name)
        return way(*given)

    for name in ("_searched", "_counted"):
        monkeypatch.setattr(row_cuts, name, partial(noted, name, getattr(row_cuts, name)))
    post, starts = np.tile(np.arange(900), 20), np.arange(21) * 900
    for workers in (2, 50):
        borders = CPU.borders(900, workers)
        [(_, cuts)] = row_cuts.row_cuts(post, starts, borders, SynapseRows.first_from)
        np.testing.assert_array_equal(cuts, searched(post, starts, borders))
    assert taken == ["_searched", "_counted"]


@pytest.mark.parametrize("target", [CPU, CUDA], ids=["cpu", "cuda"])
@pytest.mark.parametrize(
    ("layout", "delays"),
    [*((name, count) for name in ("by_pre", "by_delay", "delay_queues") for count in (1, 4)),
     ("bit_matrix", 1)],
)  # fmt: skip
@pytest.mark.usefixtures("_parts")
def test_layouts(layout: str, delays: int, target: Target) -> None:
    """Tables as their documentation describes them."""
    pre, post = random_rows(5, 21, 150, 0.4)
    rows, _ = rows_of_pairs(pre, post, 21, 150)
    steps = 1 + np.arange(rows.size) * 7 % delays
    storage = Storage.of(layout, target, rows, steps.astype(np.uint8) if delays > 1 else 1)
    posts = np.array(storage.structure["post"])
    classes = delays if layout in ("by_pre", "by_delay") else 1
    numbers = steps - 1 if classes > 1 else 0
    sizes = np.bincount(rows.pre_ranks() * classes + numbers, minlength=21 * classes)
    starts = np.concatenate(([0], np.cumsum(sizes)))
    for workers in WORKERS:
        found = storage.split(workers)
        table = searched(posts, starts, target.borders(150, workers))
        if layout == "by_delay":
            begins = starts[::classes]
            inner = table[:, :-1].reshape(21, -1) - begins[:-1, None]
            table = np.column_stack((inner, np.diff(begins)))
        split = np.asarray(found["cut" if layout == "by_delay" else "split"])
        assert len(split) == target.padded(table.size)
        np.testing.assert_array_equal(split[: table.size].reshape(table.shape), table)
        assert not split[table.size :].any()
