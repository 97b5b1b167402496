"""Rings and logs of spikes, in each of their forms."""

from __future__ import annotations

import tracemalloc
from collections import defaultdict
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from fakes.masked import CPU_OF_MASKS, words_with
from fakes.opaque_device import OpaqueDevice
from hypothesis import given
from hypothesis import strategies as st

import ranvier as rv
from ranvier.ir.buffer_names import COUNTS, SPIKE_MASK, SPIKES, USED
from ranvier.ir.buffers import Key
from ranvier.runtime.arguments import KeyedBuffers
from ranvier.runtime.spike_logs import LOGS, SpikeLog
from ranvier.runtime.spike_masks import mask_of, places
from ranvier.runtime.spike_rings import ListRing, MaskRing, SpikeRing
from ranvier.runtime.thread_pool import ThreadPool

TARGET = CPU_OF_MASKS
THREADS = st.sampled_from([1, 2, 3, 7, 256])
SIZES = st.sampled_from([1, 31, 32, 33, 100, 513])
LATEST = 2**63 - 1000


def opaque() -> OpaqueDevice:
    return OpaqueDevice(TARGET, ThreadPool())


# ---------------------------------------------------------------------- masks


@given(words=st.lists(st.integers(-(2**31), 2**31 - 1), max_size=40))
def test_masks(words: list[int]) -> None:
    """Bit ``i % 32`` of word ``i // 32``, in two's complement."""
    meant = [32 * w + b for w, word in enumerate(words) for b in range(32) if word >> b & 1]
    mask = np.array(words, np.int32)
    found = places(mask)
    assert found.dtype == np.int64 and found.tolist() == meant
    made = mask_of(found, len(words))
    assert made.dtype == np.int32 and made.tolist() == words


# ---------------------------------------------------------------------- rings


def list_ring(size: int, threads: int, history: int, slots: int, most: int) -> ListRing:
    device = opaque()
    ranks = device.allocate(slots * TARGET.padded(size), np.int32)
    counts = device.allocate(slots * TARGET.line * most, np.int64)
    return ListRing(device, size, history, slots, ranks, counts, threads)


