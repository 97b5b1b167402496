"""Graphs of launches, and races between launches in no order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from .errors import DataRace
from .gpu import EmulatedGpu, Module
from .graph import Node, ancestors, run_graph
from .snippets import addresses, loaded, text

STORE = "mad.wide.u32 %rd9, %r0, 4, %rd0; st.global.u32 [%rd9], 7;"
LOAD = "mad.wide.u32 %rd9, %r0, 4, %rd0; ld.global.u32 %r3, [%rd9];"
BYTE = "cvt.u64.u32 %rd9, %r0; add.u64 %rd9, %rd9, %rd0; st.global.u8 [%rd9+5], 1;"
COUNT = "red.global.add.u32 [%rd0], 1;"
DOUBLE = """mad.wide.u32 %rd9, %r0, 4, %rd0; ld.global.u32 %r3, [%rd9];
add.u32 %r3, %r3, %r3; st.global.u32 [%rd9], %r3;"""
INCREASE = DOUBLE.replace("%r3, %r3, %r3", "%r3, %r3, 1")


def module(gpu: EmulatedGpu, body: str) -> Module:
    """A kernel with its thread in %r0, an address in %rd0."""
    return gpu.load(text(f"{loaded(1)}\n{body}\nret;", addresses(1)))


def node(
    gpu: EmulatedGpu, body: str, at: int, behind: Sequence[int] = (), threads: int = 4
) -> Node:
    """A launch of a kernel."""
    return Node(module(gpu, body), "k", (1, 1, 1), (threads, 1, 1), [at], behind=tuple(behind))


@pytest.fixture
def gpu() -> EmulatedGpu:
    """A device."""
    return EmulatedGpu()


@pytest.fixture
def at(gpu: EmulatedGpu) -> int:
    """Memory with numbers."""
    found = gpu.allocate(64)
    gpu.write(found, np.arange(16, dtype=np.uint32))
    return found


def test_ancestors(gpu: EmulatedGpu, at: int) -> None:
    nodes = [node(gpu, LOAD, at, behind) for behind in ((), (0,), (0,), (1, 2))]
    assert ancestors(nodes) == [0b0, 0b1, 0b1, 0b111]


def test_the_order_of_edges(gpu: EmulatedGpu, at: int) -> None:
    run_graph(gpu, [node(gpu, DOUBLE, at), node(gpu, INCREASE, at, [0])])
    assert np.frombuffer(gpu.read(at, 16), np.uint32).tolist() == [1, 3, 5, 7]
    run_graph(gpu, [node(gpu, INCREASE, at), node(gpu, DOUBLE, at, [0]), node(gpu, LOAD, at, [1])])
    assert np.frombuffer(gpu.read(at, 16), np.uint32).tolist() == [4, 8, 12, 16]


@pytest.mark.parametrize(
    ("one", "other"),
    [(STORE, STORE), (STORE, LOAD), (LOAD, STORE), (COUNT, LOAD), (STORE, COUNT), (BYTE, LOAD)],
)
def test_races_between_launches(gpu: EmulatedGpu, at: int, one: str, other: str) -> None:
    """They are found between launches and between branches."""
    with pytest.raises(DataRace, match=r"of a graph .* are in no order"):
        run_graph(gpu, [node(gpu, one, at), node(gpu, other, at)])
    far = gpu.allocate(64)
    gpu.write(far, bytes(64))
    nodes = [node(gpu, LOAD, far), node(gpu, one, at, [0]), node(gpu, other, at, [0])]
    with pytest.raises(DataRace, match=r"of a graph .* are in no order"):
        run_graph(gpu, [*nodes, node(gpu, LOAD, far, [1, 2])])
    run_graph(gpu, [*nodes[:2], node(gpu, other, at, [1]), node(gpu, LOAD, far, [1, 2])])


@pytest.mark.parametrize(("one", "other"), [(LOAD, LOAD), (COUNT, COUNT)])
def test_what_may_happen_at_once(gpu: EmulatedGpu, at: int, one: str, other: str) -> None:
    run_graph(gpu, [node(gpu, one, at), node(gpu, other, at)])


def test_other_memory(gpu: EmulatedGpu, at: int) -> None:
    """Neighbours in one word are apart."""
    run_graph(gpu, [node(gpu, STORE, at, threads=1), node(gpu, STORE, at + 4, threads=3)])


def test_launches_in_no_order_run_in_any() -> None:
    """A seed decides."""
    found = set()
    for seed in range(8):
        gpu = EmulatedGpu(seed=seed, races=False)
        at = gpu.allocate(64)
        gpu.write(at, np.arange(16, dtype=np.uint32))
        run_graph(gpu, [node(gpu, DOUBLE, at), node(gpu, INCREASE, at)])
        found.add(tuple(np.frombuffer(gpu.read(at, 8), np.uint32).tolist()))
    assert found == {(1, 3), (2, 4)}
