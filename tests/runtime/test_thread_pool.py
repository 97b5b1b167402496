"""The pool of threads and the buffers that it works on."""

from __future__ import annotations

import gc
import os
import threading
import time
import weakref

import numpy as np
import pytest

from ranvier.ir.diagnostics import NoMemory
from ranvier.ir.target import CPU
from ranvier.runtime.device.cpu import Cpu, pointer_table
from ranvier.runtime.host_memory import ALIGNMENT, aligned
from ranvier.runtime.thread_pool import ThreadPool


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_thread_runs_every_call(threads: int) -> None:
    with ThreadPool(threads) as pool:
        for _ in range(50):
            seen: dict[int, int] = {}
            pool.run(lambda thread: seen.__setitem__(thread, threading.get_ident()))  # noqa: B023
            assert sorted(seen) == list(range(threads))
            assert len(set(seen.values())) == threads
            assert seen[0] == threading.get_ident()


def test_run_waits_for_the_slowest() -> None:
    done = []

    def call(thread: int) -> None:
        time.sleep(0.02 * thread)
        done.append(thread)

    with ThreadPool(3) as pool:
        pool.run(call)
        assert sorted(done) == [0, 1, 2]


@pytest.mark.parametrize("failing", [0, 1, 2])
def test_exceptions_reach_the_caller(failing: int) -> None:
    def call(thread: int) -> None:
        if thread == failing:
            raise ValueError(f"thread {thread}")

    with ThreadPool(3) as pool:
        with pytest.raises(ValueError, match=f"thread {failing}"):
            pool.run(call)
        pool.run(lambda thread: None)  # and the pool goes on


def test_threads_that_do_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error, and nobody waits for them later."""
    start, failing = threading.Thread.start, [2]

    def refusing(self: threading.Thread) -> None:
        if self.name == f"ranvier-{failing[0]}":
            raise RuntimeError("can't start new thread")
        start(self)

    monkeypatch.setattr(threading.Thread, "start", refusing)
    with ThreadPool(4) as pool:
        with pytest.raises(NoMemory, match=r"no thread beside the first 2.*num_threads"):
            pool.run(lambda thread: None)
        pool.run(lambda thread: None, 2)
        failing[0] = 0
        seen: set[int] = set()
        pool.run(seen.add)
        assert seen == {0, 1, 2, 3}


def test_threads_end_with_the_team() -> None:
    before = set(threading.enumerate())
    pool = ThreadPool(4)
    pool.run(lambda thread: None)
    workers = set(threading.enumerate()) - before
    assert len(workers) == 3
    pool.close()
    _wait_for_the_end_of(workers)
    with pytest.raises(RuntimeError, match="closed"):
        pool.run(lambda thread: None)


def test_a_forgotten_team_is_collected() -> None:
    before = set(threading.enumerate())
    pool = ThreadPool(3)
    pool.run(lambda thread: None)
    workers = set(threading.enumerate()) - before
    alive = weakref.ref(pool)
    del pool
    gc.collect()
    assert alive() is None
    _wait_for_the_end_of(workers)


def test_a_pool_needs_a_thread() -> None:
    with pytest.raises(ValueError, match="at least one thread"):
        ThreadPool(0)


def test_workers_start_when_they_are_needed() -> None:
    before = set(threading.enumerate())
    with ThreadPool(4) as pool:
        seen: list[int] = []
        pool.run(seen.append, threads=1)
        assert seen == [0] and not set(threading.enumerate()) - before
        for threads, workers in ((2, 1), (4, 3), (3, 3), (1, 3)):
            seen.clear()
            pool.run(seen.append, threads)
            assert sorted(seen) == list(range(threads))
            assert len(set(threading.enumerate()) - before) == workers


@pytest.mark.parametrize("threads", [0, 3])
def test_a_pool_has_so_many_threads(threads: int) -> None:
    with (
        ThreadPool(2) as pool,
        pytest.raises(ValueError, match="a pool of 2 threads cannot run on"),
    ):
        pool.run(lambda thread: None, threads)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_works_after_a_fork() -> None:
    with ThreadPool(2) as pool:
        pool.run(lambda thread: None)
        child = os.fork()
        if not child:
            seen: list[int] = []
            pool.run(seen.append)
            os._exit(0 if sorted(seen) == [0, 1] else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 4000])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int8, np.int64])
def test_buffers_are_aligned_zero_and_padded(count: int, dtype: type) -> None:
    array, padded = Cpu(CPU).allocate(count, dtype), CPU.padded(count)
    assert array.dtype == dtype and array.shape == (padded,)
    assert count <= padded < count + CPU.block and padded % CPU.block == 0
    assert array.ctypes.data % ALIGNMENT == 0
    assert not array.any()


def test_arrays_are_taken_over_where_they_lie_as_kernels_need_it() -> None:
    """Weights in memory are there once; all else is copied."""
    device = Cpu(CPU)
    whole = aligned(64)
    assert np.shares_memory(device.adopt(whole), whole)
    for other in (whole[1:49], whole[:40], whole[::2], np.arange(32, dtype=np.int16)[::-1]):
        found = device.adopt(other)
        assert not np.shares_memory(found, whole)
        assert found[: len(other)].tolist() == other.tolist() and not found[len(other) :].any()
        assert found.ctypes.data % ALIGNMENT == 0 and found.size % CPU.block == 0
    assert not np.shares_memory(Cpu(CPU, guarded=True).adopt(whole), whole)


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
@pytest.mark.parametrize("count", [0, 1, 100, 4000])
def test_bounds_cover_everything_in_whole_blocks(count: int, threads: int) -> None:
    borders = CPU.borders(count, threads)
    assert borders[0] == 0 and borders[-1] == CPU.padded(count) and len(borders) == threads + 1
    assert (np.diff(borders) >= 0).all() and not any(border % CPU.block for border in borders)


def test_pointer_table() -> None:
    arrays = [aligned(3), aligned(5, np.int32)]
    assert list(pointer_table(arrays)) == [a.ctypes.data for a in arrays]
    with pytest.raises(ValueError, match="buffer 1 of the program"):
        pointer_table([arrays[0], None])
    with pytest.raises(ValueError, match="not contiguous"):
        pointer_table([np.zeros((4, 4))[:, 1]])


def _wait_for_the_end_of(threads: set[threading.Thread]) -> None:
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