def mask_ring(size: int, history: int, slots: int) -> MaskRing:
    device = opaque()
    masks = device.allocate(slots * TARGET.padded(size) // 32, np.int32)
    return MaskRing(device, size, history, slots, masks)


@given(data=st.data())
def test_rings(data: st.DataObject) -> None:
    """Ages keep their spikes.

    Rings are written, moved, dealt anew, cleared and carried to others.
    """
    size, step = data.draw(SIZES), data.draw(st.sampled_from([0, 5, 10**12, LATEST]))
    some = st.lists(st.integers(0, size - 1), unique=True, max_size=size).map(sorted)
    lengths = st.tuples(st.integers(1, 6), st.integers(0, 3))

    def new(history: int, more: int) -> list[SpikeRing]:
        slots = history + more
        lists = list_ring(size, data.draw(THREADS), history, slots, 256)
        return [lists, mask_ring(size, history, slots)]

    history, more = data.draw(lengths)
    rings = new(history, more)
    by_age: dict[int, list[int]] = defaultdict(list)
    for action in data.draw(st.lists(st.sampled_from("wwwmdcp"), max_size=12)):
        if action == "w":
            age, fired = data.draw(st.integers(1, history)), data.draw(some)
            by_age[age] = fired
            for ring in rings:
                ring.write(step, age, np.array(fired, np.int64))
        elif action == "m":
            to = data.draw(st.sampled_from([0, 3, 7, 10**9 + 7, LATEST]))
            for ring in rings:
                ring.move(to - step)
            step = to
        elif action == "d":
            for ring in rings:
                ring.repartition(step, data.draw(THREADS))
        elif action == "c":
            by_age.clear()
            for ring in rings:
                ring.clear()
        else:  # to rings of another length, each from the one of the other form
            states = [ring.state(step) for ring in rings]
            history, more = data.draw(lengths)
            rings = new(history, more)
            for ring, state in zip(rings, reversed(states), strict=True):
                ring.restore(step, *state)
            by_age = defaultdict(list, {a: r for a, r in by_age.items() if a <= history})
        for ring in rings:
            found = [ring.read(step, age) for age in range(1, history + 1)]
            assert all(each.dtype == np.int64 for each in found)
            assert [each.tolist() for each in found] == [by_age[a] for a in range(1, history + 1)]
            ranks, counts = ring.state(step)
            assert ranks.dtype == np.int64 and counts.dtype == np.int64
            assert ranks.tolist() == [r for a in range(1, history + 1) for r in by_age[a]]
            assert counts.tolist() == [len(by_age[a]) for a in range(1, history + 1)]


@pytest.mark.parametrize("threads", [1, 256])
def test_many_threads_cost_no_more_copies(threads: int) -> None:
    """Copies are as many for 256 workers as for one."""
    ring = list_ring(10_000, threads, 3, 4, threads)
    ring.restore(9, np.arange(0, 9999, 3), np.array([3000, 0, 333]))
    ring.state(9)
    device: Any = ring.device
    assert device.calls["upload"] == 6 and device.calls["view"] == 6


# ---------------------------------------------------------------------- logs


def logged(form: str, size: int, ranks: Any, threads: int, raster: Any) -> SpikeLog:
    """A log of a raster ``(steps, size)``, written as kernels do.

    It has room for one more step, and was in use before.
    """
    device: Any = opaque()
    buffers = KeyedBuffers()
    log = LOGS[form]("mon", "axon_spike", device, size, ranks, threads, buffers)
    buffers |= log.room_for(len(raster) + 1)
    log.begin()
    put = {key.name: buffer for key, buffer in buffers.items()}
    assert {*buffers} == {Key("mon", name, "axon_spike") for name in put}
    for buffer in put.values():
        device.fill(buffer, -1 if form == SPIKE_MASK else 0)  # nothing of before counts
    if form == SPIKE_MASK:
        row = TARGET.padded(size) // 32
        for k, fired in enumerate(raster):
            device.upload(put[SPIKE_MASK], words_with(np.flatnonzero(fired), row), k * row)
        return log
    room = TARGET.padded(len(raster) + 1)
    borders = TARGET.borders(size, threads)
    for thread, (low, high) in enumerate(pairwise(borders)):
        mine = [low + np.flatnonzero(fired[low:high]) for fired in raster]
        every = np.concatenate(mine)
        device.upload(put[SPIKES], every, low * room)
        device.upload(put[COUNTS], [len(each) for each in mine], thread * room)
        device.upload(put[USED], [len(every)], thread * TARGET.line)
    return log


@given(
    size=SIZES,
    steps=st.integers(1, 20),
    threads=THREADS,
    share=st.sampled_from([0.0, 0.02, 0.5, 1.0]),
    step=st.sampled_from([0, 77, LATEST]),
    view=st.booleans(),
    seed=st.integers(0, 99),
)
def test_logs(
    size: int, steps: int, threads: int, share: float, step: int, view: bool, seed: int
) -> None:
    """Steps ascend, and ranks in each. Masks have those of a view only."""
    rng = np.random.default_rng(seed)
    raster = rng.random((steps, size)) < share
    ranks = rng.permutation(size)[: size // 2 + 1] if view else None
    mine = np.isin(np.arange(size), np.arange(size) if ranks is None else ranks)
    for form, kept in ((SPIKES, raster), (SPIKE_MASK, raster & mine)):
        log = logged(form, size, ranks, threads if form == SPIKES else 1, raster)
        times, fired = log.collect(step, steps, log.threads)
        assert times.dtype == np.int64 and fired.dtype == np.int32
        after, meant = np.nonzero(kept)
        assert times.tolist() == [step + int(k) for k in after]
        assert fired.tolist() == meant.tolist()


@pytest.mark.parametrize("form", LOGS)
@pytest.mark.parametrize("which", ["all", "most", "few"])
@pytest.mark.parametrize("raster", ["full", "half", "one of 32", "none"])
def test_memory_on_the_way(form: str, which: str, raster: str) -> None:
    """Taking over spikes needs no more memory than was checked."""
    size, steps = 6400, 64
    net = rv.Network()
    neuron = rv.Neuron(equations="v = 2.0", spike="v > 1.0")
    cells: Any = net.create(size, neuron)
    monitor = net.monitor(
        {"all": cells, "most": cells[1:], "few": cells[[7, 3, 640, 4000]]}[which], "spike"
    )
    neurons = np.arange(size)
    fired = {
        "full": neurons >= 0,
        "half": neurons % 2 == 1,
        "one of 32": neurons % 32 == 7,
        "none": neurons < 0,
    }[raster]
    log = logged(form, size, monitor.ranks, 1, np.tile(fired, (steps, 1)))
    tracemalloc.start()
    try:
        monitor._extend_spikes("spike", *log.collect(0, steps, 1))
        needed = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    small = 20_000  # objects of Python, whatever the number of spikes
    assert needed <= log.passing * steps + small
    data = monitor.get("spike")
    assert all(data[rank] == (list(range(steps)) if fired[rank] else []) for rank in data)
